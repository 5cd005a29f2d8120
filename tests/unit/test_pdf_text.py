"""Signs -> text, header rows, and the joining of parts of a table, without any PDF."""

from __future__ import annotations

import unicodedata

import pytest

from extractors.pdf.cells import Part, PlacedCell, count_header_rows
from extractors.pdf.grid import Grid
from extractors.pdf.lines import ReadText, join_lines, text_of
from extractors.pdf.marks import compose_marks
from extractors.pdf.page import Char, Frame, turn_of
from extractors.pdf.rules import path_rules
from extractors.pdf.run_places import drop_doubles
from extractors.pdf.stitch import PageTable, StitchedTable, common_edges, stitch


def signs(text: str, x: float = 0.0, baseline: float = 100.0, size: float = 10.0, advance: float = 0.5) -> list[Char]:
    step = advance * size
    return [
        Char(sign, (x + n * step, baseline - 0.8 * size, x + (n + 1) * step, baseline + 0.2 * size), baseline, size)
        for n, sign in enumerate(text)
    ]


def test_blanks_are_read_from_gaps_where_the_file_holds_none() -> None:
    assert text_of([*signs("Vị"), *signs("thứ", x=12.5)]).text == "Vị thứ"


def test_spaced_out_letters_are_one_word() -> None:
    spaced = [char for n, sign in enumerate("TRUNG") for char in signs(sign, x=7.0 * n)]
    assert text_of(spaced).text == "TRUNG"


def test_lines_are_read_downwards_in_whatever_order_the_file_holds_them() -> None:
    assert text_of([*signs("ngành", baseline=112), *signs("Các sở,", baseline=100)]).text == "Các sở, ngành"


@pytest.mark.parametrize(
    ("lines", "whole"),
    [
        (["Tăng/", "giảm tỷ lệ"], "Tăng/giảm tỷ lệ"),
        (["216/KH-", "UBND"], "216/KH-UBND"),
        (["Kinh tế -", "xã hội"], "Kinh tế - xã hội"),
        (["", "Vị", " thứ "], "Vị thứ"),
    ],
)
def test_line_ends(lines: list[str], whole: str) -> None:
    assert join_lines(lines) == whole


@pytest.mark.parametrize(
    ("base", "mark", "text", "marks"),
    [
        ("88,09", "4", "88,09", ("4",)),
        ("88,09", "12", "88,09", ("12",)),
        ("Quảng Ninh", "*", "Quảng Ninh", ("*",)),
        ("3.000 km", "2", "3.000 km²", ()),
    ],
)
def test_raised_signs(base: str, mark: str, text: str, marks: tuple[str, ...]) -> None:
    raised = signs(mark, x=len(base) * 5.0, baseline=96.5, size=6)
    assert text_of([*signs(base), *raised]) == ReadText(text, marks)


def test_small_signs_on_the_base_line_are_text() -> None:
    assert text_of([*signs("82,"), *signs("28", x=15, size=7)]) == ReadText("82,28")


def test_combining_marks_join_the_letter_before_them_in_the_file() -> None:
    decomposed = unicodedata.normalize("NFD", "Huế")
    (h, u, e), marks = signs("Hue"), [sign for sign in decomposed if unicodedata.combining(sign)]
    # A mark printed to the left of its letter's middle would sort in front of it.
    placed = [h, u, e, *(Char(mark, (9.0, 90.0, 9.1, 92.0), 100.0, 10.0) for mark in marks)]
    assert text_of(list(compose_marks(placed))).text == "Huế"


def test_a_sign_printed_twice_for_boldness_counts_once() -> None:
    assert text_of(list(drop_doubles([*signs("82,28"), *signs("82,28", x=0.3)]))).text == "82,28"
    assert text_of(list(drop_doubles(signs("88,88")))).text == "88,88"


def test_turned_pages_put_their_corners_where_they_are_displayed() -> None:
    box = (10.0, 20.0, 310.0, 420.0)
    assert Frame(box, 0).point(10, 420) == (0, 0)
    assert Frame(box, 90).point(10, 20) == (0, 0)
    assert Frame(box, 180).point(310, 20) == (0, 0)
    assert Frame(box, 270).point(310, 420) == (0, 0)
    assert Frame(box, 90).size == (400, 300)
    assert Frame(box, 270).box(10, 20, 20, 40) == (380, 290, 400, 300)


def test_reading_directions() -> None:
    assert [turn_of(1, 0), turn_of(0, 1), turn_of(-1, 0), turn_of(0, -1), turn_of(1, 1)] == [0, 1, 2, 3, None]


def test_shading_is_no_rule_but_a_stroked_box_is_four() -> None:
    box = [(10.0, 10.0), (110.0, 10.0), (110.0, 40.0), (10.0, 40.0), (10.0, 10.0)]
    assert path_rules(box, is_stroked=False) == []
    assert sorted(kind for kind, _ in path_rules(box, is_stroked=True)) == ["h", "h", "v", "v"]


# ---------------------------------------------------------------- header rows


def table_of(*rows: tuple[str | tuple[str, int, int], ...], page: int = 1) -> list[PlacedCell]:
    """Cells from rows of texts or (text, row span, column span); a spanned position is left out of its row."""
    taken: set[tuple[int, int]] = set()
    cells: list[PlacedCell] = []
    for row, items in enumerate(rows):
        column = 0
        for item in items:
            while (row, column) in taken:
                column += 1
            text, down, across = item if isinstance(item, tuple) else (item, 1, 1)
            taken |= {(row + r, column + k) for r in range(down) for k in range(across)}
            box = (50.0 * column, 20.0 * row, 50.0 * (column + across), 20.0 * (row + down))
            cells.append(PlacedCell(row, column, down, across, (Part(page, box, ReadText(text)),)))
    return cells


@pytest.mark.parametrize(
    ("rows", "expected"),
    [
        ((("Tỉnh", "Điểm"), ("A", "1,5")), 1),
        (((("Nội dung", 2, 1), ("Năm 2023", 1, 2)), ("Chỉ số", "Vị thứ"), ("A", "82,28", "32")), 2),
        # Years alone are headings, and so are column numbers.
        ((("Tỉnh", "2022", "2023"), ("A", "81,0", "82,0")), 1),
        ((("STT", "Lĩnh vực", "Điểm"), ("1", "2", "3"), ("I", "Chỉ đạo", "7,5")), 2),
        # The heading of a section is no header, unless a cell of the header spans it.
        ((("TT", "Lĩnh vực", "Điểm"), (("A. Phần một", 1, 3),), ("1", "B", "7,5")), 1),
        # No numbers at all: as deep as the first row.
        ((("Cơ quan", "Nhiệm vụ"), ("Sở Nội vụ", "Theo dõi")), 1),
        (((("Cơ quan", 2, 1), ("Nhiệm vụ", 1, 2)), ("Chính", "Phụ"), ("Sở", "a", "b")), 2),
        # A table that goes on from elsewhere begins with data: its first row is header all the same, never none.
        ((("A", "1,5"), ("B", "2,5")), 1),
    ],
)
def test_header_rows(rows: tuple[tuple[str | tuple[str, int, int], ...], ...], expected: int) -> None:
    assert count_header_rows(table_of(*rows), len(rows)) == expected


# ---------------------------------------------------------------- stitching


def page_table(page: int, *rows: tuple[str | tuple[str, int, int], ...], edges: tuple[float, ...] | None = None) -> PageTable:
    cells = tuple(table_of(*rows, page=page))
    n_columns = max(cell.column + cell.column_span for cell in cells)
    xs = edges or tuple(50.0 * n for n in range(n_columns + 1))
    grid = Grid(xs, tuple(20.0 * n for n in range(len(rows) + 1)), ())
    return PageTable(page, grid, cells, "", is_first=True, is_last=True)


def texts(table: StitchedTable) -> list[tuple[int, int, int, int, str]]:
    return sorted((c.row, c.column, c.row_span, c.column_span, c.text) for c in table.cells)


HEAD: tuple[tuple[str | tuple[str, int, int], ...], ...] = (("Nhóm", "Kênh", "Năm 2023", "Năm 2022"),)


def test_a_label_over_rows_goes_on_over_the_page_with_or_without_text() -> None:
    first = page_table(1, *HEAD, (("Suy nghĩ về việc đưa tiền ngoài", 1, 1), "1. Không", "85,90%", "80,51%"))
    second = page_table(2, (("quy định cho công chức", 2, 1), "2. Một số", "12,48%", ""), ("3. Nhiều", "1,63%", ""))
    (table,) = stitch([first, second])
    assert (1, 0, 3, 1, "Suy nghĩ về việc đưa tiền ngoài quy định cho công chức") in texts(table)
    assert table.n_rows == 4
    assert table.doubts == ()

    first = page_table(1, *HEAD, (("Mức độ", 2, 1), "1. Loa", "73,64%", ""), ("2. Họp", "78,61%", ""))
    second = page_table(2, ("", "3. Khác", "69,45%", ""))
    (table,) = stitch([first, second])
    assert (1, 0, 3, 1, "Mức độ") in texts(table)
    # Blank cells under blank cells or numbers stay blanks of their own.
    assert [(row, text) for row, column, _, _, text in texts(table) if column == 3] == [
        (0, "Năm 2022"),
        (1, ""),
        (2, ""),
        (3, ""),
    ]


def test_a_block_cell_goes_on_over_the_page_where_its_inner_rules_are_missing() -> None:
    head = ("Nội dung", "Chỉ số", "Vị thứ", "Chỉ số 2022", "Vị thứ 2022")
    first = page_table(1, head, ("Chung", "1,5", "1", "1,4", "2"), ("Một", "80,1", "3", ("Tiêu chí mới", 1, 2)))
    second = page_table(2, ("Hai", "80,2", "4", ("", 2, 1)), ("Ba", "80,3", "5"), edges=(0.0, 50.0, 100.0, 150.0, 250.0))
    (table,) = stitch([first, second])
    assert table.xs == first.grid.xs
    assert (2, 3, 3, 2, "Tiêu chí mới") in texts(table)


def test_an_empty_cell_under_a_merged_unit_is_told_and_stays_empty() -> None:
    first = page_table(1, ("Nội dung", "Chỉ số", "Cơ quan"), ("Một", "80,1", ("Sở A", 2, 1)), ("Hai", "80,2"))
    second = page_table(2, ("Ba", "80,3", ""))
    (table,) = stitch([first, second])
    assert (3, 2, 1, 1, "") in texts(table)
    assert [doubt.code for doubt in table.doubts] == ["cell_may_be_cut"]


def test_a_wrapped_label_under_a_closed_row_is_told_and_stays_a_row() -> None:
    first = page_table(1, ("Nội dung", "Chỉ số"), ("Công chức trực", "83,36"))
    second = page_table(2, ("tiếp giải quyết công việc", ""), ("Kết quả", "82,64"))
    (table,) = stitch([first, second])
    assert table.n_rows == 4
    assert [doubt.code for doubt in table.doubts] == ["row_may_be_cut"]


def test_a_row_closed_on_both_pages_is_one_where_its_only_text_goes_on_in_the_middle_of_a_sentence() -> None:
    head = ("STT", "Tiêu chí", "Điểm")
    first = page_table(1, head, ("", "Hoàn thành 100%: 1", ""), ("4.3", "Thời hạn giải quyết ghi", "1,25"))
    second = page_table(2, ("", "trong giấy hẹn là đúng", ""), ("4.4", "Trang thiết bị đầy đủ", "1,5"))
    (table,) = stitch([first, second])
    assert (2, 1, 1, 1, "Thời hạn giải quyết ghi trong giấy hẹn là đúng") in texts(table)
    assert (table.n_rows, table.doubts) == (4, ())

    # A colon announces the number, and no other cell of the column is one.
    first = page_table(1, head, ("4.3", "Thời hạn giải quyết", "1,25"), ("", "Từ 80% kế hoạch:", ""))
    second = page_table(2, ("", "0,5", ""), ("4.4", "Trang thiết bị đầy đủ", "1,5"))
    (table,) = stitch([first, second])
    assert (2, 1, 1, 1, "Từ 80% kế hoạch: 0,5") in texts(table)

    # Where rows begin with small letters, this may be one of them.
    first = page_table(1, head, ("", "hoàn thành 100%: 1", ""), ("4.3", "Thời hạn giải quyết ghi", "1,25"))
    second = page_table(2, ("", "dưới 80%: 0", ""), ("4.4", "Trang thiết bị đầy đủ", "1,5"))
    (table,) = stitch([first, second])
    assert table.n_rows == 5


def test_a_label_centred_over_its_rows_may_stand_below_the_page_break() -> None:
    first = page_table(1, *HEAD, (("", 2, 1), "1. Loa", "73,64%", ""), ("2. Họp", "78,61%", ""))
    second = page_table(2, (("Mức độ", 2, 1), "3. Báo", "69,45%", ""), ("4. Khác", "1,63%", ""))
    (table,) = stitch([first, second])
    assert (1, 0, 4, 1, "Mức độ") in texts(table)
    assert table.doubts == ()


def test_columns_must_agree() -> None:
    assert common_edges((0, 50, 100), (0.5, 51, 99)) == (0, 50, 100)
    assert common_edges((0, 50, 100), (0, 100)) == (0, 50, 100)
    assert common_edges((0, 50, 100), (0, 60, 100)) is None
    assert common_edges((0, 50, 100), (0, 50, 120)) is None
