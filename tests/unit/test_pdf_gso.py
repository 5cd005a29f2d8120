"""The projection of the population of 63 provinces (GSO and UNFPA, 2016): 126 landscape pages with horizontal rules only.

A blank stands between thousands, a page cuts every table in its second block, the years come again on the second page, and a broken
font takes letters and the + of "80+" away. What the figures must obey is printed beside them: every column has its total.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from extractors.pdf import read_pdf
from extractors.records import UNSETTLED, Reading, Table
from extractors.text.numbers import parse_number

YEARS = tuple(str(year) for year in range(2014, 2035))
AGES = ("0-4", *(f"{age}-{age + 4}" for age in range(5, 80, 5)), "80+")
BLOCKS = ("both", "male", "female")
PROVINCES = 63

ROUNDING = len(AGES) // 2
"""A total may miss the sum of as many rounded figures by half of one for each."""

MISPRINTED = (19, "2016", AGES[13:])
"""Number of the table, year, ages: its column of men holds figures of women there (33 800 between 20 716 and 22 280)."""

Figures = dict[tuple[str, str, str], int]
"""(block, age or Total, year) -> persons."""


def read(folder: Path, pages: frozenset[int] | None, *, second_reading: bool = False) -> Reading:
    path = folder / "pdf" / "gso_unfpa_projection_by_province.pdf"
    if not path.is_file():
        pytest.skip(f"{path} is absent")
    return read_pdf(path.read_bytes(), "0" * 64, "gso", pages=pages, second_reading=second_reading)


def figures_of(table: Table) -> Figures:
    """The three blocks of one table in their printed order. Rows are named by their place: the font does not decode "80+"."""
    rows = table.grid()
    assert [cell.text for cell in rows[0][1:] if cell is not None] == list(YEARS)
    figures: Figures = {}
    for block, name in enumerate(BLOCKS):
        first = 1 + block * (len(AGES) + 2)
        heading, body = rows[first], rows[first + 1 : first + 2 + len(AGES)]
        assert not any(cell.text for cell in heading[1:] if cell is not None and cell is not heading[0])
        for age, row in zip((*AGES, "Total"), body, strict=True):
            label = row[0].text if row[0] is not None else None
            assert age in (label, "80+"), (label, age)
            for year, cell in zip(YEARS, row[1:], strict=True):
                assert cell is not None
                figures[name, age, year] = int(parse_number(cell.text, thousands=True).value)
    assert len(rows) == 1 + len(BLOCKS) * (len(AGES) + 2)
    return figures


def check_sums(number: int, figures: Figures) -> None:
    """Each column sums to its total; men and women give both."""
    for block in BLOCKS:
        for year in YEARS:
            total = sum(figures[block, age, year] for age in AGES)
            assert abs(total - figures[block, "Total", year]) <= ROUNDING, (number, block, year)
    for age in (*AGES, "Total"):
        assert abs(figures["both", age, "2014"] - figures["male", age, "2014"] - figures["female", age, "2014"]) <= 1, age
    # From 2015 on the blocks were projected apart, and the source prints them so: to 14 in 10,000 of a province, 35 in 1,000 of an age.
    for year in YEARS[1:]:
        for age in (*AGES, "Total"):
            if (number, year) == MISPRINTED[:2] and (age in MISPRINTED[2] or age == "Total"):
                continue
            both = figures["both", age, year]
            apart = abs(both - figures["male", age, year] - figures["female", age, year])
            assert apart <= (0.0014 if age == "Total" else 0.035) * both, (number, age, year)


def check(tables: Sequence[Table], numbers: Sequence[int]) -> int:
    """All sums of some tables, with their numbers in the document; how many figures were read."""
    count = 0
    for number, table in zip(numbers, tables, strict=True):
        figures = figures_of(table)
        check_sums(number, figures)
        count += len(figures)
    return count


def test_the_first_table_is_read_over_its_two_pages(reference_data: Path) -> None:
    reading = read(reference_data, frozenset({1, 2}), second_reading=True)
    (table,) = reading.tables
    assert table.pages == (1, 2)
    assert "HAN2I" not in table.title, "the font of the title does not say which letters these are"
    assert table.title.endswith("MEDIUM VARIANT 2014-2034 Unit: Thousand persons")
    said = [issue for issue in reading.issues if issue.code == "unreadable_title"]
    assert [(issue.locator.page, issue.locator.table_number) for issue in said] == [(1, 1)] * (UNSETTLED in table.title)
    figures = figures_of(table)
    assert figures["both", "0-4", "2014"] == 641142
    assert figures["both", "Total", "2034"] == 8208366
    assert figures["male", "30-34", "2034"] == 235819
    assert figures["male", "35-39", "2014"] == 252021
    assert figures["female", "80+", "2034"] == 99465
    assert not any(issue.code == "second_reading_differs" and issue.locator.column_number != 1 for issue in reading.issues)


def test_two_totals_that_nearly_touch_are_two(reference_data: Path) -> None:
    """Quảng Bình, 2033 and 2034: 997 953 and 1 003 103 are set less than a point apart."""
    (table,) = read(reference_data, frozenset({57, 58})).tables
    figures = figures_of(table)
    assert (figures["both", "Total", "2033"], figures["both", "Total", "2034"]) == (997953, 1003103)


def test_some_provinces_sum_up(reference_data: Path) -> None:
    numbers = (2, 19, 29, 45, 63)
    pages = frozenset(page for number in numbers for page in (2 * number - 1, 2 * number))
    tables = read(reference_data, pages).tables
    assert check(tables, numbers) == len(numbers) * len(BLOCKS) * (len(AGES) + 1) * len(YEARS)


@pytest.mark.slow
def test_all_provinces_sum_up(reference_data: Path) -> None:
    tables = read(reference_data, None).tables
    assert check(tables, range(1, PROVINCES + 1)) == PROVINCES * len(BLOCKS) * (len(AGES) + 1) * len(YEARS)
