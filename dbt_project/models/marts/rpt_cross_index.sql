-- One province in one year by the side of itself: whole indices in their own universes, compared only as places among n.
-- Only instruments that rank a known number of units; of several releases of a year the last one.
with whole as (
    select
        scores.*,
        {{ rank_percentile('scores') }} as percentile,
        row_number() over (
            partition by scores.index_code, scores.year, scores.entity_key
            order by editions.published_on desc nulls last, scores.edition_id desc
        ) as release_position
    from {{ ref('rpt_scores') }} as scores
    inner join {{ ref('dim_index') }} as indices
        on
            scores.index_code = indices.index_code
            and scores.criterion_code = indices.root_criterion_code
    inner join {{ ref('dim_edition') }} as editions on scores.edition_id = editions.edition_id
    where
        scores.entity_type = 'province'
        and editions.n_units is not null
        and scores.index_code in ('PAR_PROVINCE', 'SIPAS', 'PAPI', 'PCI')
),

beside as (
    select
        entity_key,
        year,
        {% for prefix, index_code in [('par', 'PAR_PROVINCE'), ('sipas', 'SIPAS'), ('papi', 'PAPI'), ('pci', 'PCI')] -%}
        max(case when index_code = '{{ index_code }}' then edition_id end) as {{ prefix }}_edition_id,
        max(case when index_code = '{{ index_code }}' then score end) as {{ prefix }}_score,
        max(case when index_code = '{{ index_code }}' then rank end) as {{ prefix }}_rank,
        max(case when index_code = '{{ index_code }}' then rank_out_of end) as {{ prefix }}_rank_out_of,
        max(case when index_code = '{{ index_code }}' then rank_kind end) as {{ prefix }}_rank_kind,
        max(case when index_code = '{{ index_code }}' then percentile end) as {{ prefix }}_percentile,
        max(case when index_code = '{{ index_code }}' and has_conflict then 1 else 0 end) = 1 as {{ prefix }}_has_conflict,
        {% endfor -%}
        sum(case when rank is not null then 1 else 0 end) as ranked_index_count
    from whole
    where release_position = 1
    group by entity_key, year
)

select
    beside.year,
    provinces.name_vi as province,
    provinces.name_en as province_en,
    provinces.name_ascii as province_ascii,
    provinces.name_sort as province_sort,
    provinces.entity_code as province_code,
    provinces.province_slug,
    provinces.geography,
    provinces.region_vi,
    beside.entity_key,
    {% for prefix in ['par', 'sipas', 'papi', 'pci'] -%}
    beside.{{ prefix }}_edition_id,
    beside.{{ prefix }}_score,
    beside.{{ prefix }}_rank,
    beside.{{ prefix }}_rank_out_of,
    beside.{{ prefix }}_rank_kind,
    {{ report_figure('beside.' ~ prefix ~ '_percentile') }} as {{ prefix }}_percentile,
    beside.{{ prefix }}_has_conflict,
    {% endfor -%}
    {{ report_figure('beside.sipas_percentile - beside.par_percentile') }} as sipas_minus_par_percentile,
    {{ report_figure('beside.sipas_percentile - beside.papi_percentile') }} as sipas_minus_papi_percentile,
    {{ report_figure('beside.par_percentile - beside.papi_percentile') }} as par_minus_papi_percentile,
    {{ report_figure('beside.par_percentile - beside.pci_percentile') }} as par_minus_pci_percentile,
    {{ report_figure('beside.papi_percentile - beside.pci_percentile') }} as papi_minus_pci_percentile,
    cast(beside.ranked_index_count as {{ dbt.type_int() }}) as ranked_index_count
from beside
inner join {{ ref('dim_province') }} as provinces on beside.entity_key = provinces.entity_key
