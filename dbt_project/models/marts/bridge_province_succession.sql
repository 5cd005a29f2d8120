select
    'province:' || successions.predecessor_code || ':'
    || {{ date_text('successions.predecessor_valid_from') }} as predecessor_key,
    'province:' || successions.successor_code || ':' || {{ date_text('successions.successor_valid_from') }} as successor_key,
    successions.predecessor_code,
    successions.successor_code,
    predecessors.name_vi as predecessor_name_vi,
    successors.name_vi as successor_name_vi,
    successions.relation as succession_relation,
    successions.effective_date,
    successions.decree
from {{ ref('stg_raw__succession') }} as successions
left join {{ ref('int_entities__keyed') }} as predecessors
    on
        predecessors.entity_type = 'province'
        and successions.predecessor_code = predecessors.entity_code
        and successions.predecessor_valid_from = predecessors.valid_from
left join {{ ref('int_entities__keyed') }} as successors
    on
        successors.entity_type = 'province'
        and successions.successor_code = successors.entity_code
        and successions.successor_valid_from = successors.valid_from
