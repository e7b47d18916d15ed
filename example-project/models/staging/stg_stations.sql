select
    station_id,
    station_name,
    district,
    docks,
    opened_on,
    updated_at
from {{ ref('raw_stations') }}
