select
    relation_id,
    rule_id,
    document_id,
    original_id,
    edition_id,
    relation_kind,
    verdict as relation_verdict,
    expected,
    found,
    tolerance as relation_tolerance,
    low,
    high,
    detail,
    judged_count,
    member_count
from {{ ref('stg_raw__qa_relation') }}
