-- A figure whose criterion is not in the tree of its edition in that year would vanish from every report.
select
    claim_id,
    document_id,
    edition_id,
    methodology_code,
    criterion_code,
    measure,
    raw_text
from {{ ref('int_claims__placed') }}
where
    measure in ('score', 'rank', 'change', 'change_rank')
    and value is not null
    and not is_in_edition_tree
