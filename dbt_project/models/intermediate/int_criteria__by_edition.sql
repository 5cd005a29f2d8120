-- The criteria an edition is expected to have: those of its methodology that exist in its reference year.
select
    editions.edition_id,
    editions.index_code,
    editions.methodology_code,
    editions.reference_year,
    criteria.criterion_key,
    criteria.criterion_code,
    criteria.parent_code,
    criteria.sort_order,
    criteria.facet,
    criteria.is_root,
    criteria.is_scored_leaf,
    criteria.takes_part_in_rollup,
    criteria.name_vi,
    criteria.unit,
    criteria.scale_min,
    criteria.scale_max,
    criteria.max_points
from {{ ref('stg_raw__edition') }} as editions
inner join {{ ref('int_criteria__keyed') }} as criteria
    on
        editions.index_code = criteria.index_code
        and editions.methodology_code = criteria.methodology_code
        and editions.reference_year >= coalesce(criteria.first_year, editions.reference_year)
        and editions.reference_year <= coalesce(criteria.last_year, editions.reference_year)
