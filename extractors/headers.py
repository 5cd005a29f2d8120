"""How many rows of a table are its header: one rule for every reader that knows nothing but the texts of the cells."""

from __future__ import annotations

import re
from collections.abc import Sequence

from extractors.records import Cell, Table
from extractors.text.numbers import NumberError, parse_number

_YEAR = re.compile(r"^(?:19|20)[0-9]{2}$")
_RUNNING_NUMBER = re.compile(r"^[0-9]{1,3}\.?$")
_GROUP_NUMBER = re.compile(r"^(?:[IVX]+|[A-Z])[.)]?$")


def is_figure(text: str) -> bool:
    """True for a figure in any notation; a lone year ("2023") is a heading far more often than a figure."""
    if not text or _YEAR.match(text):
        return False
    for mark in (",", "."):
        try:
            parse_number(text, decimal_mark=mark, thousands=True)
        except NumberError:
            continue
        return True
    return False


def _is_column_numbers(texts: Sequence[str]) -> bool:
    """A row "1 2 3 4" or "(1) (2) (3)" below a header numbers the columns."""
    return len(texts) > 1 and [text.strip("()[]") for text in texts] == [str(number) for number in range(1, len(texts) + 1)]


def _is_data(cells: Sequence[Cell]) -> bool:
    """A figure outside the first column, or a running number before a text: the row states something."""
    if any(is_figure(cell.text) for cell in cells if cell.column > 1):
        return True
    return len(cells) > 1 and cells[0].column == 1 and _RUNNING_NUMBER.match(cells[0].text) is not None and bool(cells[1].text)


def _heads_group(cells: Sequence[Cell]) -> bool:
    """A name in the first two columns, perhaps numbered ("II"), and nothing beside it: it heads the rows below, not columns."""
    filled = [cell for cell in cells if cell.text]
    if not filled or any(cell.column > 2 or cell.row_span > 1 for cell in filled):
        return False
    return len(filled) == 1 or _GROUP_NUMBER.match(filled[0].text) is not None


def count_header_rows(table: Table) -> int:
    """Leading rows without a figure outside the first column.

    A row of column numbers belongs to the header; a row that is one cell belongs to it only at the very top, further down it
    heads a group of rows. A table without any figure has no header that could be told from its rows: 0.
    """
    rows: list[list[Cell]] = []
    for number, row in enumerate(table.grid()):
        cells = list(dict.fromkeys(cell for cell in row if cell is not None))
        if number and _is_column_numbers([cell.text for cell in cells]):
            return number + 1
        if _is_data(cells):
            while len(rows) > 1 and (_heads_group(rows[-1]) or not any(cell.text for cell in rows[-1])):
                rows.pop()
            return len(rows)
        heads_group = len(cells) == 1 and cells[0].column_span == table.n_columns > 1
        above_is_header = number > 0 and any(cell.column_span < table.n_columns for cell in table.cells if cell.row <= number)
        if heads_group and above_is_header:
            return number
        rows.append(cells)
    return 0


def ranges(numbers: list[int]) -> str:
    """[5, 6, 7, 9] -> "5-7, 9"."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)
