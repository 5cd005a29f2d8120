-- A figure whose criterion is not in the tree of its methodology would vanish from every report.
select
    claim_id,
    document_id,
    methodology_code,
    criterion_code,
    measure,
    raw_text
from {{ ref('fct_claim') }}
where
    measure in ('score', 'rank', 'change', 'change_rank')
    and value is not null
    and criterion_key is null
