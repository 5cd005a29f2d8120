select
    relation_id,
    rule_id,
    document_id,
    original_id,
    edition_id,
    relation_kind,
    verdict,
    expected,
    found,
    tolerance,
    low,
    high,
    detail,
    judged_count,
    member_count
from {{ ref('stg_raw__qa_relation') }}
