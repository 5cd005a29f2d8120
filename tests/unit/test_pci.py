"""PCI: every workbook at hand read whole, agreeing with itself, and refused where it does not look as its layout says."""

from __future__ import annotations

import io
from collections import Counter, defaultdict
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from functools import cache
from pathlib import Path
from statistics import median

import openpyxl
import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from extractors import pci
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from extractors.pci.fingerprint import cells_by_sheet
from extractors.pci.layout import LAYOUTS_DIR, LayoutError, SheetLayout, load_layout
from extractors.readers import READERS
from extractors.records import Claim, Outcome, Reading
from extractors.spreadsheet import read_workbook

ENTRIES = Path(__file__).resolve().parents[2] / "extractors" / "catalogue" / "entries"
SHA = "0" * 64
WORKBOOKS = (2006, 2008, 2010, 2012, 2014, 2016)


@cache
def reference() -> Reference:
    return load_reference()


@cache
def entry(year: int) -> CatalogueEntry:
    return CatalogueEntry.model_validate(yaml.safe_load((ENTRIES / f"pci_{year}_vcci.yml").read_text(encoding="utf-8")))


@cache
def read(path: Path, year: int) -> tuple[Reading, Outcome]:
    described = entry(year)
    assert described.inbox is not None
    data = (path / "pci" / described.inbox).read_bytes()
    reading = READERS[described.kind](data, SHA, described.id)
    return reading, pci.read_workbook(reading, described, reference())


@pytest.fixture(scope="module", params=WORKBOOKS)
def workbook(request: pytest.FixtureRequest, reference_data: Path) -> tuple[int, Reading, Outcome]:
    year: int = request.param
    return year, *read(reference_data, year)


Scores = dict[str, dict[str, Decimal]]


def scores(outcome: Outcome, year: int) -> Scores:
    """Criterion -> province -> score; a score that is printed twice must be the same twice."""
    found: Scores = defaultdict(dict)
    for claim in outcome.claims:
        if claim.reference_year == year and claim.measure == "score":
            assert claim.value is not None
            known = found[claim.criterion_code].setdefault(claim.entity_code, claim.value)
            assert known == claim.value, (claim.criterion_code, claim.entity_label_raw, claim.locator)
    return found


# What the workbooks hold ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("file", "year", "provinces", "parts"),
    [
        (2006, 2006, 64, 10),
        (2008, 2008, 64, 10),
        (2010, 2010, 63, 9),
        (2012, 2012, 63, 9),
        (2014, 2013, 63, 10),
        (2014, 2014, 63, 10),
        (2016, 2013, 63, 10),
        (2016, 2016, 63, 10),
    ],
)
def test_every_province_has_every_sub_index_and_the_total(
    reference_data: Path, file: int, year: int, provinces: int, parts: int
) -> None:
    _, outcome = read(reference_data, file)
    found = scores(outcome, year)
    assert set(found) == {"C", *(f"C.{number}" for number in range(1, parts + 1))}
    assert {len(by_province) for by_province in found.values()} == {provinces}
    assert ("28" in found["C"]) == (provinces == 64), "Hà Tây"
    edition = reference().edition("PCI", "vcci", year)
    assert (edition.n_units, {c.edition_id for c in outcome.claims if c.reference_year == year}) == (
        provinces,
        {f"pci_{year}_vcci"},
    )


def test_nothing_is_held_back_or_quarantined(workbook: tuple[int, Reading, Outcome]) -> None:
    _, _, outcome = workbook
    assert {issue.severity for issue in outcome.issues} <= {"info"}
    assert outcome.quarantined_rows == ()
    assert len({claim.claim_id for claim in outcome.claims}) == len(outcome.claims)


GOLDEN = [
    (2006, 2006, "PCI Tóm tắt", "C3", "74", "C.1", "score", "8.492639795146804", "8.492640"),
    (2006, 2006, "PCI Tóm tắt", "M3", "74", "C", "score", "76.23340820540244", "76.233408"),
    (2006, 2006, "PCI Tóm tắt", "G28", "83", "C.5", "score", "8.347863438403431", "8.347863"),
    (2006, 2006, "PCI Tóm tắt", "L47", "06", "C.10", "score", "6.55004182157689", "6.550042"),
    (2006, 2006, "PCI Tóm tắt", "M64", "28", "C", "score", "40.72977153233101", "40.729772"),
    (2006, 2006, "PCI Tóm tắt", "A4", "48", "C", "rank", "2", "2"),
    (2006, 2006, "PCI Tóm tắt", "C67", "VN", "C.1", "range_min", "4.955277975967747", "4.955278"),
    (2008, 2008, "Tổng hợp", "C3", "48", "C.1", "score", "9.360684", "9.360684"),
    (2008, 2008, "Tổng hợp", "M3", "02", "C.6", "score", "8.771446", "8.771446"),
    (2008, 2008, "Tổng hợp", "Y3", "48", "C", "score", "72.18393", "72.18393"),
    (2008, 2008, "Tổng hợp", "Y57", "28", "C", "score", "45.09365", "45.09365"),
    (2008, 2008, "Tổng hợp", "E66", "01", "C.2", "score", "4.726562", "4.726562"),
    (2008, 2008, "Tổng hợp", "A66", "01", "C.2", "rank", "64", "64"),
    (2008, 2008, "Tổng hợp", "Y66", "11", "C", "score", "36.39006", "36.39006"),
    (2010, 2010, "Tong hop", "C2", "45", "C.1", "score", "8.11149", "8.11149"),
    (2010, 2010, "Tong hop", "O2", "79", "C.7", "score", "8.754751", "8.754751"),
    (2010, 2010, "Tong hop", "W2", "48", "C", "score", "69.765929", "69.765929"),
    (2010, 2010, "Tong hop", "Y64", "67", "C", "rank", "63", "63"),
    (2010, 2010, "Tong hop", "E64", "01", "C.2", "score", "3.036629", "3.036629"),
    (2010, 2010, "Chi phi gia nhap thi truong", "C3", "01", "C.1", "score", "6.079872", "6.079872"),
    (2012, 2012, "Tong hop", "C2", "52", "C.1", "score", "9.598186", "9.598186"),
    (2012, 2012, "Tong hop", "U2", "87", "C", "score", "63.79096", "63.79096"),
    (2012, 2012, "Tong hop", "W2", "87", "C", "rank", "1", "1"),
    (2012, 2012, "Tong hop", "E64", "01", "C.2", "score", "4.196954", "4.196954"),
    (2012, 2012, "Tong hop", "M64", "36", "C.6", "score", "1.387046", "1.387046"),
    (2012, 2012, "Tong hop", "U64", "11", "C", "score", "45.11707", "45.11707"),
    (2014, 2013, "Summary", "C2", "84", "C.1", "score", "9.468455", "9.468455"),
    (2014, 2013, "Summary", "W2", "48", "C", "score", "66.45338", "66.45338"),
    (2014, 2013, "Summary", "W3", "46", "C", "score", "65.56182", "65.56182"),
    (2016, 2013, "Summary", "Q2", "79", "C.8", "score", "7.141591", "7.141591"),
    (2016, 2013, "Summary", "X64", "08", "C", "rank", "63", "63"),
    (2014, 2014, "Summary_VN", "C2", "87", "C.1", "score", "9.37169647216797", "9.371696"),
    (2014, 2014, "Summary_VN", "Q3", "66", "C.8", "score", "6.82349252700806", "6.823493"),
    (2014, 2014, "Summary_VN", "W2", "48", "C", "score", "66.86679", "66.86679"),
    (2014, 2014, "Summary_VN", "O64", "01", "C.7", "score", "3.08363270759583", "3.083633"),
    (2014, 2014, "Summary_VN", "X64", "11", "C", "rank", "63", "63"),
    (2016, 2016, "Summary_VN", "W2", "48", "C", "score", "70.00139617919922", "70.001396"),
    (2016, 2016, "Summary_VN", "W3", "22", "C", "score", "65.59555053710938", "65.595551"),
    (2016, 2016, "Summary_VN", "C64", "01", "C.1", "score", "7.507708549499512", "7.507709"),
    (2016, 2016, "Summary_VN", "M64", "38", "C.6", "score", "3.115119457244873", "3.115119"),
    (2016, 2016, "Summary_VN", "O61", "46", "C.7", "score", "3.8836023807525635", "3.883602"),
    (2016, 2016, "Thiết chế pháp lý", "C4", "01", "C.10", "score", "4.1812744140625", "4.181274"),
]


@pytest.mark.parametrize(("file", "year", "sheet", "a1", "entity", "criterion", "measure", "raw", "value"), GOLDEN)
def test_golden_cells(
    reference_data: Path,
    file: int,
    year: int,
    sheet: str,
    a1: str,
    entity: str,
    criterion: str,
    measure: str,
    raw: str,
    value: str,
) -> None:
    _, outcome = read(reference_data, file)
    found = [
        (claim.raw_text, claim.value)
        for claim in outcome.claims
        if (claim.locator.sheet, claim.locator.a1, claim.entity_code, claim.criterion_code, claim.measure, claim.reference_year)
        == (sheet, a1, entity, criterion, measure, year)
    ]
    assert found == [(raw, Decimal(value))]


def test_ranks_of_2006_are_read_off_the_order_and_later_ones_are_the_publishers(
    workbook: tuple[int, Reading, Outcome],
) -> None:
    year, _, outcome = workbook
    ranks = {(claim.rank_kind, claim.value_status) for claim in outcome.claims if claim.measure == "rank"}
    assert ranks == {("derived_by_third_party", "implied") if year == 2006 else ("official", "published")}


# Do they agree with themselves? ---------------------------------------------------------------------------------------


def solved(lines: Sequence[Sequence[Fraction]], totals: Sequence[Fraction]) -> list[Fraction]:
    """The weights that fit all lines best (least squares), by exact elimination of the normal equations."""
    nought = Fraction(0)
    extended = [[*line, total] for line, total in zip(lines, totals, strict=True)]
    size = len(lines[0])
    rows = [[sum((line[i] * line[j] for line in extended), nought) for j in range(size + 1)] for i in range(size)]
    for i in range(size):
        first = rows[i][i]
        rows[i] = [value / first for value in rows[i]]
        for j in range(size):
            if j != i:
                factor = rows[j][i]
                rows[j] = [value - factor * pivot for value, pivot in zip(rows[j], rows[i], strict=True)]
    return [row[-1] for row in rows]


@pytest.mark.parametrize(
    ("file", "year", "percent"),
    [
        (2006, 2006, (5, 5, 15, 10, 5, 5, 15, 15, 15, 10)),
        (2008, 2008, (5, 5, 15, 10, 5, 5, 15, 15, 15, 10)),
        (2010, 2010, (10, 5, 20, 15, 10, 10, 5, 20, 5)),
        (2012, 2012, (10, 5, 20, 15, 10, 10, 5, 20, 5)),
        (2014, 2013, (5, 5, 20, 5, 10, 5, 5, 20, 20, 5)),
        (2014, 2014, (5, 5, 20, 5, 10, 5, 5, 20, 20, 5)),
        (2016, 2016, (5, 5, 20, 5, 10, 5, 5, 20, 20, 5)),
    ],
)
def test_all_totals_are_one_weighted_sum_of_their_sub_indices(
    reference_data: Path, file: int, year: int, percent: tuple[int, ...]
) -> None:
    """The weights are solved from the workbook itself: 63 or 64 totals, nine or ten unknowns; a figure read wrong fits none."""
    found = scores(read(reference_data, file)[1], year)
    parts = [f"C.{number}" for number in range(1, len(percent) + 1)]
    provinces = sorted(found["C"])
    lines = [[Fraction(found[part][province]) for part in parts] for province in provinces]
    totals = [Fraction(found["C"][province]) for province in provinces]
    weights = solved(lines, totals)
    assert [round(weight * 10, 2) for weight in weights] == list(percent)
    assert sum(percent) == 100
    # Totals are stored with five decimals or more: half of the last one, and half a millionth of each of the ten parts, weighted.
    for province, line, total in zip(provinces, lines, totals, strict=True):
        due = sum(Fraction(weight, 10) * part for weight, part in zip(percent, line, strict=True))
        assert abs(total - due) <= Fraction(10, 1_000_000), province


def test_ranks_agree_with_scores(workbook: tuple[int, Reading, Outcome]) -> None:
    year, _, outcome = workbook
    for reference_year in entry(year).reference_years:
        found = scores(outcome, reference_year)
        ranks: dict[str, dict[str, int]] = defaultdict(dict)
        for claim in outcome.claims:
            if claim.reference_year == reference_year and claim.measure == "rank" and claim.value is not None:
                assert ranks[claim.criterion_code].setdefault(claim.entity_code, int(claim.value)) == claim.value
                assert claim.rank_out_of == len(found["C"])
        assert set(ranks) == ({"C"} if year == 2006 else set(found))
        for criterion, places in ranks.items():
            assert sorted(places.values()) == list(range(1, len(found["C"]) + 1))
            by_rank = [found[criterion][province] for province in sorted(places, key=places.__getitem__)]
            assert by_rank == sorted(by_rank, reverse=True), (reference_year, criterion)


def test_lowest_and_highest_scores_at_the_foot_are_those_of_the_provinces(workbook: tuple[int, Reading, Outcome]) -> None:
    year, _, outcome = workbook
    found = scores(outcome, year)
    ends = [claim for claim in outcome.claims if claim.measure in ("range_min", "range_max")]
    assert len(ends) == {2006: 42, 2008: 0, 2010: 18, 2012: 18, 2014: 20, 2016: 20}[year]
    for claim in ends:
        values = found[claim.criterion_code].values()
        assert claim.value == (min(values) if claim.measure == "range_min" else max(values)), claim.locator
        assert claim.entity_type == "nation"


@pytest.mark.parametrize(("year", "row"), [(2012, 69), (2014, 69), (2016, 69)])
def test_medians_at_the_foot_are_those_of_the_provinces(reference_data: Path, year: int, row: int) -> None:
    reading, outcome = read(reference_data, year)
    sheets, found = cells_by_sheet(reading), scores(outcome, year)
    details = [sheet for sheet in load_layout(f"pci_{year}_vcci").sheets if sheet.statistics]
    assert len(details) == (9 if year == 2012 else 10)
    for sheet in details:
        cells = sheets[sheet.sheet]
        assert cells.text(f"B{row}") == "Median"
        printed = Decimal(cells.text(f"C{row}")).quantize(Decimal("0.000001"))
        assert printed == median(found[sheet.blocks[0].criterion].values())


def by_province(reading: Reading, sheet: str, names: str, values: str, rows: range, year: int) -> Mapping[str, Decimal]:
    cells, edition = cells_by_sheet(reading)[sheet], reference().edition("PCI", "vcci", year)
    return {
        reference().entity(cells.text(f"{names}{row}"), edition).entity_code: Decimal(cells.text(f"{values}{row}"))
        for row in rows
    }


@pytest.mark.parametrize(
    ("year", "sheet", "rows", "total", "parts"),
    [
        (2008, "Tiếp cận đất đai", range(4, 68), "C.2", ("JK", "TU")),
        (2008, "Chi phí thời gian", range(4, 68), "C.4", ("FG", "NO")),
        (2008, "Ưu đãi DNNN", range(4, 68), "C.6", ("NO", "TU")),
        (2008, "Đào tạo lao động", range(4, 68), "C.9", ("HI", "NO")),
        (2008, "Thiết chế pháp lý", range(4, 68), "C.10", ("HI", "NO")),
    ],
)
def test_sub_indices_of_2008_are_the_sums_of_their_two_groups(
    reference_data: Path, year: int, sheet: str, rows: range, total: str, parts: tuple[str, ...]
) -> None:
    """Added by province. (The sheet Ưu đãi DNNN itself adds line by line over two columns that are each sorted by themselves.)"""
    reading, outcome = read(reference_data, year)
    groups = [by_province(reading, sheet, names, values, rows, year) for names, values in parts]
    for province, score in scores(outcome, year)[total].items():
        assert abs(score - sum(group[province] for group in groups)) <= Decimal("0.000003"), province


@pytest.mark.parametrize(
    ("year", "sheet", "names", "values", "rows"),
    [(2008, "Tổng hợp", "V", "W", range(3, 67)), (2010, "Tong hop", "T", "U", range(2, 65))],
)
def test_the_unweighted_total_is_the_plain_sum(
    reference_data: Path, year: int, sheet: str, names: str, values: str, rows: range
) -> None:
    reading, outcome = read(reference_data, year)
    found = scores(outcome, year)
    for province, printed in by_province(reading, sheet, names, values, rows, year).items():
        assert abs(printed - sum(found[part][province] for part in found if part != "C")) <= Decimal("0.00001"), province


def test_sheets_of_2008_that_are_passed_over_have_the_faults_that_the_layout_names(reference_data: Path) -> None:
    cells = cells_by_sheet(read(reference_data, 2008)[0])
    entry_costs, bias = cells["Chi phí gia nhập thị trường"], cells["Ưu đãi DNNN"]
    names = Counter(entry_costs.text(f"X{row}") for row in range(4, 68))
    assert (names["Gia Lai"], names["Quảng Nam"], len(names)) == (2, 0, 63)
    for row in range(4, 68):
        columns_added = Decimal(bias.text(f"O{row}")) + Decimal(bias.text(f"U{row}"))
        assert abs(Decimal(bias.text(f"W{row}")) - columns_added) <= Decimal("0.000001")
    assert [bias.text(a1) for a1 in ("V4", "N4", "T4")] == ["Hà Nội", "Yên Bái", "Hải Dương"]


def test_both_prints_of_2013_are_the_same(reference_data: Path) -> None:
    first, second = (scores(read(reference_data, year)[1], 2013) for year in (2014, 2016))
    assert first == second


# A workbook that does not look as its layout says ---------------------------------------------------------------------

LAYOUT = "pci_2008_vcci"
SHEET = "Tổng hợp"
THREE = ("Đà Nẵng", "Hà Tây", "BRVT")


@cache
def sheet_layout() -> SheetLayout:
    return next(sheet for sheet in load_layout(LAYOUT).sheets if sheet.sheet == SHEET)


def sheet_of_three(book: openpyxl.Workbook) -> Worksheet:
    sheet = book.active
    assert isinstance(sheet, Worksheet)
    sheet.title = SHEET
    for a1, text in {
        **sheet_layout().header,
        "W1": "Chỉ số PCI chưa có trọng số",
        "V2": "Tỉnh",
        "W2": "Chưa có trọng số",
    }.items():
        sheet[a1] = text
    for row, name in enumerate(THREE, start=3):
        sheet[f"A{row}"] = row - 2
        for names, figures in [*((block.province, block.score) for block in sheet_layout().blocks), ("V", "W")]:
            sheet[f"{names}{row}"] = name
            sheet[f"{figures}{row}"] = 9.5 - row
    return sheet


def synthetic(change: Callable[[Worksheet], None] | None = None) -> Outcome:
    """A made-up workbook of three provinces in the shape of 2008, changed in one way."""
    book = openpyxl.Workbook()
    sheet = sheet_of_three(book)
    if change is not None:
        change(sheet)
    stream = io.BytesIO()
    book.save(stream)
    return pci.read_workbook(read_workbook(stream.getvalue(), SHA, LAYOUT), entry(2008), reference())


def put(**texts: str | float | None) -> Callable[[Worksheet], None]:
    def change(sheet: Worksheet) -> None:
        for a1, text in texts.items():
            sheet[a1] = text

    return change


def of(outcome: Outcome, criterion: str) -> list[tuple[str, str, str]]:
    return [(c.entity_label_raw, c.measure, c.raw_text) for c in outcome.claims if c.criterion_code == criterion]


def test_three_provinces_in_eleven_rankings() -> None:
    outcome = synthetic()
    assert outcome.issues == ()
    assert Counter(claim.measure for claim in outcome.claims) == {"score": 33, "rank": 33}
    assert of(outcome, "C")[:2] == [("Đà Nẵng", "score", "6.5"), ("Đà Nẵng", "rank", "1")]


def test_a_drifted_column_is_refused_with_the_cell_and_the_file_to_edit() -> None:
    outcome = synthetic(lambda sheet: sheet.insert_cols(5))
    assert outcome.is_held_back
    assert outcome.claims == ()
    first = outcome.issues[0]
    expected = "Chỉ số 2: Tiếp cận đất đai và Sự ổn định trong sử dụng đất"
    assert (first.code, first.severity, first.expected, first.found) == ("unknown_header", "error", expected, "")
    assert first.message == (
        f"sheet 'Tổng hợp', cell E1: expected the header {expected!r}, found ''; {expected!r} stands in F1, so the columns have moved"
    )
    assert "extractors/pci/layouts/pci_2008_vcci.yml" in first.hint


def test_another_header_is_never_taken_for_the_one_expected() -> None:
    issue = synthetic(put(G1="Chỉ số 3: Tính minh bạch và công khai")).issues[0]
    assert issue.message == (
        "sheet 'Tổng hợp', cell G1: expected the header 'Chỉ số 3: Tính minh bạch', found 'Chỉ số 3: Tính minh bạch và công khai'"
    )


@cache
def sound_reading() -> Reading:
    book = openpyxl.Workbook()
    sheet_of_three(book)
    stream = io.BytesIO()
    book.save(stream)
    return read_workbook(stream.getvalue(), SHA, LAYOUT)


@given(st.sampled_from(sorted(sheet_layout().header)), st.text(max_size=30))
def test_any_other_text_in_any_header_cell_holds_the_workbook(a1: str, text: str) -> None:
    reading = sound_reading()
    table = reading.tables[0]
    before = next(cell.text for cell in table.cells if cell.a1 == a1)
    cells = tuple(replace(cell, text=text) if cell.a1 == a1 else cell for cell in table.cells)
    outcome = pci.read_workbook(replace(reading, tables=(replace(table, cells=cells),)), entry(2008), reference())
    assert outcome.is_held_back == (text != before)
    assert all(f"cell {a1}:" in issue.message for issue in outcome.issues)


@pytest.mark.parametrize(("a1", "text"), [("Z1", "Nhóm"), ("AB4", 7.5), ("C67", 9.25)])
def test_a_filled_cell_where_none_is_expected_holds_the_workbook(a1: str, text: str | float) -> None:
    outcome = synthetic(put(**{a1: text}))
    assert outcome.is_held_back
    assert [issue.code for issue in outcome.issues] == ["unknown_content"]
    assert f"sheet 'Tổng hợp', cell {a1}: expected a blank cell, found {str(text)!r}" in outcome.issues[0].message


def test_an_unknown_sheet_and_a_missing_one_hold_the_workbook() -> None:
    def rename(sheet: Worksheet) -> None:
        sheet.title = "Sheet1"

    issues = synthetic(rename).issues
    assert [(issue.code, issue.found or issue.expected) for issue in issues] == [
        ("unknown_sheet", "Sheet1"),
        ("missing_sheet", "Tổng hợp"),
    ]
    assert "ignored_sheets" in issues[0].hint


def test_an_unknown_province_quarantines_its_line_of_its_ranking_only() -> None:
    outcome = synthetic(put(D4="Hà Tâyy"))
    assert not outcome.is_held_back
    assert [(issue.code, issue.locator.sheet, issue.locator.a1, issue.found) for issue in outcome.issues] == [
        ("unknown_province", "Tổng hợp", "D4", "Hà Tâyy")
    ]
    assert [name for name, measure, _ in of(outcome, "C.2") if measure == "score"] == ["Đà Nẵng", "BRVT"]
    assert len(outcome.claims) == 66 - 2
    assert set(outcome.quarantined_rows[0].values()) >= {"Hà Tâyy", "5.5"}


def test_a_province_of_another_time_is_unknown() -> None:
    """Before August 2008 there is a Hà Tây; the geography of the edition decides, not the list of all names."""
    assert reference().entity("Hà Tây", reference().edition("PCI", "vcci", 2008)).geography == "vn64"
    with pytest.raises(LookupError, match="2004-01-01 to 2008-07-31"):
        reference().entity("Hà Tây", reference().edition("PCI", "vcci", 2010))


def test_a_province_named_twice_is_published_by_neither_line() -> None:
    outcome = synthetic(put(B5="Hà Tây"))
    assert [(issue.code, issue.locator.a1) for issue in outcome.issues] == [("province_twice", "B4"), ("province_twice", "B5")]
    assert [name for name, measure, _ in of(outcome, "C.1") if measure == "score"] == ["Đà Nẵng"]


@pytest.mark.parametrize("text", ["chín", "9,5 (8)", "55%", "1.234.5"])
def test_a_score_that_is_no_number_quarantines_its_line(text: str) -> None:
    outcome = synthetic(put(C4=text))
    assert [(issue.code, issue.locator.a1) for issue in outcome.issues] == [("not_a_number", "C4")]
    assert [name for name, _, _ in of(outcome, "C.1")] == ["Đà Nẵng"] * 2 + ["BRVT"] * 2


def test_a_blank_score_is_not_published_and_has_no_rank() -> None:
    outcome = synthetic(put(C4=None))
    missing = [claim for claim in outcome.claims if claim.value is None]
    assert [(c.entity_label_raw, c.criterion_code, c.measure, c.missing_reason, c.value_status) for c in missing] == [
        ("Hà Tây", "C.1", "score", "not_published", "not_published")
    ]
    assert len(outcome.claims) == 66 - 1


def test_a_score_without_a_name_is_nobodys() -> None:
    outcome = synthetic(put(B4=None))
    assert [(issue.code, issue.locator.a1) for issue in outcome.issues] == [("row_without_name", "C4")]
    assert len(outcome.claims) == 66 - 2


def test_a_place_without_a_name_is_nobodys(reference_data: Path) -> None:
    """The workbook of 2010 ranks its totals in two columns of their own (X, Y), without scores."""
    reading, sound = read(reference_data, 2010)
    tables = tuple(
        replace(table, cells=tuple(replace(c, text="") if (c.sheet, c.a1) == ("Tong hop", "X5") else c for c in table.cells))
        for table in reading.tables
    )
    outcome = pci.read_workbook(replace(reading, tables=tables), entry(2010), reference())
    assert [(issue.code, issue.locator.a1) for issue in outcome.issues] == [("row_without_name", "Y5")]
    assert len(outcome.claims) == len(sound.claims) - 1


def test_a_line_without_name_and_score_is_a_province_that_is_missing() -> None:
    outcome = synthetic(put(B4=None, C4=None))
    (issue,) = outcome.issues
    assert (issue.code, issue.severity) == ("criterion_missing", "warning")
    assert issue.message == "pci_2008_vcci, Hà Tây: expected every criterion below C, found none of C.1"
    assert {claim.entity_label_raw for claim in outcome.claims if claim.criterion_code == "C.1"} == {"Đà Nẵng", "BRVT"}


# Layout files ---------------------------------------------------------------------------------------------------------


def test_every_pci_entry_has_its_layout_and_every_layout_its_entry() -> None:
    layouts = {path.stem for path in LAYOUTS_DIR.glob("*.yml")}
    assert layouts == {path.stem for path in ENTRIES.glob("pci_*_vcci.yml")}
    for document_id in layouts:
        layout = load_layout(document_id)
        described = entry(int(document_id.split("_")[1]))
        assert {sheet.year for sheet in layout.sheets} == set(described.reference_years)


def test_the_header_above_a_ranking_names_the_criterion_that_the_layout_says() -> None:
    """The words of the summaries' headings are names or aliases of the criterion; indicator sheets number their sub-index."""
    for path in LAYOUTS_DIR.glob("*.yml"):
        for sheet in load_layout(path.stem).sheets:
            edition = reference().edition("PCI", "vcci", sheet.year)
            candidates = [
                criterion.model_copy(update={"aliases": (*criterion.aliases, criterion.name_en or "")})
                for criterion in reference().criteria
                if (criterion.index_code, criterion.methodology_code) == ("PCI", edition.methodology_code)
            ]
            for block in sheet.blocks:
                label = sheet.header[block.label].removeprefix("Điểm ").removeprefix("Chỉ số: ")
                found = reference().match_criterion(label, candidates, f"{path.stem}, {sheet.sheet}, {block.label}")
                assert found.criterion_code == block.criterion


BROKEN = """\
document_id: pci_1999_synthetic
decimal_mark: "."
sheets:
  - sheet: A
    year: 1999
    year_cell: W1
    header: {{B1: Tỉnh, C1: Điểm, W1: PCI 1999}}
    province_rows: 2-4
    blocks: [{{criterion: C, label: C1, province: B, score: C}}]
    {change}
"""


@pytest.mark.parametrize(
    ("change", "complaint"),
    [
        ("ignored_columns: {C: this column is in a block}", "either in a block or ignored, found both: ['C']"),
        ("ignored_rows: {9-7: no such rows at all}", "expected rows such as 3-66 or 68, found '9-7'"),
        ("ignored_columns: {F-D: no such columns}", "expected columns such as D-L or A, found 'F-D'"),
        ("statistics: [{row: 9, label: MIN, measure: range_min}]", "label_column"),
        ("colour: red", "colour"),
    ],
)
def test_a_layout_that_does_not_hang_together_is_refused_with_its_file(tmp_path: Path, change: str, complaint: str) -> None:
    (tmp_path / "pci_1999_synthetic.yml").write_text(BROKEN.format(change=change), encoding="utf-8")
    with pytest.raises(LayoutError, match=r"extractors/pci/layouts/pci_1999_synthetic\.yml") as caught:
        load_layout("pci_1999_synthetic", tmp_path)
    assert complaint in str(caught.value)


def test_a_workbook_without_a_layout_is_held_and_says_where_to_write_one() -> None:
    described = entry(2008).model_copy(update={"id": "pci_1999_synthetic"})
    outcome = pci.read_workbook(sound_reading(), described, reference())
    assert outcome.is_held_back
    assert outcome.issues[0].message == "expected the layout file extractors/pci/layouts/pci_1999_synthetic.yml, found none"


def test_claims_carry_year_edition_unit_and_label(reference_data: Path) -> None:
    claims: list[Claim] = [
        claim
        for claim in read(reference_data, 2016)[1].claims
        if (claim.locator.sheet, claim.locator.a1, claim.measure) == ("Summary_VN", "G2", "score")
    ]
    assert [
        (c.edition_id, c.reference_year, c.methodology_code, c.unit, c.criterion_code, c.criterion_label_raw) for c in claims
    ] == [("pci_2016_vcci", 2016, "pci-2013", "points", "C.3", "Tính minh bạch")]
    assert (claims[0].source_class, claims[0].modality, claims[0].entity_code) == ("publisher_dataset", "table", "48")
