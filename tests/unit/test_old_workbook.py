"""Workbooks of Excel 5 to 2003: the same tables as from xlsx, with fonts that carry the encoding."""

from __future__ import annotations

from pathlib import Path

from extractors.archive.sniff import sniff
from extractors.records import Reading
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
