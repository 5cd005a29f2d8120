select
    index_code,
    methodology_code,
    criterion_code,
    leaf_code
from {{ source('raw', 'criterion_leaf') }}
