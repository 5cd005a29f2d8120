-- One row per score with a score before it, and one more per component of the difference where it can be taken apart.
with decomposed as (
    select * from {{ ref('int_change__decomposed') }}
),

-- A difference over a break is shown only beside what it is made of.
components as (
    select
        {{ cell_list('decomposed') }},
        'total' as component,
        1 as component_sort,
        case when decomposed.change_is_comparable or decomposed.is_decomposed then decomposed.total end as points,
        case when decomposed.is_decomposed then decomposed.part_count end as criteria_count
    from decomposed
    union all
    select
        {{ cell_list('decomposed') }},
        'comparable_criteria' as component,
        2 as component_sort,
        decomposed.of_comparable as points,
        decomposed.common_count as criteria_count
    from decomposed
    where decomposed.is_decomposed
    union all
    select
        {{ cell_list('decomposed') }},
        'new_criteria' as component,
        3 as component_sort,
        decomposed.of_new as points,
        decomposed.part_count - decomposed.common_count as criteria_count
    from decomposed
    where
        decomposed.is_decomposed
        and decomposed.part_count > decomposed.common_count
    union all
    select
        {{ cell_list('decomposed') }},
        'dropped_criteria' as component,
        4 as component_sort,
        decomposed.of_dropped as points,
        decomposed.previous_part_count - decomposed.common_count as criteria_count
    from decomposed
    where
        decomposed.is_decomposed
        and decomposed.is_earlier_complete
        and decomposed.previous_part_count > decomposed.common_count
    union all
    select
        {{ cell_list('decomposed') }},
        decomposed.remainder_component as component,
        case when decomposed.remainder_component = 'dropped_criteria' then 4 else 5 end as component_sort,
        decomposed.of_remainder as points,
        case when decomposed.remainder_component <> 'rounding' then decomposed.unprinted_count end as criteria_count
    from decomposed
    where decomposed.is_decomposed
)

select
    decomposed.index_code,
    decomposed.reference_year as year,
    decomposed.edition_id,
    decomposed.previous_edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    entities.name_sort as province_sort,
    decomposed.entity_code as province_code,
    decomposed.entity_type,
    decomposed.criterion_code,
    coalesce(criteria.criterion_name_vi, claims.criterion_label_raw) as criterion_name_vi,
    criteria.criterion_name_en,
    criteria.level,
    decomposed.methodology_code,
    decomposed.previous_methodology_code,
    decomposed.rollup_rule,
    decomposed.previous_rollup_rule,
    {{ report_figure('decomposed.score') }} as score,
    {{ report_figure('decomposed.previous_score') }} as previous_score,
    decomposed.unit,
    decomposed.change_is_comparable,
    decomposed.change_relation,
    {{ report_figure('decomposed.printed_change') }} as printed_change,
    decomposed.is_decomposed,
    components.component,
    components.component_sort,
    {{ report_figure('components.points') }} as points,
    components.criteria_count,
    case
        when components.component = 'comparable_criteria' then 'Các tiêu chí đo như nhau ở cả hai năm'
        when components.component = 'new_criteria' then 'Tiêu chí mới, hoặc không so sánh được với năm trước'
        when components.component = 'dropped_criteria' and decomposed.unprinted_count > 0
            then 'Tiêu chí của năm trước không còn: phần còn lại của thay đổi, vì điểm năm trước của chúng không được in'
        when components.component = 'dropped_criteria' then 'Tiêu chí của năm trước không còn, hoặc không so sánh được'
        when components.component = 'rounding' then 'Làm tròn của các số đã in'
        when components.component = 'rollup_rule' and decomposed.unprinted_count > 0
            then 'Cách tính tổng thay đổi; gồm cả tiêu chí đã bỏ mà điểm năm trước không được in'
        when components.component = 'rollup_rule' then 'Cách tính tổng thay đổi'
        when components.points is null then 'Phương pháp thay đổi hoặc chưa ai đối chiếu hai năm: không tính tăng, giảm'
        when not decomposed.change_is_comparable then 'Hai năm không so sánh trực tiếp được: đọc cùng các thành phần'
    end as component_note_vi,
    case
        when components.component = 'comparable_criteria' then 'Criteria measured alike in both years'
        when components.component = 'new_criteria' then 'Criteria that are new or cannot be compared with the year before'
        when components.component = 'dropped_criteria' and decomposed.unprinted_count > 0
            then 'Criteria of the year before that are gone: what is left of the change, since their scores were not printed'
        when components.component = 'dropped_criteria' then 'Criteria of the year before that are gone or cannot be compared'
        when components.component = 'rounding' then 'Rounding of the printed figures'
        when components.component = 'rollup_rule' and decomposed.unprinted_count > 0
            then 'The roll-up rule changed; includes dropped criteria whose earlier scores were not printed'
        when components.component = 'rollup_rule' then 'The roll-up rule changed'
        when components.points is null then 'The method changed or nobody compared the two years: no change is computed'
        when not decomposed.change_is_comparable then 'The two years are not directly comparable: read it with its components'
    end as component_note_en,
    entities.province_slug,
    decomposed.entity_key,
    decomposed.criterion_key,
    decomposed.score_claim_id
from components
inner join decomposed on {{ same_cell('components', 'decomposed') }}
left join {{ ref('int_entities__keyed') }} as entities on decomposed.entity_key = entities.entity_key
left join {{ ref('dim_criterion') }} as criteria on decomposed.criterion_key = criteria.criterion_key
left join {{ ref('fct_claim') }} as claims on decomposed.score_claim_id = claims.claim_id
where
    decomposed.stage = 'published'
    and decomposed.score_source = 'total'
