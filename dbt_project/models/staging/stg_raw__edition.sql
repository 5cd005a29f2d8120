select
    edition_id,
    index_code,
    instrument_code,
    reference_year,
    methodology_code,
    geography,
    as_of_date,
    n_units,
    rank_kind,
    published_on,
    instrument_name_vi,
    instrument_name_en,
    source,
    note
from {{ source('raw', 'edition') }}
