select
    relation_id,
    claim_id,
    role,
    coefficient,
    group_code
from {{ source('raw', 'qa_relation_member') }}
