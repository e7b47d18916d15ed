-- What the riders paid is what the rides cost; a difference means that rides were lost or counted twice.

with by_rider as (
    select sum(revenue) as revenue from {{ ref('riders') }}
),

by_ride as (
    select sum(price) as revenue from {{ ref('fct_rides') }}
)

select by_rider.revenue as revenue_by_rider, by_ride.revenue as revenue_by_ride
from by_rider
cross join by_ride
where abs(by_rider.revenue - by_ride.revenue) > 0.01
