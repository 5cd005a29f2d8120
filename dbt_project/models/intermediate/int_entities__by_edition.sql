-- The map of units an edition ranks: the entity versions valid on its as_of_date.
select
    editions.edition_id,
    entities.entity_key,
    entities.entity_type,
    entities.entity_code,
    entities.name_vi,
    entities.name_en,
    entities.name_ascii,
    entities.name_sort,
    entities.province_slug,
    entities.region_vi,
    entities.region_code
from {{ ref('stg_raw__edition') }} as editions
inner join {{ ref('int_entities__keyed') }} as entities
    on
        editions.as_of_date >= entities.valid_from
        and editions.as_of_date <= coalesce(entities.valid_to, date '9999-12-31')
