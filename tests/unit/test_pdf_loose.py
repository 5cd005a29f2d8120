"""Tables without a full grid of rules: what becomes a table, with which rows and columns, and what never does."""

from __future__ import annotations

import io
from collections.abc import Callable, Sequence

import pytest
from hypothesis import given
from hypothesis import strategies as st
from reportlab.pdfbase.pdfmetrics import stringWidth
from reportlab.pdfgen.canvas import Canvas

from extractors.pdf import read_pdf
from extractors.pdf.loose.join import common_columns
from extractors.pdf.loose.words import what_is
from extractors.records import Reading, Table

Draw = Callable[[Canvas], None]

WIDTH, HEIGHT = 595.0, 842.0
SIZE = 10.0


def document(*pages: Draw) -> Reading:
    """A PDF of the given pages, read twice."""
    out = io.BytesIO()
    canvas = Canvas(out, pagesize=(WIDTH, HEIGHT))
    for draw in pages:
        canvas.setFont("Helvetica", SIZE)
        draw(canvas)
        canvas.showPage()
    canvas.save()
    return read_pdf(out.getvalue(), "0" * 64, "synthetic")


def put(canvas: Canvas, x: float, top: float, text: str, where: str = "l") -> None:
    """Text at a distance from the top of the page: its left end, right end or middle at `x`."""
    width = stringWidth(text, "Helvetica", SIZE)
    canvas.drawString(x - {"l": 0.0, "r": width, "c": width / 2}[where], HEIGHT - top, text)


def rows(
    canvas: Canvas, top: float, lines: Sequence[Sequence[str]], xs: Sequence[tuple[float, str]], pitch: float = 16.0
) -> None:
    for number, line in enumerate(lines):
        for text, (x, where) in zip(line, xs, strict=True):
            if text:
                put(canvas, x, top + number * pitch, text, where)


def texts(table: Table) -> list[list[str]]:
    """Each cell's text at its first row and column, blanks elsewhere."""
    found = [[""] * table.n_columns for _ in range(table.n_rows)]
    for cell in table.cells:
        found[cell.row - 1][cell.column - 1] = cell.text
    return found


RANKING = [
    ("Hanoi", "91,43", "3"),
    ("Hai Phong", "92,09", "1"),
    ("Da Nang", "", "12"),
    ("Hue", "9,5", "7"),
]
COLUMNS = ((80.0, "l"), (300.0, "r"), (380.0, "r"))


def ranking(canvas: Canvas) -> None:
    rows(canvas, 100, [("Province", "Index", "Rank"), *RANKING], COLUMNS)


def test_aligned_figures_without_any_rule_are_a_table() -> None:
    reading = document(ranking)
    (table,) = reading.tables
    assert texts(table) == [["Province", "Index", "Rank"], *map(list, RANKING)]
    assert table.header_rows == 1
    assert reading.issues == ()


def test_three_rules_bound_the_table_and_leave_the_title_outside() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 230, 80, "Indices by province in the year of the report", "c")
        ranking(canvas)
        for y in (88, 104, 153):
            canvas.line(75, HEIGHT - y, 385, HEIGHT - y)

    reading = document(draw)
    (table,) = reading.tables
    assert texts(table)[0] == ["Province", "Index", "Rank"]
    assert table.title == "Indices by province in the year of the report"


def test_names_over_groups_span_their_columns() -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 265, 100, "Year 2023", "c")
        put(canvas, 425, 100, "Year 2022", "c")
        xs = ((80.0, "l"), (245.0, "r"), (325.0, "r"), (405.0, "r"), (485.0, "r"))
        body = [
            ("Hanoi", "91,43", "3", "90,11", "4"),
            ("Hue", "92,09", "1", "89,50", "9"),
            ("Vinh", "85,33", "40", "84,20", "38"),
        ]
        rows(canvas, 116, [("", "Index", "Rank", "Index", "Rank"), *body], xs)

    (table,) = document(draw).tables
    assert table.header_paths()[1:] == [
        ("Year 2023", "Index"),
        ("Year 2023", "Rank"),
        ("Year 2022", "Index"),
        ("Year 2022", "Rank"),
    ]


def test_blanks_between_thousands_part_no_columns() -> None:
    def draw(canvas: Canvas) -> None:
        xs = ((80.0, "l"), (250.0, "r"), (310.0, "r"))
        body = [("Hanoi", "641 142", "7 067 456"), ("Hue", "92 564", "786 564"), ("Vinh", "951", "1 003 103")]
        rows(canvas, 100, [("Province", "2014", "2015"), *body], xs)

    (table,) = document(draw).tables
    assert texts(table)[1:] == [
        ["Hanoi", "641 142", "7 067 456"],
        ["Hue", "92 564", "786 564"],
        ["Vinh", "951", "1 003 103"],
    ]


def test_a_number_broken_by_a_narrow_cell_is_one_number() -> None:
    def draw(canvas: Canvas) -> None:
        body = [("Hanoi", "641 142", "7 067"), ("Hue", "92 564", "786"), ("Vinh", "951", "1 003")]
        rows(canvas, 100, [("Province", "2014", "2015"), *body], ((80.0, "l"), (250.0, "r"), (310.0, "r")))
        put(canvas, 80, 164, "Nation")
        put(canvas, 310, 164, "103 816", "r")
        put(canvas, 250, 158, "90 103", "r")
        put(canvas, 250, 170, "816", "r")

    (table,) = document(draw).tables
    assert texts(table)[-1] == ["Nation", "90 103 816", "103 816"]


@pytest.mark.parametrize("where", ["first", "middle", "last"])
def test_a_name_of_two_lines_is_one_row(where: str) -> None:
    """Figures beside the first line of a name, between its lines, or beside the last."""

    def draw(canvas: Canvas) -> None:
        rows(canvas, 100, [("Criterion", "Index", "Rank")], COLUMNS)
        offset = {"first": 0.0, "middle": 6.0, "last": 12.0}[where]
        for number, (index, rank) in enumerate([("91,43", "3"), ("92,09", "1"), ("85,30", "12")]):
            top = 120 + number * 34
            put(canvas, 80, top, "Satisfaction with the procedures")
            put(canvas, 80, top + 12, "of the provincial office")
            put(canvas, 300, top + offset, index, "r")
            put(canvas, 380, top + offset, rank, "r")

    (table,) = document(draw).tables
    name = "Satisfaction with the procedures of the provincial office"
    assert texts(table)[1:] == [[name, "91,43", "3"], [name, "92,09", "1"], [name, "85,30", "12"]]


def test_headings_between_rows_are_rows_of_their_own() -> None:
    def draw(canvas: Canvas) -> None:
        body = [("North", "", ""), *RANKING[:2], ("South", "", ""), *RANKING[2:]]
        rows(canvas, 100, [("Province", "Index", "Rank"), *body], COLUMNS)

    (table,) = document(draw).tables
    assert [row[0] for row in texts(table)] == ["Province", "North", "Hanoi", "Hai Phong", "South", "Da Nang", "Hue"]


def test_tables_side_by_side_are_two() -> None:
    def draw(canvas: Canvas) -> None:
        for left in (60.0, 320.0):
            xs = ((left, "c"), (left + 20, "l"), (left + 150, "r"), (left + 200, "r"))
            body = [(str(k + 1), *row) for k, row in enumerate(RANKING)]
            rows(canvas, 100, [("No", "Province", "Index", "Rank"), *body], xs)

    tables = document(draw).tables
    assert [table.n_columns for table in tables] == [4, 4]
    assert texts(tables[0]) == texts(tables[1])


def test_a_table_over_two_pages_is_one_though_its_columns_are_as_wide_as_their_entries() -> None:
    def first(canvas: Canvas) -> None:
        rows(canvas, 100, [("Province", "Index", "Rank"), *RANKING], COLUMNS)

    def second(canvas: Canvas) -> None:
        body = [("Ho Chi Minh City and its surroundings", "8,1", "63"), ("Vinh", "84,20", "5"), ("Can Tho", "83,00", "8")]
        rows(canvas, 60, body, COLUMNS)

    (table,) = document(first, second).tables
    assert table.pages == (1, 2)
    assert (table.n_rows, table.n_columns) == (8, 3)
    assert texts(table)[5] == ["Ho Chi Minh City and its surroundings", "8,1", "63"]


def test_a_repeated_header_is_read_once() -> None:
    (table,) = document(ranking, ranking).tables
    assert [row[0] for row in texts(table)] == ["Province", *(name for name, *_ in RANKING * 2)]


def test_another_header_on_the_next_page_begins_another_table() -> None:
    def second(canvas: Canvas) -> None:
        rows(canvas, 60, [("Province", "Share", "Change"), *RANKING], COLUMNS)

    assert len(document(ranking, second).tables) == 2


def test_text_set_sideways_is_read_as_it_stands_upright() -> None:
    def draw(canvas: Canvas) -> None:
        canvas.translate(0, HEIGHT)
        canvas.rotate(-90)
        canvas.translate(0, WIDTH - HEIGHT)
        ranking(canvas)

    (table,) = document(draw).tables
    assert texts(table) == [["Province", "Index", "Rank"], *map(list, RANKING)]


def test_cells_of_vertical_rules_alone_are_parted_into_rows() -> None:
    def draw(canvas: Canvas) -> None:
        ranking(canvas)
        for y in (86, 154):
            canvas.line(70, HEIGHT - y, 390, HEIGHT - y)
        for x in (70, 200, 320, 390):
            canvas.line(x, HEIGHT - 86, x, HEIGHT - 154)

    (table,) = document(draw).tables
    assert texts(table)[1:] == [list(row) for row in RANKING]


# ---------------------------------------------------------------- never tables

SENTENCES = (
    "In 2023 the index of the province was 89,12, up 2,15 from 2022, and it stood",
    "at 8 of 63 provinces; 5 indices of 8 rose, 3 fell, 12 provinces had more than",
    "90 points, 45 had 85 to 90 points, and 6 had 80,5 or less, of which 2 lie in",
    "the north with 79,3 and 78,8 points and 4 in the south with 80,1 to 80,4.",
)


def rules(canvas: Canvas, *tops: float, left: float = 70.0, right: float = 480.0) -> None:
    for top in tops:
        canvas.line(left, HEIGHT - top, right, HEIGHT - top)


DUTIES = ((80.0, "l"), (110.0, "l"), (270.0, "l"), (390.0, "l"))


def duties(canvas: Canvas) -> None:
    """Words between rules, hardly a figure; the second duty takes two lines."""
    rows(canvas, 100, [("No.", "Duty", "Department", "Until")], DUTIES)
    rows(canvas, 120, [("1", "Plan of the year", "Home Affairs", "First quarter")], DUTIES)
    rows(canvas, 140, [("2", "Survey of all one-stop", "Post Office", "September"), ("", "offices", "", "")], DUTIES, 12)
    rows(canvas, 172, [("3", "Report to the ministry", "Home Affairs", "Twice a year")], DUTIES)


def all_rules(canvas: Canvas) -> None:
    rules(canvas, 88, 106, 126, 158, 178)


def three_rules(canvas: Canvas) -> None:
    rules(canvas, 88, 106, 178)


@pytest.mark.parametrize("lines", [all_rules, three_rules])
def test_words_between_rules_are_a_table_without_any_column_of_figures(lines: Draw) -> None:
    def draw(canvas: Canvas) -> None:
        put(canvas, 275, 80, "Duties", "c")
        duties(canvas)
        lines(canvas)
        put(canvas, 70, 200, "The departments report to the committee in December.")

    (table,) = document(draw).tables
    assert texts(table) == [
        ["No.", "Duty", "Department", "Until"],
        ["1", "Plan of the year", "Home Affairs", "First quarter"],
        ["2", "Survey of all one-stop offices", "Post Office", "September"],
        ["3", "Report to the ministry", "Home Affairs", "Twice a year"],
    ]
    assert table.title == "Duties"


def test_names_of_columns_may_end_in_figures_on_a_line_of_their_own() -> None:
    def draw(canvas: Canvas) -> None:
        xs = ((80.0, "l"), (250.0, "c"), (330.0, "c"), (410.0, "c"))
        rows(canvas, 100, [("", "Part", "Part", "Index")], xs)
        rows(canvas, 106, [("Province", "", "", "")], xs)
        rows(canvas, 112, [("", "1", "2", "2023")], xs)
        body = [("Hanoi", "91,43", "90,11", "90,77"), ("Hue", "92,09", "89,50", "90,80"), ("Vinh", "85,33", "84,20", "84,77")]
        rows(canvas, 132, body, xs)

    (table,) = document(draw).tables
    assert texts(table)[0] == ["Province", "Part 1", "Part 2", "Index 2023"]
    assert (table.n_rows, table.header_rows) == (4, 1)


def headed(canvas: Canvas) -> None:
    put(canvas, 330, 44, "Report on the indices", "c")
    ranking(canvas)


def test_a_last_row_alone_on_the_next_page_belongs_to_the_table() -> None:
    def second(canvas: Canvas) -> None:
        put(canvas, 330, 44, "Report on the indices", "c")
        rows(canvas, 70, [("Vinh", "84,20", "5")], COLUMNS)

    (table,) = document(headed, second).tables
    assert table.pages == (1, 2)
    assert texts(table)[-1] == ["Vinh", "84,20", "5"]


def test_a_running_head_over_the_columns_is_no_header() -> None:
    def second(canvas: Canvas) -> None:
        put(canvas, 330, 44, "Report on the indices", "c")
        rows(canvas, 60, [("Vinh", "84,20", "5"), ("Can Tho", "83,00", "8"), ("Vung Tau", "80,00", "9")], COLUMNS)

    (table,) = document(headed, second).tables
    assert (table.n_rows, table.pages) == (8, (1, 2))


def test_a_row_with_a_single_figure_beyond_a_heading_belongs_to_the_table() -> None:
    def draw(canvas: Canvas) -> None:
        rows(canvas, 100, [("Province", "Index", "Rank"), *RANKING, ("Mean", "64,34", "")], COLUMNS)
        rows(canvas, 196, [("Highlands", "", ""), ("Mean of the highlands", "61,20", "")], COLUMNS)

    (table,) = document(draw).tables
    assert texts(table)[-3:] == [["Mean", "64,34", ""], ["Highlands", "", ""], ["Mean of the highlands", "61,20", ""]]


def underlined(canvas: Canvas) -> None:
    """A form: a rule to write on under each question."""
    for number, text in enumerate(("Name of the department", "Name of the official who reports", "Date of the report", "Seal")):
        put(canvas, 75, 100 + number * 24, text)
        rules(canvas, 104 + number * 24)


def ruled_prose(canvas: Canvas) -> None:
    rules(canvas, 90, 116, 160)
    put(canvas, 75, 104, "The province has done what the plan of the year asked of it in all parts.")
    put(canvas, 75, 132, "The departments reported on time, and the survey of the people was held in")
    put(canvas, 75, 146, "September as in the years before; its results are told in the next part.")


def test_text_that_spills_over_the_rest_of_its_merged_cell_is_read_whole() -> None:
    xs = ((75.0, "l"), (165.0, "l"), (390.0, "r"))

    def first(canvas: Canvas) -> None:
        rows(canvas, 100, [("Department", "Criterion", "Index"), ("", "1.1. One", "91,43"), ("", "1.2. Two", "90,11")], xs, 18)
        rules(canvas, 88, 106, 142, right=400)
        rules(canvas, 124, left=160, right=400)
        for x in (70, 160, 300, 400):
            canvas.line(x, HEIGHT - 88, x, HEIGHT - 142)

    def second(canvas: Canvas) -> None:
        rows(canvas, 70, [("and all", "1.3. Three", "89,50")], xs)
        put(canvas, 75, 56.5, "Departments")
        put(canvas, 75, 83.5, "agencies")
        rules(canvas, 60, 74, right=400)
        for x in (70, 160, 300, 400):
            canvas.line(x, HEIGHT - 60, x, HEIGHT - 74)

    reading = document(first, second)
    (table,) = reading.tables
    assert texts(table)[1:] == [
        ["Departments and all agencies", "1.1. One", "91,43"],
        ["", "1.2. Two", "90,11"],
        ["", "1.3. Three", "89,50"],
    ]
    assert [cell.row_span for cell in table.cells if cell.text.startswith("Departments")] == [3]
    assert [issue for issue in reading.issues if issue.severity == "error"] == []


def stretched(canvas: Canvas, left: float, right: float, top: float, sentence: str) -> None:
    """One line set to full width."""
    words = sentence.split()
    widths = [stringWidth(word, "Helvetica", SIZE) for word in words]
    gap = (right - left - sum(widths)) / (len(words) - 1)
    x = left
    for word, width in zip(words, widths, strict=True):
        put(canvas, x, top, word)
        x += width + gap


def justified(canvas: Canvas) -> None:
    for number, sentence in enumerate(SENTENCES):
        stretched(canvas, 70, 525, 100 + number * 14, sentence)


def two_columns(canvas: Canvas) -> None:
    for number, sentence in enumerate((*SENTENCES, *SENTENCES)):
        words = sentence.split()
        stretched(canvas, 60, 285, 100 + number * 14, " ".join(words[:9]))
        stretched(canvas, 310, 535, 100 + number * 14, " ".join(words[-9:]))


def contents(canvas: Canvas) -> None:
    for number, (title, page) in enumerate([("1.1 Introduction", "3"), ("1.2 Results of 2023", "12"), ("2.1 Annex", "45")]):
        put(canvas, 70, 100 + number * 16, f"{title} {'.' * 80}")
        put(canvas, 520, 100 + number * 16, page, "r")


def numbered(canvas: Canvas) -> None:
    for number in range(1, 7):
        put(canvas, 70, 100 + number * 16, f"{number}.")
        put(canvas, 90, 100 + number * 16, f"Goal {number} for 2024: at least {80 + number},5 points")


def axes(canvas: Canvas) -> None:
    for number in range(6):
        put(canvas, 80, 100 + number * 40, str(100 - 20 * number), "r")
        put(canvas, 120 + number * 70, 320, str(2018 + number), "c")
        put(canvas, 120 + number * 70, 110 + (number * 37) % 170, f"{91 - number * 3},{number}", "c")


def letterhead(canvas: Canvas) -> None:
    put(canvas, 150, 60, "PEOPLE'S COMMITTEE", "c")
    put(canvas, 420, 60, "SOCIALIST REPUBLIC OF VIET NAM", "c")
    put(canvas, 150, 76, "No. 123/BC-UBND", "c")
    put(canvas, 420, 76, "Hue, 12 March 2024", "c")


@pytest.mark.parametrize("draw", [justified, two_columns, contents, numbered, axes, letterhead, underlined, ruled_prose])
def test_what_is_no_table_stays_text(draw: Draw) -> None:
    assert document(draw).tables == ()


# ---------------------------------------------------------------- parts


@given(st.integers(0, 10**9), st.sampled_from(["", "+", "-", "−"]), st.sampled_from(["", "%"]))
def test_a_number_with_blanks_between_thousands_is_one_number(value: int, sign: str, unit: str) -> None:
    assert what_is(f"{sign}{value:,}".replace(",", " ") + unit) == "number"


@given(st.lists(st.tuples(st.floats(5, 40), st.floats(0, 1), st.floats(0, 1)), min_size=2, max_size=12))
def test_columns_of_one_table_are_found_again_however_wide_their_entries_are(columns: list[tuple[float, float, float]]) -> None:
    """Right-aligned figures of two pages: the ink of each column reaches as far as its widest entry on that page."""
    first: list[tuple[float, float]] = []
    second: list[tuple[float, float]] = []
    for number, (width, a, b) in enumerate(columns):
        right = 50.0 * (number + 1)
        first.append((right - 2 - a * (width - 2), right))
        second.append((right - 2 - b * (width - 2), right))
    found = common_columns(first, second)
    assert found is not None
    assert found.first == found.second == tuple(range(len(columns)))
