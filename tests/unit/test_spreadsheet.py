"""A sheet is read as it stands: every cell with its place, every oddity with an issue."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from datetime import date, datetime, time
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from openpyxl.worksheet.worksheet import Worksheet

from extractors.records import DocumentError, Reading
from extractors.spreadsheet import blocks, read_csv, read_workbook
from extractors.text.numbers import parse_number

DOCUMENT = "par_index_2022_2023_quang_nam_press"
REFERENCE = Path(os.environ.get("CCHC_REFERENCE_DATA", Path(__file__).parents[2].parent / "shared" / "data"))
needs_reference = pytest.mark.skipif(not (REFERENCE / "papi").is_dir(), reason=f"no reference folder at {REFERENCE}")


def _bytes(book: openpyxl.Workbook) -> bytes:
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _book(*fillers: Callable[[Worksheet], object]) -> bytes:
    book = openpyxl.Workbook()
    book.remove(book.worksheets[0])
    for number, fill in enumerate(fillers, start=1):
        fill(book.create_sheet(f"Trang {number}"))
    return _bytes(book)


def _read(*fillers: Callable[[Worksheet], object]) -> Reading:
    return read_workbook(_book(*fillers), "0" * 64, DOCUMENT)


def _texts(reading: Reading, table: int = 0) -> dict[str, str]:
    return {cell.a1 or "": cell.text for cell in reading.tables[table].cells}


def _rewrite(data: bytes, name: str, old: bytes, new: bytes) -> bytes:
    """The workbook with some bytes of one part replaced."""
    file = io.BytesIO()
    with zipfile.ZipFile(io.BytesIO(data)) as source, zipfile.ZipFile(file, "w") as target:
        for member in source.infolist():
            content = source.read(member)
            if member.filename == name:
                assert old in content
                content = content.replace(old, new)
            target.writestr(member.filename, content)
    return file.getvalue()


# ---------------------------------------------------------------- xlsx


def test_a_provincial_scoring_sheet_keeps_places_blanks_and_spans() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["B2"] = "BẢNG TỔNG HỢP\u00a0ĐIỂM"
        sheet.merge_cells("B2:D2")
        sheet["D3"] = "Đơn vị tính: điểm"
        sheet.append(["STT", "Lĩnh vực", "Năm 2023"])
        sheet.append([None, None, "Điểm tối đa", "Điểm"])
        for merged in ("A4:A5", "B4:B5", "C4:D4"):
            sheet.merge_cells(merged)
        sheet.append([1, "Cải cách thể chế", None, 80.91])

    (table,) = _read(fill).tables
    assert (table.number, table.sheet, table.n_rows, table.n_columns, table.header_rows) == (1, "Trang 1", 3, 4, 2)
    assert table.title == "BẢNG TỔNG HỢP ĐIỂM Đơn vị tính: điểm"
    assert table.header_paths() == [("STT",), ("Lĩnh vực",), ("Năm 2023", "Điểm tối đa"), ("Năm 2023", "Điểm")]
    grid = table.grid()
    assert all(cell is not None for row in grid for cell in row)
    year = grid[0][2]
    assert year is not None
    assert (year.a1, year.row, year.column, year.row_span, year.column_span) == ("C4", 1, 3, 1, 2)
    assert grid[0][3] is year
    assert [cell.text for cell in grid[2] if cell is not None] == ["1", "Cải cách thể chế", "", "80.91"]
    assert str(table.locator(table.cells[-1])) == "sheet Trang 1, table 1, row 3, column 4, cell D6"


@pytest.mark.parametrize(
    ("value", "number_format", "text"),
    [
        (61, "General", "61"),
        (61.0, "General", "61"),
        (80.91, "General", "80.91"),
        (5.76248, "0.00", "5.76248"),
        (39.935, "General", "39.935"),
        (1e-7, "General", "0.0000001"),
        (1e16, "General", "10000000000000000"),
        (0.8228, "0.00%", "82,28%"),
        (0.8228, "0%", "82%"),
        (0.823, "0.##%", "82,3%"),
        (0.82, "0.##%", "82%"),
        (0.5, "#,##0.0%", "50,0%"),
        (-0.0083, "0.00%", "-0,83%"),
        (-0.0083, "0.00%;[Red]-0.0%", "-0,8%"),
        (82.28, '0.00"%"', "82.28"),
        (82.28, "0.00\\%", "82.28"),
        ("82,28%", "0.00%", "82,28%"),
        ("Thừa Thiên\u00a0Huế ", "General", "Thừa Thiên Huế"),
        ("Hue\u0302\u0301\nthành phố", "General", "Huế thành phố"),
        (date(2024, 5, 23), "dd/mm/yyyy", "2024-05-23"),
        (datetime(2024, 5, 23, 8, 30), "dd/mm/yyyy hh:mm", "2024-05-23T08:30:00"),  # noqa: DTZ001 - sheets know no zone
        (time(8, 30), "hh:mm", "08:30:00"),
    ],
)
def test_a_value_becomes_the_text_of_its_cell(value: object, number_format: str, text: str) -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = value  # type: ignore[assignment]
        sheet["A1"].number_format = number_format

    reading = _read(fill)
    assert _texts(reading) == {"A1": text}
    assert reading.issues == ()


@settings(max_examples=15, deadline=None)
@given(st.lists(st.decimals(-1000, 1000, places=9).map(float), min_size=1, max_size=5))
def test_a_stored_number_survives_exactly(values: list[float]) -> None:
    reading = _read(lambda sheet: sheet.append(values))
    read = [float(parse_number(cell.text, decimal_mark=".").value) for cell in reading.tables[0].cells]
    assert read == values


def test_sheets_are_numbered_without_the_empty_ones() -> None:
    def formatted_only(sheet: Worksheet) -> None:
        sheet["C9"].number_format = "0.00"

    reading = _read(lambda s: s.append(["một"]), formatted_only, lambda s: s.append(["ba"]))
    assert [(table.number, table.sheet, table.title) for table in reading.tables] == [
        (1, "Trang 1", "một"),
        (2, "Trang 3", "ba"),
    ]


def test_a_formula_gives_its_stored_value_and_never_a_blank_without_one() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append([74.56, 75.43, "=AVERAGE(A1:B1)"])

    book = openpyxl.Workbook()
    fill(book.worksheets[0])
    data = _bytes(book)
    reading = read_workbook(data, "0" * 64, DOCUMENT)
    assert _texts(reading)["C1"] == "=AVERAGE(A1:B1)"
    (issue,) = reading.issues
    assert (issue.code, issue.locator.a1, issue.locator.sheet) == ("formula_without_value", "C1", "Sheet")
    saved = _rewrite(data, "xl/worksheets/sheet1.xml", b"</f><v></v>", b"</f><v>74.995</v>")
    reading = read_workbook(saved, "0" * 64, DOCUMENT)
    assert (_texts(reading)["C1"], reading.issues) == ("74.995", ())


def test_errors_and_logical_values_are_told_with_their_place() -> None:
    reading = _read(lambda sheet: sheet.append(["Huế", "#N/A", True, "#DIV/0!"]))
    assert _texts(reading) == {"A1": "Huế", "B1": "#N/A", "C1": "TRUE", "D1": "#DIV/0!"}
    assert [(issue.code, issue.locator.a1, issue.found) for issue in reading.issues] == [
        ("cell_is_error", "B1", "#N/A"),
        ("cell_is_logical", "C1", "TRUE"),
        ("cell_is_error", "D1", "#DIV/0!"),
    ]
    assert {issue.severity for issue in reading.issues} == {"warning"}


def test_hidden_parts_are_read_and_told() -> None:
    def fill(sheet: Worksheet) -> None:
        for row in range(1, 7):
            sheet.append([row, "tỉnh", 80.91])
        for row in (2, 3, 5):
            sheet.row_dimensions[row].hidden = True
        sheet.column_dimensions["C"].hidden = True

    def hidden(sheet: Worksheet) -> None:
        sheet.append(["ẩn"])
        sheet.sheet_state = "hidden"

    reading = _read(fill, hidden)
    assert _texts(reading)["C3"] == "80.91"
    assert [(issue.code, issue.severity, issue.found, issue.locator.sheet) for issue in reading.issues] == [
        ("hidden_rows", "info", "2-3, 5", "Trang 1"),
        ("hidden_columns", "info", "C", "Trang 1"),
        ("hidden_sheet", "info", "", "Trang 2"),
    ]


def test_a_merged_range_beyond_the_text_is_cut_and_one_at_the_end_counts() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet["A1"] = "Tỉnh"
        sheet["B1"] = "Năm 2023"
        sheet.merge_cells("B1:C1")
        sheet.merge_cells("A2:F9")

    (table,) = _read(fill).tables
    assert (table.n_rows, table.n_columns) == (1, 3)
    assert [(cell.a1, cell.column_span) for cell in table.cells] == [("A1", 1), ("B1", 2)]


def test_a_sheet_that_claims_a_million_rows_is_read_by_what_stands_in_it() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Tỉnh", "Điểm"])
        sheet.append(["Huế", 80.91])
        sheet.append(["Hà Nội", 81.2])
        sheet.row_dimensions[1048576].hidden = True
        sheet["XFD1048576"].number_format = "0.00"

    merged = b'</sheetData><mergeCells count="1"><mergeCell ref="A5:XFD1048576"/></mergeCells>'
    data = _rewrite(_book(fill), "xl/worksheets/sheet1.xml", b"</sheetData>", merged)
    (table,) = read_workbook(data, "0" * 64, DOCUMENT).tables
    assert (table.n_rows, table.n_columns, table.header_rows) == (3, 2, 1)


def test_a_far_cell_is_a_table_of_its_own_and_no_million_of_blanks() -> None:
    def fill(sheet: Worksheet) -> None:
        sheet.append(["Tỉnh", "Điểm"])
        sheet.append(["Huế", 80.91])
        sheet.append([None, None])
        sheet.append(["Hà Nội", 81.2])
        sheet.cell(1_048_576, 16_384, "lạc")

    near, far = _read(fill).tables
    assert (near.n_rows, near.n_columns, far.n_rows, far.n_columns) == (4, 2, 1, 1)
    assert far.cells[0].a1 == "XFD1048576"


def test_a_table_without_end_is_refused_in_words(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(blocks, "MAX_POSITIONS", 3)
    with pytest.raises(DocumentError, match="expected at most 3 cells in a table, found 2 rows x 2 columns"):
        _read(lambda sheet: [sheet.append(["Tỉnh", "Điểm"]), sheet.append(["Huế", 80.91])])


def _damaged() -> bytes:
    book = openpyxl.Workbook()
    book.worksheets[0].append(["Huế"])
    return _rewrite(_bytes(book), "xl/worksheets/sheet1.xml", b"</sheetData>", b"")


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "workbook_protected"),
        (b"PK\x03\x04 cut", "workbook_damaged"),
        (b"", "workbook_damaged"),
        (_damaged(), "workbook_damaged"),
        (_bytes(openpyxl.Workbook()), "workbook_empty"),
    ],
)
def test_bad_workbooks_end_in_a_message(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_workbook(data, "0" * 64, DOCUMENT)
    issue = caught.value.issue
    assert (issue.code, issue.severity, issue.document_id, str(issue.locator)) == (code, "error", DOCUMENT, "whole document")
    assert issue.message.startswith("expected")
    assert issue.hint


@needs_reference
def test_the_workbook_of_undp_is_read_cell_by_cell() -> None:
    reading = read_workbook((REFERENCE / "papi" / "PAPI_2011-2016.xlsx").read_bytes(), "0" * 64, "papi_2011_2016_undp")
    assert [table.sheet for table in reading.tables] == [f"{year}_PAPI" for year in range(2011, 2017)]
    texts = _texts(reading)
    assert (texts["C3"], texts["D3"], texts["E3"]) == ("Hà Nội", "5.76248", "1.26411")
    assert reading.issues == ()


# ---------------------------------------------------------------- csv


@pytest.mark.parametrize("mark", [",", ";", "\t", "|"])
@pytest.mark.parametrize("start", [b"", b"\xef\xbb\xbf"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_a_csv_is_read_whatever_its_mark(mark: str, start: bytes, end: str) -> None:
    rows = [["Tỉnh", "Điểm", "Ghi chú"], ["Thừa Thiên Huế", "82.28", ""], ["Hà Nội", "", f'"a{mark} b"']]
    data = start + end.join(mark.join(row) for row in rows).encode() + end.encode()
    (table,) = read_csv(data, "0" * 64, "papi_2011_panel").tables
    assert (table.n_rows, table.n_columns, table.header_rows, table.sheet) == (3, 3, 1, None)
    assert table.header_paths() == [("Tỉnh",), ("Điểm",), ("Ghi chú",)]
    assert [cell.text for cell in table.cells if cell.row > 1] == [
        "Thừa Thiên Huế",
        "82.28",
        "",
        "Hà Nội",
        "",
        f"a{mark} b".replace("\t", ""),
    ]
    assert table.cells[4].a1 == "B2"


def test_a_decimal_comma_under_semicolons_is_no_field_mark() -> None:
    (table,) = read_csv("Tỉnh, thành phố;Điểm, tổng\nHuế;82,28\nHà Nội;80,5\n".encode(), "0" * 64, DOCUMENT).tables
    assert [cell.text for cell in table.cells] == ["Tỉnh, thành phố", "Điểm, tổng", "Huế", "82,28", "Hà Nội", "80,5"]


@pytest.mark.parametrize("data", [b"Tinh;Diem\n" + b"x" * 1_500_000, b"Tinh;Diem\n" + b"1;2;" * 400_000])
def test_a_line_without_end_is_refused_before_it_is_taken_apart(data: bytes) -> None:
    with pytest.raises(DocumentError, match="expected lines of at most 1000000 characters") as caught:
        read_csv(data, "0" * 64, DOCUMENT)
    assert caught.value.issue.code == "csv_line_too_long"


@pytest.mark.parametrize(
    ("text", "title", "a1"),
    [
        ("sep=;\nTỉnh;Điểm\nHuế;82,28\n", "", "B2"),
        ("BẢNG 1\nNăm 2023, điểm\n\nTỉnh;Điểm;Hạng\nHuế;82,28;1\n", "BẢNG 1 Năm 2023, điểm", "B5"),
        ("BẢNG 1;;\nTỉnh;Điểm;Hạng\nHuế;82,28;1\n", "BẢNG 1", "B3"),
        ("Tỉnh;\nHuế;82,28\n", "", "B2"),
    ],
    ids=["mark named", "titles", "title cell", "no title"],
)
def test_lines_above_the_header_of_a_csv_are_its_title(text: str, title: str, a1: str) -> None:
    """Synthetic figures."""
    reading = read_csv(text.encode(), "0" * 64, DOCUMENT)
    (table,) = reading.tables
    assert (table.title, table.header_rows, table.n_rows, reading.issues) == (title, 1, 2, ())
    assert [(cell.row, cell.column, cell.a1) for cell in table.cells if cell.text == "82,28"] == [(2, 2, a1)]


def test_a_csv_in_tcvn3_is_told_and_its_cells_say_that_they_were_decoded() -> None:
    data = "TØnh;§iÓm\nThõa Thiªn HuÕ;82,28\nHµ Néi;80,5\n".encode("latin-1")
    reading = read_csv(data, "0" * 64, DOCUMENT)
    assert [cell.text for cell in reading.tables[0].cells if cell.column == 1] == ["Tỉnh", "Thừa Thiên Huế", "Hà Nội"]
    assert {cell.source for cell in reading.tables[0].cells} == {"legacy"}
    assert [(issue.code, issue.found) for issue in reading.issues] == [("text_encoding", "tcvn3")]


def test_rows_with_other_than_the_fields_of_the_header_are_told() -> None:
    reading = read_csv(b"Province,SC11,SC12\nP01,1,26411,2\nP02\nP03,1.2,1.3\n\n", "0" * 64, "papi_2011_panel")
    assert [(issue.code, issue.severity, issue.locator.row_number, issue.found) for issue in reading.issues] == [
        ("csv_ragged_row", "error", 2, "4"),
        ("csv_ragged_row", "error", 3, "1"),
    ]
    (table,) = reading.tables
    assert (table.n_rows, table.n_columns) == (4, 4)
    assert all(cell is not None for row in table.grid() for cell in row)


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        ("Tỉnh,Điểm\nHu\u00ea,1\n".encode()[:-5] + b"\xea,1\n", "csv_encoding", "byte 0xea in line 2"),
        (b"Province\nP01\n", "csv_delimiter", "found 'Province'"),
        (b"a,b;c\n1,2;3\n", "csv_delimiter", "found 'a,b;c'"),
        (b"", "csv_delimiter", "found ''"),
        (b'Province,SC11\nP01,"1.2\n', "csv_damaged", "unexpected end of data"),
    ],
)
def test_bad_csv_files_end_in_a_message(data: bytes, code: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_csv(data, "0" * 64, "papi_2011_panel")
    assert caught.value.issue.code == code
    assert words in caught.value.issue.message


@needs_reference
def test_the_panel_of_2023_is_read() -> None:
    reading = read_csv((REFERENCE / "papi" / "2023.csv").read_bytes(), "0" * 64, "papi_2023_panel")
    (table,) = reading.tables
    assert (table.n_rows, table.n_columns, reading.issues) == (64, 30, ())
    assert table.header_paths()[0] == ("Province",)
    hanoi = [cell.text for cell in table.cells if cell.row == 2]
    assert (hanoi[0], hanoi[1], hanoi[17]) == ("P01", "1.323925018", "")  # SC52 is not there since 2021
