-- Official ranks of two units that cannot both stand beside the scores chosen for them: one rank given to two units
-- whose scores differ (or are not both known), or a better rank with a lower score. Each unit has a row for what
-- contradicts it, with the unit that contradicts it most; windows over the ranking find them, so that a ranking of ten
-- thousand units is no hundred million pairs.
with units as (
    select
        ranked.edition_id,
        ranked.entity_type,
        ranked.entity_code,
        ranked.criterion_code,
        ranked.stage,
        ranked.score_source,
        ranked.entity_key,
        cast(ranked.rank as integer) as rank,
        ranked.score,
        ranked.used_rank_claim_id as rank_claim_id,
        rank_claims.original_id as rank_original_id,
        score_claims.unit_family,
        -- Between these two lies the figure that was printed, turned so that more is better.
        cast(
            case when indices.direction = 'lower_is_better' then -ranked.score else ranked.score end
            - {{ half_unit('ranked.precision_decimals') }} as decimal(24, 9)
        ) as least_merit,
        cast(
            case when indices.direction = 'lower_is_better' then -ranked.score else ranked.score end
            + {{ half_unit('ranked.precision_decimals') }} as decimal(24, 9)
        ) as most_merit
    from {{ ref('int_scores__ranked') }} as ranked
    inner join {{ ref('stg_raw__index') }} as indices on ranked.index_code = indices.index_code
    inner join {{ ref('int_claims__ranked') }} as rank_claims on ranked.used_rank_claim_id = rank_claims.claim_id
    left join {{ ref('int_claims__ranked') }} as score_claims on ranked.score_claim_id = score_claims.claim_id
    where
        ranked.rank_kind = 'official'
        and ranked.entity_type not in ('nation', 'region')
),

-- Units with one rank: who of them scores least and most, and who comes from another original.
sharing as (
    select
        units.*,
        count(*) over same_rank as holder_count,
        min(units.most_merit) over same_scale as lowest_merit,
        max(units.least_merit) over same_scale as highest_merit,
        first_value(units.entity_code) over (
            partition by {{ ranking_list('units') }}, units.rank, units.unit_family
            order by units.most_merit asc nulls last, units.entity_code asc
        ) as lowest_code,
        first_value(units.entity_code) over (
            partition by {{ ranking_list('units') }}, units.rank, units.unit_family
            order by units.least_merit desc nulls last, units.entity_code asc
        ) as highest_code,
        -- Units without a score first: with one of them in the pair nobody can tell whether the rank is shared by right.
        first_value(units.entity_code) over (
            partition by {{ ranking_list('units') }}, units.rank
            order by
                case when units.score is null then 0 else 1 end asc,
                units.rank_original_id asc,
                units.entity_code asc
        ) as first_unscored_code,
        first_value(units.entity_code) over (
            partition by {{ ranking_list('units') }}, units.rank
            order by
                case when units.score is null then 0 else 1 end asc,
                units.rank_original_id desc,
                units.entity_code desc
        ) as last_unscored_code,
        first_value(units.entity_code) over (
            partition by {{ ranking_list('units') }}, units.rank
            order by units.rank_original_id asc, units.entity_code asc
        ) as first_code,
        first_value(units.entity_code) over (
            partition by {{ ranking_list('units') }}, units.rank
            order by units.rank_original_id desc, units.entity_code desc
        ) as last_code
    from units
    window
        same_rank as (partition by {{ ranking_list('units') }}, units.rank),
        same_scale as (partition by {{ ranking_list('units') }}, units.rank, units.unit_family)
),

shared_by_score as (
    select
        sharing.*,
        case
            when sharing.least_merit > sharing.lowest_merit then sharing.lowest_code
            when sharing.most_merit < sharing.highest_merit then sharing.highest_code
        end as other_entity_code
    from sharing
    where sharing.holder_count > 1
),

-- Without both scores a rank given twice by one original is a tie it states; by two it cannot be told.
unscored_candidates as (
    select
        {{ cell_list('shared_by_score') }},
        shared_by_score.first_unscored_code as candidate_code
    from shared_by_score
    where shared_by_score.other_entity_code is null
    union
    select
        {{ cell_list('shared_by_score') }},
        shared_by_score.last_unscored_code as candidate_code
    from shared_by_score
    where shared_by_score.other_entity_code is null
    union
    select
        {{ cell_list('shared_by_score') }},
        shared_by_score.first_code as candidate_code
    from shared_by_score
    where
        shared_by_score.other_entity_code is null
        and shared_by_score.score is null
    union
    select
        {{ cell_list('shared_by_score') }},
        shared_by_score.last_code as candidate_code
    from shared_by_score
    where
        shared_by_score.other_entity_code is null
        and shared_by_score.score is null
),

shared_unscored as (
    select
        {{ cell_list('candidates') }},
        min(other.entity_code) as other_entity_code
    from unscored_candidates as candidates
    inner join units on {{ same_cell('candidates', 'units') }}
    inner join units as other
        on
            {{ same_ranking('candidates', 'other') }}
            and candidates.candidate_code = other.entity_code
    where
        units.rank_original_id <> other.rank_original_id
        and (units.score is null or other.score is null)
    group by {{ cell_list('candidates') }}
),

-- Along the ranks: the least figure of all ranked before, and the greatest of all ranked behind.
along as (
    select
        units.*,
        min(units.most_merit) over (
            partition by {{ ranking_list('units') }}, units.unit_family
            order by units.rank asc
            range between unbounded preceding and 1 preceding
        ) as lowest_before,
        max(units.least_merit) over (
            partition by {{ ranking_list('units') }}, units.unit_family
            order by units.rank asc
            range between 1 following and unbounded following
        ) as highest_behind,
        row_number() over (
            partition by {{ ranking_list('units') }}, units.unit_family, units.most_merit
            order by units.rank asc, units.entity_code asc
        ) as place_from_front,
        row_number() over (
            partition by {{ ranking_list('units') }}, units.unit_family, units.least_merit
            order by units.rank desc, units.entity_code asc
        ) as place_from_back
    from units
    where units.score is not null
),

found as (
    select
        {{ cell_list('shared_by_score') }},
        'shared_rank' as kind,
        shared_by_score.other_entity_code
    from shared_by_score
    where shared_by_score.other_entity_code is not null
    union all
    select
        {{ cell_list('shared_unscored') }},
        'shared_rank' as kind,
        shared_unscored.other_entity_code
    from shared_unscored
    union all
    select
        {{ cell_list('along') }},
        'rank_against_score' as kind,
        other.entity_code as other_entity_code
    from along
    inner join along as other
        on
            {{ same_ranking('along', 'other') }}
            and along.unit_family = other.unit_family
            and along.lowest_before = other.most_merit
            and other.place_from_front = 1
    where along.least_merit > along.lowest_before
    union all
    select
        {{ cell_list('along') }},
        'rank_against_score' as kind,
        other.entity_code as other_entity_code
    from along
    inner join along as other
        on
            {{ same_ranking('along', 'other') }}
            and along.unit_family = other.unit_family
            and along.highest_behind = other.least_merit
            and other.place_from_back = 1
    where along.most_merit < along.highest_behind
),

holders as (
    select
        {{ cell_list('sharing') }},
        sharing.holder_count
    from sharing
)

select
    {{ cell_list('found') }},
    found.kind,
    units.entity_key,
    units.rank,
    units.score,
    units.rank_claim_id,
    other.entity_code as other_entity_code,
    other.entity_key as other_entity_key,
    other.rank as other_rank,
    other.score as other_score,
    other.rank_claim_id as other_rank_claim_id,
    cast(case when found.kind = 'shared_rank' then holders.holder_count - 1 end as integer) as sharing_count
from found
inner join units on {{ same_cell('found', 'units') }}
inner join units as other
    on
        {{ same_ranking('found', 'other') }}
        and found.other_entity_code = other.entity_code
inner join holders on {{ same_cell('found', 'holders') }}
