"""Header, rows and columns of one table, put together to a grid."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

from extractors.pdf.grid import Grid, GridCell, GridKind
from extractors.pdf.loose.heads import Head
from extractors.pdf.loose.rows import Band
from extractors.pdf.loose.words import Row


def _middle_y(upper: Row, lower: Row) -> float:
    return ((upper.top + upper.bottom) / 2 + (lower.top + lower.bottom) / 2) / 2


def _edge_y(upper: Row, lower: Row, rules: Sequence[float]) -> float:
    between = [y for y in rules if upper.baseline < y < lower.baseline]
    return between[-1] if between else _middle_y(upper, lower)


def column_edges(
    extents: Sequence[tuple[float, float]], left: float, right: float, walls: Sequence[float]
) -> list[float] | None:
    """Edges in the white between columns, at a vertical rule where one stands there; None where two columns overlap."""
    edges = [left]
    for a, b in pairwise(extents):
        if b[0] < a[1] - 0.5:
            return None
        here = [x for x in walls if a[1] - 1 <= x <= b[0] + 1]
        edges.append(here[0] if here else (a[1] + b[0]) / 2)
    return [*edges, right]


def grid_of(
    head_rows: Sequence[Row],
    head: Head,
    bands: Sequence[Band],
    edges: Sequence[float],
    rules: Sequence[float],
    kind: GridKind,
    headings: Sequence[Row],
    inks: Sequence[tuple[float, float]],
    doubtful: bool,
) -> Grid:
    groups: list[tuple[Row, Row]] = []
    for level in range(head.n_levels):
        own = [row for row, at in zip(head_rows, head.levels, strict=True) if at == level]
        groups.append((own[0], own[-1]))
    groups += [(band.lines[0].row, band.lines[-1].row) for band in bands]
    top, bottom = groups[0][0], groups[-1][1]
    ys = [max((y for y in rules if top.top - 2 * top.size <= y <= (top.top + top.bottom) / 2), default=top.top - 1.0)]
    ys += [_edge_y(a[1], b[0], rules) for a, b in pairwise(groups)]
    ys.append(min((y for y in rules if bottom.baseline <= y <= bottom.bottom + 2 * bottom.size), default=bottom.bottom + 1.0))
    n_columns, n_head = len(edges) - 1, head.n_levels
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell] = []

    def put(row: int, column: int, row_span: int, column_span: int) -> None:
        spots = {(r, k) for r in range(row, row + row_span) for k in range(column, column + column_span)}
        if spots & taken:
            return
        taken.update(spots)
        cells.append(
            GridCell(
                row, column, row_span, column_span, (edges[column], ys[row], edges[column + column_span], ys[row + row_span])
            )
        )

    for group in head.groups:
        put(head.levels[group.line], group.first, 1, group.last - group.first + 1)
    for column in range(n_columns):
        covered = [r for r in range(n_head) if (r, column) in taken]
        start = max(covered, default=-1) + 1
        used = {head.levels[line] for line, k, _ in head.leaves if k == column}
        breaks = [r for r in sorted(head.hard) if r > start and any(u >= r for u in used) and any(start <= u < r for u in used)]
        for a, b in pairwise([start, *breaks, n_head]):
            if b > a:
                put(a, column, b - a, 1)
    wide = {id(row) for row in headings}
    for number, band in enumerate(bands, start=n_head):
        if any(id(line.row) in wide for line in band.lines):
            put(number, 0, 1, n_columns)
            continue
        for column in range(n_columns):
            put(number, column, 1, 1)
    return Grid(
        tuple(edges),
        tuple(ys),
        tuple(sorted(cells, key=lambda c: (c.row, c.column))),
        kind=kind,
        inks=tuple(inks),
        n_head=n_head,
        is_doubtful=doubtful,
    )
