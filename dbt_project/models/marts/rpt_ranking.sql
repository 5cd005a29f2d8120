-- The ranking of each criterion as a list to read from the top: ranked units, then those with a score only, then the withheld.
with units as (
    select *
    from {{ ref('rpt_scores') }}
    where entity_type not in ('nation', 'region')
)

select
    units.index_code,
    units.year,
    units.edition_id,
    units.instrument_code,
    units.geography,
    units.entity_type,
    units.criterion_code,
    units.criterion_name_vi,
    units.criterion_name_en,
    units.level,
    units.facet,
    cast(
        row_number() over (
            partition by units.edition_id, units.entity_type, units.criterion_key
            order by units.rank asc nulls last, units.score desc nulls last, units.province_sort asc, units.province_code asc
        ) as {{ dbt.type_int() }}
    ) as ranking_sort,
    case
        when units.rank is not null then 'ranked'
        when units.score is not null then 'score_only'
        when units.value_status = 'withheld' then 'withheld'
        else 'no_figure'
    end as standing,
    units.rank,
    units.rank_out_of,
    units.rank_kind,
    cast(units.rank as {{ dbt.type_string() }}) || '/'
    || cast(units.rank_out_of as {{ dbt.type_string() }}) as rank_text,
    -- Units that share a rank and contradict one another are no tie.
    coalesce(
        units.rank is not null
        and not coalesce(units.has_conflict, false)
        and count(*) over (partition by units.edition_id, units.entity_type, units.criterion_key, units.rank) > 1,
        false
    ) as is_tied,
    {{ report_figure(rank_percentile('units')) }} as percentile,
    units.province,
    units.province_en,
    units.province_ascii,
    units.province_sort,
    units.province_code,
    units.province_slug,
    units.region_vi,
    units.score,
    units.unit,
    units.value_status,
    score_groups.group_code as publisher_group,
    units.change_is_comparable,
    units.change,
    units.change_rank,
    units.national_mean,
    units.gap_to_mean,
    units.best,
    units.gap_to_best,
    units.rank_10_score,
    units.gap_to_rank_10,
    units.n_claims,
    units.has_conflict,
    units.missing_reason,
    units.document_id,
    units.source_url,
    units.claim_id,
    units.entity_key,
    units.criterion_key
from units
left join {{ ref('score_group') }} as score_groups
    on
        units.index_code = score_groups.index_code
        and units.entity_type = score_groups.entity_type
        and units.year = score_groups.year
        and units.level = 0
        and units.score >= score_groups.min_score
        and (units.score < score_groups.below_score or score_groups.below_score is null)
