-- Each score as it stood from one day to another: what the written precedence would have chosen among the claims
-- published by then.
-- A score that learned everything on one day is one row, taken as it is; only cells that moved are played through.
with scores as (
    select * from {{ ref('fct_score') }}
),

cell_dates as (
    select
        {{ cell_list('claims') }},
        min(dated.known_from) as known_from,
        max(case when dated.is_known_from_stated then 1 else 0 end) = 1 as is_known_from_stated
    from {{ ref('int_claims__ranked') }} as claims
    inner join {{ ref('int_claims__dated') }} as dated on claims.claim_id = dated.claim_id
    where
        claims.measure in ('score', 'rank')
        and claims.is_in_edition_tree
    group by {{ cell_list('claims') }}
),

moments as (
    select distinct
        {{ cell_list('judged') }},
        judged.known_on,
        judged.is_known_on_stated,
        coalesce(scores.rank_kind = 'derived_by_us', false) as is_ranked_by_us
    from {{ ref('int_claims__ranked_at') }} as judged
    left join scores on {{ same_cell('judged', 'scores') }}
),

chosen_then as (
    select * from {{ ref('int_claims__ranked_at') }}
    where
        is_standing
        and precedence_position = 1
),

-- The best placed claim of the day with another value, and the rule that set it aside.
losing_then as (
    select
        losers.*,
        {{ deciding_rule('losers.', 'winners.') }} as precedence_rule,
        row_number() over (
            partition by {{ cell_list('losers') }}, losers.known_on, losers.measure
            order by losers.precedence_position
        ) as position_of_loser
    from {{ ref('int_claims__ranked_at') }} as losers
    inner join chosen_then as winners
        on
            {{ same_cell('losers', 'winners') }}
            and losers.known_on = winners.known_on
            and losers.measure = winners.measure
    where
        losers.precedence_position > 1
        and losers.value is not null
        and winners.value is not null
        and (losers.value <> winners.value or losers.unit_family <> winners.unit_family)
),

standing_counts as (
    select
        {{ cell_list('judged') }},
        judged.known_on,
        judged.measure,
        sum(case when judged.has_content then 1 else 0 end) as claim_count
    from {{ ref('int_claims__ranked_at') }} as judged
    where judged.is_standing
    group by {{ cell_list('judged') }}, judged.known_on, judged.measure
),

states as (
    select
        moments.*,
        score.claim_id as score_claim_id,
        printed_rank.claim_id as rank_claim_id,
        -- What a reader sees of the state: two days that show the same are one vintage, whichever of equal claims stands first.
        coalesce(cast(score.value as {{ dbt.type_string() }}), '') || '|' || coalesce(score.unit, '')
        || '|' || coalesce(score.missing_reason, '') || '|' || coalesce(score.document_id, '')
        || '|' || coalesce(cast(printed_rank.value as {{ dbt.type_string() }}), '')
        || '|' || coalesce(printed_rank.rank_kind, '') || '|' || coalesce(printed_rank.document_id, '') as appearance,
        coalesce(
            losing_then.precedence_rule,
            case
                when coalesce(standing_counts.claim_count, 0) = 0 then 'nothing_published'
                when standing_counts.claim_count = 1 then 'only_claim'
                else 'all_agree'
            end
        ) as precedence_rule
    from moments
    left join chosen_then as score
        on
            {{ same_cell('moments', 'score') }}
            and moments.known_on = score.known_on
            and score.measure = 'score'
    left join chosen_then as printed_rank
        on
            {{ same_cell('moments', 'printed_rank') }}
            and moments.known_on = printed_rank.known_on
            and printed_rank.measure = 'rank'
            -- A rank that somebody else computed yields to ours, as in fct_score.
            and not (printed_rank.rank_kind = 'derived_by_third_party' and moments.is_ranked_by_us)
    left join losing_then
        on
            {{ same_cell('moments', 'losing_then') }}
            and moments.known_on = losing_then.known_on
            and losing_then.position_of_loser = 1
            and losing_then.measure = case when score.value is not null then 'score' else 'rank' end
    left join standing_counts
        on
            {{ same_cell('moments', 'standing_counts') }}
            and moments.known_on = standing_counts.known_on
            and standing_counts.measure = case when score.value is not null then 'score' else 'rank' end
),

compared as (
    select
        states.*,
        lag(states.appearance) over (
            partition by {{ cell_list('states') }} order by states.known_on
        ) as earlier_appearance
    from states
),

numbered_states as (
    select
        compared.*,
        sum(case when compared.appearance is distinct from compared.earlier_appearance then 1 else 0 end) over (
            partition by {{ cell_list('compared') }} order by compared.known_on
        ) as stretch
    from compared
),

-- A stretch of days with one choice; the rule that decided may have changed with what was said against it: the last one counts.
stretches as (
    select
        numbered_states.*,
        min(numbered_states.known_on) over (
            partition by {{ cell_list('numbered_states') }}, numbered_states.stretch
        ) as known_from,
        row_number() over (
            partition by {{ cell_list('numbered_states') }}, numbered_states.stretch order by numbered_states.known_on asc
        ) as position_from_first,
        row_number() over (
            partition by {{ cell_list('numbered_states') }}, numbered_states.stretch order by numbered_states.known_on desc
        ) as position_from_last
    from numbered_states
),

vintages as (
    select
        lasting.*,
        beginning.is_known_on_stated as is_known_from_stated,
        lead(lasting.known_from) over (partition by {{ cell_list('lasting') }} order by lasting.known_from) as known_to
    from stretches as lasting
    inner join stretches as beginning
        on
            {{ same_cell('lasting', 'beginning') }}
            and lasting.stretch = beginning.stretch
            and beginning.position_from_first = 1
    where lasting.position_from_last = 1
),

moved as (
    select
        {{ cell_list('vintages') }},
        vintages.known_from,
        vintages.is_known_from_stated,
        vintages.known_to,
        vintages.score_claim_id,
        vintages.rank_claim_id,
        vintages.precedence_rule
    from vintages
    where vintages.score_claim_id is not null or vintages.rank_claim_id is not null
),

moving_scores as (
    select distinct {{ score_key() }} as score_key
    from moments
),

still as (
    select
        {{ cell_list('scores') }},
        cell_dates.known_from,
        cell_dates.is_known_from_stated,
        cast(null as date) as known_to,
        scores.score_claim_id,
        scores.rank_claim_id,
        scores.precedence_rule
    from scores
    inner join cell_dates on {{ same_cell('scores', 'cell_dates') }}
    left join moving_scores as moving on scores.score_key = moving.score_key
    where moving.score_key is null
),

both_sorts as (
    select * from still
    union all
    select * from moved
),

numbered as (
    select
        both_sorts.*,
        {{ score_key() }} as score_key,
        row_number() over (partition by {{ cell_list('both_sorts') }} order by both_sorts.known_from) as vintage
    from both_sorts
)

select
    numbered.score_key,
    cast(numbered.vintage as integer) as vintage,
    numbered.known_from,
    numbered.is_known_from_stated,
    numbered.known_to,
    numbered.known_to is null as is_current_vintage,
    coalesce(score_claims.index_code, rank_claims.index_code, scores.index_code) as index_code,
    numbered.edition_id,
    coalesce(score_claims.reference_year, rank_claims.reference_year, scores.year) as year,
    coalesce(score_claims.entity_key, rank_claims.entity_key, scores.entity_key) as entity_key,
    numbered.entity_type,
    numbered.entity_code,
    coalesce(score_claims.criterion_key, rank_claims.criterion_key, scores.criterion_key) as criterion_key,
    numbered.criterion_code,
    numbered.stage,
    numbered.score_source,
    score_claims.value as score,
    coalesce(score_claims.unit, scores.unit) as unit,
    -- Ranks of ours are computed over the scores of today: an earlier vintage has none.
    case
        when numbered.known_to is null and scores.rank_kind = 'derived_by_us' then scores.rank
        else cast(rank_claims.value as integer)
    end as rank,
    case when numbered.known_to is null then scores.rank_out_of else rank_claims.rank_out_of end as rank_out_of,
    case when numbered.known_to is null then scores.rank_kind else rank_claims.rank_kind end as rank_kind,
    coalesce(score_claims.value_status, rank_claims.value_status, scores.value_status) as value_status,
    score_claims.missing_reason,
    numbered.precedence_rule,
    numbered.score_claim_id,
    numbered.rank_claim_id,
    coalesce(score_claims.document_id, rank_claims.document_id) as document_id
from numbered
left join {{ ref('int_claims__ranked') }} as score_claims on numbered.score_claim_id = score_claims.claim_id
left join {{ ref('int_claims__ranked') }} as rank_claims on numbered.rank_claim_id = rank_claims.claim_id
left join scores on numbered.score_key = scores.score_key
