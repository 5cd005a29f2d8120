-- A score is in conflict if a claim about its own cell contradicts it, its rank that of another unit, or one of its figures the
-- figures that it stands in a relation to.
with ranked as (
    select
        *,
        {{ score_key() }} as score_key
    from {{ ref('int_scores__ranked') }}
),

contradicted as (
    select {{ score_key() }} as score_key
    from {{ ref('int_ranks__contradicted') }}
    union
    select {{ score_key() }} as score_key
    from {{ ref('int_figures__contradicted') }}
    where kind = 'contradiction'
)

select
    ranked.score_key,
    ranked.edition_id,
    ranked.index_code,
    ranked.instrument_code,
    ranked.reference_year as year,
    ranked.methodology_code,
    ranked.entity_key,
    ranked.entity_type,
    ranked.entity_code,
    ranked.criterion_key,
    ranked.criterion_code,
    'score' as measure,
    ranked.stage,
    ranked.score_source,
    ranked.score,
    ranked.unit,
    ranked.printed_decimals,
    ranked.rank,
    ranked.rank_out_of,
    ranked.rank_kind,
    ranked.printed_change,
    ranked.printed_change_unit,
    ranked.printed_change_rank,
    ranked.printed_gap_to_mean,
    ranked.printed_gap_to_best,
    ranked.value_status,
    ranked.missing_reason,
    ranked.precedence_rule,
    cast(ranked.n_claims as integer) as n_claims,
    ranked.has_conflict or contradicted.score_key is not null as has_conflict,
    ranked.is_known_failure,
    ranked.score_claim_id,
    ranked.used_rank_claim_id as rank_claim_id,
    ranked.change_claim_id,
    ranked.change_rank_claim_id,
    coalesce(ranked.score_claim_id, ranked.used_rank_claim_id) as claim_id,
    ranked.known_failure_evidence
from ranked
left join contradicted on ranked.score_key = contradicted.score_key
