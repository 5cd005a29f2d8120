select
    predecessor_code,
    predecessor_valid_from,
    successor_code,
    successor_valid_from,
    relation,
    effective_date,
    decree
from {{ source('raw', 'succession') }}
