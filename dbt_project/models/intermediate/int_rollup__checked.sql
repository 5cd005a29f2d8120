-- Parents beside the figure that their parts give by the methodology's own rule. Only tables are judged, and only parts in
-- tables of the parent's own original count: figures of two originals are never added up. A family with a part unstated is
-- incomplete, neither right nor wrong.
with parents as (
    select
        scores.edition_id,
        scores.index_code,
        scores.reference_year,
        scores.methodology_code,
        scores.entity_type,
        scores.entity_code,
        scores.criterion_code,
        scores.score,
        scores.precision_decimals,
        scores.score_claim_id,
        scores.score_original_id,
        methodologies.rollup_rule,
        case when scores.is_root then 'whole_index' else units.unit_family end as unit_family
    from {{ ref('int_scores__chosen') }} as scores
    inner join {{ ref('stg_raw__methodology') }} as methodologies
        on
            scores.index_code = methodologies.index_code
            and scores.methodology_code = methodologies.methodology_code
    left join {{ ref('unit_family') }} as units on scores.unit = units.unit
    where
        scores.stage = 'published'
        and scores.score_source = 'total'
        and scores.score_modality = 'table'
        and methodologies.rollup_rule in ('mean_of_leaves', 'mean_of_children', 'sum_points', 'sum_of_children')
),

family_members as (
    select
        leaves.index_code,
        leaves.methodology_code,
        leaves.criterion_code,
        leaves.leaf_code as part_code,
        'leaves' as part_kind
    from {{ ref('stg_raw__criterion_leaf') }} as leaves
    union all
    select
        index_code,
        methodology_code,
        parent_code as criterion_code,
        criterion_code as part_code,
        'children' as part_kind
    from {{ ref('int_criteria__keyed') }}
    where
        parent_code is not null
        and takes_part_in_rollup
),

expected_parts as (
    select
        parents.edition_id,
        parents.entity_type,
        parents.entity_code,
        parents.criterion_code,
        parents.score_original_id,
        parents.rollup_rule,
        parents.unit_family as parent_unit_family,
        family_members.part_code,
        criteria.sort_order
    from parents
    inner join family_members
        on
            parents.index_code = family_members.index_code
            and parents.methodology_code = family_members.methodology_code
            and parents.criterion_code = family_members.criterion_code
            and case when parents.rollup_rule = 'mean_of_leaves' then 'leaves' else 'children' end = family_members.part_kind
    inner join {{ ref('int_criteria__by_edition') }} as criteria
        on
            parents.edition_id = criteria.edition_id
            and family_members.part_code = criteria.criterion_code
),

table_scores as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_code,
        original_id,
        value,
        precision_decimals,
        unit_family,
        row_number() over (
            partition by edition_id, entity_type, entity_code, criterion_code, original_id
            order by precedence_position
        ) as position_in_original
    from {{ ref('int_claims__ranked') }}
    where
        measure = 'score'
        and modality = 'table'
        and stage = 'published'
        and score_source = 'total'
        and value is not null
),

-- The most believed statement of each original about each cell.
statements as (
    select * from table_scores
    where position_in_original = 1
),

stated_parts as (
    select
        expected_parts.*,
        statements.value,
        {{ half_unit('statements.precision_decimals') }} as half_unit
    from expected_parts
    left join statements
        on
            expected_parts.edition_id = statements.edition_id
            and expected_parts.entity_type = statements.entity_type
            and expected_parts.entity_code = statements.entity_code
            and expected_parts.part_code = statements.criterion_code
            and expected_parts.score_original_id = statements.original_id
            -- Points are added only to points; a part in percent of its own maximum is another statement.
            and case
                when expected_parts.rollup_rule in ('sum_points', 'sum_of_children') then statements.unit_family = 'points'
                when expected_parts.parent_unit_family = 'whole_index' then statements.unit_family = 'out_of_100'
                else expected_parts.parent_unit_family = statements.unit_family
            end
),

families as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_code,
        count(*) as expected_count,
        count(value) as published_count,
        {{ joined_text('case when value is null then part_code end', 'sort_order', ', ') }} as missing_codes,
        {{ mean_of('value') }} as mean_value,
        cast(sum(value) as decimal(18, 6)) as sum_value,
        cast(avg(half_unit) as decimal(18, 6)) as mean_half_unit,
        cast(sum(half_unit) as decimal(18, 6)) as sum_half_unit
    from stated_parts
    group by edition_id, entity_type, entity_code, criterion_code
),

computed as (
    select
        parents.*,
        families.expected_count,
        families.published_count,
        families.missing_codes,
        families.expected_count = families.published_count as is_complete,
        case
            when families.expected_count <> families.published_count then null
            when parents.rollup_rule in ('mean_of_leaves', 'mean_of_children') then families.mean_value
            else families.sum_value
        end as computed_value,
        cast(
            {{ half_unit('parents.precision_decimals') }}
            + case
                when parents.rollup_rule in ('mean_of_leaves', 'mean_of_children') then families.mean_half_unit
                else families.sum_half_unit
            end as decimal(18, 6)
        ) as tolerance
    from parents
    inner join families
        on
            parents.edition_id = families.edition_id
            and parents.entity_type = families.entity_type
            and parents.entity_code = families.entity_code
            and parents.criterion_code = families.criterion_code
    where families.published_count > 0
),

known_failures as (
    select distinct
        edition_id,
        entity_code,
        criterion_code
    from {{ ref('stg_raw__known_failure') }}
    where coalesce(expires_on, date '9999-12-31') >= current_date
)

select
    computed.*,
    cast(computed.score - computed.computed_value as decimal(18, 6)) as difference,
    case
        when computed.score is null or not computed.is_complete then 'incomplete'
        when abs(computed.score - computed.computed_value) <= computed.tolerance then 'holds'
        when known_failures.edition_id is not null then 'fails_known'
        else 'fails'
    end as verdict
from computed
left join known_failures
    on
        computed.edition_id = known_failures.edition_id
        and computed.entity_code = known_failures.entity_code
        and computed.criterion_code = known_failures.criterion_code
