-- Rides that took place: ended, and longer than a false start.

with rides as (

    select
        ride_id,
        rider_id,
        start_station_id,
        end_station_id,
        bike_type,
        started_at,
        ended_at,
        {{ seconds_between('started_at', 'ended_at') }} as duration_seconds
    from {{ ref('raw_rides') }}

)

select *
from rides
where duration_seconds >= {{ var('shortest_ride_seconds') }}
  and end_station_id is not null
