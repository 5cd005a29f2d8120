with aliases as (
    select
        index_code,
        methodology_code,
        criterion_code,
        {{ joined_text('alias', 'alias', ' | ') }} as aliases
    from {{ ref('stg_raw__criterion_alias') }}
    group by index_code, methodology_code, criterion_code
)

select
    criteria.index_code || ':' || criteria.methodology_code || ':' || criteria.criterion_code as criterion_key,
    criteria.index_code || ':' || criteria.methodology_code as methodology_key,
    criteria.index_code,
    criteria.methodology_code,
    criteria.criterion_code,
    criteria.parent_code,
    criteria.index_code || ':' || criteria.methodology_code || ':' || criteria.parent_code as parent_key,
    criteria.level,
    criteria.sort_order,
    criteria.facet,
    criteria.is_scored_leaf,
    criteria.takes_part_in_rollup,
    criteria.name_vi,
    criteria.name_en,
    criteria.max_points,
    criteria.criterion_count,
    criteria.component_count,
    criteria.unit,
    criteria.scale_min,
    criteria.scale_max,
    criteria.answer_type,
    criteria.first_year,
    criteria.last_year,
    aliases.aliases,
    criteria.source,
    criteria.note,
    criteria.criterion_code = indices.root_criterion_code as is_root,
    units.unit_family
from {{ ref('stg_raw__criterion') }} as criteria
inner join {{ ref('stg_raw__index') }} as indices on criteria.index_code = indices.index_code
left join {{ ref('unit_family') }} as units on criteria.unit = units.unit
left join aliases
    on
        criteria.index_code = aliases.index_code
        and criteria.methodology_code = aliases.methodology_code
        and criteria.criterion_code = aliases.criterion_code
