-- A member is the version of the unit that is valid on the edition's day: two units of one name or code never meet here.
select
    members.edition_id || ':' || members.entity_set_code as entity_set_key,
    members.edition_id,
    members.entity_set_code,
    entities.entity_key,
    members.entity_type,
    members.entity_code,
    entities.name_vi
from {{ ref('stg_raw__entity_set_member') }} as members
inner join {{ ref('int_entities__by_edition') }} as entities
    on
        members.edition_id = entities.edition_id
        and members.entity_type = entities.entity_type
        and members.entity_code = entities.entity_code
