"""Tables of words between horizontal rules: no column of figures tells where they are, but rules of one length part their rows."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.pdf.cells import PlacedCell, is_table, read_cells, split_by_grid
from extractors.pdf.grid import Grid, GridCell
from extractors.pdf.loose.rules import SAME_LINE, ruling
from extractors.pdf.loose.words import Row, Word, rows_of
from extractors.pdf.page import Char, Letters, Page, Rule
from extractors.records import Box

SAME_END = 2.0
"""Points by which the ends of the rules of one table may differ."""

MIN_LENGTH = 150.0
"""Points of a rule over a table of words at least."""

MIN_RULES = 3
"""Above the names of the columns, below them, and at the end."""

MIN_ROWS = 3
"""The names of the columns and two rows at least."""

CORRIDOR = 1.5
"""Blanks of white that part two columns; white of a blank and a half runs through no text of several lines."""

FILLED = 0.7
"""Share of the cells that must hold words."""

WIDER = 1.1
"""How much farther rows stand apart than the lines of one row."""

Lines = list[Row]


def _stacks(rules: Sequence[Rule]) -> list[list[Rule]]:
    """Rules of one length that stand over each other, from top to bottom."""
    groups: list[list[Rule]] = []
    for rule in sorted(rules, key=lambda rule: rule.at):
        if rule.end - rule.start < MIN_LENGTH:
            continue
        same = (
            group
            for group in groups
            if abs(group[-1].start - rule.start) <= SAME_END and abs(group[-1].end - rule.end) <= SAME_END
        )
        group = next(same, None)
        if group is None:
            groups.append([rule])
        elif rule.at - group[-1].at > SAME_LINE:
            group.append(rule)
    return [group for group in groups if len(group) >= MIN_RULES]


def _free(rules: Sequence[Rule], boxes: Sequence[Box]) -> list[Rule]:
    """Rules that belong to no table that was read already."""
    return [
        rule
        for rule in rules
        if not any(y0 - SAME_END <= rule.at <= y1 + SAME_END and rule.start < x1 and rule.end > x0 for x0, y0, x1, y1 in boxes)
    ]


def _strips(stack: Sequence[Rule], rows: Sequence[Row]) -> list[tuple[list[float], list[Lines]]]:
    """Runs of strips between neighbouring rules, each as (its rules, the lines of each strip).

    A run ends where a strip holds nothing, or a line that reaches over the ends of the rules.
    """
    runs: list[tuple[list[float], list[Lines]]] = []
    left, right = stack[0].start - SAME_END, stack[0].end + SAME_END
    edges: list[float] = []
    strips: list[Lines] = []
    for upper, lower in pairwise(stack):
        lines = [row for row in rows if upper.at < row.baseline < lower.at]
        if lines and all(left <= row.left and row.end <= right for row in lines):
            edges = edges or [upper.at]
            edges.append(lower.at)
            strips.append(lines)
        elif strips:
            runs.append((edges, strips))
            edges, strips = [], []
    return [*runs, (edges, strips)] if strips else runs


def _columns(strips: Sequence[Lines], blank: float) -> list[tuple[float, float]]:
    """The ink of the columns: white corridors through all lines part them."""
    words = sorted((word.left, word.end, word.size) for lines in strips for row in lines for word in row.words)
    found: list[tuple[float, float]] = []
    for left, end, size in words:
        if found and left - found[-1][1] < CORRIDOR * blank * size:
            found[-1] = (found[-1][0], max(found[-1][1], end))
        else:
            found.append((left, end))
    return found


def _by_column(row: Row, columns: Sequence[tuple[float, float]]) -> dict[int, tuple[Word, ...]]:
    cells: dict[int, tuple[Word, ...]] = {}
    for word in row.words:
        k = next(k for k, (left, right) in enumerate(columns) if left <= word.left <= right)
        cells[k] = (*cells.get(k, ()), word)
    return cells


def _filled(lines: Lines, columns: Sequence[tuple[float, float]]) -> set[int]:
    return {k for row in lines for k in _by_column(row, columns)}


def _counts(lines: Lines, columns: Sequence[tuple[float, float]]) -> bool:
    """Whether the first column of some lines holds whole numbers and nothing else."""
    first = [word.text for row in lines for word in _by_column(row, columns).get(0, ())]
    return bool(first) and all(text.strip(".").isdecimal() for text in first)


def _parted(lines: Lines, columns: Sequence[tuple[float, float]]) -> list[Lines]:
    """The rows of a body without rules inside: each has its number in the first column, and wider white around it than in it."""
    numbers = [word.text.strip(".") for row in lines for word in _by_column(row, columns).get(0, ())]
    counts = [int(text) for text in numbers if text.isdecimal()]
    if len(counts) < max(len(numbers), MIN_ROWS - 1) or not all(b - a == 1 for a, b in pairwise(counts)):
        return [lines]
    steps = [b.baseline - a.baseline for a, b in pairwise(lines)]
    ordered = sorted(steps, reverse=True)
    between = ordered[len(counts) - 2]
    if len(ordered) >= len(counts) and between < WIDER * ordered[len(counts) - 1]:
        return [lines]
    rows: list[Lines] = [lines[:1]]
    for step, line in zip(steps, lines[1:], strict=True):
        if step >= between:
            rows.append([line])
        else:
            rows[-1].append(line)
    return rows if all(0 in _filled(own, columns) for own in rows) else [lines]


def _grid(edges: Sequence[float], strips: Sequence[Lines], sides: tuple[float, float], blank: float) -> Grid | None:
    """One table, None where the evidence does not hold: names over all columns, and rows that fill most of them."""
    columns = _columns(strips, blank)
    if len(columns) < 2:
        return None
    ys, rows = [edges[0]], list[Lines]()
    for bottom, lines in zip(edges[1:], strips, strict=True):
        parts = _parted(lines, columns) if len(strips) == MIN_RULES - 1 and rows else [lines]
        ys += [(max(r.bottom for r in a) + min(r.top for r in b)) / 2 for a, b in pairwise(parts)]
        ys.append(bottom)
        rows += parts
    filled = [_filled(lines, columns) for lines in rows]
    if len(rows) < MIN_ROWS or len(filled[0]) < len(columns) or any(len(own) < 2 for own in filled):
        return None
    if sum(map(len, filled)) < FILLED * len(rows) * len(columns):
        return None
    xs = [sides[0], *((a[1] + b[0]) / 2 for a, b in pairwise(columns)), sides[1]]
    cells = tuple(
        GridCell(r, k, 1, 1, (xs[k], ys[r], xs[k + 1], ys[r + 1])) for r in range(len(rows)) for k in range(len(columns))
    )
    is_numbered = sum(_counts(lines, columns) for lines in rows[1:]) >= 0.5 * (len(rows) - 1)
    has_head = not _counts(rows[0], columns) if is_numbered else not any(map(str.isdigit, "".join(r.text for r in rows[0])))
    return Grid(tuple(xs), tuple(ys), cells, kind="half_ruled", inks=tuple(columns), n_head=int(has_head))


def read_strips(
    signs: Sequence[Char], page: Page, letters: Letters | None, boxes: Sequence[Box]
) -> tuple[list[tuple[Grid, tuple[PlacedCell, ...]]], list[Char]]:
    """Tables of words between rules among the signs outside other tables (`boxes`), with their cells, and the signs outside them."""
    outside = list(signs)
    if len(page.horizontal) < MIN_RULES:
        return [], outside
    stacks = _stacks(ruling(_free(page.horizontal, boxes), ()).across)
    found: list[tuple[Grid, tuple[PlacedCell, ...]]] = []
    for stack in stacks:
        here = [sign for sign in outside if sign.turn == 0 and stack[0].at < sign.centre[1] < stack[-1].at]
        single = [part for sign in here for part in (letters(sign) if letters and len(sign.text) > 1 else (sign,))]
        if not any(not sign.text.isspace() for sign in single):
            continue
        rows, blank = rows_of(single)
        for edges, strips in _strips(stack, rows):
            grid = _grid(edges, strips, (stack[0].start, stack[0].end), blank)
            if grid is None:
                continue
            inside, _ = split_by_grid(single, [grid])
            cells = read_cells(grid, inside[0], page.number)
            if is_table(grid, cells):
                found.append((grid, cells))
                _, outside = split_by_grid(outside, [grid])
    return found, outside
