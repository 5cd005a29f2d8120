-- What a unit means to reach, as it says itself. A target never stands among the scores.
select
    targets.edition_id || ':' || targets.entity_key || ':' || targets.criterion_key || ':' || targets.measure as target_key,
    targets.edition_id,
    targets.index_code,
    targets.instrument_code,
    targets.reference_year as year,
    targets.methodology_code,
    targets.entity_key,
    targets.entity_type,
    targets.entity_code,
    targets.criterion_key,
    targets.criterion_code,
    targets.measure,
    cast(targets.value as {{ dbt.type_int() }}) as target_rank,
    targets.raw_text,
    targets.claim_id,
    targets.document_id,
    nullif(targets.note, '') as note
from {{ ref('int_claims__ranked') }} as targets
where
    targets.measure = 'target_rank'
    and targets.precedence_position = 1
    and targets.value is not null
    and targets.criterion_key is not null
