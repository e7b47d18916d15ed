{{ config(materialized='table', tags=['core']) }}
{{ tell(model) }}select id, amount, cast('{{ var("start") }}' as date) as day from {{ ref('stg_orders') }} join {{ ref('countries') }} using (code)
