select
    edition_id,
    entity_set_code,
    name_vi,
    name_en,
    entity_type,
    parent_entity_code,
    is_ranked,
    unit_count,
    applicable_max_points,
    source,
    note
from {{ source('raw', 'entity_set') }}
