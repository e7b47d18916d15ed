-- Compiled by `etl compile`, never run: a query to paste into a notebook.

select
    extract(hour from started_at) as hour_of_day,
    count(*) as rides
from {{ ref('fct_rides') }}
group by 1
order by 2 desc
