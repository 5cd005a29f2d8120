select
    entity_type,
    entity_code,
    valid_from,
    valid_to,
    name_vi,
    name_en,
    region_vi,
    region_code,
    region_scheme,
    geography,
    unit_type,
    succession,
    successor_code,
    source
from {{ source('raw', 'entity') }}
