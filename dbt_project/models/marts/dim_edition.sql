with reissues as (
    select
        claims.edition_id,
        count(distinct claims.document_id) as reissue_count
    from {{ ref('stg_raw__claim') }} as claims
    inner join {{ ref('int_documents__superseded') }} as superseded on claims.document_id = superseded.document_id
    group by claims.edition_id
)

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
    cast(1 + coalesce(reissues.reissue_count, 0) as {{ dbt.type_int() }}) as revision,
    previous.previous_edition_id,
    editions.source,
    editions.note
from {{ ref('stg_raw__edition') }} as editions
left join {{ ref('int_editions__previous') }} as previous on editions.edition_id = previous.edition_id
left join reissues on editions.edition_id = reissues.edition_id
