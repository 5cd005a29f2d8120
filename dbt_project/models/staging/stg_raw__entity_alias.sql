select
    entity_type,
    entity_code,
    valid_from,
    alias
from {{ source('raw', 'entity_alias') }}
