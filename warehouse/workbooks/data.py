"""What the workbooks of provinces show: a few queries over all of them, each row under the name of its file."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import duckdb

from warehouse.bi.macros import MACROS
from warehouse.formats.tables import quoted

Row = Mapping[str, Any]
Rows = Sequence[Row]


@dataclass(frozen=True, slots=True)
class ProvinceData:
    """All that one workbook shows. `slug`: name of its file; `province`: facts of the place; the rest as `QUERIES` says."""

    slug: str
    province: Row
    profile: Rows = field(default=())
    scores: Rows = field(default=())
    conflicts: Rows = field(default=())
    constituents: Rows = field(default=())
    breaks: Rows = field(default=())
    documents: Rows = field(default=())


PROVINCES = """
select
    page_slug(province_slug, geography) as slug, arg_max(name_vi, valid_from) as name, arg_max(name_en, valid_from) as name_en,
    arg_max(entity_code, valid_from) as code, arg_max(region_vi, valid_from) as region, arg_max(geography, valid_from) as geography,
    min(valid_from) as valid_from, case when count(*) = count(valid_to) then max(valid_to) end as valid_to,
    string_agg(distinct aliases, ' | ') as aliases, string_agg(distinct succession, '; ') as succession
from published.dim_province
where entity_type = 'province' and province_slug is not null
group by page_slug(province_slug, geography)
having bool_or(geography in ('vn63', 'vn34')) or slug in (
    select page_slug(province_slug, geography) from published.rpt_scores where entity_type = 'province'
)
order by slug
"""

PROFILE = """
select
    page_slug(p.province_slug, p.geography) as slug, p.province, index_label(p.index_code, i.index_name_vi) as index_label, p.year,
    e.instrument_name_vi as instrument, p.score::double as score, printed_decimals(s.raw_text, p.score) as decimals,
    unit_label(p.unit) as unit, p.rank, p.rank_out_of, rank_note(p.rank_kind) as rank_note, p.previous_score::double as previous_score,
    p.change::double as change, p.change_is_comparable, c.comparability_note_vi as comparability,
    p.national_mean::double as national_mean, p.gap_to_mean::double as gap_to_mean, p.gap_to_best::double as gap_to_best,
    p.gap_to_rank_10::double as gap_to_rank_10, p.best_rank_name_vi as best_name, p.best_rank, p.worst_rank_name_vi as worst_name,
    p.worst_rank, p.conflict_count, score_note(p.value_status, p.score) as status_note
from published.rpt_province_profile p
join published.dim_index i using (index_code)
join published.dim_edition e using (edition_id)
left join published.rpt_scores s on s.edition_id = p.edition_id and s.entity_key = p.entity_key
    and s.criterion_code = i.root_criterion_code
left join published.rpt_comparability c on c.edition_id = p.edition_id and c.criterion_code = i.root_criterion_code
where p.entity_type = 'province' and (p.score is not null or p.rank is not null or p.value_status = 'withheld')
order by slug, i.index_sort, p.year desc, p.edition_id
"""

SCORES = """
select
    page_slug(s.province_slug, s.geography) as slug, s.index_code, index_label(s.index_code, s.index_name_vi) as index_label,
    s.index_sort, s.year, s.instrument_name_vi as instrument, s.criterion_code,
    count(distinct s.instrument_code) over (partition by page_slug(s.province_slug, s.geography), s.index_code) > 1
        as has_other_instruments,
    coalesce(s.criterion_name_vi, 'Tiêu chí ' || s.criterion_code || ' (nguồn không nêu tên)') as criterion, s.level,
    facet_label(s.facet) as facet, s.score::double as score, printed_decimals(s.raw_text, s.score) as decimals,
    unit_label(s.unit) as unit, s.max_points::double as max_points, s.rank, s.rank_out_of, rank_note(s.rank_kind) as rank_note,
    s.previous_score::double as previous_score, s.change::double as change, s.change_rank, s.change_is_comparable,
    s.national_mean::double as national_mean, s.gap_to_mean::double as gap_to_mean, s.best::double as best,
    s.gap_to_best::double as gap_to_best, s.responsible_unit, s.has_conflict, s.is_known_failure, s.is_reset,
    score_note(s.value_status, s.score) as status_note, s.document_id,
    place_in_document(s.page, s.sheet, s.a1, s.table_number, s.row_number, s.column_number, s.paragraph) as place,
    s.raw_text, source_label(d.cited_decision, d.title_vi, s.source_url, d.cited_url) as source
from published.rpt_scores s
left join published.dim_document d using (document_id)
where s.entity_type = 'province'
order by slug, s.index_sort, s.year desc, s.edition_id, facet_sort(s.facet), code_key(s.criterion_code)
"""

CONFLICTS = """
select
    page_slug(c.province_slug, p.geography) as slug, c.year, index_label(c.index_code, i.index_name_vi) as index_label,
    c.criterion_code, c.criterion_name_vi as criterion, measure_label(c.measure) as measure, c.score_source,
    conflict_label(c.kind) as kind, c.found_by, c.relation_text, c.chosen_raw_text,
    -- Another unit, another year, another criterion or the other index is named, so that the two figures are not taken for one.
    coalesce(c.other_province || ': ', '') || c.other_raw_text
        || case when c.other_year <> c.year then ' (năm ' || c.other_year || ')' else '' end
        || case when c.found_by = 'converted_sipas' then ' (SIPAS)'
                when c.other_criterion_code <> c.criterion_code then ' (tiêu chí ' || c.other_criterion_code || ')'
                else '' end as other_text,
    place_in_document(c.chosen_page, c.chosen_sheet, c.chosen_a1, c.chosen_table_number, c.chosen_row_number, c.chosen_column_number,
        c.chosen_paragraph) as chosen_place,
    place_in_document(c.other_page, c.other_sheet, c.other_a1, c.other_table_number, c.other_row_number, c.other_column_number,
        c.other_paragraph) as other_place,
    c.chosen_document_id, c.other_document_id
from published.rpt_conflicts c
join published.dim_index i using (index_code)
join (select distinct edition_id, province_code, geography from published.rpt_scores where entity_type = 'province') p
    on p.edition_id = c.edition_id and p.province_code = c.province_code
where c.entity_type = 'province'
order by slug, c.year desc, i.index_sort, code_key(c.criterion_code), c.other_document_id, c.other_raw_text
"""

CONSTITUENTS = """
select distinct page_slug(successor.province_slug, successor.geography) as slug, b.predecessor_name_vi as name,
    b.predecessor_code as code, page_slug(old.province_slug, old.geography) as file, b.effective_date, b.decree
from published.bridge_province_succession b
join published.dim_province successor on successor.entity_key = b.successor_key
join published.dim_province old on old.entity_key = b.predecessor_key
where page_slug(successor.province_slug, successor.geography) <> page_slug(old.province_slug, old.geography)
order by slug, name
"""

BREAKS = """
select index_label(c.index_code, i.index_name_vi) as index_label, i.index_code, c.year, c.previous_year,
    c.comparability_note_vi as note, c.decision_number, c.change_is_comparable
from published.rpt_comparability c
join published.dim_index i using (index_code)
where c.criterion_code = i.root_criterion_code
order by i.index_sort, c.year desc, c.edition_id
"""

DOCUMENTS = """
select document_id, title_vi as title, cited_publisher as publisher, cited_decision as decision,
    cited_published_on as published_on, cited_url as url, licence, licence_stated_at, is_reset, sha256
from published.dim_document where document_status = 'loaded' order by document_id
"""


def _query(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    result = connection.execute(sql)
    names = [column[0] for column in result.description or ()]
    return [dict(zip(names, row, strict=True)) for row in result.fetchall()]


def _by_slug(rows: Iterable[Row]) -> Mapping[str, list[Row]]:
    found: defaultdict[str, list[Row]] = defaultdict(list)
    for row in rows:
        found[row["slug"]].append(row)
    return found


def read_provinces(database: Path) -> tuple[ProvinceData, ...]:
    """Every province of the maps of 63 and 34, and any other with a figure, by the name of its file. One without figures is there too.

    Raises:
        duckdb.Error: the database is none of a release.
    """
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(str(database))} as published (read_only)")
        connection.execute(MACROS)
        provinces = _query(connection, PROVINCES)
        profile, scores, conflicts, constituents = (
            _by_slug(_query(connection, sql)) for sql in (PROFILE, SCORES, CONFLICTS, CONSTITUENTS)
        )
        breaks, documents = _query(connection, BREAKS), {row["document_id"]: row for row in _query(connection, DOCUMENTS)}
    whole = {slug: _with_figures(rows, scores, constituents) for slug, rows in constituents.items()}
    return tuple(_province(row, profile, scores, conflicts, whole, breaks, documents) for row in provinces)


def _with_figures(rows: Sequence[Row], scores: Mapping[str, Any], constituents: Mapping[str, list[Row]]) -> list[Row]:
    """The places of before in whose files the figures stand: one that has none is followed to those that it came from."""
    found: list[Row] = []
    for row in rows:
        further = constituents.get(row["file"], [])
        found += [row] if row["file"] in scores or not further else _with_figures(further, scores, constituents)
    return found


def _province(
    province: Row,
    profile: Mapping[str, list[Row]],
    scores: Mapping[str, list[Row]],
    conflicts: Mapping[str, list[Row]],
    constituents: Mapping[str, list[Row]],
    breaks: Sequence[Row],
    documents: Mapping[str, Row],
) -> ProvinceData:
    slug = province["slug"]
    own = scores.get(slug, [])
    indices = {row["index_code"] for row in own}
    named = {row["document_id"] for row in own} | {
        row[name] for row in conflicts.get(slug, []) for name in ("chosen_document_id", "other_document_id")
    }
    return ProvinceData(
        slug,
        province,
        profile=profile.get(slug, []),
        scores=own,
        conflicts=conflicts.get(slug, []),
        constituents=constituents.get(slug, []),
        breaks=[row for row in breaks if row["index_code"] in indices],
        documents=[documents[name] for name in sorted(name for name in named if name in documents)],
    )
