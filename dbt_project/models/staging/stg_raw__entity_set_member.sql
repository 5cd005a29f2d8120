select
    edition_id,
    entity_set_code,
    entity_type,
    entity_code
from {{ source('raw', 'entity_set_member') }}
