select
    index_code,
    methodology_code,
    criterion_code,
    alias
from {{ source('raw', 'criterion_alias') }}
