select
    rule_id,
    document_id,
    original_id,
    edition_id,
    entity_code,
    criterion_code,
    measure,
    raw_text,
    evidence,
    expires_on
from {{ source('raw', 'known_failure') }}
