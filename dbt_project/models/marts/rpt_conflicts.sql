-- Three sorts of conflict, each with the rule that found it: claims about one cell that differ, official ranks of two
-- units that cannot both be right, and a figure that its relation to other figures contradicts. Of the last two nobody
-- decides: both stay.
with compared as (
    select
        {{ cell_list('claims') }},
        claims.measure,
        claims.kind,
        'same_cell' as found_by,
        claims.precedence_rule,
        claims.chosen_claim_id,
        claims.claim_id as other_claim_id,
        claims.chosen_value,
        claims.value as other_value,
        claims.difference,
        cast(claims.rounding_tolerance as {{ type_double() }}) as tolerance,
        cast(null as {{ dbt.type_string() }}) as other_entity_key,
        cast(null as {{ type_double() }}) as chosen_score,
        cast(null as {{ type_double() }}) as other_score,
        cast(null as integer) as sharing_count,
        cast(null as {{ dbt.type_string() }}) as relation_text
    from {{ ref('int_claims__compared') }} as claims
    where
        claims.kind in ('contradiction', 'truncation', 'rounding')
        and claims.measure in ('score', 'rank', 'change', 'change_rank')
    union all
    select
        {{ cell_list('ranks') }},
        'rank' as measure,
        ranks.kind,
        ranks.kind as found_by,
        'both_published' as precedence_rule,
        ranks.rank_claim_id as chosen_claim_id,
        ranks.other_rank_claim_id as other_claim_id,
        ranks.rank as chosen_value,
        ranks.other_rank as other_value,
        ranks.other_rank - ranks.rank as difference,
        cast(0 as {{ type_double() }}) as tolerance,
        ranks.other_entity_key,
        {{ report_figure('ranks.score') }} as chosen_score,
        {{ report_figure('ranks.other_score') }} as other_score,
        ranks.sharing_count,
        cast(null as {{ dbt.type_string() }}) as relation_text
    from {{ ref('int_ranks__contradicted') }} as ranks
    union all
    select
        {{ cell_list('figures') }},
        figures.measure,
        figures.kind,
        figures.found_by,
        'both_published' as precedence_rule,
        figures.claim_id as chosen_claim_id,
        figures.other_claim_id,
        figures.value as chosen_value,
        figures.other_value,
        figures.difference,
        cast(figures.tolerance as {{ type_double() }}) as tolerance,
        cast(null as {{ dbt.type_string() }}) as other_entity_key,
        cast(null as {{ type_double() }}) as chosen_score,
        cast(null as {{ type_double() }}) as other_score,
        cast(null as integer) as sharing_count,
        figures.relation_text
    from {{ ref('int_figures__contradicted') }} as figures
)

select
    chosen.index_code,
    chosen.year,
    compared.edition_id,
    entities.name_vi as province,
    entities.name_ascii as province_ascii,
    compared.entity_code as province_code,
    compared.entity_type,
    compared.criterion_code,
    coalesce(criteria.criterion_name_vi, chosen.criterion_label_raw) as criterion_name_vi,
    criteria.criterion_name_en,
    compared.measure,
    compared.stage,
    compared.score_source,
    compared.kind,
    compared.precedence_rule,
    {{ report_figure('compared.chosen_value') }} as chosen_value,
    chosen.raw_text as chosen_raw_text,
    chosen.modality as chosen_modality,
    chosen.source_class as chosen_source_class,
    chosen.document_id as chosen_document_id,
    chosen_cells.page as chosen_page,
    chosen_cells.table_number as chosen_table_number,
    chosen_cells.row_number as chosen_row_number,
    chosen_cells.column_number as chosen_column_number,
    chosen_cells.sheet as chosen_sheet,
    chosen_cells.a1 as chosen_a1,
    chosen_cells.paragraph as chosen_paragraph,
    coalesce(chosen.source_url, chosen_documents.cited_url) as chosen_source_url,
    {{ report_figure('compared.other_value') }} as other_value,
    unchosen.raw_text as other_raw_text,
    unchosen.modality as other_modality,
    unchosen.source_class as other_source_class,
    unchosen.document_id as other_document_id,
    other_cells.page as other_page,
    other_cells.table_number as other_table_number,
    other_cells.row_number as other_row_number,
    other_cells.column_number as other_column_number,
    other_cells.sheet as other_sheet,
    other_cells.a1 as other_a1,
    other_cells.paragraph as other_paragraph,
    coalesce(unchosen.source_url, other_documents.cited_url) as other_source_url,
    {{ report_figure('compared.difference') }} as difference,
    compared.tolerance,
    case
        when compared.relation_text is null then unchosen.is_known_failure
        else chosen.is_known_failure
    end as is_known_failure,
    compared.chosen_claim_id,
    compared.other_claim_id,
    entities.province_slug,
    entities.name_sort as province_sort,
    other_entities.name_vi as other_province,
    compared.chosen_score,
    compared.other_score,
    case
        when compared.found_by <> 'same_cell' then compared.found_by
        when
            chosen.source_class in ('publisher_dataset', 'publisher_dataset_sum')
            and unchosen.source_class not in ('publisher_dataset', 'publisher_dataset_sum')
            then 'press_against_panel'
        else 'same_cell'
    end as found_by,
    compared.relation_text,
    unchosen.year as other_year,
    unchosen.criterion_code as other_criterion_code,
    compared.sharing_count
from compared
inner join {{ ref('fct_claim') }} as unchosen on compared.other_claim_id = unchosen.claim_id
inner join {{ ref('fct_claim') }} as chosen on compared.chosen_claim_id = chosen.claim_id
left join {{ ref('dim_province') }} as entities on chosen.entity_key = entities.entity_key
left join {{ ref('dim_province') }} as other_entities on compared.other_entity_key = other_entities.entity_key
left join {{ ref('dim_criterion') }} as criteria on chosen.criterion_key = criteria.criterion_key
left join {{ ref('fct_cell_provenance') }} as chosen_cells on chosen.claim_id = chosen_cells.claim_id
left join {{ ref('fct_cell_provenance') }} as other_cells on unchosen.claim_id = other_cells.claim_id
left join {{ ref('dim_document') }} as chosen_documents on chosen.document_id = chosen_documents.document_id
left join {{ ref('dim_document') }} as other_documents on unchosen.document_id = other_documents.document_id
