select
    parents.index_code,
    parents.reference_year as year,
    parents.edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    parents.entity_code as province_code,
    parents.entity_type,
    parents.criterion_code,
    criteria.criterion_name_vi,
    criteria.criterion_name_en,
    parents.methodology_code,
    parents.rollup_rule,
    cast(parents.expected_count as integer) as expected_count,
    cast(parents.published_count as integer) as published_count,
    parents.missing_codes,
    parents.is_complete,
    {{ report_figure('parents.computed_value') }} as computed_value,
    {{ report_figure('parents.score') }} as printed_value,
    {{ report_figure('parents.difference') }} as difference,
    cast(parents.tolerance as {{ type_double() }}) as tolerance,
    parents.verdict,
    claims.document_id,
    claims.original_id,
    cells.page,
    cells.table_number,
    cells.row_number,
    cells.column_number,
    cells.raw_text,
    parents.score_claim_id as claim_id,
    entities.province_slug,
    entities.name_sort as province_sort
from {{ ref('int_rollup__checked') }} as parents
left join {{ ref('int_entities__by_edition') }} as entities
    on
        parents.edition_id = entities.edition_id
        and parents.entity_type = entities.entity_type
        and parents.entity_code = entities.entity_code
left join {{ ref('dim_criterion') }} as criteria
    on
        parents.index_code = criteria.index_code
        and parents.methodology_code = criteria.methodology_code
        and parents.criterion_code = criteria.criterion_code
left join {{ ref('fct_claim') }} as claims on parents.score_claim_id = claims.claim_id
left join {{ ref('fct_cell_provenance') }} as cells on parents.score_claim_id = cells.claim_id
