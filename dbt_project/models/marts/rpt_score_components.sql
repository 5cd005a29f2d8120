with maxima as (
    select
        {{ cell_list('claims') }},
        claims.value as max_points
    from {{ ref('int_claims__ranked') }} as claims
    where
        claims.measure = 'max_points'
        and claims.precedence_position = 1
        and claims.value is not null
),

totals as (
    select
        edition_id,
        entity_type,
        entity_code,
        criterion_code,
        score
    from {{ ref('fct_score') }}
    where
        stage = 'published'
        and score_source = 'total'
)

select
    scores.index_code,
    scores.year,
    scores.edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    scores.entity_code as province_code,
    scores.entity_type,
    scores.criterion_code,
    coalesce(criteria.criterion_name_vi, claims.criterion_label_raw) as criterion_name_vi,
    criteria.criterion_name_en,
    scores.methodology_code,
    scores.stage,
    scores.score_source,
    {{ report_figure('scores.score') }} as score,
    scores.unit,
    -- The maximum of the whole is no maximum of a part: a part has the one printed for it, or none.
    cast(maxima.max_points as {{ type_double() }}) as max_points,
    scores.rank,
    scores.rank_out_of,
    scores.rank_kind,
    {{ report_figure('totals.score') }} as total_score,
    scores.n_claims,
    scores.has_conflict,
    scores.value_status,
    scores.missing_reason,
    scores.is_known_failure,
    scores.precedence_rule,
    claims.document_id,
    cells.page,
    cells.table_number,
    cells.row_number,
    cells.column_number,
    cells.sheet,
    cells.a1,
    cells.raw_text,
    coalesce(claims.source_url, documents.cited_url) as source_url,
    scores.claim_id,
    entities.province_slug,
    entities.name_sort as province_sort
from {{ ref('fct_score') }} as scores
inner join {{ ref('dim_criterion') }} as criteria on scores.criterion_key = criteria.criterion_key
left join {{ ref('dim_province') }} as entities on scores.entity_key = entities.entity_key
left join {{ ref('fct_claim') }} as claims on scores.claim_id = claims.claim_id
left join {{ ref('fct_cell_provenance') }} as cells on scores.claim_id = cells.claim_id
left join {{ ref('dim_document') }} as documents on claims.document_id = documents.document_id
left join maxima on {{ same_cell('scores', 'maxima') }}
left join totals
    on
        scores.edition_id = totals.edition_id
        and scores.entity_type = totals.entity_type
        and scores.entity_code = totals.entity_code
        and scores.criterion_code = totals.criterion_code
where
    scores.stage <> 'published'
    or scores.score_source <> 'total'
