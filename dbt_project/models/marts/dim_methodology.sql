select
    index_code || ':' || methodology_code as methodology_key,
    index_code,
    methodology_code,
    decision_number,
    decision_date,
    decision_date_as_printed,
    nullif(decision_date_note, '') as decision_date_note,
    first_year,
    last_year,
    rollup_rule,
    rollup_source,
    -- Half a unit of the last printed digit of the parent and of each part: it belongs to the figures, not to the method.
    case
        when rollup_rule in ('mean_of_leaves', 'mean_of_children') then 'half_unit_of_parent_and_mean_of_half_units'
        when rollup_rule in ('sum_points', 'sum_of_children') then 'half_unit_of_parent_and_sum_of_half_units'
        else 'none'
    end as tolerance_rule,
    field_count,
    criterion_count,
    component_count,
    survey_component_count,
    cast(survey_points as decimal(18, 6)) as survey_points,
    nullif(counts_note, '') as counts_note,
    comparable_with_previous,
    comparable_source,
    comparable_within,
    source,
    note
from {{ ref('stg_raw__methodology') }}
