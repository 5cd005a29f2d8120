"""Writes `bi.duckdb`, the small file behind the report pages: plain types, Vietnamese texts, slugs, sort and search keys.

Selection and formatting only. What a score is, whether two years may be compared and which claim was chosen is decided in the marts
of the published file; here a number becomes a text ("82,28"), a rank gets its "of n", a name gets a slug. Numeric and text columns
stand side by side, so that a page never has to format and a reader can still compute.

Types are limited to varchar, double, int, boolean and date, since the page engine turns all else into text.
"""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.bi_checks import CHECKS, QUARANTINE, REQUIRED_OF_CHECKS
from warehouse.bi_macros import MACROS

PLAIN_TYPES = frozenset({"VARCHAR", "DOUBLE", "INTEGER", "BOOLEAN", "DATE"})


class BiExportError(Exception):
    """The published file cannot be turned into the reports' export; the message says what was expected and what was found."""


@dataclass(frozen=True, slots=True)
class Export:
    """One table of `bi.duckdb`. `may_be_empty`: gets one row with `is_placeholder` true instead; pages cannot be built on nothing."""

    name: str
    sql: str
    may_be_empty: bool = False


REQUIRED: Mapping[str, tuple[str, ...]] = {
    "rpt_scores": (
        "index_code", "index_name_vi", "index_sort", "year", "edition_id", "province", "province_en", "province_code", "province_slug",
        "geography", "entity_type", "region_vi", "criterion_code", "criterion_name_vi", "criterion_name_en", "level", "facet",
        "methodology_code", "score", "unit", "max_points", "rank", "rank_out_of", "rank_kind", "change", "change_rank",
        "change_is_comparable", "previous_score", "national_mean", "best", "gap_to_best", "responsible_unit", "n_claims",
        "has_conflict", "is_known_failure", "value_status", "document_id", "page", "sheet", "a1", "table_number", "row_number",
        "column_number", "paragraph", "raw_text", "source_url",
    ),
    "rpt_conflicts": (
        "edition_id", "index_code", "year", "entity_type", "province", "province_slug", "province_code", "criterion_code",
        "criterion_name_vi", "measure", "stage", "score_source", "kind", "precedence_rule", "chosen_raw_text",
        "other_raw_text",
        "chosen_document_id", "other_document_id", "chosen_page", "chosen_sheet", "chosen_a1", "chosen_table_number",
        "chosen_row_number", "chosen_column_number", "chosen_paragraph", "other_page", "other_sheet", "other_a1", "other_table_number",
        "other_row_number", "other_column_number", "other_paragraph", "chosen_source_url", "other_source_url", "is_known_failure",
        "other_province", "chosen_score", "other_score",
    ),
    "rpt_edition_coverage": (
        "edition_id", "index_code", "index_name_vi", "index_name_en", "index_sort", "year", "geography", "methodology_code", "n_units",
        "rank_kind", "units_with_score_count", "units_with_rank_count", "units_withheld_count", "units_with_criteria_count",
        "criteria_with_score_count", "claim_count", "conflict_count",
    ),
    "dim_index": ("index_code", "publisher_vi", "publisher_en", "root_criterion_code"),
    "dim_edition": ("edition_id", "instrument_name_vi", "instrument_name_en"),
    "dim_document": (
        "document_id", "title_vi", "title_en", "cited_title", "cited_publisher", "cited_decision", "cited_published_on", "cited_url",
        "cited_note", "source_class", "document_kind", "licence", "is_reset", "sha256", "page_count", "claim_count", "document_status",
    ),
    **REQUIRED_OF_CHECKS,
}  # fmt: skip
"""What the export reads of the published marts: table -> columns."""

PROVINCES = """
select
    page_slug(province_slug, geography) as province_slug, arg_max(geography, year) as geography, arg_max(province, year) as province,
    -- The name as a list shows it: two maps may both have a Bắc Ninh.
    arg_max(province, year) || case when arg_max(geography, year) = 'vn34' then ' (từ 7/2025)' else '' end as province_label,
    arg_max(province_en, year) as province_en, arg_max(region_vi, year) as region,
    string_agg(distinct province_code, ', ') as province_code, search_key(arg_max(province, year)) as search_key,
    (row_number() over (
        order by arg_max(province, year) collate vi, arg_max(geography, year) desc, page_slug(province_slug, geography)
    ))::int as province_sort,
    min(year)::int as first_year, max(year)::int as last_year, count(distinct edition_id)::int as n_editions, count(*)::int as n_scores
from published.rpt_scores
where entity_type = 'province'
group by page_slug(province_slug, geography)
order by province_sort
"""

EDITIONS = """
with national as (
    select s.edition_id, any_value(s.score) as score, any_value(s.raw_text) as raw_text, any_value(s.document_id) as document_id,
        any_value(s.value_status) as value_status
    from published.rpt_scores s join published.dim_index i using (index_code)
    where s.entity_type = 'nation' and s.criterion_code = i.root_criterion_code and s.score is not null
    group by s.edition_id
)
select
    c.edition_id, c.index_code, index_label(c.index_code, c.index_name_vi) as index_label, c.index_name_vi as index_name,
    c.index_name_en, i.publisher_vi as publisher, c.index_sort::int as index_sort, c.year::int as year,
    e.instrument_name_vi as instrument, c.methodology_code,
    case when row_number() over (
             partition by c.index_code, c.year order by c.units_with_score_count desc, c.claim_count desc, c.edition_id) = 1
         then c.year::varchar else c.year || ' · ' || e.instrument_name_vi end as year_label,
    c.units_with_score_count::int as n_scored, c.units_with_rank_count::int as n_ranked, c.units_withheld_count::int as n_withheld,
    c.units_with_criteria_count::int as n_with_criteria, c.criteria_with_score_count::int as n_criteria, c.n_units::int as n_units,
    c.units_with_score_count || coalesce('/' || c.n_units, '') as coverage_text, c.claim_count::int as n_claims,
    c.conflict_count::int as n_conflicts, coalesce(rank_note(c.rank_kind), '') as rank_note,
    n.score::double as national_score, coalesce(vn_number(n.score, printed_decimals(n.raw_text, n.score)), '–') as national_text,
    coalesce(n.document_id, '') as national_document_id, coalesce(score_note(n.value_status, n.score), '') as national_note,
    c.year = max(c.year) over (partition by c.index_code) as is_latest
from published.rpt_edition_coverage c
join published.dim_edition e using (edition_id)
join published.dim_index i on i.index_code = c.index_code
left join national n on n.edition_id = c.edition_id
where c.claim_count > 0
order by index_sort, year desc, c.edition_id
"""

SCORES = """
with placed as (
    select s.*, i.root_criterion_code, e.year_label, printed_decimals(s.raw_text, s.score) as decimals,
        coalesce(s.criterion_name_vi, 'Tiêu chí ' || s.criterion_code || ' (nguồn không nêu tên)') as criterion,
        place_in_document(s.page, s.sheet, s.a1, s.table_number, s.row_number, s.column_number, s.paragraph) as place,
        source_label(d.cited_decision, d.title_vi, s.source_url, d.cited_url) as source_short
    from published.rpt_scores s
    join published.dim_index i using (index_code)
    join bi.bi_editions e using (edition_id)
    left join published.dim_document d using (document_id)
    where s.entity_type in ('province', 'ministry')
)
select
    s.index_code, index_label(s.index_code, s.index_name_vi) as index_label, s.index_sort::int as index_sort,
    s.year::int as year, s.year_label, s.edition_id, s.methodology_code, s.entity_type, s.province,
    case when s.entity_type = 'province' then page_slug(s.province_slug, s.geography) end as province_slug,
    case when s.entity_type = 'province' then '/tinh/' || page_slug(s.province_slug, s.geography) end as province_link,
    search_key(s.province) as search_key, s.province_code, s.geography, coalesce(s.region_vi, '') as region,
    s.criterion_code, s.criterion, coalesce(s.criterion_name_en, '') as criterion_en, shorten(s.criterion, 60) as criterion_short,
    (dense_rank() over (
        order by s.index_sort, s.criterion_code <> s.root_criterion_code, facet_sort(s.facet), code_key(s.criterion_code)
    ))::int as criterion_sort,
    s.level::int as level, s.facet, facet_label(s.facet) as facet_label, s.criterion_code = s.root_criterion_code as is_whole_index,
    -- Latest year of this index in which this place has a score or rank of the whole index (or, for criteria, of any criterion).
    coalesce(s.year = max(s.year) filter (where coalesce(s.score, s.rank) is not null) over (
        partition by s.index_code, s.entity_type, page_slug(s.province_slug, s.geography), s.criterion_code = s.root_criterion_code
    ), false) as is_latest,
    s.score::double as score,
    coalesce(vn_number(s.score, s.decimals), score_note(s.value_status, s.score), 'chưa có điểm') as score_text,
    unit_label(s.unit) as unit_label, s.max_points::double as max_points,
    coalesce('/' || rtrim(rtrim(vn_number(s.max_points, 2), '0'), ','), '') as of_max_text,
    s.rank::int as rank, s.rank_out_of::int as rank_out_of,
    case when s.rank is null then '–' when s.rank_out_of is null then s.rank::varchar
         else s.rank || '/' || s.rank_out_of end as rank_text,
    case when s.rank is not null then coalesce(rank_note(s.rank_kind), '') else '' end as rank_note,
    s.previous_score::double as previous_score, coalesce(vn_computed(s.previous_score), '–') as previous_text,
    s.change::double as change, s.change_rank::int as change_rank,
    case when s.change_is_comparable and s.change is not null then vn_change(s.change, greatest(2, s.decimals))
         when s.previous_score is not null and s.score is not null then 'không so sánh được' else '–' end as change_text,
    case when s.change_is_comparable and s.change_rank is not null then vn_change(s.change_rank, 0) else '' end as change_rank_text,
    s.national_mean::double as national_mean, coalesce(vn_computed(s.national_mean), '–') as national_mean_text,
    s.gap_to_best::double as gap_to_best,
    coalesce(vn_change(s.gap_to_best, greatest(2, s.decimals)), '–') as gap_to_best_text,
    coalesce(s.responsible_unit, '') as responsible_unit, s.n_claims::int as n_claims,
    coalesce(s.has_conflict, false) as has_conflict, coalesce(s.is_known_failure, false) as is_known_failure,
    case when s.score is null then '' else coalesce(status_note(s.value_status), '') end as status_note,
    coalesce(s.document_id, '') as document_id, coalesce(s.raw_text, '') as raw_text, coalesce(s.source_short, '') as source_short,
    coalesce(s.place, '') as source_place, coalesce(s.source_url, '') as source_url,
    -- Length of the bar beside the figure, in percent of the scale or of the points to be had; bars start at zero.
    case when s.score is null then null
         when s.max_points is not null then least(100, round(100 * s.score / s.max_points, 2))
         when s.unit in ('index_points', 'percent', 'percent_of_maximum') then s.score
         else round(100 * s.score / nullif(max(s.score) over (partition by s.edition_id, s.criterion_code), 0), 2)
    end::double as bar_pct
from placed s
order by index_sort, year, criterion_sort, s.rank nulls last, s.score desc nulls last
"""

RANKING = """
select
    edition_id, index_code, index_label, year, criterion_code, entity_type, province, coalesce(province_link, '') as province_link,
    search_key, region,
    (row_number() over (
        partition by edition_id, criterion_code
        order by rank nulls last, score desc nulls last, province collate vi, province_code
    ))::int as rank_sort,
    rank, rank_text, rank_note, score, score_text, of_max_text, unit_label, change_text, change_rank_text, previous_text,
    national_mean_text, has_conflict, is_known_failure, document_id, source_short, source_place, source_url, bar_pct,
    -- What all rows of the table share is said once above it (bi_choices.note), the rest in the row.
    concat_ws(' · ',
        case when not all_alike(status_note, score) then nullif(status_note, '') end,
        case when not all_alike(rank_note, rank) then nullif(rank_note, '') end) as row_note
from bi.bi_scores
order by edition_id, criterion_code, rank_sort
"""

CHOICES = """
select
    edition_id, s.index_code, s.index_label, s.index_sort, s.year, s.year_label, criterion_code,
    repeat(chr(160) || chr(160), (level - min(level) over (partition by edition_id))::int) || any_value(criterion_short)
        as criterion_label,
    any_value(criterion) as criterion, criterion_sort, count(score)::int as n_scored, count(rank)::int as n_ranked,
    any_value(n_units)::int as n_units, any_value(unit_label) as unit_label,
    concat_ws('; ',
        case when count(nullif(status_note, '')) = count(score) and min(status_note) filter (where score is not null)
                  = max(status_note) filter (where score is not null) then nullif(max(status_note), '') end,
        case when count(nullif(rank_note, '')) = count(rank) and min(rank_note) filter (where rank is not null)
                  = max(rank_note) filter (where rank is not null) then nullif(max(rank_note), '') end) as note,
    -- What the ranking page opens with: the newest whole index that nearly every unit has.
    row_number() over (
        order by is_whole_index and count(score) >= 0.9 * any_value(n_units) desc, s.year desc, count(score) desc, s.index_sort,
            edition_id, criterion_sort
    ) = 1 as is_default
from bi.bi_scores s join (select edition_id, n_units from bi.bi_editions) using (edition_id)
group by edition_id, s.index_code, s.index_label, s.index_sort, s.year, s.year_label, criterion_code, level, criterion_sort,
    is_whole_index
having count(coalesce(score, rank)) > 0
order by s.index_sort, s.year desc, edition_id, criterion_sort
"""

CONFLICTS = """
select
    false as is_placeholder, c.edition_id, c.index_code, e.index_label, e.index_sort, c.year::int as year, e.year_label, c.entity_type,
    c.province,
    case when c.entity_type = 'province' then page_slug(c.province_slug, v.geography) end as province_slug,
    case when c.entity_type = 'province' then '/tinh/' || page_slug(c.province_slug, v.geography) else '' end as province_link,
    c.criterion_code, coalesce(c.criterion_name_vi, c.criterion_code) as criterion,
    measure_label(c.measure) as measure_label, conflict_label(c.kind) as kind_label,
    c.kind = 'rounding' as is_rounding,
    -- Two units that contradict each other have a row each, for the page of either; a list of all shows the pair once.
    c.other_province is not null and c.province > c.other_province as is_mirror,
    coalesce(c.is_known_failure, false) as is_known_failure,
    case when c.other_province is null then c.chosen_raw_text
         else c.chosen_raw_text || coalesce(' (điểm ' || vn_computed(c.chosen_score) || ')', '') end as chosen_text,
    case when c.other_province is null then c.other_raw_text
         else c.other_province || ': ' || c.other_raw_text || coalesce(' (điểm ' || vn_computed(c.other_score) || ')', '')
    end as other_text,
    -- Between two units no rule decides: either rank stays where it was printed.
    coalesce(case c.precedence_rule when 'known_failure_last' then 'số của nguồn đã biết là sai xếp sau cùng'
        when 'printed_before_implied' then 'hạng in ra đứng trước hạng suy từ danh sách'
        when 'unit_of_criterion' then 'đúng đơn vị của tiêu chí' when 'stronger_source' then 'loại nguồn mạnh hơn'
        when 'stronger_modality' then 'bảng đáng tin hơn lời văn' when 'more_decimals' then 'in nhiều chữ số hơn'
        when 'more_originals' then 'nhiều nguồn cùng nói hơn' when 'newer_publication' then 'công bố sau'
        when 'undecided' then 'không quy tắc nào phân định; giữ thứ tự cố định'
        when 'both_published' then 'không số nào bị thay' else c.precedence_rule end,
        'không số nào bị thay') as rule_label,
    coalesce(c.chosen_source_url, '') as chosen_url, coalesce(c.other_source_url, '') as other_url,
    c.chosen_document_id,
    coalesce(source_label(chosen.cited_decision, chosen.title_vi, c.chosen_source_url, chosen.cited_url), '') as chosen_source,
    coalesce(place_in_document(c.chosen_page, c.chosen_sheet, c.chosen_a1, c.chosen_table_number, c.chosen_row_number,
        c.chosen_column_number, c.chosen_paragraph), '') as chosen_place,
    c.other_document_id,
    coalesce(source_label(other.cited_decision, other.title_vi, c.other_source_url, other.cited_url), '') as other_source,
    coalesce(place_in_document(c.other_page, c.other_sheet, c.other_a1, c.other_table_number, c.other_row_number,
        c.other_column_number, c.other_paragraph), '') as other_place,
    (row_number() over (
        order by c.kind = 'rounding', e.index_sort, c.year desc, c.province collate vi, code_key(c.criterion_code), c.measure,
            c.kind, c.other_raw_text, c.other_province
    ))::int as conflict_sort
from published.rpt_conflicts c
join bi.bi_editions e using (edition_id)
join published.rpt_edition_coverage v using (edition_id)
left join published.dim_document chosen on chosen.document_id = c.chosen_document_id
left join published.dim_document other on other.document_id = c.other_document_id
where c.stage = 'published' and c.score_source = 'total'
order by conflict_sort
"""

SOURCES = """
select
    d.document_id, d.title_vi as title, d.title_en, coalesce(d.cited_title, '') as cited_title,
    coalesce(d.cited_publisher, '') as cited_publisher, coalesce(d.cited_decision, '') as cited_decision,
    coalesce(strftime(d.cited_published_on, '%d/%m/%Y'), 'không rõ ngày') as published_text, coalesce(d.cited_url, '') as cited_url,
    case d.source_class when 'ministry_annex' then 'phụ lục quyết định của Bộ'
        when 'ministry_report_table' then 'bảng trong báo cáo của Bộ'
        when 'provincial_table' then 'bảng trong văn bản của tỉnh' when 'provincial_prose' then 'lời văn trong văn bản của tỉnh'
        when 'publisher_dataset' then 'bộ số liệu của nơi công bố'
        when 'publisher_dataset_sum' then 'cộng từ bộ số liệu của nơi công bố' when 'press_table' then 'bảng trên báo chí'
        when 'press_prose' then 'lời văn trên báo chí' when 'picture' then 'hình ảnh' when 'derived' then 'tính từ nguồn đã dẫn'
        else d.source_class end as source_class_label,
    upper(d.document_kind) as document_kind, coalesce(d.licence, '') as licence, d.is_reset, d.sha256,
    left(d.sha256, 12) as sha256_short, d.document_status = 'loaded' as is_loaded, coalesce(d.page_count, 0)::int as page_count,
    coalesce(d.claim_count, 0)::int as n_claims,
    (select count(*) from bi.bi_scores s where s.document_id = d.document_id)::int as n_scores,
    (row_number() over (order by d.title_vi collate vi, d.document_id))::int as source_sort
from published.dim_document d
order by source_sort
"""


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, dict[str, str]]:
    """Table -> column -> type of schema main of an attached file."""
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where database_name = ? and schema_name = 'main'",
        [catalog],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        found.setdefault(table, {})[column] = data_type
    return found


def _check_marts(connection: duckdb.DuckDBPyConnection, source: Path) -> None:
    found = _columns(connection, "published")
    for table, columns in REQUIRED.items():
        if table not in found:
            raise BiExportError(
                f"{source.name}: expected table main.{table}, found {', '.join(sorted(found)) or 'no table'} "
                "-> build the marts first (cchc refresh)"
            )
        missing = [column for column in columns if column not in found[table]]
        if missing:
            raise BiExportError(
                f"{source.name}: table main.{table}: expected column {', '.join(missing)}, found {', '.join(found[table])} "
                "-> mend dbt_project/models/marts or the export in warehouse/bi.py"
            )


def _check_export(connection: duckdb.DuckDBPyConnection, export: Export, source: Path) -> None:
    if connection.execute(f"select 1 from bi.{export.name} limit 1").fetchone() is None:
        raise BiExportError(
            f"{source.name}: table {export.name} of the reports' export would be empty; expected at least one row "
            "-> pages cannot be built on nothing: see in the refresh summary which documents were held back"
        )
    odd = {name: kind for name, kind in _columns(connection, "bi")[export.name].items() if kind not in PLAIN_TYPES}
    if odd:
        listed = ", ".join(f"{name} {kind}" for name, kind in odd.items())
        raise BiExportError(
            f"{export.name}: expected only {', '.join(sorted(PLAIN_TYPES))}, found {listed} -> cast in warehouse/bi.py"
        )


def _check_slugs(connection: duckdb.DuckDBPyConnection) -> None:
    shared = connection.execute(
        "select province_slug, string_agg(province || ' (' || province_code || ')', ', ' order by province) from bi.bi_provinces "
        "group by province_slug "
        "having count(*) > 1 or any_value(province_code) like '%,%' or not regexp_matches(province_slug, '^[a-z0-9-]+$')"
    ).fetchall()
    if shared:
        slug, provinces = shared[0]
        raise BiExportError(
            f"bi_provinces: expected one ASCII address per province, found {slug!r} for {provinces} -> PROVINCES in warehouse/bi.py"
        )


EXPORTS = (
    Export("bi_provinces", PROVINCES),
    Export("bi_editions", EDITIONS),
    Export("bi_scores", SCORES),
    Export("bi_ranking", RANKING),
    Export("bi_choices", CHOICES),
    Export("bi_conflicts", CONFLICTS, may_be_empty=True),
    Export("bi_sources", SOURCES),
    Export("bi_checks", CHECKS, may_be_empty=True),
    Export("bi_quarantine", QUARANTINE, may_be_empty=True),
)
"""The tables of `bi.duckdb` in the order they are built; later ones read earlier ones."""


def write_bi(source: Path, target: Path) -> None:
    """Write the reports' export of a published file: `source` is opened read-only, `target` is replaced in one step when all is well.

    Raises BiExportError if a mart or a column is missing, if a table would be empty, if a type is not plain or an address is shared.
    """
    if not source.is_file():
        raise BiExportError(f"expected a published DuckDB file at {source}, found none -> run: cchc refresh")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach {_quoted(source)} as published (read_only)")
            connection.execute(f"attach {_quoted(beside)} as bi")
            _check_marts(connection, source)
            connection.execute(MACROS)
            for export in EXPORTS:
                connection.execute(f"create table bi.{export.name} as {export.sql}")
                if export.may_be_empty:
                    _add_placeholder(connection, export)
                _check_export(connection, export, source)
                if export.name == "bi_provinces":
                    _check_slugs(connection)
            connection.execute("detach bi")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _add_placeholder(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    """One row with `is_placeholder` true and nothing else, if the table has no row; pages select `where not is_placeholder`."""
    connection.execute(
        f"insert into bi.{export.name} by name select true as is_placeholder where not exists (from bi.{export.name})"
    )
