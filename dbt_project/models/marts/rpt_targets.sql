-- Each target beside the latest result known up to its year: of the same entity version, instrument and criterion.
with results as (
    select
        targets.target_key,
        scores.year as result_year,
        scores.rank as result_rank,
        scores.rank_out_of as result_rank_out_of,
        scores.rank_kind as result_rank_kind,
        scores.score as result_score,
        scores.rank_10_score as result_rank_10_score,
        scores.claim_id as result_claim_id,
        row_number() over (
            partition by targets.target_key
            order by scores.year desc, scores.edition_id desc, scores.methodology_code desc
        ) as recency
    from {{ ref('fct_target') }} as targets
    inner join {{ ref('rpt_scores') }} as scores
        on
            targets.index_code = scores.index_code
            and targets.instrument_code = scores.instrument_code
            and targets.entity_key = scores.entity_key
            and targets.criterion_code = scores.criterion_code
    where
        scores.rank is not null
        and scores.year <= targets.year
)

select
    targets.index_code,
    targets.year,
    targets.edition_id,
    targets.instrument_code,
    provinces.name_vi as province,
    provinces.name_ascii as province_ascii,
    provinces.name_sort as province_sort,
    targets.entity_code as province_code,
    provinces.province_slug,
    targets.entity_type,
    targets.criterion_code,
    criteria.criterion_name_vi,
    criteria.criterion_name_en,
    targets.target_rank,
    results.result_year,
    results.result_rank,
    results.result_rank_out_of,
    results.result_rank_kind,
    results.result_score,
    results.result_rank_10_score,
    results.result_rank - targets.target_rank as ranks_to_climb,
    case
        when results.result_year is null then 'no_result'
        when results.result_year < targets.year then 'result_of_an_earlier_year'
        when results.result_rank <= targets.target_rank then 'met'
        else 'not_met'
    end as target_outcome,
    targets.raw_text,
    targets.document_id,
    cells.page,
    cells.table_number,
    cells.row_number,
    cells.column_number,
    cells.paragraph,
    coalesce(documents.cited_title, documents.title_vi) as source_title,
    coalesce(claims.source_url, documents.cited_url) as source_url,
    targets.claim_id,
    results.result_claim_id,
    targets.target_key,
    targets.entity_key
from {{ ref('fct_target') }} as targets
left join {{ ref('dim_province') }} as provinces on targets.entity_key = provinces.entity_key
left join {{ ref('dim_criterion') }} as criteria on targets.criterion_key = criteria.criterion_key
left join results
    on
        targets.target_key = results.target_key
        and results.recency = 1
left join {{ ref('fct_claim') }} as claims on targets.claim_id = claims.claim_id
left join {{ ref('fct_cell_provenance') }} as cells on targets.claim_id = cells.claim_id
left join {{ ref('dim_document') }} as documents on targets.document_id = documents.document_id
