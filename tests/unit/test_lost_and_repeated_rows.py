"""Pages that stand twice, rows that are lost: damage that no figure shows, on the documents that ship with the repository."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from functools import lru_cache

import pytest

from extractors.catalogue.loader import documents_dir, load_entries
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from extractors.readers import FAMILIES, read_file
from extractors.records import Outcome, Reading
from tests.benchmarks.mutations.edits import with_page_twice, with_rows_twice, without_row

HUE = "sipas_2023_thua_thien_hue_ubnd"
TOP_TEN = "par_index_2020_press_top10"
QUANG_NAM = "par_index_2022_2023_quang_nam_press"
ANSWER = "sipas_2022_quang_nam_so_noi_vu"
DIMENSIONS = "papi_2011_2024_dimensions"
COMPILATION = "par_index_2012_2024_published"


@lru_cache(maxsize=1)
def reference() -> Reference:
    return load_reference()


@lru_cache(maxsize=8)
def read(document_id: str) -> tuple[Reading, CatalogueEntry]:
    entry = next(entry for entry in load_entries() if entry.id == document_id)
    data = (documents_dir() / str(entry.file)).read_bytes()
    return read_file(data, entry.kind, hashlib.sha256(data).hexdigest(), document_id, second_reading=False), entry


def understood(reading: Reading, document_id: str) -> Outcome:
    entry = read(document_id)[1]
    return FAMILIES[entry.layout](reading, entry, reference())


@pytest.mark.parametrize("document_id", [HUE, TOP_TEN, QUANG_NAM, ANSWER, DIMENSIONS, COMPILATION])
def test_no_document_is_said_to_have_lost_or_repeated_a_row(document_id: str) -> None:
    outcome = understood(read(document_id)[0], document_id)
    assert [issue for issue in outcome.issues if issue.severity != "info"] == []


def test_a_page_that_stands_twice_holds_the_plan_back() -> None:
    outcome = understood(with_page_twice(read(HUE)[0], 9), HUE)
    assert outcome.claims == ()
    (issue,) = [issue for issue in outcome.issues if issue.severity == "error"]
    assert issue.code == "page_twice"
    assert issue.message == "expected each table once, found table 13 (page 10) to be a copy of table 12 (page 9)"


def test_the_rows_of_a_page_inside_a_table_that_runs_over_it_are_counted_once() -> None:
    reading = read(HUE)[0]
    clean = understood(reading, HUE)
    outcome = understood(replace(reading, tables=with_rows_twice(reading, 15, 5, 6).tables), HUE)
    assert [issue.code for issue in outcome.issues] == ["row_twice", "row_twice"]
    assert outcome.issues[0].message == "expected each row once, found row 7 to be a copy of row 5"
    assert {(c.criterion_code, c.raw_text) for c in outcome.claims} == {(c.criterion_code, c.raw_text) for c in clean.claims}
    assert len(outcome.claims) == len(clean.claims)


def test_a_table_that_is_printed_again_elsewhere_is_only_a_warning() -> None:
    reading = read(HUE)[0]
    copy = replace(reading.tables[8], number=len(reading.tables) + 1, pages=(14,))
    outcome = understood(replace(reading, tables=(*reading.tables, copy)), HUE)
    assert [(issue.code, issue.severity) for issue in outcome.issues] == [("table_twice", "warning")]
    assert outcome.claims


@pytest.mark.parametrize(
    ("document_id", "table", "row", "code", "said"),
    [
        (HUE, 11, 12, "criterion_missing", "Thừa Thiên Huế: expected every criterion below S.1.3, found none of S.1.3.9"),
        (HUE, 5, 3, "criterion_missing", "found none of N.5.2"),
        (ANSWER, 1, 4, "criterion_missing", "sipas_2022_moha, 3 units: expected every criterion below S, found none of S.1"),
        (QUANG_NAM, 1, 7, "criterion_missing", "expected every criterion below P, found none of P.5"),
        (TOP_TEN, 1, 7, "rank_missing", "par_province_2020_moha, P: expected each rank from 1 to 10, found nobody on 5"),
        (DIMENSIONS, 2, 5, "unit_missing", "papi_2011_undp, D: expected 63 units, found 62: none of Cao Bằng"),
        (DIMENSIONS, 10, 6, "criterion_missing", "papi_2019_undp, 64 units: expected every criterion below D, found none of D.5"),
    ],
    ids=["the last row", "an answer", "a group", "a field", "a place", "a province", "a dimension"],
)  # fmt: skip
def test_a_lost_row_is_told(document_id: str, table: int, row: int, code: str, said: str) -> None:
    outcome = understood(without_row(read(document_id)[0], table, row), document_id)
    found = [issue for issue in outcome.issues if issue.code == code]
    assert any(said in issue.message for issue in found), [str(issue) for issue in outcome.issues]
    assert all(issue.severity == "warning" for issue in outcome.issues)
