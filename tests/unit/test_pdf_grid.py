"""Rules -> grids: any table drawn with rules gives back its cells, however the rules are cut, doubled or shaken."""

from __future__ import annotations

import random
from itertools import pairwise

from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.pdf.grid import find_grids, join_rules, snap
from extractors.pdf.page import Rule

Cell = tuple[int, int, int, int]


def covers(cell: Cell, row: int, column: int) -> bool:
    return cell[0] <= row < cell[0] + cell[2] and cell[1] <= column < cell[1] + cell[3]


@st.composite
def ruled_tables(draw: st.DrawFn) -> tuple[list[float], list[float], list[Cell]]:
    """Edges at least 8 points apart, and cells (row, column, row span, column span) that fill the grid, some merged."""
    xs = [draw(st.floats(20, 60))]
    ys = [draw(st.floats(20, 60))]
    for _ in range(draw(st.integers(1, 7))):
        xs.append(xs[-1] + draw(st.floats(8, 120)))
    for _ in range(draw(st.integers(1, 9))):
        ys.append(ys[-1] + draw(st.floats(8, 60)))
    n_rows, n_columns = len(ys) - 1, len(xs) - 1
    merged: list[Cell] = []
    for _ in range(draw(st.integers(0, 6))):
        row, column = draw(st.integers(0, n_rows - 1)), draw(st.integers(0, n_columns - 1))
        cell = (row, column, draw(st.integers(1, n_rows - row)), draw(st.integers(1, n_columns - column)))
        spots = [(r, k) for r in range(n_rows) for k in range(n_columns) if covers(cell, r, k)]
        if not any(covers(other, r, k) for other in merged for r, k in spots):
            merged.append(cell)
    singles = [
        (row, column, 1, 1)
        for row in range(n_rows)
        for column in range(n_columns)
        if not any(covers(cell, row, column) for cell in merged)
    ]
    return xs, ys, sorted(merged + singles)


def draw_rules(xs: list[float], ys: list[float], cells: list[Cell], seed: int, shake: float) -> tuple[list[Rule], list[Rule]]:
    """The four sides of every cell, each cut into pieces and shaken: neighbouring cells draw their common side twice."""
    chance = random.Random(seed)  # noqa: S311
    horizontal: list[Rule] = []
    vertical: list[Rule] = []

    def pieces(at: float, start: float, end: float) -> list[Rule]:
        middle = start + (end - start) * chance.random()
        at += chance.uniform(-shake, shake)
        return [Rule(at, start, middle), Rule(at, middle, end)]

    for row, column, row_span, column_span in cells:
        x0, x1, y0, y1 = xs[column], xs[column + column_span], ys[row], ys[row + row_span]
        horizontal += pieces(y0, x0, x1) + pieces(y1, x0, x1)
        vertical += pieces(x0, y0, y1) + pieces(x1, y0, y1)
    chance.shuffle(horizontal)
    chance.shuffle(vertical)
    return horizontal, vertical


@settings(max_examples=150, deadline=None)
@given(ruled_tables(), st.integers(0, 10_000), st.sampled_from([0.0, 0.4, 0.7]))
def test_drawn_table_gives_back_its_cells(table: tuple[list[float], list[float], list[Cell]], seed: int, shake: float) -> None:
    xs, ys, cells = table
    grids = find_grids(*draw_rules(xs, ys, cells, seed, shake))
    assert len(grids) == 1
    (grid,) = grids
    # An edge inside merged cells only is drawn nowhere: it is no edge of the table that a reader sees.
    used_rows = sorted({edge for row, _, span, _ in cells for edge in (row, row + span)})
    used_columns = sorted({edge for _, column, _, span in cells for edge in (column, column + span)})
    expected = sorted(
        (
            used_rows.index(row),
            used_columns.index(column),
            used_rows.index(row + row_span) - used_rows.index(row),
            used_columns.index(column + column_span) - used_columns.index(column),
        )
        for row, column, row_span, column_span in cells
    )
    assert [(c.row, c.column, c.row_span, c.column_span) for c in grid.cells] == expected
    assert (grid.is_irregular, grid.open_top, grid.open_bottom) == (False, False, False)
    for found, edge in zip(grid.xs, used_columns, strict=True):
        assert abs(found - xs[edge]) <= shake + 1e-6
    for found, edge in zip(grid.ys, used_rows, strict=True):
        assert abs(found - ys[edge]) <= shake + 1e-6


@settings(max_examples=60, deadline=None)
@given(ruled_tables())
def test_every_point_of_a_grid_lies_in_exactly_one_cell(table: tuple[list[float], list[float], list[Cell]]) -> None:
    xs, ys, cells = table
    (grid,) = find_grids(*draw_rules(xs, ys, cells, 1, 0.0))
    for x0, x1 in pairwise(grid.xs):
        for y0, y1 in pairwise(grid.ys):
            x, y = (x0 + x1) / 2, (y0 + y1) / 2
            spot = grid.spot_at(x, y)
            assert spot is not None
            index = grid.owners()[spot[0]][spot[1]]
            holding = [i for i, c in enumerate(grid.cells) if c.box[0] <= x < c.box[2] and c.box[1] <= y < c.box[3]]
            assert holding == [index]
    assert grid.spot_at(grid.xs[0] - 1, grid.ys[0] + 1) is None
    assert grid.spot_at(grid.xs[0] + 1, grid.ys[-1] + 1) is None


def full_grid(xs: tuple[float, ...], ys: tuple[float, ...]) -> tuple[list[Rule], list[Rule]]:
    return [Rule(y, xs[0], xs[-1]) for y in ys], [Rule(x, ys[0], ys[-1]) for x in xs]


def test_a_row_without_closing_rule_is_closed_where_its_side_rules_end() -> None:
    horizontal = [Rule(100, 50, 250), Rule(120, 50, 250)]
    vertical = [Rule(x, 100, 145) for x in (50, 150, 250)]
    (grid,) = find_grids(horizontal, vertical)
    assert grid.ys == (100, 120, 145)
    assert (grid.open_top, grid.open_bottom) == (False, True)
    assert len(grid.cells) == 4


def test_a_table_without_side_rules_is_closed_where_its_rules_end() -> None:
    horizontal = [Rule(y, 20, 300) for y in (100, 120, 140)]
    vertical = [Rule(x, 100, 140) for x in (120, 200)]
    (grid,) = find_grids(horizontal, vertical)
    assert grid.xs == (20, 120, 200, 300)
    assert len(grid.cells) == 6


def test_two_tables_on_a_page_are_two_grids_from_top_to_bottom() -> None:
    upper, lower = full_grid((50, 150, 250), (100, 120, 140)), full_grid((50, 100, 250), (300, 320))
    grids = find_grids(lower[0] + upper[0], lower[1] + upper[1])
    assert [grid.box for grid in grids] == [(50, 100, 250, 140), (50, 300, 250, 320)]


def test_horizontal_rules_alone_are_no_grid() -> None:
    assert find_grids([Rule(y, 50, 300) for y in (100, 120, 140)], []) == []


def test_a_line_that_crosses_nothing_changes_no_grid() -> None:
    horizontal, vertical = full_grid((50, 150, 250), (100, 120, 140))
    (grid,) = find_grids([*horizontal, Rule(60, 50, 250)], vertical)
    assert grid.ys == (100, 120, 140)


def test_rules_that_leave_no_rectangle_are_told() -> None:
    """A wall that ends half-way down makes an L: its pieces stay apart and the grid says that it is irregular."""
    horizontal, vertical = (
        [Rule(100, 50, 250), Rule(140, 50, 250), Rule(120, 150, 250)],
        [
            Rule(50, 100, 140),
            Rule(250, 100, 140),
            Rule(150, 120, 140),
        ],
    )
    (grid,) = find_grids(horizontal, vertical)
    assert grid.is_irregular
    assert len(grid.cells) == 4


def test_double_rules_are_one() -> None:
    assert snap([10.0, 12.5, 40.0]) == [11.25, 40.0]
    assert join_rules([Rule(10, 0, 50), Rule(12, 49, 90), Rule(11, 200, 240)]) == [Rule(11, 0, 90), Rule(11, 200, 240)]
