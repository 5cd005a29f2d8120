"""Pages of documents: their pictures, and the figures that were read from each; tables and name of the release."""

from __future__ import annotations

from warehouse.bi.export import Export

PAGES = """
select false as is_placeholder, document_id, page, path, width, height from given.pictures order by document_id, page
"""

FIGURES = """
with listed as (
    select document_id from bi.bi_scores group by document_id having count(*) <= 600
)
select
    false as is_placeholder, s.document_id, s.page, case when s.page is null then s.source_place else '' end as sheet_place,
    s.source_place, s.source_place_en, s.index_label, s.index_label_en, s.year, s.edition_id, s.criterion_code, s.criterion_slug,
    s.criterion, s.criterion_en, s.province, s.province_en, coalesce(s.province_link, '') as province_link, s.score_text,
    s.score_text_en, s.rank_text, s.raw_text, s.has_conflict, s.is_known_failure,
    (row_number() over (
        partition by s.document_id order by s.page, r.table_number, r.row_number, r.column_number, s.index_sort, s.year,
            s.criterion_sort, s.province_code
    ))::int as figure_sort
from bi.bi_scores s
join listed using (document_id)
left join published.rpt_scores r using (edition_id, entity_type, province_code, criterion_code, methodology_code)
where s.document_id <> ''
order by s.document_id, figure_sort
"""

PLACES = """
select
    false as is_placeholder, s.document_id, s.edition_id, s.index_label, s.index_label_en, s.year, s.year_label, s.year_label_en,
    count(*)::int as n_figures, count(distinct s.criterion_code)::int as n_criteria, count(distinct s.province_code)::int as n_units,
    string_agg(distinct r.sheet, ', ' order by r.sheet) as sheets,
    (dense_rank() over (order by min(s.index_sort), s.year desc, s.edition_id))::int as place_sort
from bi.bi_scores s
left join published.rpt_scores r using (edition_id, entity_type, province_code, criterion_code, methodology_code)
where s.document_id <> ''
group by s.document_id, s.edition_id, s.index_label, s.index_label_en, s.year, s.year_label, s.year_label_en
order by s.document_id, place_sort
"""

TABLES = r"""
select
    table_name,
    regexp_extract(comment, '^VI: (.*?) \| EN: ', 1) as description,
    regexp_extract(comment, ' \| EN: (.*?)( \| \S+)?$', 1) as description_en, estimated_size::int as n_rows,
    case when table_name like 'rpt_%' then 'answers' when table_name like 'dim_%' or table_name like 'bridge_%' then 'names'
         when table_name like 'fct_%' then 'facts' else 'checks' end as kind,
    (row_number() over (
        order by table_name not like 'rpt_%', table_name not like 'fct_%', table_name not like 'dim_%', table_name
    ))::int as table_sort
from duckdb_tables() where database_name = 'published' and schema_name = 'main'
order by table_sort
"""

RELEASE = """
select
    release_id, strftime(published_at at time zone 'UTC', '%d/%m/%Y') as published_text, git_revision, citation
from published.release
"""

_KEY = ("edition_id", "entity_type", "province_code", "criterion_code", "methodology_code")

EXPORTS = (
    Export("bi_pages", PAGES, may_be_empty=True),
    Export(
        "bi_document_figures",
        FIGURES,
        {"rpt_scores": (*_KEY, "table_number", "row_number", "column_number", "sheet")},
        may_be_empty=True,
    ),
    Export("bi_document_places", PLACES, may_be_empty=True),
    Export("bi_tables", TABLES),
    Export("bi_release", RELEASE, {"release": ("release_id", "published_at", "git_revision", "citation")}),
)
