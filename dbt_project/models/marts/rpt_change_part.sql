-- What each criterion adds to the change of a whole that was taken apart: the parts of one component sum up to it.
with wholes as (
    select *
    from {{ ref('int_change__decomposed') }}
    where is_decomposed
),

parts as (
    select
        {{ cell_list('scores') }},
        scores.criterion_key,
        scores.score,
        scores.unit,
        scores.score_claim_id,
        previous.previous_score,
        coalesce(previous.change_is_comparable and previous.previous_score is not null, false) as is_comparable
    from {{ ref('int_scores__ranked') }} as scores
    left join {{ ref('int_scores__previous') }} as previous on {{ same_cell('scores', 'previous') }}
    where
        scores.score is not null
        and scores.stage = 'published'
        and scores.score_source = 'total'
)

select
    wholes.index_code,
    wholes.reference_year as year,
    wholes.edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    entities.name_sort as province_sort,
    wholes.entity_code as province_code,
    wholes.entity_type,
    wholes.criterion_code,
    parts.criterion_code as part_code,
    coalesce(criteria.criterion_name_vi, claims.criterion_label_raw) as part_name_vi,
    criteria.criterion_name_en as part_name_en,
    case when parts.is_comparable then 'comparable_criteria' else 'new_criteria' end as component,
    {{ report_figure('parts.score') }} as score,
    {{ report_figure('case when parts.is_comparable then parts.previous_score end') }} as previous_score,
    {{ report_figure('case when parts.is_comparable then parts.score - parts.previous_score end') }} as change,
    {{ report_figure(
        "case
            when parts.is_comparable and wholes.is_mean then (parts.score - parts.previous_score) / wholes.common_count
            when parts.is_comparable then parts.score - parts.previous_score
            when wholes.is_mean then (parts.score - wholes.figure_of_common) / wholes.part_count
            else parts.score
        end"
    ) }} as points,
    entities.province_slug,
    parts.score_claim_id
from wholes
inner join {{ ref('int_criteria__families') }} as families
    on
        wholes.edition_id = families.edition_id
        and wholes.criterion_code = families.criterion_code
        and wholes.part_kind = families.part_kind
inner join parts
    on
        wholes.edition_id = parts.edition_id
        and wholes.entity_type = parts.entity_type
        and wholes.entity_code = parts.entity_code
        and families.part_code = parts.criterion_code
left join {{ ref('int_entities__keyed') }} as entities on wholes.entity_key = entities.entity_key
left join {{ ref('dim_criterion') }} as criteria on parts.criterion_key = criteria.criterion_key
left join {{ ref('fct_claim') }} as claims on parts.score_claim_id = claims.claim_id
