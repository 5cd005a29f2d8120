"""PAPI: three layouts, one meaning of a blank and of a zero."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors import papi
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from extractors.papi.panel import number_in
from extractors.papi.panel_csv import CODES, COLUMNS
from extractors.records import Cell, Claim, Outcome, Reading
from extractors.spreadsheet import read_csv, read_workbook

ROOT = Path(__file__).resolve().parents[2]
SHA = "0" * 64
DIMENSIONS = "papi_2011_2024_dimensions"


@cache
def reference() -> Reference:
    return load_reference()


def entry(document_id: str) -> CatalogueEntry:
    path = ROOT / "extractors" / "catalogue" / "entries" / f"{document_id}.yml"
    return CatalogueEntry.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def dimensions_reading() -> Reading:
    path = ROOT / "extractors" / "documents" / f"{DIMENSIONS}.xlsx"
    return read_workbook(path.read_bytes(), SHA, DIMENSIONS)


@cache
def dimensions() -> Outcome:
    return papi.read_dimensions_workbook(dimensions_reading(), entry(DIMENSIONS), reference())


def one(outcome: Outcome, year: int, code: str, criterion: str) -> Claim:
    found = [
        claim
        for claim in outcome.claims
        if (claim.reference_year, claim.entity_code, claim.criterion_code) == (year, code, criterion)
    ]
    assert len(found) == 1
    return found[0]


def sheet(reading: Reading, name: str, title: str | None = None, **texts: str) -> Reading:
    """Only the named sheet, with its title or the texts of some cells (by A1) changed."""
    table = next(table for table in reading.tables if table.sheet == name)
    assert set(texts) <= {cell.a1 for cell in table.cells}
    cells = tuple(replace(cell, text=texts.get(cell.a1 or "", cell.text)) for cell in table.cells)
    return replace(reading, tables=(replace(table, cells=cells, title=table.title if title is None else title),))


def read(reading: Reading) -> Outcome:
    return papi.read_dimensions_workbook(reading, entry(DIMENSIONS), reference())


def csv_outcome(year: int, text: str) -> Outcome:
    document_id = f"papi_{year}_panel"
    return papi.read_panel_csv(read_csv(text.encode(), SHA, document_id), entry(document_id), reference())


def test_thua_thien_hue_2023_has_the_highest_total() -> None:
    claim = one(dimensions(), 2023, "46", "D")
    assert claim.value == Decimal("46.041540")
    assert claim.raw_text == "46.04154"
    assert (claim.edition_id, claim.unit, claim.value_status) == ("papi_2023_undp", "points", "derived_by_us")
    assert (claim.locator.sheet, claim.locator.a1) == ("2023_VIE_ENG", "AG11")
    totals = {
        c.entity_code: c.value
        for c in dimensions().claims
        if c.reference_year == 2023 and c.criterion_code == "D" and c.entity_type == "province" and c.value is not None
    }
    assert len(totals) == 61
    assert max(totals, key=lambda code: totals[code] or Decimal(0)) == "46"


def test_bac_giang_2022_has_no_total_and_is_not_low() -> None:
    claim = one(dimensions(), 2022, "24", "D")
    assert claim.value is None
    assert (claim.raw_text, claim.missing_reason, claim.value_status) == ("0", "withheld_by_publisher", "withheld")
    published = {
        c.criterion_code for c in dimensions().claims if c.entity_code == "24" and c.reference_year == 2022 and c.value
    }
    assert published == {"D.3", "D.6", "D.7", "D.8"}


@pytest.mark.parametrize(
    ("year", "complete"),
    [(2011, 63), (2014, 61), (2018, 61), (2019, 63), (2021, 60), (2022, 61), (2023, 61), (2024, 61)],
)
def test_totals_of_complete_provinces_only(year: int, complete: int) -> None:
    totals = [
        claim.value
        for claim in dimensions().claims
        if (claim.reference_year, claim.criterion_code, claim.entity_type) == (year, "D", "province")
    ]
    assert len(totals) == 63
    assert sum(value is not None for value in totals) == complete


def test_every_total_is_the_sum_of_its_dimensions() -> None:
    sums: dict[tuple[int, str], Decimal] = {}
    totals: dict[tuple[int, str], Decimal] = {}
    for claim in dimensions().claims:
        if claim.entity_type != "province" or claim.value is None:
            continue
        key = (claim.reference_year, claim.entity_code)
        target = totals if claim.criterion_code == "D" else sums
        target[key] = target.get(key, Decimal(0)) + claim.value
    assert len(totals) == 869
    for key, total in totals.items():
        assert abs(total - sums[key]) <= Decimal("0.0000045"), key


def test_mean_is_said_of_the_nation_and_the_highest_is_passed_over() -> None:
    means = [claim for claim in dimensions().claims if claim.entity_type == "nation"]
    assert len(means) == 7 * 7 + 7 * 9
    mean = one(replace(dimensions(), claims=tuple(means)), 2019, "VN", "D")
    assert (mean.value, mean.value_status) == (Decimal("43.616257"), "derived_by_us")
    assert not any(claim.entity_label_raw in {"Cao nhất", "Highest"} for claim in dimensions().claims)


def test_shipped_workbook_is_understood_whole() -> None:
    assert dimensions().issues == ()
    assert dimensions().quarantined_rows == ()
    assert len({claim.claim_id for claim in dimensions().claims}) == len(dimensions().claims) == 7168


@pytest.mark.parametrize(
    ("name", "cell", "place"),
    [("2011PAPI- Bảng tổng hợp kết quả", "B4", "B4"), ("2023_VIE_ENG", "C2", "C2")],
    ids=["province in a row", "province in a column"],
)
def test_unknown_province_is_quarantined_and_the_others_go_on(name: str, cell: str, place: str) -> None:
    whole = read(sheet(dimensions_reading(), name))
    outcome = read(sheet(dimensions_reading(), name, **{cell: "Atlantis"}))
    (issue,) = outcome.issues
    assert (issue.code, issue.severity, issue.found, issue.locator.a1) == ("unknown_province", "error", "Atlantis", place)
    assert "entities_provinces.yml" in issue.hint
    assert not outcome.is_held_back
    assert len(outcome.quarantined_rows) == 1
    gone = {claim.entity_code for claim in whole.claims} - {claim.entity_code for claim in outcome.claims}
    assert gone == {"01"}


def test_hue_is_not_the_name_of_the_province_before_2025() -> None:
    outcome = read(sheet(dimensions_reading(), "2023_VIE_ENG", AG2="Hue"))
    assert [issue.code for issue in outcome.issues] == ["unknown_province"]
    assert "2025-01-01" in outcome.issues[0].message


@pytest.mark.parametrize("text", ["n/a", "5.1.2", "5,2 6,1"])
def test_text_in_a_figure_cell_quarantines_its_line(text: str) -> None:
    outcome = read(sheet(dimensions_reading(), "2012PAPI- Bảng tổng hợp kết quả", D6=text))
    (issue,) = outcome.issues
    assert (issue.code, issue.locator.a1, issue.found) == ("not_a_number", "D6", text)
    assert not [claim for claim in outcome.claims if claim.entity_code == "04"]
    assert len({claim.entity_code for claim in outcome.claims if claim.entity_type == "province"}) == 62


@pytest.mark.parametrize(
    ("name", "changed", "code"),
    [
        ("2012PAPI- Bảng tổng hợp kết quả", {"D3": "Chỉ số lạ"}, "unknown_header"),
        ("2012PAPI- Bảng tổng hợp kết quả", {"D3": "Thủ tục hành chính công"}, "header_differs"),
        ("2012PAPI- Bảng tổng hợp kết quả", {"A3": "Số phiếu"}, "unknown_header"),
        ("2023_VIE_ENG", {"A3": "Dimension 2"}, "header_differs"),
        ("2023_VIE_ENG", {"B3": "Happiness"}, "unknown_header"),
        ("2023_VIE_ENG", {"B2": "Thing"}, "unknown_header"),
        ("2023_VIE_ENG", {"A4": "Dimension 1", "B4": "Participation at Local Levels"}, "header_repeats"),
        ("2023_VIE_ENG", {"title": "PAPI 2022 - Bảng tổng hợp kết quả"}, "year_differs"),
    ],
)
def test_unknown_header_holds_the_document(name: str, changed: dict[str, str], code: str) -> None:
    outcome = read(sheet(dimensions_reading(), name, **changed))
    assert code in {issue.code for issue in outcome.issues}
    assert outcome.is_held_back
    assert outcome.claims == ()


def test_sheet_without_year_holds_the_document() -> None:
    reading = sheet(dimensions_reading(), "2023_VIE_ENG")
    outcome = read(replace(reading, tables=(replace(reading.tables[0], sheet="ProvincialIndicators_VIE"),)))
    assert [issue.code for issue in outcome.issues] == ["unknown_sheet"]
    assert outcome.is_held_back


def test_province_twice_and_code_of_another_are_quarantined() -> None:
    name = "2012PAPI- Bảng tổng hợp kết quả"
    twice = read(sheet(dimensions_reading(), name, A5="1", B5="Ha Noi"))
    assert [issue.code for issue in twice.issues] == ["province_twice"]
    other = read(sheet(dimensions_reading(), name, A4="79"))
    assert [(issue.code, issue.found) for issue in other.issues] == [("code_differs", "79")]


@cache
def undp_outcome(folder: Path) -> Outcome:
    document_id = "papi_2011_2016_undp"
    data = (folder / "papi" / "PAPI_2011-2016.xlsx").read_bytes()
    return papi.read_undp_workbook(read_workbook(data, SHA, document_id), entry(document_id), reference())


def test_undp_workbook_equals_the_open_panel(reference_data: Path) -> None:
    undp = undp_outcome(reference_data)
    assert undp.issues == ()
    key: Callable[[Claim], tuple[int, str, str]] = lambda c: (c.reference_year, c.entity_code, c.criterion_code)  # noqa: E731
    theirs = {key(claim): claim for claim in undp.claims}
    compared = 0
    for year in range(2011, 2017):
        panel = csv_outcome(year, (reference_data / "papi" / f"{year}.csv").read_text(encoding="utf-8"))
        assert panel.issues == ()
        for claim in panel.claims:
            other = theirs[key(claim)]
            assert (claim.value is None) == (other.value is None), key(claim)
            if claim.value is not None and other.value is not None:
                assert abs(claim.value - other.value) <= Decimal("0.000001"), key(claim)
                compared += 1
    assert compared == 22 * 63 * 6 - 22 * 2


def test_undp_total_of_zero_is_withheld(reference_data: Path) -> None:
    undp = undp_outcome(reference_data)
    claim = one(undp, 2014, "87", "D")
    assert (claim.value, claim.missing_reason, claim.raw_text) == (None, "withheld_by_publisher", "0")
    assert one(undp, 2015, "01", "D.2.1").criterion_label_raw == "Danh sách hộ nghèo"


def zero_faults(outcome: Outcome) -> list[tuple[str, str, str | None, str]]:
    return [(issue.code, issue.severity, issue.locator.a1, issue.found) for issue in outcome.issues]


@pytest.mark.parametrize(
    ("name", "changed", "place", "entity", "message"),
    [
        ("2012PAPI- Bảng tổng hợp kết quả", {"D6": "0"}, "D6", "04", "expected a score above 0 in papi_2012_undp, found 0"),
        ("2023_VIE_ENG", {"AG3": "0.0"}, "AG3", "46", "expected a score above 0 in papi_2023_undp, found 0.0"),
        ("2022_VIE_ENG", {"Q5": "0"}, "Q5", "24", "expected a score above 0 in papi_2022_undp, found 0"),
        ("2022_VIE_ENG", {"C3": "0"}, "C3", "01", "expected a score above 0 in papi_2022_undp, found 0"),
    ],
    ids=["a year without withheld figures", "a year whose withheld cells are blank", "a part not withheld", "another province"],
)
def test_a_zero_where_nobody_says_withheld_is_a_fault_of_the_cell(
    name: str, changed: dict[str, str], place: str, entity: str, message: str
) -> None:
    outcome = read(sheet(dimensions_reading(), name, **changed))
    assert zero_faults(outcome) == [("zero_score", "error", place, changed[place])]
    assert message in outcome.issues[0].message
    assert "extractors/catalogue/entries/papi_2011_2024_dimensions.yml" in outcome.issues[0].hint
    gone = {c.entity_code for c in read(sheet(dimensions_reading(), name)).claims} - {c.entity_code for c in outcome.claims}
    assert gone == {entity}
    assert (outcome.is_held_back, len(outcome.quarantined_rows)) == (False, 1)


@pytest.mark.parametrize(
    ("name", "changed", "place", "entity"),
    [
        ("2022_VIE_ENG", {"Q11": "20.118"}, "Q11", "24"),
        ("2023_VIE_ENG", {"AG3": ""}, "AG11", "46"),
    ],
    ids=["a total of a withheld province", "a dimension that is blank"],
)
def test_a_total_beside_a_withheld_dimension_is_a_fault(name: str, changed: dict[str, str], place: str, entity: str) -> None:
    outcome = read(sheet(dimensions_reading(), name, **changed))
    (issue,) = outcome.issues
    assert (issue.code, issue.severity, issue.locator.a1) == ("whole_without_part", "error", place)
    assert "Participation at Local Levels" in issue.message or "Dimension 1" in issue.message
    assert not [claim for claim in outcome.claims if claim.entity_code == entity]
    assert len({claim.entity_code for claim in outcome.claims if claim.entity_type == "province"}) == 62


def test_a_zero_of_the_yearly_panel_is_never_withheld() -> None:
    header = "Province," + ",".join(sorted(COLUMNS))
    figures = ",".join("" if label == "SC52" else "1.5" for label in sorted(COLUMNS))
    outcome = csv_outcome(2022, f"{header}\nP01,{figures}\nP15,0{figures[3:]}\n")
    (issue,) = outcome.issues
    assert (issue.code, issue.locator.row_number, issue.locator.column_number) == ("zero_score", 3, 2)
    assert {claim.entity_code for claim in outcome.claims} == {"01"}


def test_only_the_totals_of_the_two_withheld_provinces_may_be_zero_in_undps_sheet_of_2014(reference_data: Path) -> None:
    document_id = "papi_2011_2016_undp"
    reading = read_workbook((reference_data / "papi" / "PAPI_2011-2016.xlsx").read_bytes(), SHA, document_id)
    entry_of_undp = entry(document_id)
    changed = sheet(reading, "2014_PAPI", AF16="0")
    outcome = papi.read_undp_workbook(changed, entry_of_undp, reference())
    assert zero_faults(outcome) == [("zero_score", "error", "AF16", "0")]
    withheld = {
        c.entity_code for c in outcome.claims if c.criterion_code == "D" and c.missing_reason == "withheld_by_publisher"
    }
    assert withheld == {"24", "87"}


def test_label_that_changed_its_indicator_is_resolved_within_its_year() -> None:
    header = "Province," + ",".join(sorted(COLUMNS))
    filled = "P01," + ",".join(
        "" if label in {"SC24", "SC71", "SC72", "SC73", "SC81", "SC82", "SC83"} else "1.5" for label in sorted(COLUMNS)
    )
    names: dict[int, set[str]] = {}
    for year in (2015, 2016):
        outcome = csv_outcome(year, f"{header}\n{filled}\n")
        assert outcome.issues == ()
        names[year] = {claim.criterion_code for claim in outcome.claims if claim.criterion_label_raw in {"SC32", "SC33"}}
    assert names == {2015: {"D.3.2", "D.3.3"}, 2016: {"D.3.2B", "D.3.3B"}}


def test_blank_column_makes_no_claim_and_blank_cell_is_withheld() -> None:
    header = "Province," + ",".join(sorted(COLUMNS))
    full = ",".join("" if label == "SC52" else "1.5" for label in sorted(COLUMNS))
    outcome = csv_outcome(2022, f"{header}\nP01,{full}\nP15,{',' * 28}\n")
    assert outcome.issues == ()
    assert not [claim for claim in outcome.claims if claim.criterion_label_raw == "SC52"]
    bac_giang = [claim for claim in outcome.claims if claim.entity_code == "24"]
    assert len(bac_giang) == 28
    assert {(claim.value, claim.missing_reason) for claim in bac_giang} == {(None, "withheld_by_publisher")}


@pytest.mark.parametrize(
    ("text", "code", "held"),
    [
        ("Province,SC11\nP64,1.5\n", "unknown_province", False),
        ("Province,SC11\nP01,high\n", "not_a_number", False),
        ("Province,SC99\nP01,1.5\n", "unknown_header", True),
        ("Tỉnh,SC11\nP01,1.5\n", "unknown_header", True),
        ("Province,SC71\nP01,1.5\n", "unknown_header", True),
    ],
    ids=["province", "number", "column", "first column", "a part that 2015 does not have"],
)
def test_bad_panel_names_its_fault(text: str, code: str, held: bool) -> None:
    outcome = csv_outcome(2015, text)
    assert [issue.code for issue in outcome.issues] == [code]
    assert outcome.is_held_back is held
    assert outcome.claims == ()


def test_panel_codes_follow_the_official_codes() -> None:
    edition = reference().edition("PAPI", "undp", 2024)
    codes = [reference().entity(name, edition).entity_code for name in CODES.values()]
    assert len(codes) == 63
    assert codes == sorted(codes)
    assert (CODES["P01"], CODES["P31"], CODES["P63"]) == ("Ha Noi", "Thua Thien Hue", "Ca Mau")


@given(st.decimals(min_value="0.25", max_value="80", places=12))
def test_value_keeps_six_decimals(value: Decimal) -> None:
    number = number_in(Cell(row=1, column=1, text=format(value, "f")))
    assert number is not None
    exponent = number.value.as_tuple().exponent
    assert isinstance(exponent, int)
    assert exponent >= -6
    assert abs(number.value - value) <= Decimal("0.0000005")
    assert number.decimals == 6


@pytest.mark.parametrize("text", ["", "0", "0.0", "0.000000", "0,00"])
def test_zero_and_blank_are_no_scores(text: str) -> None:
    assert number_in(Cell(row=1, column=1, text=text)) is None
