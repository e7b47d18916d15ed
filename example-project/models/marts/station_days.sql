{% set directions = ['departure', 'arrival'] %}

select
    stations.station_id,
    stations.station_name,
    stations.district,
    legs.ride_date,
    {%- for direction in directions %}
    count(case when legs.direction = '{{ direction }}' then 1 end) as {{ direction }}s
    {%- if not loop.last %},{% endif %}
    {%- endfor %}
from {{ ref('ride_legs') }} as legs
inner join {{ ref('stg_stations') }} as stations using (station_id)
group by 1, 2, 3, 4
