"""Where two sources say different things about one figure: what was chosen, what was not, and why."""

from __future__ import annotations

from warehouse.bi.export import Export

CONFLICTS = """
select
    false as is_placeholder, c.edition_id, c.index_code, e.index_label, e.index_label_en, e.index_sort,
    c.year::int as year, e.year_label, e.year_label_en, c.entity_type,
    c.province, coalesce(p.province_en, c.province) as province_en,
    case when c.entity_type = 'province' then page_slug(c.province_slug, v.geography) end as province_slug,
    case when c.entity_type = 'province' then '/tinh/' || page_slug(c.province_slug, v.geography) else '' end as province_link,
    c.criterion_code, criterion_slug(c.index_code, c.criterion_code) as criterion_slug,
    coalesce(c.criterion_name_vi, c.criterion_code) as criterion, coalesce(c.criterion_name_en, c.criterion_code) as criterion_en,
    measure_label(c.measure) as measure_label, measure_label_en(c.measure) as measure_label_en,
    conflict_label(c.kind) as kind_label, conflict_label_en(c.kind) as kind_label_en,
    c.kind = 'rounding' as is_rounding,
    -- Two units that contradict each other have a row each, for the page of either; a list of all shows the pair once.
    c.other_province is not null and c.province > c.other_province as is_mirror,
    coalesce(c.is_known_failure, false) as is_known_failure,
    case when c.other_province is null then c.chosen_raw_text
         else c.chosen_raw_text || coalesce(' (điểm ' || vn_computed(c.chosen_score) || ')', '') end as chosen_text,
    case when c.other_province is null then c.other_raw_text
         else c.other_province || ': ' || c.other_raw_text || coalesce(' (điểm ' || vn_computed(c.other_score) || ')', '')
    end as other_text,
    case when c.other_province is null then c.chosen_raw_text
         else c.chosen_raw_text || coalesce(' (score ' || en_computed(c.chosen_score) || ')', '') end as chosen_text_en,
    case when c.other_province is null then c.other_raw_text
         else c.other_province || ': ' || c.other_raw_text || coalesce(' (score ' || en_computed(c.other_score) || ')', '')
    end as other_text_en,
    -- Between two units no rule decides: either rank stays where it was printed.
    coalesce(case c.precedence_rule when 'known_failure_last' then 'số của nguồn đã biết là sai xếp sau cùng'
        when 'printed_before_implied' then 'hạng in ra đứng trước hạng suy từ danh sách'
        when 'unit_of_criterion' then 'đúng đơn vị của tiêu chí' when 'stronger_source' then 'loại nguồn mạnh hơn'
        when 'stronger_modality' then 'bảng đáng tin hơn lời văn' when 'more_decimals' then 'in nhiều chữ số hơn'
        when 'more_originals' then 'nhiều nguồn cùng nói hơn' when 'newer_publication' then 'công bố sau'
        when 'undecided' then 'không quy tắc nào phân định; giữ thứ tự cố định'
        when 'both_published' then 'không số nào bị thay' else c.precedence_rule end,
        'không số nào bị thay') as rule_label,
    coalesce(case c.precedence_rule when 'known_failure_last' then 'a figure of a source known to be wrong comes last'
        when 'printed_before_implied' then 'a printed rank comes before one implied by a list'
        when 'unit_of_criterion' then 'the unit of the criterion' when 'stronger_source' then 'the stronger kind of source'
        when 'stronger_modality' then 'a table before prose' when 'more_decimals' then 'more digits are printed'
        when 'more_originals' then 'more sources say so' when 'newer_publication' then 'published later'
        when 'undecided' then 'no rule decides; a fixed order is kept'
        when 'both_published' then 'neither figure is replaced' else c.precedence_rule end,
        'neither figure is replaced') as rule_label_en,
    coalesce(c.chosen_source_url, '') as chosen_url, coalesce(c.other_source_url, '') as other_url,
    c.chosen_document_id,
    coalesce(source_label(chosen.cited_decision, chosen.title_vi, c.chosen_source_url, chosen.cited_url), '') as chosen_source,
    coalesce(place_in_document(c.chosen_page, c.chosen_sheet, c.chosen_a1, c.chosen_table_number, c.chosen_row_number,
        c.chosen_column_number, c.chosen_paragraph), '') as chosen_place,
    coalesce(source_label(chosen.cited_decision, chosen.title_en, c.chosen_source_url, chosen.cited_url), '') as chosen_source_en,
    coalesce(place_in_document_en(c.chosen_page, c.chosen_sheet, c.chosen_a1, c.chosen_table_number, c.chosen_row_number,
        c.chosen_column_number, c.chosen_paragraph), '') as chosen_place_en,
    c.chosen_page::int as chosen_page, c.other_page::int as other_page,
    c.other_document_id,
    coalesce(source_label(other.cited_decision, other.title_vi, c.other_source_url, other.cited_url), '') as other_source,
    coalesce(place_in_document(c.other_page, c.other_sheet, c.other_a1, c.other_table_number, c.other_row_number,
        c.other_column_number, c.other_paragraph), '') as other_place,
    coalesce(source_label(other.cited_decision, other.title_en, c.other_source_url, other.cited_url), '') as other_source_en,
    coalesce(place_in_document_en(c.other_page, c.other_sheet, c.other_a1, c.other_table_number, c.other_row_number,
        c.other_column_number, c.other_paragraph), '') as other_place_en,
    (row_number() over (
        order by c.kind = 'rounding', e.index_sort, c.year desc, c.province collate vi, code_key(c.criterion_code), c.measure,
            c.kind, c.other_raw_text, c.other_province
    ))::int as conflict_sort
from published.rpt_conflicts c
join bi.bi_editions e using (edition_id)
left join (
    select distinct edition_id, entity_type, province_code, province_en from bi.bi_scores
) p using (edition_id, entity_type, province_code)
join published.rpt_edition_coverage v using (edition_id)
left join published.dim_document chosen on chosen.document_id = c.chosen_document_id
left join published.dim_document other on other.document_id = c.other_document_id
where c.stage = 'published' and c.score_source = 'total'
order by conflict_sort
"""

EXPORTS = (
    Export(
        "bi_conflicts",
        CONFLICTS,
        {
            "rpt_conflicts": (
                "edition_id", "index_code", "year", "entity_type", "province", "province_slug", "province_code",
                "criterion_code", "criterion_name_vi", "criterion_name_en", "measure", "stage", "score_source", "kind",
                "precedence_rule", "chosen_raw_text", "other_raw_text", "chosen_document_id", "other_document_id",
                "chosen_page", "chosen_sheet", "chosen_a1", "chosen_table_number", "chosen_row_number", "chosen_column_number",
                "chosen_paragraph", "other_page", "other_sheet", "other_a1", "other_table_number", "other_row_number",
                "other_column_number", "other_paragraph", "chosen_source_url", "other_source_url", "is_known_failure",
                "other_province", "chosen_score", "other_score",
            ),
            "rpt_edition_coverage": ("edition_id", "geography"),
            "dim_document": ("document_id", "title_vi", "title_en", "cited_decision", "cited_url"),
        },
        may_be_empty=True,
    ),
)  # fmt: skip
