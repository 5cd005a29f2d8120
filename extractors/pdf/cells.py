"""Characters into the cells of a grid, and the question whether a grid is a table at all; how many rows are header."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import NamedTuple

from extractors.pdf.grid import Grid
from extractors.pdf.lines import ReadText, join_lines, text_of
from extractors.pdf.page import Char
from extractors.records import Box, CellSource

_NUMBER = re.compile(r"^[+\-−–]?\s?\d[\d.,\s]*\s?%?$")
_YEAR = re.compile(r"^(?:19|20)\d{2}$")

MIN_TEXT_ROWS = 0.5
"""Share of rows that must hold text: the grid of a chart is empty, its labels stand outside."""

MIN_TEXT_CELLS = 0.15
MIN_TEXT_CELLS_IRREGULAR = 0.4
"""Share of cells that must hold text; more where the lines enclose shapes that are no rectangles, as the bars of a chart do."""


RED_PRINT, NO_SECOND_READING, NOTHING_READ = "red print", "no second reading", "nothing"
REMARKS = frozenset({RED_PRINT, NO_SECOND_READING, NOTHING_READ})
"""What may stand among the readings of a part without being one: why there is none, in words for the issue."""


class Part(NamedTuple):
    """The piece of a cell that stands on one page, how its text came about and how sure the reader is of it (0 to 1).

    `readings`: of a piece that is not settled what its readers made of it, the likeliest first; `REMARKS` among them are no readings.
    `doubted_fonts`: fonts without a proper letter table in which signs of it are set.
    """

    page: int
    box: Box
    read: ReadText
    source: CellSource = "text"
    confidence: float = 1.0
    readings: tuple[str, ...] = ()
    doubted_fonts: frozenset[str] = frozenset()

    @property
    def origin(self) -> CellSource:
        """`source`, with text that was decoded told from the file's own Unicode."""
        return "legacy" if self.read.is_decoded and self.source == "text" else self.source


@dataclass(frozen=True, slots=True)
class PlacedCell:
    """A cell by first row and column (from 0) and spans; more than one part if a page break cuts it."""

    row: int
    column: int
    row_span: int
    column_span: int
    parts: tuple[Part, ...]
    text: str = field(init=False)

    def __post_init__(self) -> None:
        texts = [part.read.text for part in self.parts]
        object.__setattr__(self, "text", texts[0] if len(texts) == 1 else join_lines(texts))

    @property
    def source(self) -> CellSource:
        """Of a cell cut by pages that of the piece which is least the file's own Unicode."""
        if len(self.parts) == 1:
            return self.parts[0].origin
        sources = {part.origin for part in self.parts}
        return "ocr" if "ocr" in sources else "legacy" if "legacy" in sources else "text"

    @property
    def confidence(self) -> float:
        if len(self.parts) == 1:
            return self.parts[0].confidence
        return min(part.confidence for part in self.parts)

    @property
    def last_row(self) -> int:
        return self.row + self.row_span - 1

    @property
    def columns(self) -> tuple[int, int]:
        return self.column, self.column_span


def is_number(text: str) -> bool:
    """A printed number, with sign, separators and %: what makes a row a data row."""
    return _NUMBER.match(text) is not None


def split_by_grid(chars: Iterable[Char], grids: Sequence[Grid]) -> tuple[list[dict[int, list[Char]]], list[Char]]:
    """For each grid the signs of each of its cells (by index), and the signs outside all grids. A sign is where its middle is."""
    if not grids:
        return [], list(chars)
    inside: list[dict[int, list[Char]]] = [{} for _ in grids]
    outside: list[Char] = []
    owned = [(grid, grid.owners(), cells) for grid, cells in zip(grids, inside, strict=True)]
    for char in chars:
        x, y = char.centre
        for grid, owners, cells in owned:
            spot = grid.spot_at(x, y)
            if spot is not None:
                cells.setdefault(owners[spot[0]][spot[1]], []).append(char)
                break
        else:
            outside.append(char)
    return inside, outside


def read_cells(grid: Grid, chars: Mapping[int, Sequence[Char]], page: int) -> tuple[PlacedCell, ...]:
    """Every cell of a grid with its text; a cell without signs has empty text."""
    return tuple(
        PlacedCell(
            cell.row,
            cell.column,
            cell.row_span,
            cell.column_span,
            (Part(page, cell.box, text_of(chars.get(index, ()))),),
        )
        for index, cell in enumerate(grid.cells)
    )


def is_table(grid: Grid, cells: Sequence[PlacedCell]) -> bool:
    """At least two columns, two cells with text, and text in half of the rows and in enough of the cells.

    A frame around a paragraph is none, nor is a chart, be its figures printed on its bars: most of what its lines enclose is empty.
    """
    with_text = [cell for cell in cells if cell.text]
    rows = {row for cell in with_text for row in range(cell.row, cell.last_row + 1)}
    filled = MIN_TEXT_CELLS_IRREGULAR if grid.is_irregular else MIN_TEXT_CELLS
    return (
        grid.n_columns >= 2
        and len(with_text) >= 2
        and len(rows) >= MIN_TEXT_ROWS * grid.n_rows
        and len(with_text) >= filled * len(cells)
    )


def _is_column_numbers(cells: Sequence[PlacedCell]) -> bool:
    """A row that only numbers the columns: 1, 2, 3 …"""
    texts = [(cell.column + 1, cell.text) for cell in cells if cell.text]
    return len(texts) >= 3 and all(text in (str(column), f"({column})") for column, text in texts)


def _is_data_row(cells: Sequence[PlacedCell]) -> bool:
    """Some cell that begins in this row, not in the first column, holds a number; years or column numbers alone are headings."""
    numbers = [cell.text for cell in cells if cell.column > 0 and is_number(cell.text)]
    return bool(numbers) and not all(map(_YEAR.match, numbers)) and not _is_column_numbers(cells)


def count_header_rows(cells: Sequence[PlacedCell], n_rows: int) -> int:
    """How many leading rows are header.

    The rows above the first data row (see `_is_data_row`); a row above it with a single text is the heading of a section and ends
    the header, unless a cell of the header still spans it. A table without data rows: as deep as the spans of its first row.
    Always at least 1, and at least one row is left as body if there are two.
    """
    by_row: dict[int, list[PlacedCell]] = {}
    for cell in cells:
        by_row.setdefault(cell.row, []).append(cell)
    depth = max((cell.row_span for cell in by_row.get(0, ())), default=1)
    data = next((row for row in range(n_rows) if _is_data_row(by_row.get(row, ()))), None)
    if data is None:
        return depth if depth < n_rows else 1
    count = data
    while count > 1:
        last = [cell for cell in cells if cell.row <= count - 1 <= cell.last_row]
        if sum(bool(cell.text) for cell in last) > 1:
            break
        count -= 1
    return max(count, 1)


def number_columns(cells: Iterable[PlacedCell], from_row: int = 0) -> set[int]:
    """Columns in which some cell from row `from_row` on is a number."""
    return {cell.column for cell in cells if cell.row >= from_row and is_number(cell.text)}
