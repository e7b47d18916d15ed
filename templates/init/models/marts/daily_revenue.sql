{{ config(
    materialized='incremental',
    unique_key='ordered_on',
    incremental_strategy='delete+insert'
) }}

select
    ordered_on,
    count(*) as order_count,
    sum(amount) as revenue
from {{ ref('stg_orders') }}
where status <> 'returned'
{% if is_incremental() %}
    -- The last day is built again: more orders may have come in since.
    and ordered_on >= (select max(ordered_on) from {{ this }})
{% endif %}
group by ordered_on
