"""Documents that the figures were read from."""

from __future__ import annotations

from warehouse.bi.export import Export

SOURCES = """
select
    d.document_id, d.title_vi as title, d.title_en, coalesce(d.cited_title, '') as cited_title,
    coalesce(d.cited_publisher, '') as cited_publisher, coalesce(d.cited_decision, '') as cited_decision,
    coalesce(strftime(d.cited_published_on, '%d/%m/%Y'), 'không rõ ngày') as published_text,
    coalesce(strftime(d.cited_published_on, '%d/%m/%Y'), 'date unknown') as published_text_en, coalesce(d.cited_url, '') as cited_url,
    case d.source_class when 'ministry_annex' then 'phụ lục quyết định của Bộ'
        when 'ministry_report_table' then 'bảng trong báo cáo của Bộ'
        when 'provincial_table' then 'bảng trong văn bản của tỉnh' when 'provincial_prose' then 'lời văn trong văn bản của tỉnh'
        when 'publisher_dataset' then 'bộ số liệu của nơi công bố'
        when 'publisher_dataset_sum' then 'cộng từ bộ số liệu của nơi công bố' when 'press_table' then 'bảng trên báo chí'
        when 'press_prose' then 'lời văn trên báo chí' when 'picture' then 'hình ảnh' when 'derived' then 'tính từ nguồn đã dẫn'
        else d.source_class end as source_class_label,
    case d.source_class when 'ministry_annex' then 'annex to a decision of the Ministry'
        when 'ministry_report_table' then 'table in a report of the Ministry'
        when 'provincial_table' then 'table in a document of the province'
        when 'provincial_prose' then 'prose in a document of the province'
        when 'publisher_dataset' then 'dataset of the publisher'
        when 'publisher_dataset_sum' then 'summed from a dataset of the publisher' when 'press_table' then 'table in the press'
        when 'press_prose' then 'prose in the press' when 'picture' then 'picture'
        when 'derived' then 'computed from the cited source' else d.source_class end as source_class_label_en,
    upper(d.document_kind) as document_kind, coalesce(d.licence, '') as licence, d.is_reset, d.sha256,
    left(d.sha256, 12) as sha256_short, d.document_status = 'loaded' as is_loaded, coalesce(d.page_count, 0)::int as page_count,
    coalesce(d.claim_count, 0)::int as n_claims,
    (select count(*) from bi.bi_scores s where s.document_id = d.document_id)::int as n_scores,
    (row_number() over (order by d.title_vi collate vi, d.document_id))::int as source_sort
from published.dim_document d
order by source_sort
"""

EXPORTS = (
    Export(
        "bi_sources",
        SOURCES,
        {
            "dim_document": (
                "document_id", "title_vi", "title_en", "cited_title", "cited_publisher", "cited_decision", "cited_published_on",
                "cited_url", "cited_note", "source_class", "document_kind", "licence", "is_reset", "sha256", "page_count",
                "claim_count", "document_status",
            )
        },
    ),
)  # fmt: skip
