"""What tables are called: captions, headings and units, never the sentence before; and words of titles in broken fonts."""

from __future__ import annotations

import pytest

from extractors.pdf.paragraphs import PageText, Piece, paragraphs_of
from extractors.pdf.spelling import WITNESSES, Spelling
from extractors.pdf.titles import title_of
from extractors.records import UNSETTLED

TABLE = (50.0, 400.0, 550.0, 700.0)
FONT = frozenset({"OSYROQ+font00000000215dc69f"})


def titled(*lines: tuple[float, str], x0: float = 50) -> str:
    """The title of a table with these lines above it: points above the table, text. A line is as wide as its text."""
    pieces = tuple(
        Piece(1, text, (x0, 400 - above - 10, min(550.0, x0 + 5.5 * len(text)), 400 - above), 400 - above - 2, 11)
        for above, text in lines
    )
    page = PageText(1, 600, 800, pieces, (TABLE,))
    return title_of(page, TABLE, paragraphs_of([page]))


@pytest.mark.parametrize("start", ["Bảng 3.", "Bảng số 3:", "Biểu số 12.", "BẢNG 2.1.", "Table 7."])
def test_a_caption_begins_with_its_own_word_whatever_stands_before_it(start: str) -> None:
    caption = f"{start} Kết quả khảo sát nhóm tiêu chí thứ 1"
    assert titled((24, "KẾT QUẢ THEO NHÓM TIÊU CHÍ"), (8, caption)) == caption


def test_a_caption_of_two_lines_and_the_unit_under_it() -> None:
    found = titled(
        (60, "Kết quả khảo sát cho thấy mức độ hài lòng tăng so với năm trước."),
        (38, "Bảng 4. Mức độ hài lòng của người dân đối với việc tiếp nhận,"),
        (24, "xử lý phản ánh, kiến nghị"),
        (8, "Đơn vị tính: %"),
    )
    assert found == ("Bảng 4. Mức độ hài lòng của người dân đối với việc tiếp nhận, xử lý phản ánh, kiến nghị Đơn vị tính: %")


def test_a_sentence_before_a_table_is_not_its_title_but_the_heading_over_it_is() -> None:
    """216/KH-UBND, 1.2: two lines of prose stand between the heading and the table."""
    heading = "1.2 Các kênh thông tin người dân sử dụng để theo dõi chính sách"
    prose = (
        (24.0, "Họp khu dân cư vẫn là kênh quen thuộc nhất. Mỗi người được chọn nhiều kênh, vì thế các tỷ lệ"),
        (8.0, "không cộng lại thành một trăm phần trăm."),
    )
    assert titled((50, heading), *prose) == heading
    assert titled(*prose) == ""


def test_a_heading_right_above_stays_the_title() -> None:
    assert (
        titled((50, "Một câu văn đứng trước."), (8, "Danh sách các tỉnh được khảo sát")) == "Danh sách các tỉnh được khảo sát"
    )


def test_a_sign_seen_as_one_letter_in_many_words_is_that_letter() -> None:
    """UNFPA's projections: the file has HAN2I, the page shows HANOI, and 2 is O in the words of every title."""
    spelling = Spelling()
    for _ in range(WITNESSES):
        spelling.add("CA2 AND HAI 2014", "CAO AND HAI 2014", FONT)
    assert spelling.settled("HA N2I 2014", "HA NOI 2014", FONT) == "HA NOI 2014"
    assert spelling.settled("HA N2I", "HA N0I", FONT) == f"HA {UNSETTLED}", "a figure is never taken from the page"
    assert spelling.settled("HA *IAN*", "HA GIANG", FONT) == f"HA {UNSETTLED}", "nobody has seen * as G"
    assert spelling.settled("CA2 BAN* CU", "CAO BANGCU", FONT) == UNSETTLED, "words that cannot be told apart"
    assert spelling.settled("B< A*E 2014", "BY AGE 2014", FONT) == f"{UNSETTLED} 2014"


def test_a_sign_that_is_now_this_letter_and_now_that_is_not_known() -> None:
    spelling = Spelling()
    for _ in range(WITNESSES):
        spelling.add("2N 2P", "ON QP", FONT)
    assert spelling.settled("2N", "ON", FONT) == UNSETTLED
    assert not spelling.is_known("2", "O", FONT)
    assert spelling.is_known("N", "N", FONT)
