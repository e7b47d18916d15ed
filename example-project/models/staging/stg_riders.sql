select
    rider_id,
    full_name,
    lower(email) as email,
    plan,
    joined_on
from {{ ref('raw_riders') }}
