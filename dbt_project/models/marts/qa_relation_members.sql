select
    relation_id,
    claim_id,
    role,
    coefficient,
    group_code
from {{ ref('stg_raw__qa_relation_member') }}
