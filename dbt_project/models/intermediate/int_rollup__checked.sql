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
        case when methodologies.rollup_rule = 'mean_of_leaves' then 'leaves' else 'children' end as part_kind,
        -- Points are added only to points; a part in percent of its own maximum is another statement.
        case
            when methodologies.rollup_rule in ('sum_points', 'sum_of_children') then 'points'
            when scores.is_root then 'out_of_100'
            else units.unit_family
        end as part_unit_family
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

families as (
    select
        parents.edition_id,
        parents.entity_type,
        parents.entity_code,
        parents.criterion_code,
        members.expected_count,
        count(*) as published_count,
        {{ mean_of('statements.value') }} as mean_value,
        cast(sum(statements.value) as decimal(18, 6)) as sum_value,
        cast(avg({{ half_unit('statements.precision_decimals') }}) as decimal(18, 6)) as mean_half_unit,
        cast(sum({{ half_unit('statements.precision_decimals') }}) as decimal(18, 6)) as sum_half_unit
    from parents
    inner join {{ ref('int_criteria__families') }} as members
        on
            parents.edition_id = members.edition_id
            and parents.criterion_code = members.criterion_code
            and parents.part_kind = members.part_kind
    inner join statements
        on
            parents.edition_id = statements.edition_id
            and parents.entity_type = statements.entity_type
            and parents.entity_code = statements.entity_code
            and members.part_code = statements.criterion_code
            and parents.score_original_id = statements.original_id
            and parents.part_unit_family = statements.unit_family
    group by
        parents.edition_id, parents.entity_type, parents.entity_code, parents.criterion_code, members.expected_count
),

-- Only families that lack a part are listed part by part.
missing as (
    select
        parents.edition_id,
        parents.entity_type,
        parents.entity_code,
        parents.criterion_code,
        {{ joined_text('members.part_code', 'members.sort_order', ', ') }} as missing_codes
    from parents
    inner join families
        on
            parents.edition_id = families.edition_id
            and parents.entity_type = families.entity_type
            and parents.entity_code = families.entity_code
            and parents.criterion_code = families.criterion_code
    inner join {{ ref('int_criteria__families') }} as members
        on
            parents.edition_id = members.edition_id
            and parents.criterion_code = members.criterion_code
            and parents.part_kind = members.part_kind
    left join statements
        on
            parents.edition_id = statements.edition_id
            and parents.entity_type = statements.entity_type
            and parents.entity_code = statements.entity_code
            and members.part_code = statements.criterion_code
            and parents.score_original_id = statements.original_id
            and parents.part_unit_family = statements.unit_family
    where
        families.published_count < families.expected_count
        and statements.criterion_code is null
    group by parents.edition_id, parents.entity_type, parents.entity_code, parents.criterion_code
),

computed as (
    select
        parents.*,
        families.expected_count,
        families.published_count,
        missing.missing_codes,
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
    left join missing
        on
            parents.edition_id = missing.edition_id
            and parents.entity_type = missing.entity_type
            and parents.entity_code = missing.entity_code
            and parents.criterion_code = missing.criterion_code
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
