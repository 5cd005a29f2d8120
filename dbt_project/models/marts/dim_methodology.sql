select
    index_code || ':' || methodology_code as methodology_key,
    index_code,
    methodology_code,
    decision_number,
    decision_date,
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
    comparable_with_previous,
    comparable_within,
    source,
    note
from {{ ref('stg_raw__methodology') }}
