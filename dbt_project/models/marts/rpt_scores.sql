with scores as (
    select * from {{ ref('fct_score') }}
    where
        stage = 'published'
        and score_source = 'total'
),

previous as (
    select
        *,
        {{ score_key() }} as score_key
    from {{ ref('int_scores__previous') }}
),

national as (
    select
        edition_id,
        criterion_code,
        unit,
        score as national_mean
    from scores
    where
        entity_type = 'nation'
        and score is not null
),

responsible as (
    select * from {{ ref('bridge_criterion_responsible') }}
    where is_chosen
)

select
    scores.index_code,
    scores.year,
    scores.edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    scores.entity_code as province_code,
    editions.geography,
    scores.entity_type,
    scores.criterion_code,
    coalesce(criteria.criterion_name_vi, claims.criterion_label_raw) as criterion_name_vi,
    criteria.criterion_name_en,
    criteria.level,
    criteria.facet,
    scores.methodology_code,
    {{ report_figure('scores.score') }} as score,
    scores.unit,
    criteria.max_points,
    scores.rank,
    scores.rank_out_of,
    scores.rank_kind,
    case when previous.change_is_comparable then {{ report_figure('scores.score - previous.previous_score') }} end as change,
    case
        when previous.change_is_comparable and previous.is_rank_comparable then previous.previous_rank - scores.rank
    end as change_rank,
    coalesce(previous.change_is_comparable, false) as change_is_comparable,
    {{ report_figure('previous.previous_score') }} as previous_score,
    {{ report_figure('scores.printed_change') }} as printed_change,
    scores.printed_change_rank,
    {{ report_figure('national.national_mean') }} as national_mean,
    {{ report_figure('best.best') }} as best,
    {{ report_figure('scores.score - best.best') }} as gap_to_best,
    coalesce(
        responsible.responsible_unit, parent_responsible.responsible_unit, grandparent_responsible.responsible_unit
    ) as responsible_unit,
    scores.n_claims,
    scores.has_conflict,
    scores.value_status,
    claims.document_id,
    cells.page,
    cells.table_number,
    cells.row_number,
    cells.column_number,
    cells.raw_text,
    indices.index_name_vi,
    indices.index_name_en,
    indices.index_sort,
    editions.instrument_code,
    editions.instrument_name_vi,
    editions.instrument_name_en,
    scores.entity_key,
    entities.name_en as province_en,
    entities.province_slug,
    entities.name_sort as province_sort,
    entities.region_vi,
    entities.region_code,
    scores.criterion_key,
    criteria.parent_code,
    criteria.sort_order,
    criteria.is_scored_leaf,
    coalesce(scores.missing_reason, case when scores.score is null then 'not_in_our_documents' end) as missing_reason,
    scores.is_known_failure,
    scores.precedence_rule,
    previous.previous_edition_id,
    previous.previous_rank,
    previous.change_relation,
    {{ report_figure('scores.score - national.national_mean') }} as gap_to_mean,
    {{ report_figure('scores.printed_gap_to_mean') }} as printed_gap_to_mean,
    {{ report_figure('scores.printed_gap_to_best') }} as printed_gap_to_best,
    cells.sheet,
    cells.a1,
    cells.paragraph,
    cells.x0,
    cells.top,
    cells.x1,
    cells.bottom,
    coalesce(documents.cited_title, documents.title_vi) as source_title,
    coalesce(claims.source_url, documents.cited_url) as source_url,
    scores.claim_id,
    scores.score_claim_id,
    scores.rank_claim_id,
    nullif(claims.note, '') as source_note,
    scores.known_failure_evidence,
    scores.printed_change_unit,
    coalesce(documents.is_reset, false) as is_reset,
    estimates.sample_size,
    estimates.sample_size_status,
    {{ report_figure('best.rank_10_score') }} as rank_10_score,
    {{ report_figure('scores.score - best.rank_10_score') }} as gap_to_rank_10,
    coalesce(
        responsible.criterion_code, parent_responsible.criterion_code, grandparent_responsible.criterion_code
    ) as responsible_unit_from
from scores
inner join {{ ref('dim_index') }} as indices on scores.index_code = indices.index_code
inner join {{ ref('dim_edition') }} as editions on scores.edition_id = editions.edition_id
inner join {{ ref('dim_criterion') }} as criteria on scores.criterion_key = criteria.criterion_key
left join {{ ref('dim_province') }} as entities on scores.entity_key = entities.entity_key
left join {{ ref('fct_claim') }} as claims on scores.claim_id = claims.claim_id
left join {{ ref('fct_cell_provenance') }} as cells on scores.claim_id = cells.claim_id
left join {{ ref('dim_document') }} as documents on claims.document_id = documents.document_id
left join previous on scores.score_key = previous.score_key
left join {{ ref('int_uncertainty__estimated') }} as estimates
    on
        scores.edition_id = estimates.edition_id
        and scores.entity_type = estimates.entity_type
        and scores.entity_code = estimates.entity_code
        and scores.criterion_code = estimates.criterion_code
left join national
    on
        scores.edition_id = national.edition_id
        and scores.criterion_code = national.criterion_code
        and scores.entity_type <> 'nation'
        and (scores.unit = national.unit or criteria.is_root)
left join {{ ref('int_scores__benchmarks') }} as best
    on
        scores.edition_id = best.edition_id
        and scores.criterion_code = best.criterion_code
        and scores.entity_type = best.entity_type
        and scores.unit = best.unit
left join responsible
    on
        scores.edition_id = responsible.edition_id
        and scores.entity_type = responsible.entity_type
        and scores.entity_code = responsible.entity_code
        and scores.criterion_code = responsible.criterion_code
-- A unit named for a factor answers for the criteria under it; responsible_unit_from says which row named it.
left join {{ ref('dim_criterion') }} as parents on criteria.parent_key = parents.criterion_key
left join responsible as parent_responsible
    on
        scores.edition_id = parent_responsible.edition_id
        and scores.entity_type = parent_responsible.entity_type
        and scores.entity_code = parent_responsible.entity_code
        and criteria.parent_code = parent_responsible.criterion_code
left join responsible as grandparent_responsible
    on
        scores.edition_id = grandparent_responsible.edition_id
        and scores.entity_type = grandparent_responsible.entity_type
        and scores.entity_code = grandparent_responsible.entity_code
        and parents.parent_code = grandparent_responsible.criterion_code
