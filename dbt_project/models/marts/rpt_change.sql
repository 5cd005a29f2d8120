-- One row per score with a score before it, and one more per component of the difference where it can be taken apart.
-- A change that a source prints without the figure of the year before is a row, too: the source's word, nothing computed.
with parts as (
    select
        'total' as part,
        1 as component_sort
    union all
    select
        'comparable' as part,
        2 as component_sort
    union all
    select
        'new' as part,
        3 as component_sort
    union all
    select
        'dropped' as part,
        4 as component_sort
    union all
    select
        'remainder' as part,
        5 as component_sort
),

decomposed as (
    select *
    from {{ ref('int_change__decomposed') }}
    where
        stage = 'published'
        and score_source = 'total'
),

components as (
    select
        decomposed.*,
        case
            when parts.part = 'total' then 'total'
            when parts.part = 'remainder' then decomposed.remainder_component
            else parts.part || '_criteria'
        end as component,
        parts.component_sort,
        case
            -- A difference over a break is shown only beside what it is made of.
            when parts.part = 'total' and (decomposed.change_is_comparable or decomposed.is_decomposed) then decomposed.total
            when parts.part = 'comparable' then decomposed.of_comparable
            when parts.part = 'new' then decomposed.of_new
            when parts.part = 'dropped' then decomposed.of_dropped
            when parts.part = 'remainder' then decomposed.of_remainder
        end as points,
        case
            when parts.part = 'total' and decomposed.is_decomposed then decomposed.part_count
            when parts.part = 'comparable' then decomposed.common_count
            when parts.part = 'new' then decomposed.part_count - decomposed.common_count
            when parts.part = 'dropped' then decomposed.previous_part_count - decomposed.common_count
            when parts.part = 'remainder' and decomposed.remainder_component <> 'rounding' then decomposed.unprinted_count
        end as criteria_count
    from decomposed
    cross join parts
    where
        parts.part = 'total'
        or (
            decomposed.is_decomposed
            and case
                when parts.part = 'new' then decomposed.part_count > decomposed.common_count
                when parts.part = 'dropped'
                    then decomposed.is_earlier_complete and decomposed.previous_part_count > decomposed.common_count
                else true
            end
        )
),

printed_only as (
    select
        {{ cell_list('changes') }},
        changes.index_code,
        changes.reference_year,
        changes.entity_key,
        changes.criterion_key,
        changes.methodology_code,
        scores.score,
        scores.score_claim_id,
        coalesce(scores.unit, changes.unit) as unit,
        changes.value as printed_change,
        changes.unit as printed_change_unit,
        links.previous_edition_id,
        links.previous_methodology_code,
        coalesce(links.is_comparable, false) as change_is_comparable,
        links.relation as change_relation
    from {{ ref('int_claims__ranked') }} as changes
    left join {{ ref('int_scores__ranked') }} as scores on {{ same_cell('changes', 'scores') }}
    left join {{ ref('int_criteria__previous') }} as links
        on
            changes.edition_id = links.edition_id
            and changes.criterion_code = links.criterion_code
    left join decomposed on {{ same_cell('changes', 'decomposed') }}
    where
        changes.measure = 'change'
        and changes.precedence_position = 1
        and changes.value is not null
        and changes.is_in_edition_tree
        and changes.stage = 'published'
        and changes.score_source = 'total'
        and decomposed.edition_id is null
),

both_sorts as (
    select
        {{ cell_list('components') }},
        components.index_code,
        components.reference_year,
        components.entity_key,
        components.criterion_key,
        components.methodology_code,
        components.previous_edition_id,
        components.previous_methodology_code,
        components.rollup_rule,
        components.previous_rollup_rule,
        components.score,
        components.previous_score,
        components.unit,
        components.change_is_comparable,
        components.change_relation,
        components.printed_change,
        components.printed_change_unit,
        components.is_decomposed,
        components.unprinted_count,
        components.component,
        components.component_sort,
        components.points,
        components.criteria_count,
        components.score_claim_id
    from components
    union all
    select
        {{ cell_list('printed_only') }},
        printed_only.index_code,
        printed_only.reference_year,
        printed_only.entity_key,
        printed_only.criterion_key,
        printed_only.methodology_code,
        printed_only.previous_edition_id,
        printed_only.previous_methodology_code,
        cast(null as {{ dbt.type_string() }}) as rollup_rule,
        cast(null as {{ dbt.type_string() }}) as previous_rollup_rule,
        printed_only.score,
        cast(null as decimal(18, 6)) as previous_score,
        printed_only.unit,
        printed_only.change_is_comparable,
        printed_only.change_relation,
        printed_only.printed_change,
        printed_only.printed_change_unit,
        false as is_decomposed,
        cast(null as {{ dbt.type_int() }}) as unprinted_count,
        'total' as component,
        1 as component_sort,
        cast(null as decimal(18, 6)) as points,
        cast(null as {{ dbt.type_int() }}) as criteria_count,
        printed_only.score_claim_id
    from printed_only
)

select
    components.index_code,
    components.reference_year as year,
    components.edition_id,
    components.previous_edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    entities.name_sort as province_sort,
    components.entity_code as province_code,
    components.entity_type,
    components.criterion_code,
    coalesce(criteria.criterion_name_vi, claims.criterion_label_raw) as criterion_name_vi,
    criteria.criterion_name_en,
    criteria.level,
    components.methodology_code,
    components.previous_methodology_code,
    components.rollup_rule,
    components.previous_rollup_rule,
    {{ report_figure('components.score') }} as score,
    {{ report_figure('components.previous_score') }} as previous_score,
    components.unit,
    components.change_is_comparable,
    components.change_relation,
    {{ report_figure('components.printed_change') }} as printed_change,
    components.printed_change_unit,
    components.is_decomposed,
    components.component,
    components.component_sort,
    {{ report_figure('components.points') }} as points,
    components.criteria_count,
    case
        when components.component = 'comparable_criteria' then 'Các tiêu chí đo như nhau ở cả hai năm'
        when components.component = 'new_criteria' then 'Tiêu chí mới, hoặc không so sánh được với năm trước'
        when components.component = 'dropped_criteria' and components.unprinted_count > 0
            then 'Tiêu chí của năm trước không còn: phần còn lại của thay đổi, vì điểm năm trước của chúng không được in'
        when components.component = 'dropped_criteria' then 'Tiêu chí của năm trước không còn, hoặc không so sánh được'
        when components.component = 'rounding' then 'Làm tròn của các số đã in'
        when components.component = 'rollup_rule' and components.unprinted_count > 0
            then 'Cách tính tổng thay đổi; gồm cả tiêu chí đã bỏ mà điểm năm trước không được in'
        when components.component = 'rollup_rule' then 'Cách tính tổng thay đổi'
        when components.previous_score is null then 'Nguồn chỉ in mức thay đổi, không có điểm năm trước: không tính gì thêm'
        when components.points is null then 'Phương pháp thay đổi hoặc chưa ai đối chiếu hai năm: không tính tăng, giảm'
        when not components.change_is_comparable then 'Hai năm không so sánh trực tiếp được: đọc cùng các thành phần'
    end as component_note_vi,
    case
        when components.component = 'comparable_criteria' then 'Criteria measured alike in both years'
        when components.component = 'new_criteria' then 'Criteria that are new or cannot be compared with the year before'
        when components.component = 'dropped_criteria' and components.unprinted_count > 0
            then 'Criteria of the year before that are gone: what is left of the change, since their scores were not printed'
        when components.component = 'dropped_criteria' then 'Criteria of the year before that are gone or cannot be compared'
        when components.component = 'rounding' then 'Rounding of the printed figures'
        when components.component = 'rollup_rule' and components.unprinted_count > 0
            then 'The roll-up rule changed; includes dropped criteria whose earlier scores were not printed'
        when components.component = 'rollup_rule' then 'The roll-up rule changed'
        when components.previous_score is null
            then 'The source prints the change alone, no earlier figure is at hand: nothing is computed'
        when components.points is null then 'The method changed or nobody compared the two years: no change is computed'
        when not components.change_is_comparable then 'The two years are not directly comparable: read it with its components'
    end as component_note_en,
    entities.province_slug,
    components.entity_key,
    components.criterion_key,
    components.score_claim_id
from both_sorts as components
left join {{ ref('int_entities__keyed') }} as entities on components.entity_key = entities.entity_key
left join {{ ref('dim_criterion') }} as criteria on components.criterion_key = criteria.criterion_key
left join {{ ref('fct_claim') }} as claims on components.score_claim_id = claims.claim_id
