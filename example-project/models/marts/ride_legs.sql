{{ config(materialized='ephemeral') }}

{#- A ride seen from each of its two stations. -#}

select ride_id, ride_date, start_station_id as station_id, 'departure' as direction
from {{ ref('fct_rides') }}

union all

select ride_id, ride_date, end_station_id as station_id, 'arrival' as direction
from {{ ref('fct_rides') }}
