{{ config(materialized='ephemeral') }}
select *, {{ cents('amount') }} as amount_cents from {{ source('raw', 'orders') }}
