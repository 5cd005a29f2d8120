"""Small PDFs with what goes wrong in real ones: turned and cropped pages, open rows, footnote marks, watermarks, cut tables."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.pdf import draw_page_pictures, read_pdf
from extractors.pdf.overlay import MARGIN
from extractors.pdf.paragraphs import PageText, Piece, without_running
from extractors.pdf.second import read_chars
from extractors.records import Cell, Locator, Reading, Table
from scripts.fixtures.make_pdf_fixtures import PLAIN, PlainPage, plain_pdf, rules, text

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pdf"


def read(name: str) -> Reading:
    return read_pdf((FIXTURES / f"{name}.pdf").read_bytes(), "0" * 64, "doc")


def texts(table: Table) -> list[list[str]]:
    return [[cell.text if cell else "<none>" for cell in row] for row in table.grid()]


def cell_with(table: Table, wanted: str) -> Cell:
    (cell,) = [cell for cell in table.cells if cell.text == wanted]
    return cell


def test_the_plain_fixtures_are_what_the_script_makes() -> None:
    assert {path.stem for path in FIXTURES.glob("*.pdf")} == {*PLAIN, "typeset", "password"}
    for name, data in PLAIN.items():
        assert (FIXTURES / f"{name}.pdf").read_bytes() == data, f"run scripts/fixtures/make_pdf_fixtures.py --plain for {name}"


GRID = [["Tinh", "Diem", "Hang"], ["A", "88,09", "1"], ["B", "87,15", "2"]]


@pytest.mark.parametrize(
    ("fixture", "box"),
    [
        ("plain_grid", (150.0, 60.0, 220.0, 80.0)),
        ("rotate_90", (150.0, 60.0, 220.0, 80.0)),
        ("crop_box", (120.0, 40.0, 190.0, 60.0)),
        ("rotate_90_crop_box", (120.0, 40.0, 190.0, 60.0)),
        ("moved_media_box", (120.0, 40.0, 190.0, 60.0)),
        ("size_in_matrix", (150.0, 60.0, 220.0, 80.0)),
        ("footnote_mark", (150.0, 60.0, 220.0, 80.0)),
        ("watermark", (150.0, 60.0, 220.0, 80.0)),
    ],
)
def test_one_table_however_its_page_is_turned_cropped_or_stamped(fixture: str, box: tuple[float, float, float, float]) -> None:
    """Boxes are those of the displayed page; both engines read every cell alike."""
    reading = read(fixture)
    (table,) = reading.tables
    assert texts(table) == GRID
    assert table.header_rows == 1
    assert cell_with(table, "88,09").bbox == box
    assert [issue for issue in reading.issues if issue.severity != "info"] == []


@pytest.mark.parametrize("fixture", ["footnote_mark", "size_in_matrix"])
def test_a_footnote_mark_is_no_digit_of_its_number(fixture: str) -> None:
    (issue,) = read(fixture).issues
    assert (issue.code, issue.severity, issue.found) == ("footnote_mark", "info", "4")
    assert issue.locator == Locator(page=1, table_number=1, row_number=2, column_number=2, bbox=(150.0, 60.0, 220.0, 80.0))


def test_the_second_engine_is_asked_unless_told_not_to(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cell that the engines read differently is an error with its place and both texts."""
    from extractors.pdf import second

    def other_eyes(data: bytes, pages: set[int]) -> object:
        chars = read_chars(data, pages)
        return ((page, [c for c in found if not (c.text == "9" and c.baseline > 60)]) for page, found in chars)

    monkeypatch.setattr(second, "read_chars", other_eyes)
    data = (FIXTURES / "plain_grid.pdf").read_bytes()
    reading = read_pdf(data, "0" * 64, "doc")
    (issue,) = reading.issues
    (unsettled,) = [cell for cell in reading.tables[0].cells if cell.confidence == 0]
    assert (unsettled.text, unsettled.readings) == ("\N{REPLACEMENT CHARACTER}", ("88,09", "88,0"))
    assert all(cell.readings == () for cell in reading.tables[0].cells if cell is not unsettled)
    assert (issue.code, issue.severity, issue.expected, issue.found) == ("second_reading_differs", "error", "88,09", "88,0")
    assert (issue.locator.page, issue.locator.table_number, issue.locator.row_number, issue.locator.column_number) == (
        1,
        1,
        2,
        2,
    )
    assert read_pdf(data, "0" * 64, "doc", second_reading=False).issues == ()


def test_a_row_cut_by_the_page_without_a_rule_is_one_row() -> None:
    (table,) = read("open_row").tables
    assert texts(table) == [["Tinh", "Diem"], ["A", "1,5"], ["Mot ten rat", "2,5 %"], ["C", "3,5"]]
    assert table.pages == (1, 2)
    assert cell_with(table, "2,5 %").page == 1
    assert (cell_with(table, "C").row, cell_with(table, "C").page) == (4, 2)


def test_numbers_without_a_grid_are_told_once_for_a_range_of_pages() -> None:
    reading = read("no_grid")
    assert reading.tables == ()
    (issue,) = reading.issues
    assert (issue.code, issue.severity, issue.locator.page) == ("table_without_grid", "warning", 1)
    assert "found 60 number(s) in lines on pages 1 to 2" in issue.message


def one_grid(y: float, *cells: tuple[str, str], xs: tuple[float, ...] = (50, 150, 250)) -> str:
    """Rows of 20 points downwards from `y`."""
    ys = tuple(y - 20 * n for n in range(len(cells) + 1))
    return rules(xs, ys[::-1]) + "".join(
        text(x + 5, y - 15 - 20 * n, words) for n, row in enumerate(cells) for x, words in zip(xs, row, strict=False) if words
    )


def test_two_tables_with_text_between_them_stay_two() -> None:
    first = one_grid(100, ("Ten", "Diem"), ("A", "1,5"))
    second = one_grid(200, ("Ten", "Diem"), ("B", "2,5"))
    data = plain_pdf([PlainPage(first), PlainPage(text(50, 230, "Bang khac") + second)])
    tables = read_pdf(data, "0" * 64, "doc").tables
    assert [table.pages for table in tables] == [(1,), (2,)]
    assert tables[1].title == "Bang khac"


def test_a_repeated_header_is_dropped_and_rows_count_on() -> None:
    first, second = one_grid(100, ("Ten", "Diem"), ("A", "1,5")), one_grid(280, ("Ten", "Diem"), ("B", "2,5"), ("C", "3,5"))
    (table,) = read_pdf(plain_pdf([PlainPage(first), PlainPage(second)]), "0" * 64, "doc").tables
    assert texts(table) == [["Ten", "Diem"], ["A", "1,5"], ["B", "2,5"], ["C", "3,5"]]


def test_a_table_with_other_columns_on_the_next_page_is_another_table() -> None:
    first = one_grid(100, ("Ten", "Diem"), ("A", "1,5"))
    second = one_grid(280, ("B", "2,5"), xs=(50, 180, 250))
    tables = read_pdf(plain_pdf([PlainPage(first), PlainPage(second)]), "0" * 64, "doc").tables
    assert [table.number for table in tables] == [1, 2]


def test_a_table_with_its_own_header_on_the_next_page_is_another_table() -> None:
    first = one_grid(100, ("Ten", "Diem"), ("A", "1,5"))
    second = one_grid(280, ("Linh vuc", "Vi thu"), ("B", "2"))
    tables = read_pdf(plain_pdf([PlainPage(first), PlainPage(second)]), "0" * 64, "doc").tables
    assert [table.header_paths() for table in tables] == [[("Ten",), ("Diem",)], [("Linh vuc",), ("Vi thu",)]]


def test_a_frame_around_text_and_an_empty_chart_grid_are_no_tables() -> None:
    frame = rules((50, 350), (200, 260)) + text(60, 230, "Khung quanh mot doan van.")
    chart = rules((50, 100, 150, 200), (40, 60, 80, 100, 120)) + text(20, 50, "10")
    reading = read_pdf(plain_pdf([PlainPage(frame + chart)]), "0" * 64, "doc")
    assert reading.tables == ()
    assert "Khung quanh mot doan van." in [paragraph.text for paragraph in reading.paragraphs]


def test_thin_filled_boxes_are_rules_and_white_ones_are_not() -> None:
    boxes = "".join(f"{x} 200 0.8 40 re f\n" for x in (50, 150, 250)) + "".join(
        f"50 {y} 200.8 0.8 re f\n" for y in (200, 220, 240)
    )
    white = "1 g\n50 210 200 0.8 re f\n0 g\n"
    words = text(55, 225, "Ten") + text(155, 225, "Diem") + text(55, 205, "A") + text(155, 205, "1,5")
    (table,) = read_pdf(plain_pdf([PlainPage(boxes + white + words)]), "0" * 64, "doc").tables
    assert texts(table) == [["Ten", "Diem"], ["A", "1,5"]]


def test_headers_printed_upwards_are_read_in_their_own_direction() -> None:
    grid = rules((50, 150, 250), (150, 200, 260))
    upwards = "BT /F1 10 Tf 0 1 -1 0 190 205 Tm (Diem so) Tj ET\nBT /F1 10 Tf 0 1 -1 0 204 205 Tm (nam 2023) Tj ET\n"
    words = text(55, 230, "Ten") + text(55, 170, "A") + text(155, 170, "1,5")
    reading = read_pdf(plain_pdf([PlainPage(grid + upwards + words)]), "0" * 64, "doc")
    (table,) = reading.tables
    assert texts(table) == [["Ten", "Diem so nam 2023"], ["A", "1,5"]]
    assert reading.issues == ()


# ---------------------------------------------------------------- a document from a real typesetter


@pytest.fixture(scope="module")
def typeset() -> Reading:
    return read("typeset")


def test_typeset_summary_has_merged_headers_and_cells(typeset: Reading) -> None:
    table = typeset.tables[0]
    assert table.title == "1. Bảng tổng hợp của tài liệu thử nghiệm:"
    assert (table.n_rows, table.n_columns, table.header_rows) == (8, 8, 2)
    assert table.header_paths() == [
        ("Nội dung",),
        ("Năm 2023", "Chỉ số"),
        ("Năm 2023", "Vị thứ"),
        ("Năm 2022", "Chỉ số"),
        ("Năm 2022", "Vị thứ"),
        ("Năm 2023/2022", "Tăng/giảm tỷ lệ"),
        ("Năm 2023/2022", "Tăng/giảm vị thứ"),
        ("Cơ quan chủ trì",),
    ]
    block = cell_with(table, "Những tiêu chí mới của năm 2023")
    assert (block.row, block.column, block.row_span, block.column_span) == (6, 4, 3, 4)
    unit = cell_with(table, "Các sở, ban, ngành")
    assert (unit.row, unit.column, unit.row_span, unit.column_span) == (4, 8, 4, 1)
    assert texts(table)[4] == ["1.1. Tiêu chí một", "80", "31", "79,79", "29", "0,21", "-2", "Các sở, ban, ngành"]
    assert texts(table)[2][7] == ""


def test_typeset_table_cut_by_the_page_is_one_table(typeset: Reading) -> None:
    table = typeset.tables[1]
    assert table.pages == (1, 2)
    assert (table.n_rows, table.n_columns, table.header_rows) == (8, 4, 1)
    label = cell_with(table, "Mức độ phù hợp của các hình thức")
    assert (label.row, label.row_span, label.page) == (2, 7, 1)
    assert [row[2] for row in texts(table)[1:]] == [f"{40 + n},5%" for n in range(1, 8)]
    assert [row[3] for row in texts(table)] == ["Năm 2022", *[""] * 7]


def test_typeset_footnote_marks_stay_out_of_cells_and_are_raised_in_prose(typeset: Reading) -> None:
    assert texts(typeset.tables[2]) == [["Tỉnh", "Chỉ số", "Hạng"], ["Tỉnh A", "88,09", "1"], ["Tỉnh B", "87,15", "2"]]
    assert [(issue.code, issue.found) for issue in typeset.issues] == [("footnote_mark", "4"), ("footnote_mark", "*")]
    assert "Ghi chú dưới bảng¹ của tài liệu." in [paragraph.text for paragraph in typeset.paragraphs]


def test_typeset_lines_are_joined_to_paragraphs_and_running_heads_left_out(typeset: Reading) -> None:
    found = [paragraph.text for paragraph in typeset.paragraphs]
    assert (
        "Đoạn văn này dài hơn một dòng để thấy rằng các dòng được nối lại thành một đoạn: chỉ số là 82,50%, xếp thứ 32, "
        "tăng 8 bậc so với năm 2022, và đoạn văn kết thúc ở đây."
    ) in found
    assert "Đoạn văn ngắn." in found
    assert [text for text in found if text.startswith("- Dòng đệm")] == [
        f"- Dòng đệm số {n} của trang thứ nhất." for n in range(1, 10)
    ]
    assert "Tài liệu thử nghiệm, số liệu không có thật" not in found
    assert [paragraph.number for paragraph in typeset.paragraphs] == list(range(1, len(found) + 1))


def test_pictures_show_every_page_and_mark_the_cells(tmp_path: Path, typeset: Reading) -> None:
    from PIL import Image

    data = (FIXTURES / "typeset.pdf").read_bytes()
    paths = draw_page_pictures(data, typeset, tmp_path / "pictures")
    assert [path.name for path in paths] == ["page_001.png", "page_002.png", "page_003.png"]
    with Image.open(paths[2]) as landscape:
        assert landscape.width > landscape.height
        cell = typeset.tables[3].cells[-1]
        assert cell.bbox is not None
        at = MARGIN + round(cell.bbox[0] * 2), MARGIN + round(cell.bbox[1] + cell.bbox[3])
        assert landscape.convert("RGB").getpixel(at) == (200, 30, 30)


def test_of_two_tables_side_by_side_the_left_one_comes_first() -> None:
    """However their heads differ in height: here the right one begins a little higher."""
    path = FIXTURES.parent / "corpus" / "development" / "synthetic_d_beside_borderless_reportlab.pdf"
    tables = read_pdf(path.read_bytes(), "0" * 64, "doc", second_reading=False).tables
    first, second = tables[0].cells[0].bbox, tables[1].cells[0].bbox
    assert first is not None
    assert second is not None
    assert first[0] < second[0]


def test_a_running_head_of_a_scan_runs_though_the_paper_lay_a_little_otherwise() -> None:
    """37.43 and 37.67 points from the edge, as on two scanned pages of one table: the same place."""
    heads = [Piece(page, "Tài liệu phục vụ kiểm thử", (251.0, y - 9, 351.0, y), y, 9.0) for page, y in ((1, 37.43), (2, 37.67))]
    body = [Piece(page, f"Dòng {page}", (60.0, 400.0, 300.0, 410.0), 410.0, 9.0) for page in (1, 2)]
    pages = [PageText(page.page, 595, 842, (head, page), ()) for head, page in zip(heads, body, strict=True)]
    assert [[piece.text for piece in page.pieces] for page in without_running(pages)] == [["Dòng 1"], ["Dòng 2"]]
