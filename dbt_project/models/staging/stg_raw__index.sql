select
    index_code,
    name_vi,
    name_en,
    publisher_vi,
    publisher_en,
    direction,
    native_unit,
    root_criterion_code,
    ranked_entity_type
from {{ source('raw', 'index') }}
