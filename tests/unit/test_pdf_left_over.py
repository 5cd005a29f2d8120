"""Numbers that no table holds: said of each page, so that nothing is lost in silence."""

from __future__ import annotations

import pytest

from extractors.pdf import left_over
from extractors.pdf.issues import PageFacts, page_issues
from extractors.pdf.left_over import LeftOver
from extractors.pdf.paragraphs import Piece


def line(number: int, *texts: str) -> list[Piece]:
    """A line of a scan in its parts, as wide white divides it."""
    y = 100.0 + 20 * number
    return [Piece(1, text, (100 * k, y - 9, 100 * k + 80, y), y + 0.4 * k, 11) for k, text in enumerate(texts, start=1)]


def lines(*rows: tuple[str, ...]) -> list[Piece]:
    return [piece for number, row in enumerate(rows) for piece in line(number, *row)]


def test_the_rows_of_a_scan_without_rules_are_counted_across_their_parts() -> None:
    """A wide gap parts every number from the next: no part alone looks like a row of figures."""
    pieces = lines(("1", "Hà Nội", "91,43", "3"), ("2", "Hải Phòng", "91,87", "\ufffd"), ("3", "Huế", "82,28", "12"))
    assert left_over.of_scan(pieces) == LeftOver(3, 9)


@pytest.mark.parametrize(
    "rows",
    [
        [("ỦY BAN NHÂN DÂN", "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM"), ("Số: 12/KH-UBND", "Huế, ngày 5 tháng 5 năm 2024")],
        [("Chương 1. Mở đầu", "3"), ("Chương 2. Kết quả", "12"), ("Chương 3. Phụ lục", "45")],
        [("đạt 82,28%, xếp thứ 33, tăng 2,65% so với năm 2022",)] * 5,
    ],
    ids=["letterhead", "contents", "prose"],
)
def test_text_with_numbers_is_no_table(rows: list[tuple[str, ...]]) -> None:
    assert not left_over.of_scan(lines(*rows))


def test_numbers_of_a_scan_in_no_table_are_an_error_and_of_a_typeset_page_a_note() -> None:
    found = LeftOver(26, 54)
    scan, page, blank = page_issues(
        [PageFacts(3, found, True, True), PageFacts(4, found, False, True), PageFacts(9, LeftOver(), True, False)], "doc"
    )[:3]
    assert {issue.code: (issue.severity, issue.locator.page) for issue in (scan, page, blank)} == {
        "scan_without_grid": ("error", 3),
        "table_without_grid": ("warning", 4),
        "picture_without_text": ("warning", 9),
    }
    error = next(issue for issue in (scan, page, blank) if issue.severity == "error")
    assert "found 26 printed lines with 54 numbers outside any" in error.message
    assert not any(issue.message.startswith("page ") for issue in (scan, page, blank)), "the place says the page already"
