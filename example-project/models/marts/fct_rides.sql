-- One row a ride, with what it cost. New rides are added on each run; rides of the last day are taken again, since
-- some arrive late.

{{ config(
    materialized='incremental',
    unique_key='ride_id',
    incremental_strategy='delete+insert',
    on_schema_change='append_new_columns'
) }}

select
    rides.ride_id,
    rides.rider_id,
    rides.start_station_id,
    rides.end_station_id,
    rides.bike_type,
    rides.started_at,
    cast(rides.started_at as date) as ride_date,
    rides.duration_seconds,
    round((tariffs.unlock_cents + tariffs.minute_cents * ceil(rides.duration_seconds / 60.0)) / 100.0, 2) as price
from {{ ref('stg_rides') }} as rides
inner join {{ ref('stg_riders') }} as riders on riders.rider_id = rides.rider_id
inner join {{ ref('tariffs') }} as tariffs
    on tariffs.plan = riders.plan
    and tariffs.bike_type = rides.bike_type

{% if is_incremental() %}
where rides.started_at >= (select max(started_at) - interval '1 day' from {{ this }})
{% endif %}
