"""What the dictionary says of each methodology of an index: its tree of criteria, with labels as printed, years and an example."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import duckdb

from warehouse.descriptions import Described

Row = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Criterion:
    """One criterion. `facts`: its row in dim_criterion; `years`: those with a score or a rank; `example`: one such figure with its
    document and page; `against_before`: year, whether it may be compared with the one before, and why."""

    code: str
    facts: Row
    labels: tuple[str, ...]
    years: tuple[int, ...]
    example: Row | None
    responsible: tuple[str, ...]
    against_before: tuple[tuple[int, bool, Described], ...]


@dataclass(frozen=True, slots=True)
class Method:
    """One methodology of one index. `facts`: its row in dim_methodology, with the names of the index."""

    index_code: str
    code: str
    facts: Row
    criteria: tuple[Criterion, ...]

    @property
    def page(self) -> str:
        """Name of its page."""
        return f"method-{self.index_code.lower()}-{self.code}.html"


_CRITERIA = """
select * from dim_criterion order by index_code, methodology_code, sort_order, criterion_code
"""
_METHODS = """
select m.*, i.index_name_vi, i.index_name_en, i.index_sort from dim_methodology m join dim_index i using (index_code)
order by i.index_sort, m.first_year, m.methodology_code
"""
_LABELS = """
select criterion_key, list_sort(list(distinct criterion_label_raw)) from fct_claim
where criterion_key is not null and criterion_label_raw is not null
    -- What names a part of the score, or a range of criteria, is no name of the criterion.
    and score_source = 'total' and measure in ('score', 'rank')
group by all
"""
_FIGURES = """
select criterion_key, list_sort(list(distinct year)), list_sort(list(distinct responsible_unit) filter (responsible_unit is not null)),
    arg_min({'score': score, 'unit': unit, 'year': year, 'province': province, 'document_id': document_id, 'page': page,
        'raw_text': raw_text, 'title_vi': title_vi, 'title_en': title_en, 'is_reset': s.is_reset, 'value_status': value_status},
        -- One that stands on a page or in a cell shows more than one that is quoted from a list of addresses.
        (entity_type <> 'province', score is null, page is null and sheet is null, -year, province_sort, claim_id))
        filter (document_id is not null)
from rpt_scores s left join dim_document using (document_id)
where criterion_key is not null and (score is not null or rank is not null) group by all
"""
_COMPARED = """
select criterion_key, list((year, change_is_comparable, comparability_note_vi, comparability_note_en) order by year)
from rpt_comparability where criterion_key is not null group by all
"""


def _rows(connection: duckdb.DuckDBPyConnection, sql: str) -> list[Row]:
    cursor = connection.execute(sql)
    names = [str(column[0]) for column in cursor.description or ()]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def read_methods(connection: duckdb.DuckDBPyConnection) -> tuple[Method, ...]:
    """All methodologies of the release that this connection has open, in the order of the indices."""
    labels: dict[str, list[str]] = dict(connection.execute(_LABELS).fetchall())
    figures = {row[0]: row[1:] for row in connection.execute(_FIGURES).fetchall()}
    compared = dict(connection.execute(_COMPARED).fetchall())
    trees: dict[tuple[str, str], list[Criterion]] = {}
    for facts in _rows(connection, _CRITERIA):
        key = facts["criterion_key"]
        years, responsible, example = figures.get(key, ((), (), None))
        trees.setdefault((facts["index_code"], facts["methodology_code"]), []).append(
            Criterion(
                facts["criterion_code"],
                facts,
                tuple(labels.get(key, ())),
                tuple(years),
                example,
                tuple(responsible or ()),
                tuple((one[0], bool(one[1]), Described(one[2] or "", one[3] or "")) for one in compared.get(key, ())),
            )
        )
    return tuple(
        Method(
            facts["index_code"],
            facts["methodology_code"],
            facts,
            tuple(trees.get((facts["index_code"], facts["methodology_code"]), ())),
        )
        for facts in _rows(connection, _METHODS)
    )
