-- How much of each edition is here. Units are provinces and ministries; the nation and the regions are not ranked.
with scores as (
    select
        fct_score.*,
        criteria.is_root,
        fct_score.entity_type in ('province', 'ministry') as is_unit
    from {{ ref('fct_score') }} as fct_score
    inner join {{ ref('dim_criterion') }} as criteria on fct_score.criterion_key = criteria.criterion_key
    where
        fct_score.stage = 'published'
        and fct_score.score_source = 'total'
),

counted as (
    select
        edition_id,
        count(distinct case when is_unit and is_root and score is not null then entity_key end) as units_with_score,
        count(distinct case when is_unit and is_root and rank is not null then entity_key end) as units_with_rank,
        count(distinct case when is_unit and is_root and value_status = 'withheld' then entity_key end) as units_withheld,
        count(distinct case when is_unit and not is_root and score is not null then entity_key end) as units_with_criteria,
        count(distinct case when score is not null then criterion_code end) as criteria_with_score,
        max(case when entity_type = 'nation' and is_root and score is not null then 1 else 0 end) as nation_count,
        sum(case when has_conflict then 1 else 0 end) as conflict_count
    from scores
    group by edition_id
),

claims as (
    select
        edition_id,
        count(*) as claim_count,
        count(distinct document_id) as document_count
    from {{ ref('fct_claim') }}
    group by edition_id
),

criteria as (
    select
        edition_id,
        count(*) as criteria_expected
    from {{ ref('int_criteria__by_edition') }}
    group by edition_id
)

select
    editions.index_code,
    editions.year,
    editions.edition_id,
    indices.index_name_vi,
    indices.index_name_en,
    indices.index_sort,
    editions.instrument_code,
    editions.methodology_code,
    editions.geography,
    editions.n_units,
    editions.rank_kind,
    cast(coalesce(counted.units_with_score, 0) as integer) as units_with_score_count,
    cast(coalesce(counted.units_with_rank, 0) as integer) as units_with_rank_count,
    cast(coalesce(counted.units_withheld, 0) as integer) as units_withheld_count,
    cast(coalesce(counted.units_with_criteria, 0) as integer) as units_with_criteria_count,
    cast(coalesce(counted.criteria_with_score, 0) as integer) as criteria_with_score_count,
    cast(coalesce(criteria.criteria_expected, 0) as integer) as criteria_expected_count,
    coalesce(counted.nation_count, 0) > 0 as has_national_mean,
    coalesce(counted.units_with_score = editions.n_units, false) as has_all_units,
    cast(coalesce(claims.claim_count, 0) as integer) as claim_count,
    cast(coalesce(claims.document_count, 0) as integer) as document_count,
    cast(coalesce(counted.conflict_count, 0) as integer) as conflict_count
from {{ ref('dim_edition') }} as editions
inner join {{ ref('dim_index') }} as indices on editions.index_code = indices.index_code
left join counted on editions.edition_id = counted.edition_id
left join claims on editions.edition_id = claims.edition_id
left join criteria on editions.edition_id = criteria.edition_id
