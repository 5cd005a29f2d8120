"""The parts of a table without a grid on two pages: which columns of one are which of the other, and whether a header comes again.

Edges in the white differ from page to page with the widest entry of each; the ink of one column overlaps on both.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.pdf.cells import Part, PlacedCell
from extractors.pdf.lines import ReadText

Extent = tuple[float, float]

OVERLAP = 0.5
"""Share of the narrower of two columns that both must cover to be the same."""

MATCHED = 0.6
"""Share of the columns of the smaller part that must be found in the other."""


@dataclass(frozen=True, slots=True)
class Columns:
    """The columns of both parts together: their ink, and the number of each column of either part among them."""

    inks: tuple[Extent, ...]
    first: tuple[int, ...]
    second: tuple[int, ...]

    @property
    def edges(self) -> tuple[float, ...]:
        middles = ((a[1] + b[0]) / 2 for a, b in pairwise(self.inks))
        return self.inks[0][0], *middles, self.inks[-1][1]


def _same(a: Extent, b: Extent) -> bool:
    return min(a[1], b[1]) - max(a[0], b[0]) >= OVERLAP * min(a[1] - a[0], b[1] - b[0])


def common_columns(first: Sequence[Extent], second: Sequence[Extent]) -> Columns | None:
    """The union of the columns of two parts, None if one column could be two of the other's or too few are the same."""
    pairs = [(i, j) for i, a in enumerate(first) for j, b in enumerate(second) if _same(a, b)]
    if len({i for i, _ in pairs}) < len(pairs) or len({j for _, j in pairs}) < len(pairs):
        return None
    if len(pairs) < 2 or len(pairs) < MATCHED * min(len(first), len(second)):
        return None
    partner = dict(pairs)
    taken = set(partner.values())
    union = [
        (min(a[0], second[partner[i]][0]), max(a[1], second[partner[i]][1]), i, partner[i]) if i in partner else (*a, i, -1)
        for i, a in enumerate(first)
    ]
    union += [(*b, -1, j) for j, b in enumerate(second) if j not in taken]
    union.sort()
    if any(b[0] < a[1] for a, b in pairwise(union)):
        return None
    place_first = {i: k for k, (_, _, i, _) in enumerate(union) if i >= 0}
    place_second = {j: k for k, (_, _, _, j) in enumerate(union) if j >= 0}
    return Columns(
        tuple((a, b) for a, b, _, _ in union),
        tuple(place_first[i] for i in range(len(first))),
        tuple(place_second[j] for j in range(len(second))),
    )


def renumbered(cells: Iterable[PlacedCell], places: Sequence[int], columns: Columns, n_rows: int) -> list[PlacedCell]:
    """Cells with the columns of the union, and blank cells in columns that only the other part has."""
    found: list[PlacedCell] = []
    taken: set[tuple[int, int]] = set()
    by_row: dict[int, PlacedCell] = {}
    for cell in cells:
        start, end = places[cell.column], places[cell.column + cell.column_span - 1]
        found.append(replace(cell, column=start, column_span=end - start + 1))
        taken |= {(r, k) for r in range(cell.row, cell.row + cell.row_span) for k in range(start, end + 1)}
        if cell.row_span == 1:
            by_row.setdefault(cell.row, cell)
    edges = columns.edges
    for row, column in ((r, k) for r in range(n_rows) for k in range(len(columns.inks))):
        if (row, column) not in taken and row in by_row:
            beside = by_row[row].parts[0]
            box = (edges[column], beside.box[1], edges[column + 1], beside.box[3])
            found.append(PlacedCell(row, column, 1, 1, (Part(beside.page, box, ReadText("")),)))
    return sorted(found, key=lambda cell: (cell.row, cell.column))


def header_words(cells: Iterable[PlacedCell], n_head: int) -> list[str]:
    """All words of a header in order of the alphabet: two pages may stack its lines otherwise."""
    return sorted(word for cell in cells if cell.row < n_head for word in cell.text.split())
