"""Ruling lines -> grids of cells. Pure geometry in displayed points; knows neither PDF nor text.

Rules are snapped together, joined where they continue each other, and gathered into connected grids. A cell is a region of the grid
that no rule divides: a merged cell is where a rule is missing. A side where the rules simply stop (a row cut by the page) is closed.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, NamedTuple

from extractors.pdf.page import Rule
from extractors.records import Box

SNAP = 3.0
"""Points within which two rules are the same line: double borders, borders of neighbouring cells, thick and thin."""

REACH = 3.0
"""Points by which a rule may miss the one it ends at, and the gap over which two pieces are one rule."""

OPEN_END = 4.0
"""Points by which rules must stick out of the last crossing rule for that side to count as open."""

WALL_SHARE = 0.6
"""Share of a cell's side that must be ruled for the side to be a wall."""


GridKind = Literal["ruled", "half_ruled", "borderless"]

Spot = tuple[int, int]
"""Row and column (from 0) of the smallest pieces of a grid, between neighbouring edges."""


def turned(box: Box, turn: int) -> Box:
    """A displayed box in the frame in which text of direction `turn` reads from left to right."""
    x0, y0, x1, y1 = box
    if turn == 1:
        return y0, -x1, y1, -x0
    if turn == 2:
        return -x1, -y1, -x0, -y0
    return (-y1, x0, -y0, x1) if turn == 3 else box


def displayed(box: Box, turn: int) -> Box:
    """The inverse of `turned`."""
    return turned(box, (4 - turn) % 4)


class GridCell(NamedTuple):
    """A cell by its first row and column (from 0), its spans and its box."""

    row: int
    column: int
    row_span: int
    column_span: int
    box: Box


@dataclass(frozen=True, slots=True)
class Grid:
    """`xs`, `ys`: edges of columns and rows.

    `open_top`, `open_bottom`: the side has no rule of its own. `is_irregular`: some region was no rectangle.
    `kind`: where its edges come from. `turn`: direction of reading of its text as in `Char`; edges are counted in the frame turned
    so that it reads from left to right, boxes always as displayed. Without a grid of rules, `inks`: what each
    column's signs cover, `n_head`: the rows read as header. `is_doubtful`: the figures are certain, which lines make a name is not.
    """

    xs: tuple[float, ...]
    ys: tuple[float, ...]
    cells: tuple[GridCell, ...]
    open_top: bool = False
    open_bottom: bool = False
    is_irregular: bool = False
    kind: GridKind = "ruled"
    turn: int = 0
    inks: tuple[tuple[float, float], ...] = ()
    n_head: int = 0
    is_doubtful: bool = False

    @property
    def box(self) -> Box:
        return displayed((self.xs[0], self.ys[0], self.xs[-1], self.ys[-1]), self.turn)

    @property
    def n_rows(self) -> int:
        return len(self.ys) - 1

    @property
    def n_columns(self) -> int:
        return len(self.xs) - 1

    def owners(self) -> list[list[int]]:
        """n_rows x n_columns: the index in `cells` of the cell that covers each piece of the grid."""
        found = [[-1] * self.n_columns for _ in range(self.n_rows)]
        for index, cell in enumerate(self.cells):
            for row in range(cell.row, cell.row + cell.row_span):
                found[row][cell.column : cell.column + cell.column_span] = [index] * cell.column_span
        return found

    def spot_at(self, x: float, y: float) -> Spot | None:
        """Row and column (from 0) at a point as displayed, None outside."""
        if self.turn:
            x, y, _, _ = turned((x, y, x, y), self.turn)
        if not (self.xs[0] <= x < self.xs[-1] and self.ys[0] <= y < self.ys[-1]):
            return None
        return bisect_right(self.ys, y) - 1, bisect_right(self.xs, x) - 1


def snap(values: Iterable[float], tolerance: float = SNAP) -> list[float]:
    """Positions closer than `tolerance` to the first of their group become one: the middle of the group."""
    groups: list[list[float]] = []
    for value in sorted(values):
        if groups and value - groups[-1][0] <= tolerance:
            groups[-1].append(value)
        else:
            groups.append([value])
    return [(group[0] + group[-1]) / 2 for group in groups]


def _nearest(positions: Sequence[float], value: float) -> float:
    """The nearest of some positions in ascending order."""
    after = bisect_left(positions, value)
    near = positions[max(after - 1, 0) : after + 1]
    return min(near, key=lambda position: abs(position - value))


def join_rules(rules: Iterable[Rule]) -> list[Rule]:
    """Rules on one line that overlap or continue each other become one rule."""
    rules = list(rules)
    positions = snap(rule.at for rule in rules)
    lines: dict[float, list[Rule]] = {}
    for rule in rules:
        lines.setdefault(_nearest(positions, rule.at), []).append(rule)
    joined: list[Rule] = []
    for at, pieces in lines.items():
        start, end = None, 0.0
        for piece in sorted(pieces, key=lambda rule: rule.start):
            if start is None:
                start, end = piece.start, piece.end
            elif piece.start <= end + REACH:
                end = max(end, piece.end)
            else:
                joined.append(Rule(at, start, end))
                start, end = piece.start, piece.end
        if start is not None:
            joined.append(Rule(at, start, end))
    return joined


def _crosses(horizontal: Rule, vertical: Rule) -> bool:
    return (
        horizontal.start - REACH <= vertical.at <= horizontal.end + REACH
        and vertical.start - REACH <= horizontal.at <= vertical.end + REACH
    )


def connected(horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[tuple[list[Rule], list[Rule]]]:
    """Groups of rules that hang together by crossings, each as (horizontal, vertical)."""
    parent = list(range(len(horizontal) + len(vertical)))

    def root(item: int) -> int:
        while parent[item] != item:
            parent[item] = parent[parent[item]]
            item = parent[item]
        return item

    for i, across in enumerate(horizontal):
        for j, down in enumerate(vertical):
            if _crosses(across, down):
                parent[root(i)] = root(len(horizontal) + j)
    groups: dict[int, tuple[list[Rule], list[Rule]]] = {}
    for i, across in enumerate(horizontal):
        groups.setdefault(root(i), ([], []))[0].append(across)
    for j, down in enumerate(vertical):
        groups.setdefault(root(len(horizontal) + j), ([], []))[1].append(down)
    return list(groups.values())


def _closing(rules: Sequence[Rule], edges: Sequence[float]) -> tuple[Rule | None, Rule | None]:
    """Rules that close the sides where at least two of `rules` stick out of the crossing `edges`: before the first, after the last."""
    if len(rules) < 2:
        return None, None
    start, end = min(rule.start for rule in rules), max(rule.end for rule in rules)
    first = [rule for rule in rules if rule.start - start <= REACH]
    last = [rule for rule in rules if end - rule.end <= REACH]
    before = after = None
    if len(first) >= 2 and (not edges or start < edges[0] - OPEN_END):
        before = Rule(start, min(rule.at for rule in first), max(rule.at for rule in first))
    if len(last) >= 2 and (not edges or end > edges[-1] + OPEN_END):
        after = Rule(end, min(rule.at for rule in last), max(rule.at for rule in last))
    return before, after


def _is_wall(rules: Sequence[Rule], start: float, end: float) -> bool:
    """Whether the rules along one edge cover a side of a cell."""
    needed = WALL_SHARE * (end - start)
    covered = 0.0
    for rule in rules:
        if rule.start < end and rule.end > start:
            covered += min(rule.end, end) - max(rule.start, start)
    return covered >= needed


def _by_edge(rules: Sequence[Rule], edges: Sequence[float]) -> list[list[Rule]]:
    """For each edge the rules that lie on it."""
    return [[rule for rule in rules if abs(rule.at - edge) <= SNAP / 2 + 1e-6] for edge in edges]


def _regions(n_rows: int, n_columns: int, walls_right: set[Spot], walls_below: set[Spot]) -> list[set[Spot]]:
    """Sets of (row, column) that no wall divides."""
    spots = [(row, column) for row in range(n_rows) for column in range(n_columns)]
    unseen = set(spots)
    regions: list[set[Spot]] = []
    for first in spots:
        if first not in unseen:
            continue
        row, column = first
        if (column + 1 == n_columns or first in walls_right) and (row + 1 == n_rows or first in walls_below):
            # Nothing before it, by rows, reached it: it is closed all round, as most are.
            unseen.discard(first)
            regions.append({first})
            continue
        stack = [first]
        region: set[Spot] = set()
        while stack:
            row, column = spot = stack.pop()
            if spot not in unseen:
                continue
            unseen.discard(spot)
            region.add(spot)
            if spot not in walls_right and column + 1 < n_columns:
                stack.append((row, column + 1))
            if column and (row, column - 1) not in walls_right:
                stack.append((row, column - 1))
            if spot not in walls_below and row + 1 < n_rows:
                stack.append((row + 1, column))
            if row and (row - 1, column) not in walls_below:
                stack.append((row - 1, column))
        regions.append(region)
    return regions


def _span(region: set[Spot]) -> tuple[int, int, int, int]:
    if len(region) == 1:
        return *next(iter(region)), 1, 1
    rows, columns = [r for r, _ in region], [k for _, k in region]
    return min(rows), min(columns), max(rows) - min(rows) + 1, max(columns) - min(columns) + 1


def _without_unused(edges: Sequence[float], used: set[int]) -> tuple[list[float], dict[int, int]]:
    """Edges at which some cell begins or ends, and the new number of each."""
    kept = [index for index in range(len(edges)) if index in used]
    return [edges[index] for index in kept], {old: new for new, old in enumerate(kept)}


def _build(horizontal: list[Rule], vertical: list[Rule]) -> Grid | None:
    ys = snap(rule.at for rule in horizontal)
    top, bottom = _closing(vertical, ys)
    horizontal = horizontal + [rule for rule in (top, bottom) if rule is not None]
    xs = snap(rule.at for rule in vertical)
    left, right = _closing(horizontal, xs)
    vertical = vertical + [rule for rule in (left, right) if rule is not None]
    ys, xs = snap(rule.at for rule in horizontal), snap(rule.at for rule in vertical)
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    if n_rows < 1 or n_columns < 1:
        return None
    spots = [(row, column) for row in range(n_rows) for column in range(n_columns)]
    down, across = _by_edge(vertical, xs), _by_edge(horizontal, ys)
    walls_right = {(r, k) for r, k in spots if k + 1 < n_columns and _is_wall(down[k + 1], ys[r], ys[r + 1])}
    walls_below = {(r, k) for r, k in spots if r + 1 < n_rows and _is_wall(across[r + 1], xs[k], xs[k + 1])}
    spans: list[tuple[int, int, int, int]] = []
    is_irregular = False
    for region in _regions(n_rows, n_columns, walls_right, walls_below):
        row, column, row_span, column_span = _span(region)
        if row_span * column_span == len(region):
            spans.append((row, column, row_span, column_span))
        else:
            is_irregular = True
            spans.extend((r, k, 1, 1) for r, k in region)
    new_ys, rows = _without_unused(ys, {s[0] for s in spans} | {s[0] + s[2] for s in spans})
    new_xs, columns = _without_unused(xs, {s[1] for s in spans} | {s[1] + s[3] for s in spans})
    cells = tuple(
        GridCell(
            rows[row],
            columns[column],
            rows[row + row_span] - rows[row],
            columns[column + column_span] - columns[column],
            (xs[column], ys[row], xs[column + column_span], ys[row + row_span]),
        )
        for row, column, row_span, column_span in sorted(spans)
    )
    return Grid(tuple(new_xs), tuple(new_ys), cells, top is not None, bottom is not None, is_irregular)


def find_grids(horizontal: Iterable[Rule], vertical: Iterable[Rule]) -> list[Grid]:
    """The grids of a page from top to bottom. Rules that cross nothing (lines of a letterhead, horizontal rules only) give none."""
    grids: list[Grid] = []
    for across, down in connected(join_rules(horizontal), join_rules(vertical)):
        if not across or len(down) < 2:
            continue
        grid = _build(across, down)
        if grid is not None:
            grids.append(grid)
    return sorted(grids, key=lambda grid: (grid.box[1], grid.box[0]))
