"""PAR INDEX: the scoring workbook of a province and the ranking with the parts of the total."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml

from extractors import par_index
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from extractors.records import Cell, Measure, Outcome, Reading, Table
from extractors.spreadsheet import read_workbook

ROOT = Path(__file__).resolve().parents[2]
SHA = "0" * 64
QUANG_NAM = "par_index_2022_2023_quang_nam_press"
TOP10 = "par_index_2020_press_top10"


@cache
def reference() -> Reference:
    return load_reference()


@cache
def entry(document_id: str) -> CatalogueEntry:
    path = ROOT / "extractors" / "catalogue" / "entries" / f"{document_id}.yml"
    return CatalogueEntry.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def scoring_reading() -> Reading:
    data = (ROOT / "extractors" / "documents" / f"{QUANG_NAM}.xlsx").read_bytes()
    return read_workbook(data, SHA, QUANG_NAM)


def scoring(**texts: str) -> Outcome:
    """The shipped scoring workbook with the texts of some cells (by A1) changed."""
    (table,) = scoring_reading().tables
    assert set(texts) <= {cell.a1 for cell in table.cells}
    cells = tuple(replace(cell, text=texts.get(cell.a1 or "", cell.text)) for cell in table.cells)
    reading = replace(scoring_reading(), tables=(replace(table, cells=cells),))
    return par_index.read_scoring_workbook(reading, entry(QUANG_NAM), reference())


def values(outcome: Outcome, measure: Measure, year: int) -> dict[str, Decimal | None]:
    return {c.criterion_code: c.value for c in outcome.claims if (c.measure, c.reference_year) == (measure, year)}


def test_quang_nam_by_field_2022_and_2023() -> None:
    outcome = scoring()
    assert outcome.issues == ()
    fields = [f"P.{number}" for number in range(1, 9)]
    expected = {
        2022: ["8.46", "8.82", "9.66", "9.4", "10.92", "9.29", "11.08"],
        2023: ["9.44", "9.38", "10.68", "9.81", "11.75", "10.5", "11.59"],
    }
    totals = {2022: "80.91", 2023: "84.6"}
    for year, points in expected.items():
        found = values(outcome, "score", year)
        assert found == dict(zip(fields, [*map(Decimal, points), None], strict=True)) | {"P": Decimal(totals[year])}
    assert values(outcome, "rank", 2022) == dict(zip(fields, map(Decimal, (45, 53, 63, 30, 63, 47, 14)), strict=False)) | {
        "P": Decimal(57)
    }
    assert values(outcome, "rank", 2023) == dict(zip(fields, map(Decimal, (15, 28, 62, 11, 58, 27, 22)), strict=False)) | {
        "P": Decimal(56)
    }


def test_only_printed_differences_are_claimed() -> None:
    outcome = scoring()
    assert values(outcome, "change", 2023) == {"P": Decimal("3.69")}
    assert values(outcome, "change_rank", 2023) == {"P": Decimal(1)}
    assert not [claim for claim in outcome.claims if claim.measure == "max_points"]


def test_field_without_figures_is_not_published() -> None:
    missing = [claim for claim in scoring().claims if claim.criterion_code == "P.8"]
    assert {(c.measure, c.reference_year, c.value, c.missing_reason, c.value_status) for c in missing} == {
        ("score", 2022, None, "not_published", "not_published"),
        ("score", 2023, None, "not_published", "not_published"),
    }


def test_claims_carry_method_unit_universe_and_place() -> None:
    claim = next(c for c in scoring().claims if c.criterion_code == "P.3" and c.measure == "rank" and c.reference_year == 2022)
    assert (claim.entity_code, claim.methodology_code, claim.unit, claim.rank_out_of, claim.rank_kind) == (
        "49",
        "par-876",
        "places",
        63,
        "official",
    )
    assert (claim.locator.a1, claim.raw_text, claim.source_class, claim.modality) == ("E10", "63", "press_prose", "table")
    assert claim.original_id == QUANG_NAM
    score = next(c for c in scoring().claims if c.criterion_code == "P.3" and c.measure == "score" and c.reference_year == 2022)
    assert (score.raw_text, score.unit, score.printed_decimals) == ("9,66", "points", 2)


def test_printed_maximum_is_claimed_for_both_years() -> None:
    outcome = scoring(C8="9,5")
    maxima = [(c.reference_year, c.criterion_code, c.value) for c in outcome.claims if c.measure == "max_points"]
    assert maxima == [(2022, "P.1", Decimal("9.5")), (2023, "P.1", Decimal("9.5"))]


@pytest.mark.parametrize(
    ("texts", "code", "place", "gone"),
    [
        ({"B10": "Cải cách tài chính công"}, "unknown_criterion", "B10", "P.3"),
        ({"B10": "Hạnh phúc"}, "unknown_criterion", "B10", "P.3"),
        ({"A10": "9"}, "unknown_criterion", "B10", "P.3"),
        ({"B16": "Trung bình"}, "unknown_criterion", "B16", "P"),
        ({"D10": "chín"}, "not_a_number", "D10", "P.3"),
        ({"E10": "6,3"}, "not_a_number", "E10", "P.3"),
        ({"E10": "0"}, "not_a_number", "E10", "P.3"),
    ],
)
def test_bad_row_is_quarantined_and_the_others_go_on(texts: dict[str, str], code: str, place: str, gone: str) -> None:
    outcome = scoring(**texts)
    (issue,) = outcome.issues
    assert (issue.code, issue.severity, issue.locator.a1) == (code, "error", place)
    assert not outcome.is_held_back
    assert len(outcome.quarantined_rows) == 1
    codes = {claim.criterion_code for claim in outcome.claims}
    assert codes == {"P", *(f"P.{number}" for number in range(1, 9))} - {gone}


@pytest.mark.parametrize(
    ("texts", "code"),
    [
        ({"A6": "TT"}, "unknown_header"),
        ({"B6": "Nội dung khác"}, "unknown_header"),
        ({"D7": "Số phiếu"}, "unknown_header"),
        ({"H6": "Năm 2024/2022"}, "unknown_header"),
        ({"F6": "Năm 2022"}, "header_repeats"),
        ({"F6": "Năm 2021"}, "unknown_year"),
    ],
)
def test_unknown_header_holds_the_document(texts: dict[str, str], code: str) -> None:
    outcome = scoring(**texts)
    assert [issue.code for issue in outcome.issues] == [code]
    assert outcome.is_held_back
    assert outcome.claims == ()


def test_document_that_names_no_province_is_held_back() -> None:
    nameless = entry(QUANG_NAM).model_copy(update={"entity": None})
    outcome = par_index.read_scoring_workbook(scoring_reading(), nameless, reference())
    assert [issue.code for issue in outcome.issues] == ["no_entity"]
    assert outcome.is_held_back


HEADER: tuple[tuple[str, ...], ...] = (
    ("Xếp hạng",),
    ("Tỉnh, thành phố",),
    ("Điểm thẩm định",),
    ("Tác động của CCHC", "Chỉ số hài lòng (SIPAS)"),
    ("Tác động của CCHC", "Khảo sát lãnh đạo, quản lý"),
    ("Tác động của CCHC", "Phát triển kinh tế - xã hội"),
    ("Chỉ số PAR INDEX 2020",),
)
ROWS: tuple[tuple[str, ...], ...] = (
    ("1", "Quảng Ninh", "57,66", "9,56", "18,83", "5,00", "91,04"),
    ("3", "Thừa Thiên Huế", "56,78", "8,57", "20,11", "3,01", "88,47"),
)


def component_table(rows: tuple[tuple[str, ...], ...] = ROWS, header: tuple[tuple[str, ...], ...] = HEADER) -> Table:
    cells: list[Cell] = []
    for column, path in enumerate(header, start=1):
        if len(path) == 1:
            cells.append(Cell(1, column, path[0], row_span=2, page=1))
            continue
        if path[0] not in {cell.text for cell in cells}:
            width = sum(other[0] == path[0] for other in header)
            cells.append(Cell(1, column, path[0], column_span=width, page=1))
        cells.append(Cell(2, column, path[1], page=1))
    cells += [
        Cell(row, column, text, page=1, bbox=(0.0, 0.0, 1.0, 1.0))
        for row, line in enumerate(rows, start=3)
        for column, text in enumerate(line, start=1)
    ]
    return Table(1, 2 + len(rows), len(header), 2, tuple(cells), "Mười tỉnh", (1,))


def components(*tables: Table) -> Outcome:
    return par_index.read_component_ranking(Reading(SHA, "pdf", tables, pages=1), entry(TOP10), reference())


def test_parts_of_thua_thien_hue_2020() -> None:
    outcome = components(component_table())
    assert outcome.issues == ()
    hue = {(c.measure, c.score_source): c.value for c in outcome.claims if c.entity_code == "46"}
    assert hue == {
        ("score", "total"): Decimal("88.47"),
        ("score", "appraised"): Decimal("56.78"),
        ("score", "sipas"): Decimal("8.57"),
        ("score", "leaders_survey"): Decimal("20.11"),
        ("score", "socio_economic"): Decimal("3.01"),
        ("rank", "total"): Decimal(3),
    }
    assert {(c.criterion_code, c.reference_year, c.methodology_code) for c in outcome.claims} == {("P", 2020, "par-1149")}
    assert {c.rank_out_of for c in outcome.claims if c.measure == "rank"} == {63}


def test_printed_decimals_and_place_are_kept() -> None:
    claim = next(
        c for c in components(component_table()).claims if c.score_source == "socio_economic" and c.entity_code == "22"
    )
    assert (claim.value, claim.printed_decimals, claim.raw_text) == (Decimal(5), 2, "5,00")
    assert (claim.locator.page, claim.locator.row_number, claim.locator.column_number) == (1, 3, 6)


def test_columns_are_found_by_header_not_by_place() -> None:
    order = (6, 1, 0, 2, 3, 4, 5)
    table = component_table(tuple(tuple(row[i] for i in order) for row in ROWS), tuple(HEADER[i] for i in order))
    moved = components(table)
    assert moved.issues == ()
    plain = components(component_table())
    key = {(c.entity_code, c.measure, c.score_source): c.value for c in plain.claims}
    assert {(c.entity_code, c.measure, c.score_source): c.value for c in moved.claims} == key


@pytest.mark.parametrize(
    ("header", "code"),
    [
        ((("Hạng năm trước",), *HEADER[1:]), "unknown_header"),
        ((("Điểm thẩm định",), *HEADER[1:]), "unknown_header"),
        ((*HEADER[:-1], ("Chỉ số PAR INDEX 2021",)), "unknown_year"),
        ((*HEADER[:-1], ("Chỉ số PAR INDEX",)), "unknown_header"),
    ],
)
def test_unknown_component_header_holds_the_document(header: tuple[tuple[str, ...], ...], code: str) -> None:
    outcome = components(component_table(header=header))
    assert [issue.code for issue in outcome.issues] == [code]
    assert outcome.is_held_back


def test_missing_column_and_missing_table_hold_the_document() -> None:
    without = component_table(tuple(row[1:] for row in ROWS), HEADER[1:])
    assert "rank" in components(without).issues[0].message
    assert components(without).is_held_back
    assert [issue.code for issue in components().issues] == ["no_table"]


@pytest.mark.parametrize(
    ("row", "code", "column"),
    [
        (("2", "Atlantis", "1,00", "1,00", "1,00", "1,00", "4,00"), "unknown_province", 2),
        (("2", "Hải Phòng", "58,7l", "9,35", "19,45", "3,00", "90,51"), "not_a_number", 3),
        (("nhì", "Hải Phòng", "58,71", "9,35", "19,45", "3,00", "90,51"), "not_a_number", 1),
    ],
)
def test_bad_component_row_is_quarantined(row: tuple[str, ...], code: str, column: int) -> None:
    outcome = components(component_table((ROWS[0], row, ROWS[1])))
    (issue,) = outcome.issues
    assert (issue.code, issue.locator.page, issue.locator.row_number, issue.locator.column_number) == (code, 1, 4, column)
    assert {claim.entity_code for claim in outcome.claims} == {"22", "46"}
    assert len(outcome.quarantined_rows) == 1
