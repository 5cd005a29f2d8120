select
    cells.index_code,
    cells.reference_year as year,
    cells.edition_id,
    cells.instrument_code,
    cells.geography,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    entities.name_sort as province_sort,
    cells.entity_code as province_code,
    cells.entity_type,
    entities.entity_key,
    cells.criterion_code,
    criteria.criterion_name_vi,
    criteria.criterion_name_en,
    criteria.level,
    criteria.facet,
    criteria.is_scored_leaf,
    criteria.sort_order,
    cells.methodology_code,
    cells.is_expected,
    cells.what_is_known,
    cells.coverage_reason,
    cells.reason_stated_by,
    coalesce(cells.reason_source, documents.cited_title, documents.title_vi) as reason_source,
    claims.document_id,
    cells.claim_id,
    claims.raw_text
from {{ ref('int_coverage__cells') }} as cells
inner join {{ ref('dim_criterion') }} as criteria on cells.criterion_key = criteria.criterion_key
left join {{ ref('int_entities__by_edition') }} as entities
    on
        cells.edition_id = entities.edition_id
        and cells.entity_type = entities.entity_type
        and cells.entity_code = entities.entity_code
left join {{ ref('fct_claim') }} as claims on cells.claim_id = claims.claim_id
left join {{ ref('dim_document') }} as documents on claims.document_id = documents.document_id
