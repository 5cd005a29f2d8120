select
    index_code,
    methodology_code,
    decision_number,
    decision_date,
    first_year,
    last_year,
    rollup_rule,
    rollup_source,
    comparable_with_previous,
    comparable_within,
    source,
    note
from {{ source('raw', 'methodology') }}
