with rides as (

    select
        rider_id,
        count(*) as rides,
        sum(price) as revenue,
        min(started_at) as first_ride_at,
        max(started_at) as latest_ride_at
    from {{ ref('fct_rides') }}
    group by rider_id

)

select
    riders.rider_id,
    riders.full_name,
    riders.plan,
    riders.joined_on,
    coalesce(rides.rides, 0) as rides,
    coalesce(rides.revenue, 0) as revenue,
    rides.first_ride_at,
    rides.latest_ride_at
from {{ ref('stg_riders') }} as riders
left join rides on rides.rider_id = riders.rider_id
