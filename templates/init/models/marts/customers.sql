with orders as (

    select
        customer_id,
        count(*) as order_count,
        min(ordered_on) as first_order_on,
        max(ordered_on) as last_order_on,
        sum(case when status = 'returned' then 0 else amount end) as revenue
    from {{ ref('stg_orders') }}
    group by customer_id

)

select
    customers.customer_id,
    customers.customer_name,
    customers.joined_on,
    orders.first_order_on,
    orders.last_order_on,
    coalesce(orders.order_count, 0) as order_count,
    coalesce(orders.revenue, 0) as revenue
from {{ ref('stg_customers') }} as customers
left join orders on orders.customer_id = customers.customer_id
