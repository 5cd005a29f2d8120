"""The tables without a full grid on one page, as grids: `loose_grids`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace

from extractors.pdf.cells import PlacedCell, is_table, read_cells, split_by_grid
from extractors.pdf.grid import Grid, displayed
from extractors.pdf.lines import upright
from extractors.pdf.loose.beside import gutter_of, halves
from extractors.pdf.loose.blocks import is_data, is_prose, runs_of, split_run, with_names_whole
from extractors.pdf.loose.body import Zone
from extractors.pdf.loose.frame import frame_of
from extractors.pdf.loose.rules import ruling
from extractors.pdf.loose.table import MIN_COLUMNS, MIN_LINES, NEAR, table_of
from extractors.pdf.loose.words import Row, rows_of, what_is
from extractors.pdf.page import Char, Letters, Page, Rule

MIN_DIGITS = 12
"""A page with fewer figures holds no table of numbers."""

_FIGURE = re.compile(r"\d")

MAX_BESIDE = 3
"""How often a page is parted into tables side by side."""


def _gutter(zone: Zone, first: int, last: int, floor: int) -> float | None:
    frame, _ = frame_of(zone.rows, first, last)
    if frame is None:
        return None
    above: list[Row] = []
    for row in reversed(zone.rows[floor:first]):
        if is_prose(row, zone.width) or (above and above[-1].top - row.bottom > NEAR * row.size):
            break
        above.append(row)
    x = gutter_of(frame, [row for row in above if len(row.phrases) > 1])
    # Only where the white runs through all lines of the tables.
    inside = [*zone.rows[first : last + 1], *(row for row in above if len(row.phrases) > 1)]
    is_clear = x is not None and not any(w.left < x < w.end for row in inside for w in row.words)
    return x if is_clear else None


def _halves(zone: Zone, x: float, floor: int, ceiling: int) -> list[Zone]:
    """What stands left and right of `x` from one line to another, as zones of their own."""
    parts = halves(zone.rows[floor : ceiling + 1], x, zone.blank)
    found: list[Zone] = []
    for rows in parts:
        if rows:
            left, right = min(row.left for row in rows), max(row.end for row in rows)
            found.append(
                Zone(
                    rows, zone.blank, zone.rules.clipped(left - NEAR * rows[0].size, right + NEAR * rows[0].size), right - left
                )
            )
    return found


def _zone_grids(zone: Zone, depth: int = 0) -> list[Grid]:
    blocks = [part for first, last in runs_of(zone.rows, zone.width) for part in split_run(zone.rows, first, last)]
    found: list[Grid] = []
    floor = 0
    for k, (first, last) in enumerate(blocks):
        ceiling = blocks[k + 1][0] - 1 if k + 1 < len(blocks) else len(zone.rows) - 1
        x = _gutter(zone, first, last, floor) if depth < MAX_BESIDE else None
        if x is not None:
            grids = [grid for part in _halves(zone, x, floor, ceiling) for grid in _zone_grids(part, depth + 1)]
        else:
            grid = table_of(zone, first, last, floor, ceiling)
            grids = [grid] if grid is not None else []
        found.extend(grids)
        end = max((grid.ys[-1] for grid in grids), default=None)
        floor = (
            last + 1
            if end is None
            else next((j for j in range(last, len(zone.rows)) if zone.rows[j].baseline > end), len(zone.rows))
        )
    return found


def _turned_rules(horizontal: Sequence[Rule], vertical: Sequence[Rule], turn: int) -> tuple[list[Rule], list[Rule]]:
    """Rules in the frame in which text of direction `turn` reads from left to right; see `lines.upright`."""
    if turn == 0:
        return list(horizontal), list(vertical)
    if turn == 1:
        return [Rule(-r.at, r.start, r.end) for r in vertical], [Rule(r.at, -r.end, -r.start) for r in horizontal]
    if turn == 2:
        return [Rule(-r.at, -r.end, -r.start) for r in horizontal], [Rule(-r.at, -r.end, -r.start) for r in vertical]
    return [Rule(r.at, -r.end, -r.start) for r in vertical], [Rule(-r.at, r.start, r.end) for r in horizontal]


def _as_displayed(grid: Grid, turn: int) -> Grid:
    return replace(grid, turn=turn, cells=tuple(cell._replace(box=displayed(cell.box, turn)) for cell in grid.cells))


def loose_grids(chars: Sequence[Char], horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[Grid]:
    """The tables without a full grid of rules on one page, from top to bottom, in displayed points.

    `chars`: the signs that stand in no ruled table.
    """
    found: list[Grid] = []
    for turn in (0, 1, 2, 3):
        signs = [char for char in chars if char.turn == turn]
        if sum(char.text.isdigit() for char in signs) < MIN_DIGITS:
            continue
        rows, blank = rows_of([upright(char, turn) for char in signs])
        if not rows or sum(map(is_data, rows)) < 2:
            continue
        rows = with_names_whole(rows, blank)
        across, down = _turned_rules(horizontal, vertical, turn)
        width = max(row.end for row in rows) - min(row.left for row in rows)
        zone = Zone(rows, blank, ruling(across, down), width)
        found.extend(_as_displayed(grid, turn) for grid in _zone_grids(zone))
    return found


def may_hold_table(signs: Sequence[Char]) -> bool:
    """A quick look: at least two lines on which at least two numbers stand by themselves or at the end of a run of signs."""
    lines: dict[tuple[int | None, int], int] = {}
    for sign in signs:
        if len(sign.text) == 1 or _FIGURE.search(sign.text):
            words = sign.text.split()
            numbers = 0
            while words and what_is(words[-1]) in ("number", "nothing"):
                words.pop()
                numbers += 1
            if numbers and (not words or numbers > 1):
                key = sign.turn, round(sign.baseline)
                lines[key] = lines.get(key, 0) + numbers
    return sum(count >= MIN_COLUMNS for count in lines.values()) >= MIN_LINES


def _apart(sign: Char, letters: Letters | None) -> Sequence[Char]:
    """The single signs of a run; a run that was decoded since stays whole."""
    if letters is None or len(sign.text) == 1:
        return (sign,)
    parts = letters(sign)
    return parts if "".join(part.text for part in parts) == sign.text else (sign,)


def read_loose(
    signs: Sequence[Char], page: Page, letters: Letters | None
) -> tuple[list[tuple[Grid, tuple[PlacedCell, ...]]], list[Char]]:
    """Tables among the signs outside ruled tables, with their cells, and the signs outside these as well."""
    if not may_hold_table(signs):
        return [], list(signs)
    single = [char for sign in signs for char in _apart(sign, letters)]
    grids = loose_grids(single, page.horizontal, page.vertical)
    inside, outside = split_by_grid(single, grids)
    tables = [
        (grid, cells)
        for grid, chars in zip(grids, inside, strict=True)
        if is_table(grid, cells := read_cells(grid, chars, page.number))
    ]
    return (tables, outside) if len(tables) == len(grids) and tables else ([], list(signs))
