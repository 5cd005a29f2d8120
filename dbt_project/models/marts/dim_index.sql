select
    indices.index_code,
    indices.name_vi as index_name_vi,
    indices.name_en as index_name_en,
    indices.publisher_vi,
    indices.publisher_en,
    indices.direction,
    indices.native_unit,
    indices.root_criterion_code,
    indices.ranked_entity_type,
    coalesce(index_order.index_sort, 999) as index_sort
from {{ ref('stg_raw__index') }} as indices
left join {{ ref('index_order') }} as index_order on indices.index_code = index_order.index_code
