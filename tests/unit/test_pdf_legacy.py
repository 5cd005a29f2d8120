"""PDFs in fonts from before Unicode are read as they look, by both engines; what contradicts itself is held back."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.pdf import read_pdf
from extractors.pdf.legacy import FontTexts, decode_signs
from extractors.pdf.page import Char, Page
from extractors.records import UNSETTLED, Reading
from extractors.text.legacy import Decoded
from extractors.text.legacy_evidence import FontVerdict

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pdf"


def read(name: str) -> Reading:
    return read_pdf((FIXTURES / f"{name}.pdf").read_bytes(), "0" * 64, "doc")


def test_a_table_in_three_old_fonts_is_read_as_it_looks_and_twice() -> None:
    """The second engine is in: a cell that it decodes otherwise would be an issue. The hyphen of Bà Rịa-Vũng Tàu is not taken for ư."""
    reading = read("legacy_fonts")
    assert reading.issues == ()
    (table,) = reading.tables
    rows = [[cell.text if cell else None for cell in row] for row in table.grid()]
    assert rows == [
        ["TỈNH, THÀNH PHỐ", "CHỈ SỐ HÀI LÒNG", "XẾP HẠNG"],
        ["Thừa Thiên Huế", "82,28", "32"],
        ["Bình Dương", "81,23", "40"],
        ["Bà Rịa-Vũng Tàu", "80,5", "thứ năm"],
    ]
    assert {cell.text: cell.source for cell in table.cells}["Bình Dương"] == "legacy"
    assert {cell.source for cell in table.cells if cell.text in ("82,28", "32", "40")} == {"text"}
    assert [paragraph.text for paragraph in reading.paragraphs] == [
        "Chỉ số hài lòng của người dân đối với các cơ quan nhà nước",
        "Chỉ số hài lòng của người dân năm 2023",
    ]


def test_a_document_without_telling_fonts_is_decoded_as_a_whole() -> None:
    reading = read("legacy_tcvn3")
    assert reading.issues == ()
    assert reading.paragraphs[0].text.startswith("Chỉ số hài lòng của người dân đối với các cơ quan nhà nước Chỉ số")


def test_unicode_in_a_font_of_an_old_name_is_left_alone() -> None:
    reading = read("legacy_name_only")
    assert reading.issues == ()
    assert [paragraph.text for paragraph in reading.paragraphs] == ["Hà Nam và Cà Mau là các xã"]


def test_a_font_that_contradicts_its_name_is_an_error_and_its_cell_unsettled() -> None:
    reading = read("legacy_in_doubt")
    doubts = [issue for issue in reading.issues if issue.code == "legacy_encoding_in_doubt"]
    assert [(issue.severity, issue.locator.page, issue.found) for issue in doubts] == [("error", 1, ".VnTime")]
    (table,) = reading.tables
    unsettled = [cell for cell in table.cells if cell.confidence == 0.0]
    assert [(cell.row, cell.column, cell.text) for cell in unsettled] == [(2, 1, UNSETTLED)]
    assert {cell.text for cell in table.cells} >= {"88,09", "87,15"}


def _word(text: str, font: str = ".VnTime", x: float = 0.0) -> list[Char]:
    return [Char(sign, (x + 5.0 * n, 0.0, x + 5.0 * n + 5.0, 10.0), 8.0, 10.0, font=font) for n, sign in enumerate(text)]


def test_decoding_keeps_every_place() -> None:
    """VNI writes a letter in two signs: the letter stands where both stood, all other signs where they were."""
    before = _word("Noäi, 5", "VNI-Times")
    after = decode_signs(before, {"VNI-Times": FontVerdict("vni")})
    assert "".join(char.text for char in after) == "Nội, 5"
    assert [char.box for char in after] == [before[0].box, (5.0, 0.0, 15.0, 10.0), *(char.box for char in before[3:])]
    assert [isinstance(char.text, Decoded) for char in after] == [False, True, *[False] * 4]


def test_a_mark_of_the_next_word_is_not_drawn_to_a_letter() -> None:
    far = [*_word("o", "VNI-Times"), *_word("ä", "VNI-Times", x=40)]
    assert [char.text for char in decode_signs(far, {"VNI-Times": FontVerdict("vni")})] == ["o", "ä"]


@pytest.mark.parametrize(
    ("text", "expected"), [("ng-êi", "người"), ("t-", "tư"), ("RÞa-Vòng", "Rịa-Vũng"), ("2003-2004", "2003-2004")]
)
def test_hyphens_of_a_page_are_told_from_u(text: str, expected: str) -> None:
    verdicts = {".VnTime": FontVerdict("tcvn3", hyphen_is_u=True)}
    assert "".join(char.text for char in decode_signs(_word(text), verdicts)) == expected


def test_the_engine_s_hyphen_at_the_end_of_a_line_is_u_where_a_small_letter_calls_for_it() -> None:
    verdicts = {".VnTime": FontVerdict("tcvn3")}
    assert "".join(char.text for char in decode_signs(_word("t-"), verdicts)) == "tư"
    assert "".join(char.text for char in decode_signs(_word("B-"), verdicts)) == "B-"
    assert "".join(char.text for char in decode_signs(_word("n-íc"), verdicts)) == "n-ớc"


def test_signs_decoded_once_stay_and_other_fonts_are_not_touched() -> None:
    verdicts = {".VnTime": FontVerdict("tcvn3")}
    signs = [*_word("tª"), *_word("tê", "Times New Roman", x=40)]
    once = decode_signs(signs, verdicts)
    assert "".join(char.text for char in once) == "têtê"
    assert decode_signs(once, verdicts) == once


def test_a_font_that_calls_u_with_a_horn_oi_is_told_with_its_doubtful_words() -> None:
    """As the SIPAS report of 2018 prints it; Ƣ is mended where text is composed, Õ is left to a person."""
    fonts = FontTexts()
    fonts.add(Page(7, 600, 800, tuple(_word("HÀI LÕNG CỦA NGƢỜI DÂN", "Times")), (), ()))
    (issue,) = fonts.issues({}, "doc")
    assert (issue.code, issue.severity, issue.locator.page) == ("letters_misnamed", "warning", 7)
    assert "'LÕNG'" in issue.message
    other = FontTexts()
    other.add(Page(1, 600, 800, tuple(_word("HÀI LÒNG CỦA NGƯỜI DÂN, VÕ", "Times")), (), ()))
    assert other.issues({}, "doc") == ()
