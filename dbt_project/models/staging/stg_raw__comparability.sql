select
    index_code,
    from_year,
    to_year,
    from_methodology_code,
    to_methodology_code,
    from_code,
    to_code,
    relation,
    source
from {{ source('raw', 'comparability') }}
