-- An entity version is known by its type, its code and the day it began: codes and names are both re-used over time.
with aliases as (
    select
        entity_type,
        entity_code,
        valid_from,
        {{ joined_text('alias', 'alias', ' | ') }} as aliases
    from {{ ref('stg_raw__entity_alias') }}
    group by entity_type, entity_code, valid_from
)

select
    entities.entity_type || ':' || entities.entity_code || ':' || {{ date_text('entities.valid_from') }} as entity_key,
    entities.entity_type,
    entities.entity_code,
    entities.valid_from,
    entities.valid_to,
    entities.name_vi,
    entities.name_en,
    entities.name_ascii,
    entities.name_sort,
    entities.name_slug as province_slug,
    entities.region_vi,
    entities.region_code,
    entities.region_scheme,
    entities.geography,
    entities.unit_type,
    entities.region_membership,
    entities.parent_entity_code,
    entities.succession,
    entities.successor_code,
    entities.source,
    aliases.aliases,
    entities.valid_to is null as is_current
from {{ ref('stg_raw__entity') }} as entities
left join aliases
    on
        entities.entity_type = aliases.entity_type
        and entities.entity_code = aliases.entity_code
        and entities.valid_from = aliases.valid_from
