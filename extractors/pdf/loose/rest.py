"""The last rows of a table alone on the next page: too few to show columns, they stand in those of the page before."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.pdf.cells import PlacedCell, number_columns, read_cells, split_by_grid
from extractors.pdf.grid import Grid, GridCell
from extractors.pdf.loose.blocks import MAX_WHITE
from extractors.pdf.loose.words import Row, rows_of
from extractors.pdf.page import Char, Letters, Page

MAX_ABOVE = 2
"""Lines of a running head above the rows."""

MAX_ROWS = 4
"""More rows show their own columns."""

MIN_FILLED = 3
"""Columns that one of the rows must fill."""

Found = tuple[Grid, tuple[PlacedCell, ...]]


def _fills(row: Row, inks: Sequence[tuple[float, float]], figures: set[int]) -> set[int] | None:
    """The columns in which a line has something; None if it does not stand in them: figures under figures, names under names."""
    filled: set[int] = set()
    for phrase in row.phrases:
        hit = [k for k, (left, right) in enumerate(inks) if min(right, phrase.end) > max(left, phrase.left)]
        if len(hit) != 1 or hit[0] in filled or phrase.is_value != (hit[0] in figures):
            return None
        left, right = inks[hit[0]]
        if phrase.left < left - row.size or (phrase.is_value and phrase.end > right + row.size):
            return None
        filled.add(hit[0])
    return filled if filled & figures else None


def _rows_at_top(rows: Sequence[Row], inks: Sequence[tuple[float, float]], figures: set[int]) -> list[Row]:
    """The first lines of a page, but for a running head, that stand in the columns, with white below them; [] if there are none."""
    start = next((k for k, row in enumerate(rows[: MAX_ABOVE + 1]) if _fills(row, inks, figures)), None)
    if start is None:
        return []
    end, most = start, 0
    while end < len(rows) and (filled := _fills(rows[end], inks, figures)):
        if end > start and rows[end].top - rows[end - 1].bottom > MAX_WHITE * rows[end].size:
            break
        most = max(most, len(filled))
        end += 1
    is_clear = end == len(rows) or rows[end].top - rows[end - 1].bottom > rows[end].size
    return list(rows[start:end]) if is_clear and end - start <= MAX_ROWS and most >= MIN_FILLED else []


def read_rest(
    before: Found, signs: Sequence[Char], page: Page, letters: Letters | None, top_of_next: float
) -> tuple[list[Found], list[Char]]:
    """The rows at the top of a page, above `top_of_next`, in the columns of the last table of the page before; and the other signs."""
    grid, cells = before
    figures = number_columns(cells, grid.n_head)
    if not grid.inks or grid.turn or not figures:
        return [], list(signs)
    here = [sign for sign in signs if sign.turn == 0 and sign.centre[1] < top_of_next]
    if not any(map(str.isdigit, "".join(sign.text for sign in here))):
        return [], list(signs)
    single = [part for sign in here for part in (letters(sign) if letters and len(sign.text) > 1 else (sign,))]
    rows, _ = rows_of(single)
    found = _rows_at_top(rows, grid.inks, figures)
    if not found:
        return [], list(signs)
    xs = (grid.xs[0], *((a[1] + b[0]) / 2 for a, b in pairwise(grid.inks)), grid.xs[-1])
    middles = ((a.bottom + b.top) / 2 for a, b in pairwise(found))
    ys = (found[0].top - 1.0, *middles, found[-1].bottom + 1.0)
    places = [(r, k) for r in range(len(found)) for k in range(len(xs) - 1)]
    rest = Grid(
        xs,
        ys,
        tuple(GridCell(r, k, 1, 1, (xs[k], ys[r], xs[k + 1], ys[r + 1])) for r, k in places),
        kind=grid.kind,
        inks=grid.inks,
    )
    inside, _ = split_by_grid(single, [rest])
    _, outside = split_by_grid(signs, [rest])
    return [(rest, read_cells(rest, inside[0], page.number))], outside
