-- The edition of the year before by the same instrument: two instruments of one index never make a series.
select
    editions.edition_id,
    editions.index_code,
    editions.reference_year,
    editions.methodology_code,
    editions.geography,
    previous.edition_id as previous_edition_id,
    previous.reference_year as previous_year,
    previous.methodology_code as previous_methodology_code,
    previous.geography as previous_geography,
    editions.methodology_code = previous.methodology_code as is_same_methodology,
    coalesce(methodologies.comparable_within = 'yes', false) as is_comparable_within
from {{ ref('stg_raw__edition') }} as editions
inner join {{ ref('stg_raw__edition') }} as previous
    on
        editions.index_code = previous.index_code
        and editions.instrument_code = previous.instrument_code
        and editions.reference_year - 1 = previous.reference_year
left join {{ ref('stg_raw__methodology') }} as methodologies
    on
        editions.index_code = methodologies.index_code
        and editions.methodology_code = methodologies.methodology_code
