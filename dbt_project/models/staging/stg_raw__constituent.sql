select
    entity_code,
    valid_from,
    constituent_code,
    constituent_valid_from
from {{ source('raw', 'constituent') }}
