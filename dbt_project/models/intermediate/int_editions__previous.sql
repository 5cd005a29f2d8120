-- The edition whose period ends the day before this one begins, by the same instrument: the year before, or the month before.
-- Two instruments of one index never make a series, and neither do two periods with a gap between them.
with ordered as (
    select
        edition_id,
        lag(edition_id) over (partition by index_code, instrument_code order by period_start) as previous_edition_id,
        lag(period_end) over (partition by index_code, instrument_code order by period_start) as previous_period_end
    from {{ ref('stg_raw__edition') }}
)

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
inner join ordered on editions.edition_id = ordered.edition_id
inner join {{ ref('stg_raw__edition') }} as previous on ordered.previous_edition_id = previous.edition_id
left join {{ ref('stg_raw__methodology') }} as methodologies
    on
        editions.index_code = methodologies.index_code
        and editions.methodology_code = methodologies.methodology_code
where {{ days_between('ordered.previous_period_end', 'editions.period_start') }} = 1
