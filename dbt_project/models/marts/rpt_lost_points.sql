-- Scoring sheets of provinces and their units: what each criterion could give, what the last round gave, what was lost, and
-- who answers for it.
-- Only units with a sheet of their own (self-assessed or appraised points) are here; of the others nobody
-- printed the points below the fields.
with claims as (
    select * from {{ ref('int_claims__ranked') }}
    where
        precedence_position = 1
        and is_in_edition_tree
),

cells as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_code,
        index_code,
        reference_year,
        methodology_code,
        entity_key,
        criterion_key,
        max(case when measure = 'max_points' and score_source = 'total' then value end) as printed_max_points,
        max(case when measure = 'score' and stage = 'self' then value end) as self_points,
        max(case when measure = 'score' and stage = 'appraised_1' then value end) as appraised_1_points,
        max(case when measure = 'score' and stage = 'appraised_2' then value end) as appraised_2_points,
        max(
            case when measure = 'score' and stage = 'published' and score_source = 'leaders_survey' then value end
        ) as survey_points,
        max(case when measure = 'score' and missing_reason = 'not_applicable' then 1 else 0 end) as is_not_applicable,
        max(case when measure = 'responsible_unit' then value_text end) as responsible_unit,
        max(case when measure = 'evidence' then value_text end) as evidence,
        max(case when measure = 'score' and stage = 'appraised_2' then claim_id end) as appraised_2_claim_id,
        max(case when measure = 'score' and stage = 'appraised_1' then claim_id end) as appraised_1_claim_id,
        max(
            case when measure = 'score' and stage = 'published' and score_source = 'leaders_survey' then claim_id end
        ) as survey_claim_id,
        max(case when measure = 'score' and stage = 'self' then claim_id end) as self_claim_id,
        max(case when measure = 'max_points' and score_source = 'total' then claim_id end) as maximum_claim_id,
        max(
            case when measure = 'score' and stage in ('self', 'appraised_1', 'appraised_2') then 1 else 0 end
        ) as is_in_rounds
    from claims
    group by
        edition_id, entity_type, entity_code, criterion_code, index_code, reference_year, methodology_code, entity_key,
        criterion_key
),

sheets as (
    select distinct
        edition_id,
        entity_type,
        entity_code
    from cells
    where is_in_rounds = 1
),

rated as (
    select
        cells.*,
        criteria.is_scored_leaf,
        coalesce(cells.printed_max_points, criteria.max_points) as max_points,
        coalesce(cells.appraised_2_points, cells.appraised_1_points) as appraised_points,
        case
            when cells.appraised_2_points is null and cells.appraised_1_points is null and cells.survey_points is null then null
            else coalesce(cells.appraised_2_points, cells.appraised_1_points, 0) + coalesce(cells.survey_points, 0)
        end as obtained_points
    from cells
    inner join sheets
        on
            cells.edition_id = sheets.edition_id
            and cells.entity_type = sheets.entity_type
            and cells.entity_code = sheets.entity_code
    inner join {{ ref('dim_criterion') }} as criteria on cells.criterion_key = criteria.criterion_key
),

-- The maximum that applies to a parent is that of its leaves, less those that are not assessed; an unknown leaf leaves it open.
families as (
    select
        parents.edition_id,
        parents.entity_type,
        parents.entity_code,
        parents.criterion_code,
        count(*) as leaf_count,
        sum(
            case when leaves.is_not_applicable = 1 or leaves.max_points is not null then 1 else 0 end
        ) as known_maximum_count,
        sum(
            case when leaves.is_not_applicable = 1 or leaves.obtained_points is not null then 1 else 0 end
        ) as known_points_count,
        sum(case when leaves.is_not_applicable = 1 then 0 else leaves.max_points end) as applicable_max_points
    from rated as parents
    inner join {{ ref('stg_raw__criterion_leaf') }} as parts
        on
            parents.index_code = parts.index_code
            and parents.methodology_code = parts.methodology_code
            and parents.criterion_code = parts.criterion_code
    left join rated as leaves
        on
            parents.edition_id = leaves.edition_id
            and parents.entity_type = leaves.entity_type
            and parents.entity_code = leaves.entity_code
            and parts.leaf_code = leaves.criterion_code
    where not parents.is_scored_leaf
    group by parents.edition_id, parents.entity_type, parents.entity_code, parents.criterion_code
),

applicable as (
    select
        rated.*,
        case
            when rated.is_not_applicable = 1 then 0
            when rated.is_scored_leaf then rated.max_points
            when families.known_maximum_count = families.leaf_count then families.applicable_max_points
        end as applicable_max_points,
        rated.is_scored_leaf or families.known_points_count = families.leaf_count as is_appraised_in_full
    from rated
    left join families
        on
            rated.edition_id = families.edition_id
            and rated.entity_type = families.entity_type
            and rated.entity_code = families.entity_code
            and rated.criterion_code = families.criterion_code
),

lost as (
    select
        applicable.*,
        -- Without points of every leaf that applies nothing is lost yet: what is not appraised is not zero.
        case
            when applicable.is_appraised_in_full then applicable.applicable_max_points - applicable.obtained_points
        end as lost_points,
        coalesce(
            applicable.appraised_2_claim_id, applicable.appraised_1_claim_id, applicable.survey_claim_id,
            applicable.self_claim_id, applicable.maximum_claim_id
        ) as claim_id
    from applicable
)

select
    lost.index_code,
    lost.reference_year as year,
    lost.edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    entities.name_sort as province_sort,
    lost.entity_code as province_code,
    lost.entity_type,
    entities.parent_entity_code,
    lost.criterion_code,
    criteria.criterion_name_vi,
    criteria.criterion_name_en,
    criteria.level,
    criteria.is_scored_leaf,
    lost.methodology_code,
    {{ report_figure('lost.max_points') }} as max_points,
    {{ report_figure('lost.applicable_max_points') }} as applicable_max_points,
    lost.is_not_applicable = 1 as is_not_applicable,
    {{ report_figure('lost.self_points') }} as self_points,
    {{ report_figure('lost.appraised_points') }} as appraised_points,
    {{ report_figure('lost.survey_points') }} as leaders_survey_points,
    case
        when lost.appraised_2_points is not null then 'appraised_2'
        when lost.appraised_1_points is not null then 'appraised_1'
        when lost.survey_points is not null then 'published'
        when lost.self_points is not null then 'self'
    end as last_stage,
    {{ report_figure('lost.lost_points') }} as lost_points,
    {{ report_figure('100 * lost.lost_points / nullif(lost.applicable_max_points, 0)') }} as lost_pct,
    lost.responsible_unit,
    lost.evidence,
    documents.document_id,
    cells.page,
    cells.sheet,
    cells.a1,
    cells.table_number,
    cells.row_number,
    cells.column_number,
    cells.raw_text,
    lost.claim_id
from lost
inner join {{ ref('dim_criterion') }} as criteria on lost.criterion_key = criteria.criterion_key
left join {{ ref('dim_province') }} as entities on lost.entity_key = entities.entity_key
left join {{ ref('fct_claim') }} as documents on lost.claim_id = documents.claim_id
left join {{ ref('fct_cell_provenance') }} as cells on lost.claim_id = cells.claim_id
