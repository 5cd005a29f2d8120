"""What the report pages show of the checks of a release and of what is held back: two tables of `bi.duckdb`."""

from __future__ import annotations

from warehouse.bi.export import Export

CHECKS = """
select
    false as is_placeholder, q.rule_id, q.gate, q.title_vi, q.title_en, q.severity, q.owner,
    q.rule_reason as reason, q.tolerance_source, q.status,
    case q.severity when 'error' then 'chặn' else 'cảnh báo' end as severity_label,
    case q.severity when 'error' then 'blocks' else 'warns' end as severity_label_en,
    case when q.status = 'passed' and q.checked_count = 0 then 'Không có gì để xét' when q.status = 'passed' then 'Đạt'
        when q.status = 'passed_with_listed_failures' then 'Đạt, có lỗi đã ghi nhận'
        when q.status = 'failed' then 'Số liệu không đạt'
        when q.status = 'crashed' then 'Phép kiểm tra không chạy được' else q.status end as status_label,
    case when q.status = 'passed' and q.checked_count = 0 then 'Nothing to judge' when q.status = 'passed' then 'Passed'
        when q.status = 'passed_with_listed_failures' then 'Passed, with listed failures'
        when q.status = 'failed' then 'The data failed'
        when q.status = 'crashed' then 'The check did not run' else q.status end as status_label_en,
    q.checked_count::int as checked_count, q.failed_count::int as failed_count, q.tolerated_count::int as tolerated_count,
    q.incomplete_count::int as incomplete_count,
    -- One message a line: a page cannot read a list.
    coalesce(array_to_string(from_json(nullif(q.sample, ''), '["VARCHAR"]'), chr(10)), '') as sample_text,
    (row_number() over (
        order by q.gate, case q.status when 'crashed' then 1 when 'failed' then 2 when 'passed_with_listed_failures' then 3 else 4 end,
            q.rule_id
    ))::int as check_sort
from published.qa_results q
order by check_sort
"""

QUARANTINE = """
select
    false as is_placeholder, h.item_id, h.document_id, coalesce(d.title_vi, h.document_id) as document_title,
    coalesce(d.title_en, h.document_id) as document_title_en,
    h.is_document_loaded, h.is_suspect, coalesce(h.entity_label, h.entity_code, '') as place_name,
    coalesce(h.edition_id, '') as edition_id,
    coalesce(h.criterion_code, '') as criterion_code, coalesce(h.criterion_label, '') as criterion,
    coalesce(measure_label(h.measure), '') as measure_label, coalesce(measure_label_en(h.measure), '') as measure_label_en,
    coalesce(place_in_document(h.page, h.sheet, h.a1, h.table_number, h.row_number, h.column_number, h.paragraph), '') as place,
    coalesce(place_in_document_en(h.page, h.sheet, h.a1, h.table_number, h.row_number, h.column_number, h.paragraph), '')
        as place_en,
    coalesce(h.raw_text, '') as raw_text, coalesce(h.held_reason, '') as reason,
    coalesce(nullif(h.broken_rules, ''), h.reason_code, '') as broken_rules, coalesce(h.proposals, '') as proposals,
    (row_number() over (
        order by h.document_id, h.is_suspect desc, h.page, h.table_number, h.row_number, h.column_number, h.item_id
    ))::int as item_sort
from published.rpt_quarantine h
left join published.dim_document d on d.document_id = h.document_id
where h.item_status = 'open'
order by item_sort
"""

EXPORTS = (
    Export("bi_checks", CHECKS, {"qa_results": (
        "gate", "rule_id", "severity", "owner", "title_vi", "title_en", "rule_reason", "tolerance_source", "status", "checked_count",
        "failed_count", "tolerated_count", "incomplete_count", "sample",
    )}, may_be_empty=True),
    Export("bi_quarantine", QUARANTINE, {"rpt_quarantine": (
        "item_id", "document_id", "item_status", "is_suspect", "edition_id", "entity_label", "entity_code", "criterion_label",
        "criterion_code", "measure", "page", "table_number", "row_number", "column_number", "sheet", "a1", "paragraph", "raw_text",
        "held_reason", "reason_code", "broken_rules", "proposals", "is_document_loaded",
    )}, may_be_empty=True),
)  # fmt: skip
