"""Cells with row and column spans, put into the places that a web page would give them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from extractors.records import Cell, DocumentError, Issue, Table
from extractors.runs import RunText

MAX_CELLS = 1_000_000
_WIDEST = 1000
"""Columns that a cell may span, as browsers have it."""


@dataclass(frozen=True, slots=True)
class WebCell:
    """A cell as the page has it: its text and the words of its attributes rowspan and colspan."""

    read: RunText
    down: str | None
    across: str | None


def _span(value: str | None, most: int) -> int:
    """The span that an attribute means; "0" is "to the end", what is no number is 1."""
    if value is None or not value.strip().isdecimal():
        return 1
    number = int(value.strip()[:9])
    return most if number == 0 else min(number, most)


def place_cells(
    rows: Sequence[Sequence[WebCell]], number: int, title: str, document_id: str
) -> tuple[Table, dict[tuple[int, int], RunText]]:
    """The table of the rows, and what was read in each place; places that no cell covers are blank cells. `header_rows` is 0.

    Raises:
        DocumentError: `html_too_large`.
    """
    taken: set[tuple[int, int]] = set()
    cells: list[Cell] = []
    read: dict[tuple[int, int], RunText] = {}
    for row, texts in enumerate(rows, start=1):
        column = 1
        for web_cell in texts:
            while (row, column) in taken:
                column += 1
            height, width = _span(web_cell.down, len(rows) - row + 1), _span(web_cell.across or "1", _WIDEST)
            while width > 1 and any((row, place) in taken for place in range(column, column + width)):
                width -= 1
            read[row, column] = web_cell.read
            cells.append(Cell(row, column, web_cell.read.text, height, width, source=web_cell.read.source))
            taken |= {(line, place) for line in range(row, row + height) for place in range(column, column + width)}
            if len(taken) > MAX_CELLS:
                message = f"expected tables of at most {MAX_CELLS} cells, found a larger one"
                raise DocumentError(Issue("html_too_large", "error", document_id, message, "Look at the page."))
            column += width
    # A width of "all columns" (colspan 1000) ends where the other cells end.
    n_columns = max((cell.column + cell.column_span - 1 for cell in cells if cell.column_span < _WIDEST), default=1)
    n_columns = max([n_columns, *(cell.column for cell in cells)])
    kept = [replace(cell, column_span=min(cell.column_span, n_columns - cell.column + 1)) for cell in cells]
    blanks = [
        Cell(row, column, "")
        for row in range(1, len(rows) + 1)
        for column in range(1, n_columns + 1)
        if (row, column) not in taken
    ]
    ordered = sorted([*kept, *blanks], key=lambda cell: (cell.row, cell.column))
    return Table(number, len(rows), n_columns, 0, tuple(ordered), title), read
