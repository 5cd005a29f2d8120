select
    index_code || ':' || cast(from_year as {{ dbt.type_string() }}) || '-'
    || cast(to_year as {{ dbt.type_string() }}) || ':'
    || coalesce(from_methodology_code || '/' || from_code, '') || '>'
    || coalesce(to_methodology_code || '/' || to_code, '') as concordance_key,
    index_code,
    from_year,
    to_year,
    from_methodology_code,
    to_methodology_code,
    from_code,
    to_code,
    index_code || ':' || from_methodology_code || ':' || from_code as from_criterion_key,
    index_code || ':' || to_methodology_code || ':' || to_code as to_criterion_key,
    relation as concordance_relation,
    relation = 'same' as is_same,
    source
from {{ ref('stg_raw__comparability') }}
