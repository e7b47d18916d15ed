-- The days together bring as much as the orders. A test passes when it returns no row.
with days as (

    select sum(revenue) as revenue from {{ ref('daily_revenue') }}

),

orders as (

    select sum(amount) as revenue from {{ ref('stg_orders') }} where status <> 'returned'

)

select days.revenue as days_revenue, orders.revenue as orders_revenue
from days
cross join orders
where days.revenue <> orders.revenue
