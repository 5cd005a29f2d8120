-- Ranks that no publisher prints, computed over the units with a score. Of a whole index only units with every part are ranked:
-- a total over fewer parts is not a low total. Units are ranked inside their set: departments among departments, and a set that
-- is only scored has no rank. Units of a local index whose set nobody names are in no ranking of ours.
with members as (
    select
        named.edition_id,
        named.entity_type,
        named.entity_code,
        named.entity_set_code,
        rank_sets.is_ranked
    from {{ ref('stg_raw__entity_set_member') }} as named
    inner join {{ ref('stg_raw__entity_set') }} as rank_sets
        on
            named.edition_id = rank_sets.edition_id
            and named.entity_set_code = rank_sets.entity_set_code
),

scores as (
    select
        chosen.*,
        coalesce(members.entity_set_code, '') as entity_set_code
    from {{ ref('int_scores__chosen') }} as chosen
    inner join {{ ref('stg_raw__edition') }} as editions on chosen.edition_id = editions.edition_id
    left join members
        on
            chosen.edition_id = members.edition_id
            and chosen.entity_type = members.entity_type
            and chosen.entity_code = members.entity_code
    where
        editions.rank_kind = 'derived_by_us'
        and chosen.stage = 'published'
        and chosen.score_source = 'total'
        and coalesce(members.is_ranked, chosen.entity_type in ('province', 'ministry'))
        and chosen.score is not null
),

expected_parts as (
    select
        edition_id,
        parent_code as criterion_code,
        count(*) as part_count
    from {{ ref('int_criteria__by_edition') }}
    where
        parent_code is not null
        and takes_part_in_rollup
    group by edition_id, parent_code
),

scored_parts as (
    select
        scores.edition_id,
        scores.entity_type,
        scores.entity_code,
        criteria.parent_code as criterion_code,
        count(*) as part_count
    from scores
    inner join {{ ref('int_criteria__by_edition') }} as criteria
        on
            scores.edition_id = criteria.edition_id
            and scores.criterion_code = criteria.criterion_code
    where
        criteria.parent_code is not null
        and criteria.takes_part_in_rollup
    group by scores.edition_id, scores.entity_type, scores.entity_code, criteria.parent_code
),

ranked_units as (
    select scores.*
    from scores
    left join expected_parts
        on
            scores.edition_id = expected_parts.edition_id
            and scores.criterion_code = expected_parts.criterion_code
    left join scored_parts
        on
            scores.edition_id = scored_parts.edition_id
            and scores.entity_type = scored_parts.entity_type
            and scores.entity_code = scored_parts.entity_code
            and scores.criterion_code = scored_parts.criterion_code
    where
        not scores.is_root
        or coalesce(scored_parts.part_count, 0) = coalesce(expected_parts.part_count, 0)
)

select
    {{ cell_list('ranked_units') }},
    cast(
        rank() over (
            partition by
                ranked_units.edition_id, ranked_units.entity_type, ranked_units.entity_set_code, ranked_units.criterion_code
            order by
                case when indices.direction = 'lower_is_better' then ranked_units.score else -ranked_units.score end
        ) as integer
    ) as derived_rank,
    cast(
        count(*) over (
            partition by
                ranked_units.edition_id, ranked_units.entity_type, ranked_units.entity_set_code, ranked_units.criterion_code
        ) as integer
    ) as ranked_count
from ranked_units
inner join {{ ref('stg_raw__index') }} as indices on ranked_units.index_code = indices.index_code
