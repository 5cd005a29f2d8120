-- May a figure be compared with that of the edition before, and if not, why not?
-- One row per criterion of an edition that has an edition before it, and one per criterion that was dropped since.
with editions as (
    select
        pairs.*,
        methodologies.rollup_rule,
        methodologies.decision_number,
        methodologies.comparable_within,
        methodologies.comparable_with_previous,
        methodologies.source as methodology_source,
        earlier.rollup_rule as previous_rollup_rule,
        earlier.decision_number as previous_decision_number
    from {{ ref('int_editions__previous') }} as pairs
    inner join {{ ref('stg_raw__methodology') }} as methodologies
        on
            pairs.index_code = methodologies.index_code
            and pairs.methodology_code = methodologies.methodology_code
    inner join {{ ref('stg_raw__methodology') }} as earlier
        on
            pairs.index_code = earlier.index_code
            and pairs.previous_methodology_code = earlier.methodology_code
),

stated as (
    select
        index_code,
        from_year,
        to_year,
        from_methodology_code,
        to_methodology_code,
        to_code,
        min(source) as stated_source
    from {{ ref('stg_raw__comparability') }}
    where to_code is not null
    group by index_code, from_year, to_year, from_methodology_code, to_methodology_code, to_code
),

criteria as (
    select
        editions.edition_id,
        links.criterion_code,
        links.previous_criterion_code,
        links.relation,
        links.is_comparable,
        stated.stated_source as relation_source,
        later.sort_order,
        coalesce(later.name_vi, earlier.name_vi) as name_vi,
        coalesce(later_keyed.name_en, earlier_keyed.name_en) as name_en,
        coalesce(later.criterion_key, earlier.criterion_key) as criterion_key,
        later.unit,
        earlier.unit as previous_unit,
        later.max_points,
        earlier.max_points as previous_max_points
    from editions
    inner join {{ ref('int_criteria__previous') }} as links on editions.edition_id = links.edition_id
    inner join {{ ref('int_criteria__by_edition') }} as later
        on
            links.edition_id = later.edition_id
            and links.criterion_code = later.criterion_code
    inner join {{ ref('int_criteria__keyed') }} as later_keyed on later.criterion_key = later_keyed.criterion_key
    left join {{ ref('int_criteria__by_edition') }} as earlier
        on
            links.previous_edition_id = earlier.edition_id
            and links.previous_criterion_code = earlier.criterion_code
    left join {{ ref('int_criteria__keyed') }} as earlier_keyed on earlier.criterion_key = earlier_keyed.criterion_key
    left join stated
        on
            editions.index_code = stated.index_code
            and editions.previous_year = stated.from_year
            and editions.reference_year = stated.to_year
            and editions.previous_methodology_code = stated.from_methodology_code
            and editions.methodology_code = stated.to_methodology_code
            and links.criterion_code = stated.to_code
    union all
    select
        editions.edition_id,
        cast(null as {{ dbt.type_string() }}) as criterion_code,
        dropped.from_code as previous_criterion_code,
        'dropped' as relation,
        false as is_comparable,
        dropped.source as relation_source,
        earlier.sort_order,
        earlier.name_vi,
        earlier_keyed.name_en,
        earlier.criterion_key,
        cast(null as {{ dbt.type_string() }}) as unit,
        earlier.unit as previous_unit,
        cast(null as {{ type_double() }}) as max_points,
        earlier.max_points as previous_max_points
    from editions
    inner join {{ ref('stg_raw__comparability') }} as dropped
        on
            editions.index_code = dropped.index_code
            and editions.previous_year = dropped.from_year
            and editions.reference_year = dropped.to_year
            and editions.previous_methodology_code = dropped.from_methodology_code
            and editions.methodology_code = dropped.to_methodology_code
            and dropped.to_code is null
    inner join {{ ref('int_criteria__by_edition') }} as earlier
        on
            editions.previous_edition_id = earlier.edition_id
            and dropped.from_code = earlier.criterion_code
    inner join {{ ref('int_criteria__keyed') }} as earlier_keyed on earlier.criterion_key = earlier_keyed.criterion_key
),

judged as (
    select
        criteria.*,
        case
            when criteria.is_comparable then 'comparable'
            when
                criteria.relation in (
                    'new', 'dropped', 'split', 'merged', 'reworded', 'changed_family', 'changed_rollup', 'changed_unit'
                )
                then criteria.relation
            when not editions.is_same_methodology and editions.comparable_with_previous = 'no' then 'method_break'
            when criteria.unit <> criteria.previous_unit then 'changed_unit'
            when criteria.max_points <> criteria.previous_max_points then 'changed_maximum'
            when editions.is_same_methodology then 'same_method_not_compared'
            else 'new_method_not_compared'
        end as comparability_reason
    from criteria
    inner join editions on criteria.edition_id = editions.edition_id
)

select
    editions.index_code,
    editions.reference_year as year,
    editions.edition_id,
    editions.previous_year,
    editions.previous_edition_id,
    criteria.criterion_code,
    criteria.previous_criterion_code,
    criteria.name_vi as criterion_name_vi,
    criteria.name_en as criterion_name_en,
    editions.methodology_code,
    editions.previous_methodology_code,
    editions.decision_number,
    editions.previous_decision_number,
    editions.rollup_rule,
    editions.previous_rollup_rule,
    criteria.unit,
    criteria.previous_unit,
    editions.geography,
    editions.previous_geography,
    criteria.relation as change_relation,
    criteria.is_comparable as change_is_comparable,
    criteria.comparability_reason,
    case criteria.comparability_reason
        when 'comparable' then 'So sánh được'
        when 'new' then 'Tiêu chí mới của kỳ này'
        when 'dropped' then 'Tiêu chí của kỳ trước không còn'
        when 'changed_rollup' then 'Cách tính điểm tổng thay đổi'
        when 'changed_family' then 'Các tiêu chí thành phần thay đổi'
        when 'changed_unit' then 'Đơn vị đo hoặc thang đo thay đổi'
        when 'reworded' then 'Câu hỏi được viết lại'
        when 'split' then 'Tiêu chí được tách ra'
        when 'merged' then 'Tiêu chí được gộp lại'
        when 'method_break' then 'Phương pháp thay đổi: hai phiên bản không so sánh được'
        when 'changed_maximum' then 'Điểm tối đa thay đổi'
        when 'same_method_not_compared' then 'Cùng phương pháp, nhưng chưa nguồn nào xác nhận hai năm so sánh được'
        when 'new_method_not_compared' then 'Phương pháp thay đổi, chưa nguồn nào đối chiếu hai năm'
    end as comparability_note_vi,
    case criteria.comparability_reason
        when 'comparable' then 'Comparable'
        when 'new' then 'The criterion is new in this edition'
        when 'dropped' then 'The criterion of the edition before is gone'
        when 'changed_rollup' then 'The way the total is computed changed'
        when 'changed_family' then 'The criteria it is made of changed'
        when 'changed_unit' then 'The unit or scale changed'
        when 'reworded' then 'The question was reworded'
        when 'split' then 'The criterion was split'
        when 'merged' then 'The criterion was merged'
        when 'method_break' then 'The method changed: the two versions cannot be compared'
        when 'changed_maximum' then 'The maximum changed'
        when 'same_method_not_compared' then 'The same method, but no source confirms that the two years may be compared'
        when 'new_method_not_compared' then 'The method changed, and no source compares the two years'
    end as comparability_note_en,
    editions.geography = editions.previous_geography as is_same_geography,
    coalesce(criteria.relation_source, editions.methodology_source) as comparability_source,
    criteria.sort_order,
    criteria.criterion_key
from judged as criteria
inner join editions on criteria.edition_id = editions.edition_id
