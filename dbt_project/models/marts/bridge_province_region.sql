-- The region of a version of a province, by the scheme of its map. One name in two schemes is two sets of provinces.
select
    provinces.entity_key,
    provinces.entity_code,
    provinces.name_vi,
    provinces.valid_from,
    provinces.valid_to,
    provinces.region_scheme,
    regions.entity_key as region_key,
    provinces.region_code,
    provinces.region_vi,
    regions.region_membership,
    regions.source
from {{ ref('int_entities__keyed') }} as provinces
inner join {{ ref('int_entities__keyed') }} as regions
    on
        regions.entity_type = 'region'
        and provinces.region_code = regions.entity_code
        and provinces.region_scheme = regions.region_scheme
where provinces.entity_type = 'province'
