select
    editions.edition_id,
    editions.index_code,
    editions.instrument_code,
    editions.instrument_name_vi,
    editions.instrument_name_en,
    editions.reference_year as year,
    editions.methodology_code,
    editions.index_code || ':' || editions.methodology_code as methodology_key,
    editions.geography,
    editions.period_start,
    editions.period_end,
    editions.as_of_date,
    editions.n_units,
    editions.rank_kind,
    editions.published_on,
    editions.publication_policy,
    editions.published_cutoff,
    previous.previous_edition_id,
    editions.source,
    editions.note
from {{ ref('stg_raw__edition') }} as editions
left join {{ ref('int_editions__previous') }} as previous on editions.edition_id = previous.edition_id
