{{ config(materialized='table', tags=['nightly'], meta={'owner': 'me'}, custom='x') }}
select 1 as id, 'a' as name
