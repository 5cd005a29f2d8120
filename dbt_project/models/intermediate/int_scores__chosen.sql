-- One row per cell that has a score or a rank, or a published reason for having none.
with claims as (
    select * from {{ ref('int_claims__ranked') }}
),

chosen as (
    select * from claims
    where precedence_position = 1
),

cells as (
    select distinct
        {{ cell_list('claims') }},
        claims.index_code,
        claims.instrument_code,
        claims.reference_year,
        claims.methodology_code,
        claims.entity_key,
        claims.criterion_key,
        claims.is_root
    from claims
    where
        claims.measure in ('score', 'rank')
        and claims.is_in_edition_tree
        and not coalesce(claims.is_superseded, false)
),

counts as (
    select
        {{ cell_list('claims') }},
        sum(case when claims.measure = 'score' and claims.has_content then 1 else 0 end) as score_count,
        sum(case when claims.measure = 'rank' and claims.has_content then 1 else 0 end) as rank_count,
        count(*) as all_count
    from claims
    where
        claims.measure in ('score', 'rank')
        and not coalesce(claims.is_superseded, false)
    group by {{ cell_list('claims') }}
),

conflicts as (
    select distinct {{ cell_list('compared') }}
    from {{ ref('int_claims__compared') }} as compared
    where
        compared.kind in ('contradiction', 'truncation')
        and compared.measure in ('score', 'rank', 'change', 'change_rank')
),

differing as (
    select
        {{ cell_list('compared') }},
        compared.measure,
        compared.precedence_rule,
        row_number() over (
            partition by {{ cell_list('compared') }}, compared.measure
            order by compared.precedence_position
        ) as position_in_cell
    from {{ ref('int_claims__compared') }} as compared
    where compared.kind <> 'agrees'
),

-- The rule that set aside the best placed claim with another value.
deciding as (
    select * from differing
    where position_in_cell = 1
),

joined as (
    select
        cells.*,
        score.value as score,
        coalesce(score.unit, criteria.unit) as unit,
        score.printed_decimals,
        score.precision_decimals,
        score.modality as score_modality,
        score.claim_id as score_claim_id,
        score.original_id as score_original_id,
        score.value_status as score_status,
        score.missing_reason,
        score.is_known_failure as is_score_known_failure,
        score.known_failure_evidence as score_evidence,
        cast(printed_rank.value as integer) as printed_rank,
        printed_rank.rank_out_of as printed_rank_out_of,
        printed_rank.rank_kind as printed_rank_kind,
        printed_rank.claim_id as rank_claim_id,
        printed_rank.value_status as rank_status,
        printed_rank.is_known_failure as is_rank_known_failure,
        printed_rank.known_failure_evidence as rank_evidence,
        printed_change.value as printed_change,
        printed_change.unit as printed_change_unit,
        printed_change.claim_id as change_claim_id,
        cast(printed_change_rank.value as integer) as printed_change_rank,
        printed_change_rank.claim_id as change_rank_claim_id,
        gap_to_mean.value as printed_gap_to_mean,
        gap_to_best.value as printed_gap_to_best,
        counts.score_count,
        counts.rank_count,
        counts.all_count,
        conflicts.edition_id is not null as has_conflict,
        case when score.value is not null then 'score' else 'rank' end as deciding_measure
    from cells
    left join {{ ref('int_criteria__keyed') }} as criteria on cells.criterion_key = criteria.criterion_key
    left join chosen as score on {{ same_cell('cells', 'score') }} and score.measure = 'score'
    left join chosen as printed_rank on {{ same_cell('cells', 'printed_rank') }} and printed_rank.measure = 'rank'
    left join chosen as printed_change on {{ same_cell('cells', 'printed_change') }} and printed_change.measure = 'change'
    left join chosen as printed_change_rank
        on {{ same_cell('cells', 'printed_change_rank') }} and printed_change_rank.measure = 'change_rank'
    left join chosen as gap_to_mean on {{ same_cell('cells', 'gap_to_mean') }} and gap_to_mean.measure = 'gap_to_mean'
    left join chosen as gap_to_best on {{ same_cell('cells', 'gap_to_best') }} and gap_to_best.measure = 'gap_to_best'
    left join counts on {{ same_cell('cells', 'counts') }}
    left join conflicts on {{ same_cell('cells', 'conflicts') }}
)

select
    joined.*,
    case
        when joined.score is null and joined.printed_rank is not null then joined.rank_status
        else coalesce(joined.score_status, joined.rank_status)
    end as value_status,
    case
        when joined.score_count > 0 then joined.score_count
        when joined.rank_count > 0 then joined.rank_count
        else joined.all_count
    end as n_claims,
    coalesce(joined.is_score_known_failure, false) or coalesce(joined.is_rank_known_failure, false) as is_known_failure,
    nullif(
        concat_ws(' ', joined.score_evidence, nullif(joined.rank_evidence, joined.score_evidence)), ''
    ) as known_failure_evidence,
    coalesce(
        deciding.precedence_rule,
        case
            when greatest(joined.score_count, joined.rank_count) = 0 then 'nothing_published'
            when joined.score_count = 1 or (joined.score_count = 0 and joined.rank_count = 1) then 'only_claim'
            else 'all_agree'
        end
    ) as precedence_rule
from joined
left join deciding
    on
        {{ same_cell('joined', 'deciding') }}
        and joined.deciding_measure = deciding.measure
