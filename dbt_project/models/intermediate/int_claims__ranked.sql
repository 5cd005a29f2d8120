-- Order of belief among the claims of one cell and measure; position 1 is the chosen claim, the others stay as they are.
with claims as (
    select * from {{ ref('int_claims__placed') }}
),

agreement as (
    select
        {{ cell_list('claims') }},
        claims.measure,
        claims.value,
        count(distinct claims.original_id) as agreeing_count
    from claims
    where claims.value is not null
    group by {{ cell_list('claims') }}, claims.measure, claims.value
),

-- A listed failure gives way only to an unlisted claim that contradicts it: a coarser rounding of it is no better figure.
contradicted_failures as (
    select distinct failing.claim_id
    from claims as failing
    inner join claims as standing
        on
            {{ same_cell('failing', 'standing') }}
            and failing.measure = standing.measure
            and failing.unit_family = standing.unit_family
    where
        failing.is_known_failure
        and not standing.is_known_failure
        and abs(failing.value - standing.value)
        > {{ half_unit('failing.precision_decimals') }} + {{ half_unit('standing.precision_decimals') }}
),

judged as (
    select
        claims.*,
        coalesce(agreement.agreeing_count, 0) as agreeing_count,
        claims.value is not null or claims.value_text is not null as has_content,
        -- A rank read off the order of somebody's list is no rank that anybody printed.
        coalesce(claims.value_status = 'implied' or claims.rank_kind = 'derived_by_third_party', false) as is_implied,
        contradicted_failures.claim_id is not null as is_contradicted_failure
    from claims
    left join agreement
        on
            {{ same_cell('claims', 'agreement') }}
            and claims.measure = agreement.measure
            and claims.value = agreement.value
    left join contradicted_failures on claims.claim_id = contradicted_failures.claim_id
)

select
    judged.*,
    row_number() over (
        partition by {{ cell_list('judged') }}, judged.measure
        order by
            judged.has_content desc,
            judged.is_contradicted_failure asc,
            judged.is_implied asc,
            judged.is_unit_of_criterion desc,
            judged.source_strength asc,
            judged.modality_strength asc,
            judged.precision_decimals desc nulls last,
            judged.agreeing_count desc,
            judged.published_on desc nulls last,
            judged.claim_id asc
    ) as precedence_position
from judged
