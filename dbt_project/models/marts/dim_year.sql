with years as (
    select distinct reference_year as year
    from {{ ref('stg_raw__edition') }}
),

provinces as (
    select
        years.year,
        count(*) as province_count
    from years
    inner join {{ ref('int_entities__keyed') }} as entities
        on
            entities.entity_type = 'province'
            and make_date(years.year, 12, 31) >= entities.valid_from
            and make_date(years.year, 12, 31) <= coalesce(entities.valid_to, date '9999-12-31')
    group by years.year
),

editions as (
    select
        reference_year as year,
        count(*) as edition_count
    from {{ ref('stg_raw__edition') }}
    group by reference_year
)

select
    years.year,
    make_date(years.year, 1, 1) as year_start_date,
    make_date(years.year, 12, 31) as year_end_date,
    cast(coalesce(provinces.province_count, 0) as integer) as province_count,
    cast(editions.edition_count as integer) as edition_count
from years
inner join editions on years.year = editions.year
left join provinces on years.year = provinces.year
