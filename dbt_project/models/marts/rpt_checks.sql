select
    run_id,
    gate,
    rule_id,
    severity,
    title_vi,
    title_en,
    status,
    checked_count,
    failed_count,
    tolerated_count,
    incomplete_count,
    sample,
    checked_at
from {{ ref('stg_raw__qa_result') }}
