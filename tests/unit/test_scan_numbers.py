"""What two engines read and what the ink looks like -> a number that stands, or none: the rule that keeps wrong numbers out."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.pdf.grid import GridCell
from extractors.pdf.scan.columns import Placed, odd_ones
from extractors.pdf.scan.ink import Blob, Line
from extractors.pdf.scan.shape import shape_of
from extractors.pdf.scan.votes import fits, is_plain_number, plain, settle

HEIGHT = 30


@pytest.mark.parametrize(
    ("tesseract", "rapid", "pattern", "runs", "text"),
    [
        (["82,28"], ["82,28", "82,28"], "dd,dd", 5, "82,28"),
        (["-2"], ["—2", "-2"], "-d", 2, "-2"),
        (["7,9", "7,5", "7,9"], ["7,5", "7,5"], "d,d", 3, None),
        (["82,28"], ["82,23", "82,23"], "dd,dd", 5, None),
        (["82,28"], [], "dd,dd", 5, None),
        ([], ["82,28", "82,28"], "dd,dd", 5, None),
        (["18,27"], ["18,27"], "-dd,dd", 6, None),
        (["18,27"], ["18,27"], "", 6, None),
        (["15"], ["1,5", "1,5"], "d,d", 3, "1,5"),
        (["15"], ["1,5", "1,5"], "", 3, None),
        (["3,7"], ["3.7", "3.7"], "d,d", 3, "3,7"),
        (["3,7"], ["3.7", "3.7"], "d?d", 3, None),
        (["82,28"], ["82,28"], "dddd", 4, None),
        (["371.879,7"], ["371.879,7"], "ddd.ddd,d", 9, "371.879,7"),
        (["96,69%"], ["96,69%"], "dd,dd%", 6, "96,69%"),
        (["1.2.3"], ["1.2.3"], "d.d.d", 5, None),
        # Both engines took the comma of 9,092 in a narrow type of 9.5 points at 150 dots per inch for a point.
        (["9.092"], ["9.092", "9.092"], "d?ddd", 5, None),
        (["9.092"], ["9.092", "9.092"], "d,ddd", 5, None),
        (["9.092", "9,092", "9.092"], ["9.092", "9.092"], "d,ddd", 5, "9,092"),
        (["79,95"], ["79,95"], "dd?dd", 5, "79,95"),
        (["79,95"], ["79.95"], "dd?dd", 5, None),
        (["327.231,9"], ["327.231.9", "327.231,9"], "ddd?ddd,d", 9, "327.231,9"),
        (["8.486.122"], ["8.486.122"], "d?ddd?ddd", 9, None),
        (["983.933.8"], ["983.933.8"], "ddd.ddd.d", 9, None),
        (["22"], ["22"], "d?d", 3, None),
        (["22"], ["22"], "", 2, None),
        # 2,25 in slanted type: the comma touches both figures, and both engines passed over it.
        (["225"], ["225"], "wd", 2, None),
        (["59,02%"], ["59,02%"], "dd,wdd", 6, "59,02%"),
        ([""], ["", ""], "", 1, None),
        # A 0 whose thin top and bottom are lost: two strokes, as of 11.
        (["10"], ["10", "10"], "do", 3, "10"),
        (["88,70"], ["88,70"], "dd,do", 6, "88,70"),
        (["11"], ["11"], "o", 2, "11"),
        (["1"], ["1"], "o", 2, None),
        (["1,5"], ["1,5"], "o,d", 4, None),
        (["12,34"], ["12,34"], "do,d", 5, None),
        (["8"], ["8"], "o", 2, None),
    ],
)
def test_a_number_stands_only_with_two_witnesses(
    tesseract: list[str], rapid: list[str], pattern: str, runs: int, text: str | None
) -> None:
    assert settle(tesseract, rapid, pattern, runs).text == text


def test_all_readings_of_an_open_cell_are_kept() -> None:
    assert settle(["7,9", "7,5", "7,9"], ["7,5", "7,5"], "d,d", 3).readings == ("7,5", "7,9")


readings = st.lists(st.from_regex(r"[+\-]?[0-9]{1,3}[.,]?[0-9]{0,2}%?", fullmatch=True), min_size=1, max_size=5)


@given(readings, readings, st.from_regex(r"[+\-]?d{1,3}[.,?]?d{0,2}", fullmatch=True) | st.just(""), st.integers(1, 7))
def test_nothing_is_invented(tesseract: list[str], rapid: list[str], pattern: str, runs: int) -> None:
    """What stands was read by an engine, has figures that both read, and as many signs as there are spots of ink."""
    text = settle(tesseract, rapid, pattern, runs).text
    if text is None:
        return
    assert is_plain_number(text)
    assert text in [plain(reading) for reading in (*tesseract, *rapid)]
    digits = [sign for sign in text if sign.isdigit()]
    for engine in (tesseract, rapid):
        assert sum([s for s in reading if s.isdigit()] == digits for reading in engine) * 2 > len(engine)
    assert len(text) + 2 * text.endswith("%") >= runs


def line(*spots: tuple[float, float, float, float]) -> Line:
    """Spots as (left, foot above the line, width, height), in heights of a figure."""
    blobs = [
        Blob(round(x * HEIGHT), round((2 - foot - h) * HEIGHT), round((x + w) * HEIGHT), round((2 - foot) * HEIGHT), 50)
        for x, foot, w, h in spots
    ]
    return Line((0, 0, 0, 0), tuple(blobs))


DIGIT = 0.0, 0.55, 1.0
COMMA = -0.15, 0.12, 0.32
POINT = 0.0, 0.15, 0.15
MINUS = 0.4, 0.35, 0.12
PLUS = 0.15, 0.5, 0.5


def row(*signs: tuple[float, float, float]) -> Line:
    return line(*[(index * 0.7, *sign) for index, sign in enumerate(signs)])


@pytest.mark.parametrize(
    ("signs", "pattern"),
    [
        ((DIGIT, DIGIT, COMMA, DIGIT, DIGIT), "dd,dd"),
        ((DIGIT, POINT, DIGIT, DIGIT, DIGIT), "d.ddd"),
        ((MINUS, DIGIT), "-d"),
        ((PLUS, DIGIT, COMMA, DIGIT), "+d,d"),
        ((MINUS,), "-"),
    ],
)
def test_marks_and_signs_show_in_the_shape(signs: tuple[tuple[float, float, float], ...], pattern: str) -> None:
    assert shape_of(row(*signs)).pattern == pattern


def test_a_footnote_mark_is_no_figure_of_its_number() -> None:
    """88,09 with a raised 4."""
    shape = shape_of(line((0, *DIGIT), (0.6, *DIGIT), (1.2, *COMMA), (1.5, *DIGIT), (2.1, *DIGIT), (2.7, 0.55, 0.3, 0.6)))
    assert (shape.pattern, len(shape.raised)) == ("dd,dd", 1)


def test_thin_figures_in_pieces_keep_their_comma() -> None:
    """2,2 in a serif type of 8 points at 150 dots per inch: each 2 in two pieces, the comma deep below their upper ones."""
    boxes = (103, 37, 117, 42), (104, 20, 116, 35), (120, 39, 124, 44), (128, 20, 141, 34), (128, 38, 141, 42)
    shape = shape_of(Line((103, 20, 141, 44), tuple(Blob(*box, 50) for box in boxes)))
    assert (shape.pattern, shape.dust) == ("d,d", ())


def test_figures_that_touch_are_told_from_a_figure_with_a_comma() -> None:
    wide, deep = (0.0, 1.25, 1.0), (-0.15, 0.7, 1.15)
    assert shape_of(line((0, *DIGIT), (0.7, *COMMA), (1.0, *wide), (2.4, *DIGIT))).pattern == "d,wd"
    assert not shape_of(line((0, *DIGIT), (0.7, *DIGIT), (1.4, *deep), (2.3, *DIGIT))).pattern


def test_dust_is_told_from_signs() -> None:
    """A speck far from the number, or at its foot before it, is none of its signs; one at half height may be a minus and stays."""
    number = (0.6, *DIGIT), (1.2, *DIGIT)
    speck = 0.14, 0.14
    assert shape_of(line(*number, (2.8, 0.3, *speck))).dust
    assert shape_of(line((0.3, 0.0, *speck), *number)).dust
    faint_minus = shape_of(line((0.3, 0.42, *speck), *number))
    assert (faint_minus.dust, faint_minus.runs) == ((), 3)


@pytest.mark.parametrize(
    ("text", "pattern", "is_fit"), [("82,28", "dd?dd", True), ("82.28", "dd,dd", False), ("+4", "dd", True), ("4", "dd", False)]
)
def test_a_text_fits_a_shape(text: str, pattern: str, is_fit: bool) -> None:
    assert fits(text, pattern) is is_fit


def column(*texts: str) -> list[Placed]:
    return [Placed(GridCell(row, 0, 1, 1, (0, row, 1, row + 1)), text, 0.9) for row, text in enumerate(texts)]


@pytest.mark.parametrize(
    ("texts", "odd"),
    [
        (["Chỉ số", "82,28", "79.36", "81,53"], [2]),
        (["Chỉ số", "3,1", "6", "7,5"], []),
        (["Chỉ số", *["82,28"] * 10, "8228"], [11]),
        (["Vị thứ", "32", "ó", "8"], [2]),
        (["Vị thứ", "32", "-", "8"], []),
        (["Điểm", "32", "Không đánh giá", "8"], []),
        (["Dân số", "1.234.567", "641.142", "39.765"], []),
        (["Cơ quan", "Sở Nội vụ", "UBND"], []),
    ],
)
def test_a_reading_that_stands_alone_in_its_column_is_not_taken(texts: list[str], odd: list[int]) -> None:
    assert odd_ones(column(*texts)) == odd
