"""Web pages: tables of data with their spans and titles, layout passed through, nothing fetched, nothing run."""

from __future__ import annotations

import base64

import pytest

from extractors.archive.sniff import sniff
from extractors.markup import read_html
from extractors.records import DocumentError, Reading, Table

PAGE = """<!DOCTYPE html><html><head><meta charset="utf-8"><title>synthetic</title>
<script>document.write("<table><tr><td>1</td></tr></table>")</script></head><body>
<h2>Kết quả PAR INDEX</h2><p>Theo công bố, tổng hợp:</p>
<table><thead><tr><th rowspan=2>STT</th><th rowspan="2">T&#7881;nh</th><th colspan="2">Năm 2023</th></tr>
<tr><th>Chỉ số</th><th>Vị thứ</th></tr></thead>
<tbody><tr><td>1</td><td>Huế<br>(TP)</td><td><span style="display:none">0</span>88,09<sup>4</sup></td><td>2</td></tr>
<tr><td>2<td>Hà&nbsp;Nội<td><td>3</tbody></table>
<table role="presentation"><tr><td>Thực đơn</td><td>x</td></tr><tr><td>
<table><caption>Bảng trong</caption><tr><td>Tỉnh</td><td>Điểm</td></tr><tr><td>Huế</td><td>2,5</td></tr></table></td><td>y</td></tr>
</table><p>Diện tích 5 km<sup>2</sup>.</p><img src="http://example.org/x.png"></body></html>"""


def _read(page: str | bytes) -> Reading:
    data = page.encode() if isinstance(page, str) else page
    assert sniff(data) == "html"
    return read_html(data, "0" * 64, "synthetic_page")


def _rows(table: Table) -> list[list[str]]:
    return [[cell.text if cell else "" for cell in row] for row in table.grid()]


def test_a_page_with_a_layout_table_around_a_table_of_data() -> None:
    reading = _read(PAGE)
    first, second = reading.tables
    assert (first.title, second.title) == ("Kết quả PAR INDEX", "Bảng trong")
    assert first.header_paths() == [("STT",), ("Tỉnh",), ("Năm 2023", "Chỉ số"), ("Năm 2023", "Vị thứ")]
    assert _rows(first)[2:] == [["1", "Huế (TP)", "88,09", "2"], ["2", "Hà Nội", "", "3"]]
    assert (second.header_rows, _rows(second)) == (1, [["Tỉnh", "Điểm"], ["Huế", "2,5"]])
    assert [part.text for part in reading.paragraphs] == [
        "Kết quả PAR INDEX",
        "Theo công bố, tổng hợp:",
        "Thực đơn",
        "x",
        "y",
        "Diện tích 5 km2.",
    ]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-16", "utf-8-sig"])
def test_the_mark_of_the_bytes_goes_before_what_the_page_says(encoding: str) -> None:
    page = PAGE.replace('charset="utf-8"', 'charset="windows-1252"') if encoding != "utf-8" else PAGE
    assert _rows(_read(page.encode(encoding)).tables[0])[3][1] == "Hà Nội"


def test_a_page_that_lies_about_its_encoding_is_read_by_its_words() -> None:
    page = PAGE.replace('charset="utf-8"', 'charset="utf-16"')
    assert _rows(_read(page).tables[0])[3][1] == "Hà Nội"


OLD_ROWS = [("Thõa Thiªn HuÕ", "80,91"), ("Hµ Néi", "81,2"), ("§µ N½ng", "79"), ("CÇn Th¬", "70,5"), ("B¾c K¹n", "69")]
NEW_NAMES = ["Thừa Thiên Huế", "Hà Nội", "Đà Nẵng", "Cần Thơ", "Bắc Kạn"]


@pytest.mark.parametrize(
    ("head", "cell"),
    [
        ("", '<td><font face=".VnTime">{}</font></td>'),
        ("", "<td style=\"font-family:'.VnTime'\">{}</td>"),
        ('<style>.xl65 {mso-style-parent:style0; font-family:".VnTime", serif;}</style>', "<td class=xl65>{}</td>"),
    ],
)
def test_a_workbook_saved_as_a_page_in_old_fonts_is_decoded(head: str, cell: str) -> None:
    rows = "".join(f"<tr>{cell.format(name)}<td>{figure}</td></tr>" for name, figure in OLD_ROWS)
    page = (
        f'<html xmlns:x="urn:schemas-microsoft-com:office:excel"><head>{head}</head><body><table>{rows}</table></body></html>'
    )
    (table,) = _read(page).tables
    assert [row[0] for row in _rows(table)] == NEW_NAMES
    assert {cell.source for cell in table.cells if cell.column == 1} == {"legacy"}


def test_a_page_saved_with_its_parts_is_read_part_by_part() -> None:
    sheet = base64.encodebytes(PAGE.encode())
    data = (
        b'MIME-Version: 1.0\r\nContent-Type: multipart/related; boundary="x"\r\n\r\n--x\r\nContent-Type: text/html; charset="utf-8"'
        b"\r\nContent-Transfer-Encoding: base64\r\nContent-Location: file:///sheet001.htm\r\n\r\n" + sheet + b"\r\n--x--\r\n"
    )
    assert _read(data).tables == _read(PAGE).tables


def test_spans_beyond_the_table_end_with_it() -> None:
    (table,) = _read(
        "<table><tr><th colspan=1000>Bảng điểm</th></tr><tr><td rowspan=99>Huế</td><td>1,5</td></tr><tr><td>2,5</td></tr></table>"
    ).tables
    assert (table.n_rows, table.n_columns) == (3, 2)
    assert _rows(table) == [["Bảng điểm", "Bảng điểm"], ["Huế", "1,5"], ["Huế", "2,5"]]


def test_a_table_of_spans_without_end_is_refused() -> None:
    row = "<tr>" + "<td rowspan=0 colspan=999>1</td>" * 30 + "</tr>"
    with pytest.raises(DocumentError) as caught:
        _read("<table>" + row + "<tr><td>1</td></tr>" * 100 + "</table>")
    assert caught.value.issue.code == "html_too_large"


def test_the_xml_of_excel_2003_is_named() -> None:
    data = (
        b'<?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>'
        b'<Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet"></Workbook>'
    )
    assert sniff(data) == "xml_workbook"


def test_an_empty_page_is_refused() -> None:
    with pytest.raises(DocumentError) as caught:
        _read("<html><body><script>1</script></body></html>")
    assert caught.value.issue.code == "html_empty"
