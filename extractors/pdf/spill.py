"""Text of a merged cell that stands in the middle of too small a part of it and spills over both ends of the table.

A page break may leave one row of a merged cell on a page with all of its text: its lines then begin above the table and end below it.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.pdf.grid import Grid
from extractors.pdf.lines import union
from extractors.pdf.page import Char

MAX_ROWS = 2
"""Rows of a part from which no text spills."""

REACH = 6.0
"""Sizes beyond the table within which its text may stand."""

SAME_SIZE = 0.02
MAX_LEADING = 1.75
"""Sizes between two lines of a text."""

EVEN = 0.05
"""Sizes by which lines of one text may differ in how far they stand apart."""


def _lines(signs: Sequence[Char]) -> list[list[Char]]:
    lines: list[list[Char]] = []
    for sign in sorted(signs, key=lambda sign: sign.baseline):
        if lines and sign.baseline - lines[-1][0].baseline <= EVEN * sign.size:
            lines[-1].append(sign)
        else:
            lines.append([sign])
    return lines


def _beyond(grid: Grid, index: int, own: Sequence[Char], outside: Sequence[Char]) -> list[Char]:
    """The signs above and below the table that go on with the lines of a cell, [] if they are not on both sides of it."""
    x0, top, x1, bottom = grid.cells[index].box
    size = max(sign.size for sign in own)
    near = [
        sign
        for sign in outside
        if sign.turn == 0 and not sign.text.isspace() and top - REACH * size < sign.centre[1] < bottom + REACH * size
    ]
    mine = [s for s in near if x0 <= s.box[0] and s.box[2] <= x1 and abs(s.size - size) <= SAME_SIZE * size]
    others = [s.baseline for s in near if not (x0 <= s.box[0] and s.box[2] <= x1)]
    inner = _lines([sign for sign in own if not sign.text.isspace()])
    lines = _lines([*mine, *(sign for line in inner for sign in line)])
    inside = {id(sign) for line in inner for sign in line}
    place = [k for k, line in enumerate(lines) if id(line[0]) in inside]
    first, last = place[0], place[-1]
    if first == 0 or last == len(lines) - 1:
        return []
    pitch = lines[first][0].baseline - lines[first - 1][0].baseline

    def follows(upper: list[Char], lower: list[Char]) -> bool:
        step = lower[0].baseline - upper[0].baseline
        return pitch <= MAX_LEADING * size and abs(step - pitch) <= EVEN * size

    def is_alone(line: list[Char]) -> bool:
        return not any(abs(line[0].baseline - other) <= size / 2 for other in others)

    if not all(follows(a, b) for a, b in pairwise(lines[first - 1 : last + 2])):
        return []
    start, end = first, last
    while start and follows(lines[start - 1], lines[start]) and is_alone(lines[start - 1]):
        start -= 1
    while end + 1 < len(lines) and follows(lines[end], lines[end + 1]) and is_alone(lines[end + 1]):
        end += 1
    above, below = lines[start:first], lines[last + 1 : end + 1]
    return [s for line in (*above, *below) for s in line] if above and below and abs(len(above) - len(below)) <= 1 else []


def spilled(grid: Grid, inside: Mapping[int, Sequence[Char]], outside: Sequence[Char]) -> tuple[Grid, dict[int, list[Char]]]:
    """The signs outside a grid of few rows that belong to its cells, by the index of the cell; and the grid with these cells' boxes."""
    found: dict[int, list[Char]] = {}
    if grid.n_rows > MAX_ROWS or grid.turn:
        return grid, found
    for index, cell in enumerate(grid.cells):
        own = [sign for sign in inside.get(index, ()) if sign.turn == 0]
        if cell.row_span == grid.n_rows and any(not sign.text.isspace() for sign in own):
            signs = _beyond(grid, index, own, outside)
            if signs:
                found[index] = signs
    cells = [
        cell._replace(box=union([cell.box, *(sign.box for sign in found[k])])) if k in found else cell
        for k, cell in enumerate(grid.cells)
    ]
    return (replace(grid, cells=tuple(cells)) if found else grid), found
