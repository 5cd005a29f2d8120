"""Workbooks of Excel 5 to 2003: the same tables as from xlsx, with fonts that carry the encoding."""

from __future__ import annotations

import struct
import unicodedata
from pathlib import Path

import pytest

from extractors.archive.sniff import sniff
from extractors.records import UNSETTLED, DocumentError, Reading
from extractors.spreadsheet import read_xls


def _read(path: Path) -> Reading:
    data = path.read_bytes()
    assert sniff(data) == "xls"
    return read_xls(data, "0" * 64, "pci_2006_vcci")


def test_the_summary_of_pci_2006_is_one_table_with_its_statistics(reference_data: Path) -> None:
    reading = _read(reference_data / "pci" / "PCI_2006.xls")
    table = reading.tables[0]
    assert (table.sheet, table.n_rows, table.n_columns, table.header_rows) == ("PCI Tóm tắt", 68, 13, 2)
    assert table.header_paths()[2][1] == "Chi phí gia nhập thị trường"
    texts = {cell.a1: cell.text for cell in table.cells}
    assert (texts["B3"], texts["C3"], texts["M3"]) == ("Bình Dương", "8.492639795146804", "76.23340820540244")
    assert (texts["B67"], texts["M67"], texts["B68"]) == ("MIN", "36.759446875273476", "MAX")
    assert {(issue.code, issue.found) for issue in reading.issues if issue.locator.sheet == "PCI Tóm tắt"} == {
        ("hidden_rows", "1")
    }


def test_a_title_and_units_above_the_header_become_the_title(reference_data: Path) -> None:
    table = _read(reference_data / "legacy_text" / "Plan_2003.xls").tables[1]
    assert table.title == (
        "BỘ TÀI CHÍNH Mẫu số 06/CKTC-NSNN DỰ TOÁN THU, CHI NGÂN SÁCH CỦA CÁC TỈNH, THÀNH PHỐ TRỰC THUỘC TRUNG ƯƠNG NĂM 2003 "
        "(Kèm theo Quyết định số 757/2003/QĐ-BTC ngày 08/04/2003 của Bộ trưởng Bộ Tài chính) Đơn vị: Triệu đồng."
    )
    assert table.header_paths()[1] == ("TỈNH, THÀNH PHỐ",)


def test_the_sheet_in_tcvn3_reads_like_the_sheet_in_unicode_cell_by_cell(reference_data: Path) -> None:
    old, new = _read(reference_data / "legacy_text" / "Plan_2003.xls").tables
    assert (old.n_rows, old.n_columns, old.header_rows, old.title) == (new.n_rows, new.n_columns, new.header_rows, new.title)
    differ = [
        (mine.a1, mine.text, other.text) for mine, other in zip(old.cells, new.cells, strict=True) if mine.text != other.text
    ]
    # Sixty-four sums without their data: Excel stored another error in each sheet. Every other cell is equal, case included.
    assert len(differ) == 64
    assert {(mine, other) for _, mine, other in differ} == {("#VALUE!", "#REF!")}
    decoded = [cell for cell in old.cells if cell.source == "legacy"]
    assert len(decoded) == 95
    assert {cell.source for cell in new.cells} == {"text"}


def _record(code: int, body: bytes) -> bytes:
    return struct.pack("<2H", code, len(body)) + body


def _biff5(codepage: int, cells: list[bytes], font: str) -> bytes:
    """A workbook of Excel 95 (no OLE around it, as some programs wrote them) with one sheet and one font; synthetic."""
    name = font.encode("latin-1")
    fonts = _record(0x31, struct.pack("<5H4BB", 200, 0, 32767, 400, 0, 0, 0, 0, 0, len(name)) + name) * 5
    style = _record(0xE0, struct.pack("<2HH5H", 0, 0, 0xFFF5, 0, 0, 0, 0, 0)) + _record(
        0x293, struct.pack("<HBB", 0x8000, 0, 0xFF)
    )
    styles = style + _record(0xE0, struct.pack("<2HH5H", 0, 0, 0x0001, 0, 0, 0, 0, 0))
    start = _record(0x809, struct.pack("<4H", 0x500, 5, 0, 0)) + _record(0x42, struct.pack("<H", codepage)) + fonts + styles
    sheet = _record(0x809, struct.pack("<4H", 0x500, 0x10, 0, 0)) + b"".join(cells) + _record(0x0A, b"")
    place = len(start) + 4 + 6 + 1 + 6 + 4
    bound = _record(0x85, struct.pack("<LHB", place, 0, 6) + b"Sheet1")
    return start + bound + _record(0x0A, b"") + sheet


def _label(row: int, column: int, text: bytes) -> bytes:
    return _record(0x204, struct.pack("<4H", row, column, 1, len(text)) + text)


def _number(row: int, column: int, value: float) -> bytes:
    return _record(0x203, struct.pack("<3Hd", row, column, 1, value))


NAMES = ["Thừa Thiên Huế", "Hà Nội", "Đà Nẵng", "Cần Thơ", "Bắc Kạn"]
IN_TCVN3 = ["Thõa Thiªn HuÕ", "Hµ Néi", "§µ N½ng", "CÇn Th¬", "B¾c K¹n"]


@pytest.mark.parametrize("codepage", [1252, 1258])
def test_a_workbook_of_excel_95_is_read_by_its_fonts_whatever_its_code_page(codepage: int) -> None:
    texts = [name.encode("latin-1") for name in IN_TCVN3]
    cells = [_label(0, 0, "TØnh".encode("latin-1")), _label(0, 1, "§iÓm".encode("latin-1"))]
    cells += [part for row, text in enumerate(texts, start=1) for part in (_label(row, 0, text), _number(row, 1, 80.25))]
    (table,) = read_xls(_biff5(codepage, cells, ".VnTime"), "0" * 64, "synthetic_excel_95").tables
    assert [cell.text for cell in table.cells if cell.column == 1] == ["Tỉnh", *NAMES]
    assert table.cells[-1].text == "80.25"


def test_a_workbook_of_excel_95_without_old_fonts_is_read_by_its_code_page() -> None:
    texts = ["Tỉnh", *NAMES]
    cells = [part for row, text in enumerate(texts) for part in (_label(row, 0, _in_1258(text)), _number(row, 1, 80.25))]
    (table,) = read_xls(_biff5(1258, cells, "Arial"), "0" * 64, "synthetic_excel_95").tables
    assert [cell.text for cell in table.cells if cell.column == 1] == texts


def _in_1258(text: str) -> bytes:
    """Windows 1258: letters with their shape, tones as marks behind them."""
    found = b""
    for sign in text:
        base, *marks = unicodedata.normalize("NFD", sign)
        shapes = [mark for mark in marks if mark in "\u0302\u0306\u031b"]
        found += unicodedata.normalize("NFC", base + "".join(shapes)).encode("cp1258")
        found += "".join(mark for mark in marks if mark not in shapes).encode("cp1258")
    return found


@pytest.mark.parametrize(
    ("data", "code"), [(b"", "workbook_damaged"), (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600), "workbook_damaged")]
)
def test_damaged_workbooks_end_in_a_message(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_xls(data, "0" * 64, "synthetic_damaged")
    assert caught.value.issue.code == code


def test_an_old_font_over_words_that_are_none_leaves_its_cells_unsettled() -> None:
    cells = [_label(0, 0, "Têxto".encode("latin-1")), _label(1, 0, "ÿÿþþ ððð".encode("latin-1")), _number(1, 1, 5.5)]
    reading = read_xls(_biff5(1252, cells, ".VnTime"), "0" * 64, "synthetic_excel_95")
    (table,) = reading.tables
    unsettled = [cell for cell in table.cells if cell.text == UNSETTLED]
    assert {cell.confidence for cell in unsettled} == {0.0}
    errors = [issue for issue in reading.issues if issue.severity == "error"]
    assert [issue.locator.a1 for issue in errors] == [cell.a1 for cell in unsettled] != []
    assert all(issue.expected and issue.found and issue.code == "font_not_decoded" for issue in errors)
    assert table.cells[-1].text == "5.5"
