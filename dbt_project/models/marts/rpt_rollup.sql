select
    checked.index_code,
    checked.reference_year as year,
    checked.edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    checked.entity_code as province_code,
    checked.entity_type,
    checked.criterion_code,
    criteria.criterion_name_vi,
    criteria.criterion_name_en,
    checked.methodology_code,
    checked.rollup_rule,
    cast(checked.expected_count as integer) as expected_count,
    cast(checked.published_count as integer) as published_count,
    checked.missing_codes,
    checked.is_complete,
    {{ report_figure('checked.computed_value') }} as computed_value,
    {{ report_figure('checked.score') }} as printed_value,
    {{ report_figure('checked.difference') }} as difference,
    cast(checked.tolerance as double) as tolerance,
    checked.verdict,
    claims.document_id,
    claims.original_id,
    cells.page,
    cells.table_number,
    cells.row_number,
    cells.column_number,
    cells.raw_text,
    checked.score_claim_id as claim_id,
    entities.province_slug
from {{ ref('int_rollup__checked') }} as checked
left join {{ ref('int_entities__by_edition') }} as entities
    on
        checked.edition_id = entities.edition_id
        and checked.entity_type = entities.entity_type
        and checked.entity_code = entities.entity_code
left join {{ ref('dim_criterion') }} as criteria
    on
        checked.index_code = criteria.index_code
        and checked.methodology_code = criteria.methodology_code
        and checked.criterion_code = criteria.criterion_code
left join {{ ref('fct_claim') }} as claims on checked.score_claim_id = claims.claim_id
left join {{ ref('fct_cell_provenance') }} as cells on checked.score_claim_id = cells.claim_id
