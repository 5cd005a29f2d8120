"""A Word document is read in the order of its text, tables with their merged cells."""

from __future__ import annotations

import io
from typing import Any

import docx
import pytest
from docx.document import Document
from docx.oxml import parse_xml
from docx.oxml.ns import nsdecls, qn

from extractors.records import DocumentError, Reading, Table
from extractors.word import read_docx

DOCUMENT = "sipas_2022_quang_nam_so_noi_vu"


def _bytes(document: Document) -> bytes:
    file = io.BytesIO()
    document.save(file)
    return file.getvalue()


def _body(document: Document) -> Any:
    element: Any = document.element
    return element.body


def _read(document: Document) -> Reading:
    return read_docx(_bytes(document), "0" * 64, DOCUMENT)


def _fill(document: Document, rows: list[list[str]]) -> Any:
    table = document.add_table(len(rows), len(rows[0]))
    for row, texts in enumerate(rows):
        for column, text in enumerate(texts):
            table.cell(row, column).text = text
    return table


def _grid(table: Table) -> list[list[str]]:
    return [[cell.text if cell is not None else "?" for cell in row] for row in table.grid()]


HEADER = [["Nội dung", "Năm 2023", "Năm 2023", "Năm 2022", "Năm 2022"], ["Nội dung", "Chỉ số", "Vị thứ", "Chỉ số", "Vị thứ"]]
SIPAS = ["Chỉ số SIPAS", "82,28", "32", "78,55", "40"]


def _two_row_header() -> Document:
    document = docx.Document()
    document.add_paragraph("Kết quả Chỉ số\u00a0SIPAS\tnăm 2023")
    table = _fill(document, [["", "", "", "", ""], ["", *HEADER[1][1:]], SIPAS])
    for first, last, text in (((0, 0), (1, 0), "Nội dung"), ((0, 1), (0, 2), "Năm 2023"), ((0, 3), (0, 4), "Năm 2022")):
        merged = table.cell(*first).merge(table.cell(*last))
        merged.text = text
    return document


def test_merged_header_cells_have_spans_and_give_header_paths() -> None:
    reading = _read(_two_row_header())
    (table,) = reading.tables
    assert (table.n_rows, table.n_columns, table.header_rows, table.title) == (3, 5, 2, "Kết quả Chỉ số SIPAS năm 2023")
    assert _grid(table) == [*HEADER, SIPAS]
    assert len(table.cells) == 12
    assert table.header_paths() == [
        ("Nội dung",),
        ("Năm 2023", "Chỉ số"),
        ("Năm 2023", "Vị thứ"),
        ("Năm 2022", "Chỉ số"),
        ("Năm 2022", "Vị thứ"),
    ]
    first = table.cells[0]
    assert (first.text, first.row_span, first.column_span) == ("Nội dung", 2, 1)


def test_a_block_cell_over_rows_and_columns_stands_once() -> None:
    document = docx.Document()
    table = _fill(
        document,
        [["Tiêu chí", "2023", "2022", "Tăng"], ["a", "82,1", "", ""], ["b", "83,2", "", ""], ["c", "84,3", "80,0", "4,3"]],
    )
    table.cell(1, 2).merge(table.cell(2, 3)).text = "Những tiêu chí mới"
    (read,) = _read(document).tables
    block = next(cell for cell in read.cells if cell.text == "Những tiêu chí mới")
    assert (block.row, block.column, block.row_span, block.column_span) == (2, 3, 2, 2)
    assert _grid(read)[2] == ["b", "83,2", "Những tiêu chí mới", "Những tiêu chí mới"]
    assert read.header_rows == 1  # years are headings, not figures


def test_paragraphs_and_tables_keep_their_order_and_numbers() -> None:
    document = docx.Document()
    document.add_paragraph("Trả lời")
    document.add_paragraph("")
    document.add_paragraph("a) Chỉ số SIPAS năm 2022 đạt 74,56%")
    _fill(document, [["Năm", "Điểm"], ["2022", "74,56"]])
    _fill(document, [["Năm", "Hạng"], ["2022", "61"]])
    document.add_paragraph("Hue\u0302\u0301")
    reading = _read(document)
    assert [(p.number, p.text) for p in reading.paragraphs] == [
        (1, "Trả lời"),
        (2, "a) Chỉ số SIPAS năm 2022 đạt 74,56%"),
        (3, "Huế"),
    ]
    assert [(t.number, t.title, t.header_rows) for t in reading.tables] == [
        (1, "a) Chỉ số SIPAS năm 2022 đạt 74,56%", 1),
        (2, "", 1),
    ]
    assert str(reading.paragraphs[1].locator()) == "paragraph 2"
    assert reading.issues == ()


@pytest.mark.parametrize(
    ("rows", "header_rows"),
    [
        ([["TT", "Lĩnh vực", "Điểm"], ["1", "Thể chế", "9,1"]], 1),
        ([["TT", "Lĩnh vực", "Điểm"], ["1", "2", "3"], ["1", "Thể chế", "9,1"]], 2),
        ([["TT", "Lĩnh vực", "Điểm"], ["(1)", "(2)", "(3)"], ["1", "Thể chế", "9,1"]], 2),
        ([["1", "Thể chế", "9,1"], ["2", "Thủ tục", "9,2"]], 0),
        ([["ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"], ["Số: 216/KH-UBND", "Độc lập - Tự do"]], 0),
    ],
)
def test_header_rows_end_where_figures_begin(rows: list[list[str]], header_rows: int) -> None:
    document = docx.Document()
    _fill(document, rows)
    assert _read(document).tables[0].header_rows == header_rows


def test_a_row_that_heads_a_group_is_no_header_but_a_title_row_is() -> None:
    document = docx.Document()
    rows = [["Bảng 1", ""], ["Lĩnh vực", "Điểm"], ["A. Tỉnh", ""], ["Thể chế", "9,1"]]
    table = _fill(document, rows)
    for row in (0, 2):
        table.cell(row, 0).merge(table.cell(row, 1)).text = rows[row][0]
    assert _read(document).tables[0].header_rows == 2


def test_rows_that_begin_late_or_end_early_are_filled_with_blanks() -> None:
    document = docx.Document()
    table = _fill(document, [["Tiêu chí", "Điểm", "Hạng"], ["a", "82,1", "3"]])
    row = table.rows[1]._tr
    row.remove(row.tc_lst[0])
    row.remove(row.tc_lst[-1])
    row.insert(0, parse_xml(f'<w:trPr {nsdecls("w")}><w:gridBefore w:val="1"/></w:trPr>'))
    assert _grid(_read(document).tables[0]) == [["Tiêu chí", "Điểm", "Hạng"], ["", "82,1", ""]]


def test_text_in_links_content_controls_and_tracked_insertions_is_read_and_deleted_text_is_not() -> None:
    document = docx.Document()
    document.add_paragraph("Chỉ số ")
    element: Any = _body(document).p_lst[0]
    for xml in (
        "<w:hyperlink {}><w:r><w:t>SIPAS </w:t></w:r></w:hyperlink>",
        "<w:ins {} w:id='1' w:author='a'><w:r><w:t>82,28</w:t></w:r></w:ins>",
        "<w:del {} w:id='2' w:author='a'><w:r><w:delText>82,82</w:delText></w:r></w:del>",
        "<w:moveFrom {} w:id='3' w:author='a'><w:r><w:t>81,23</w:t></w:r></w:moveFrom>",
        "<w:sdt {}><w:sdtContent><w:r><w:t>%</w:t></w:r></w:sdtContent></w:sdt>",
    ):
        element.append(parse_xml(xml.format(nsdecls("w"))))
    block = parse_xml(f"<w:sdt {nsdecls('w')}><w:sdtContent><w:p><w:r><w:t>Hạng 32</w:t></w:r></w:p></w:sdtContent></w:sdt>")
    element.addnext(block)
    reading = _read(document)
    assert [p.text for p in reading.paragraphs] == ["Chỉ số SIPAS 82,28%", "Hạng 32"]
    assert [(issue.code, issue.severity) for issue in reading.issues] == [("tracked_changes", "info")]


def test_what_is_not_read_is_told() -> None:
    document = docx.Document()
    box = "<w:p {0}><w:r><w:pict><w:txbxContent><w:p><w:r><w:t>82,28</w:t></w:r></w:p></w:txbxContent></w:pict></w:r></w:p>"
    _body(document).insert(0, parse_xml(box.format(nsdecls("w"))))
    document.add_paragraph("Bảng 1")
    table = _fill(document, [["Tiêu chí", "Điểm"], ["Tiếp cận", "82,1"]])
    properties = table.cell(1, 0).paragraphs[0]._p.get_or_add_pPr()
    properties.append(parse_xml(f'<w:numPr {nsdecls("w")}><w:ilvl w:val="0"/><w:numId w:val="1"/></w:numPr>'))
    reading = _read(document)
    assert [p.text for p in reading.paragraphs] == ["Bảng 1"]
    assert [(issue.code, issue.severity, issue.locator.table_number) for issue in reading.issues] == [
        ("automatic_numbering", "warning", 1),
        ("text_box", "warning", None),
    ]


def test_a_table_inside_a_cell_is_a_table_of_its_own() -> None:
    document = docx.Document()
    outer = _fill(document, [["Tỉnh", "Kết quả"], ["Quảng Nam", "xem dưới"]])
    inner = outer.cell(1, 1).add_table(1, 2)
    inner.cell(0, 0).text, inner.cell(0, 1).text = "74,56", "61"
    reading = _read(document)
    assert [_grid(table) for table in reading.tables] == [[["Tỉnh", "Kết quả"], ["Quảng Nam", "xem dưới"]], [["74,56", "61"]]]


def test_the_writing_program_is_told() -> None:
    assert _read(_two_row_header()).producer == "Microsoft Macintosh Word"  # of the template that python-docx starts from


def _broken_span() -> bytes:
    document = docx.Document()
    table = _fill(document, [["a", "b"]])
    table.cell(0, 0)._tc.get_or_add_tcPr().append(parse_xml(f'<w:gridSpan {nsdecls("w")} w:val="hai"/>'))
    return _bytes(document)


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(512), "document_protected"),
        (b"PK\x03\x04 cut", "document_damaged"),
        (b"", "document_damaged"),
        (_broken_span(), "document_damaged"),
        (_bytes(docx.Document()), "document_empty"),
    ],
)
def test_bad_documents_end_in_a_message(data: bytes, code: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_docx(data, "0" * 64, DOCUMENT)
    issue = caught.value.issue
    assert (issue.code, issue.severity, issue.document_id) == (code, "error", DOCUMENT)
    assert issue.message.startswith("expected")
    assert issue.hint


def test_legacy_horizontal_merges_are_spans() -> None:
    document = docx.Document()
    table = _fill(document, [["Năm 2023", "", "Nội dung"], ["82,28", "32", "x"]])
    for column, value in ((0, "restart"), (1, "continue")):
        properties = table.cell(0, column)._tc.get_or_add_tcPr()
        properties.append(parse_xml(f'<w:hMerge {nsdecls("w")} w:val="{value}"/>'))
    (read,) = _read(document).tables
    assert _grid(read)[0] == ["Năm 2023", "Năm 2023", "Nội dung"]
    assert qn("w:hMerge") in {element.tag for element in table._tbl.iter()}


def _set_font(run: Any, font: str) -> Any:
    run.font.name = font
    return run


def test_old_fonts_are_decoded_by_run_and_by_style_and_raised_marks_are_no_digits() -> None:
    document = docx.Document()
    document.styles["Normal"].font.name = ".VnTime"  # pyright: ignore[reportAttributeAccessIssue]
    document.add_paragraph("B¸o c¸o kÕt qu¶ c¶i c¸ch hµnh chÝnh cña tØnh, thµnh phè trùc thuéc trung \u00ad¬ng")
    table = _fill(document, [["TØnh", "Điểm"], ["Thõa Thiªn HuÕ", ""], ["Bình Định", "79"]])
    _set_font(table.cell(0, 1).paragraphs[0].runs[0], "Times New Roman")
    _set_font(table.cell(2, 0).paragraphs[0].runs[0], "Times New Roman")
    figure = table.cell(1, 1).paragraphs[0]
    figure.add_run("88,09")
    figure.add_run("4").font.superscript = True
    reading = _read(document)
    assert reading.paragraphs[0].text == "Báo cáo kết quả cải cách hành chính của tỉnh, thành phố trực thuộc trung ương"
    assert _grid(reading.tables[0]) == [["Tỉnh", "Điểm"], ["Thừa Thiên Huế", "88,09"], ["Bình Định", "79"]]
    assert [cell.source for cell in reading.tables[0].cells] == ["legacy", "text", "legacy", "text", "text", "text"]


def test_header_rows_are_those_that_word_repeats_and_what_they_reach_down_to() -> None:
    document = docx.Document()
    table = _fill(document, [["Nội dung", "Năm 2023", ""], ["", "Kết quả", "Ghi chú"], ["Một", "đạt", "không"]])
    table.cell(0, 0).merge(table.cell(1, 0))
    table.cell(0, 1).merge(table.cell(0, 2))
    table.rows[0]._tr.get_or_add_trPr().append(parse_xml(f"<w:tblHeader {nsdecls('w')}/>"))
    (read,) = _read(document).tables
    assert read.header_paths() == [("Nội dung",), ("Năm 2023", "Kết quả"), ("Năm 2023", "Ghi chú")]


def test_addresses_outside_are_told_and_not_fetched() -> None:
    document = docx.Document()
    document.add_paragraph("Kết quả")
    for kind in ("hyperlink", "image", "attachedTemplate"):
        address = f"http://schemas.openxmlformats.org/officeDocument/2006/relationships/{kind}"
        document.part.rels.get_or_add_ext_rel(address, "http://example.org/synthetic")
    (issue,) = _read(document).issues
    assert (issue.code, issue.severity, issue.found) == ("external_links", "info", "1 attachedTemplate, 1 hyperlink, 1 image")
