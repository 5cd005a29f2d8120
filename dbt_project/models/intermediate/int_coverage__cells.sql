-- Every cell an edition is expected to fill, and those that a source speaks of besides: what is known, and why the rest is not.
-- Expected: each unit the edition ranks, for each criterion of its tree. The units are those of its ranked sets where a source
-- names them, else all of the map of its day; and those that are scored beside the ranking. An edition that ranks no known
-- number of units, such as a province's own survey, has nothing to be complete over. One row per cell, so size
-- grows as the grid does.
with members as (
    select
        members.edition_id,
        members.entity_type,
        members.entity_code,
        max(case when entity_sets.is_ranked then 1 else 0 end) as is_ranked
    from {{ ref('stg_raw__entity_set_member') }} as members
    inner join {{ ref('stg_raw__entity_set') }} as entity_sets
        on
            members.edition_id = entity_sets.edition_id
            and members.entity_set_code = entity_sets.entity_set_code
    group by members.edition_id, members.entity_type, members.entity_code
),

-- Editions whose ranked units are named one by one; a set that is only scored beside the ranking does not replace the map.
named_editions as (
    select distinct edition_id
    from members
    where is_ranked = 1
),

units as (
    select
        entities.edition_id,
        entities.entity_type,
        entities.entity_code
    from {{ ref('stg_raw__edition') }} as editions
    inner join {{ ref('stg_raw__index') }} as indices on editions.index_code = indices.index_code
    inner join {{ ref('int_entities__by_edition') }} as entities
        on
            editions.edition_id = entities.edition_id
            and indices.ranked_entity_type = entities.entity_type
    left join named_editions on editions.edition_id = named_editions.edition_id
    where
        editions.n_units is not null
        and named_editions.edition_id is null
    union
    select
        edition_id,
        entity_type,
        entity_code
    from members
),

expected as (
    select
        units.edition_id,
        units.entity_type,
        units.entity_code,
        criteria.criterion_key
    from units
    inner join {{ ref('int_criteria__by_edition') }} as criteria
        on
            units.edition_id = criteria.edition_id
            -- A node that only gathers items under a heading has no score of its own in any method.
            and (criteria.is_root or criteria.is_scored_leaf or criteria.takes_part_in_rollup)
),

scores as (
    select *
    from {{ ref('int_scores__ranked') }}
    where
        stage = 'published'
        and score_source = 'total'
),

chosen as (
    select *
    from {{ ref('int_claims__ranked') }}
    where
        precedence_position = 1
        and stage = 'published'
        and score_source = 'total'
        and criterion_key is not null
),

-- Only the difference from another year is printed, neither score nor rank.
changes as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_key,
        min(claim_id) as claim_id
    from chosen
    where
        measure in ('change', 'change_rank')
        and has_content
    group by edition_id, entity_type, entity_code, criterion_key
),

-- A table may say of a criterion of another year's tree why this year has none.
outside as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_key,
        min(missing_reason) as missing_reason,
        min(claim_id) as claim_id
    from chosen
    where
        not is_in_edition_tree
        and measure in ('score', 'rank')
        and missing_reason is not null
    group by edition_id, entity_type, entity_code, criterion_key
),

cells as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_key
    from expected
    union
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_key
    from scores
    where criterion_key is not null
    union
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_key
    from changes
    union
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_key
    from outside
),

shown_units as (
    select
        edition_id,
        entity_type,
        count(distinct entity_code) as shown_count
    from scores
    where
        is_root
        and (score is not null or rank is not null)
    group by edition_id, entity_type
),

joined as (
    select
        cells.edition_id,
        cells.entity_type,
        cells.entity_code,
        cells.criterion_key,
        criteria.criterion_code,
        criteria.methodology_code,
        editions.index_code,
        editions.instrument_code,
        editions.reference_year,
        editions.geography,
        editions.published_cutoff,
        editions.source as edition_source,
        coalesce(shown_units.shown_count, 0) as shown_count,
        expected.criterion_key is not null as is_expected,
        scores.score,
        scores.rank,
        coalesce(scores.missing_reason, outside.missing_reason) as stated_reason,
        changes.claim_id is not null as is_change_known,
        coalesce(
            scores.score_claim_id, scores.used_rank_claim_id, outside.claim_id, changes.claim_id
        ) as claim_id
    from cells
    inner join {{ ref('stg_raw__edition') }} as editions on cells.edition_id = editions.edition_id
    inner join {{ ref('int_criteria__keyed') }} as criteria on cells.criterion_key = criteria.criterion_key
    left join expected
        on
            cells.edition_id = expected.edition_id
            and cells.entity_type = expected.entity_type
            and cells.entity_code = expected.entity_code
            and cells.criterion_key = expected.criterion_key
    left join scores
        on
            cells.edition_id = scores.edition_id
            and cells.entity_type = scores.entity_type
            and cells.entity_code = scores.entity_code
            and cells.criterion_key = scores.criterion_key
    left join changes
        on
            cells.edition_id = changes.edition_id
            and cells.entity_type = changes.entity_type
            and cells.entity_code = changes.entity_code
            and cells.criterion_key = changes.criterion_key
    left join outside
        on
            cells.edition_id = outside.edition_id
            and cells.entity_type = outside.entity_type
            and cells.entity_code = outside.entity_code
            and cells.criterion_key = outside.criterion_key
    left join shown_units
        on
            cells.edition_id = shown_units.edition_id
            and cells.entity_type = shown_units.entity_type
),

explained as (
    select
        joined.*,
        case
            when absences.missing_reason is not null then absences.missing_reason
            -- Below the cut-off only once all that stand above it are known: until then it may be one of them.
            when joined.is_expected and joined.shown_count >= joined.published_cutoff then 'below_publication_cutoff'
        end as absence_reason,
        case
            when absences.missing_reason is not null then absences.source
            when joined.is_expected and joined.shown_count >= joined.published_cutoff then joined.edition_source
        end as absence_source,
        case
            when joined.score is not null and joined.rank is not null then 'score_and_rank'
            when joined.score is not null then 'score'
            when joined.rank is not null then 'rank_only'
            when joined.is_change_known then 'change_only'
            else 'nothing'
        end as what_is_known
    from joined
    left join {{ ref('known_absence') }} as absences
        on
            joined.edition_id = absences.edition_id
            and joined.entity_type = absences.entity_type
            and joined.entity_code = absences.entity_code
            and joined.criterion_code = absences.criterion_code
)

select
    edition_id,
    entity_type,
    entity_code,
    criterion_key,
    criterion_code,
    methodology_code,
    index_code,
    instrument_code,
    reference_year,
    geography,
    is_expected,
    what_is_known,
    case
        when what_is_known in ('score_and_rank', 'score') then 'published'
        when what_is_known in ('rank_only', 'change_only') then what_is_known
        when stated_reason is not null then stated_reason
        when absence_reason is not null then absence_reason
        else 'not_in_our_documents'
    end as coverage_reason,
    case
        when what_is_known <> 'nothing' or stated_reason is not null then 'claim'
        when absence_reason is not null then 'reference'
        else 'catalogue'
    end as reason_stated_by,
    case when what_is_known = 'nothing' and stated_reason is null then absence_source end as reason_source,
    claim_id
from explained
