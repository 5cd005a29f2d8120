"""Ruling lines of a straight sheet, by the shape of the ink: long, thin, and ending at a rule that crosses them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from extractors.pdf.grid import Grid, find_grids
from extractors.pdf.page import Rule
from extractors.pdf.scan.engines import Gray
from extractors.pdf.scan.sheet import Sheet
from extractors.pdf.scan.strokes import LONG, SAME_LINE, SHORT, SHORTEST, Stroke, dark_of, strokes_of

_MEETS = 2.5
"""Points by which a rule may miss the one that it ends at."""

_OPEN, _OPEN_SIDE = 4.0, 3
"""Points by which a rule sticks out of the last that crosses it, and how many must do so equally for the side to be open."""

_MOST_BOW, _PALER, _THICK, _THICKER = 0.22, 0.75, 1.0, 1.8
"""Points of bend; share of the contrast of the long strokes; points, and multiple of the thickness of the long strokes."""

_ROWS, _EXACT = 5, 1.0
"""Level rules of a table with rows; points by which a rule of a table misses those that it ends at."""

_SMALLEST = 40.0
"""Points. A grid narrower or (by a quarter) lower than this is a letter or a tick box."""


@dataclass(frozen=True, slots=True)
class Ruling:
    """Rules of one direction in straight points, and the picture of their ink (255 where a rule is)."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    mask: Gray


def _crossings(rule: Rule, others: Sequence[Stroke]) -> list[float]:
    return [
        other.rule.at
        for other in others
        if rule.start - _MEETS <= other.rule.at <= rule.end + _MEETS
        and other.rule.start - _MEETS <= rule.at <= other.rule.end + _MEETS
    ]


def _anchored(strokes: Sequence[Stroke], others: Sequence[Stroke]) -> list[Stroke]:
    """Strokes that cross at least two others, cut at the outermost: what sticks out is dust or a stroke of a letter.

    Where three strokes or more stick out equally far, the side is open (a row cut by the page), and they stay as long as they are.
    """
    crossing = [(stroke, _crossings(stroke.rule, others)) for stroke in strokes]
    crossing = [(stroke, at) for stroke, at in crossing if at]
    starts = [stroke.rule.start for stroke, at in crossing if min(at) - stroke.rule.start > _OPEN]
    ends = [stroke.rule.end for stroke, at in crossing if stroke.rule.end - max(at) > _OPEN]
    kept: list[Stroke] = []
    for stroke, at in crossing:
        rule = stroke.rule
        first, last = min(at), max(at)
        if first - rule.start > _OPEN and sum(abs(rule.start - start) <= _MEETS for start in starts) >= _OPEN_SIDE:
            first = rule.start
        if rule.end - last > _OPEN and sum(abs(rule.end - end) <= _MEETS for end in ends) >= _OPEN_SIDE:
            last = rule.end
        if last - first >= 0.9 * SHORTEST:
            kept.append(replace(stroke, rule=Rule(rule.at, first, last)))
    return kept


def _drawn_alike(strokes: list[Stroke], long: Sequence[Stroke]) -> list[Stroke]:
    """Without short strokes that are bent, or much paler or thicker than the long ones: those are of a stamp, not of a table.

    One that continues others in its line is of the table however it looks.
    """
    if not long:
        return strokes
    contrast = float(np.percentile([s.contrast for s in long], 25))
    thickness = float(np.percentile([s.thickness for s in long], 75))

    def is_alike(stroke: Stroke) -> bool:
        return stroke.contrast >= _PALER * contrast and stroke.thickness <= max(_THICK, _THICKER * thickness)

    def continues(stroke: Stroke) -> bool:
        return any(
            other is not stroke and abs(other.rule.at - stroke.rule.at) <= SAME_LINE and other.length >= LONG
            for other in strokes
        )

    return [
        stroke
        for stroke in strokes
        if stroke.length >= SHORT or (stroke.bow <= _MOST_BOW and (is_alike(stroke) or continues(stroke)))
    ]


def _in_company(upright: list[Stroke], level: Sequence[Stroke]) -> list[Stroke]:
    """Without short upright strokes that stand in one row alone and do not end at its rules: those are of a stamp."""
    if len(level) < _ROWS:
        return upright
    return [
        stroke
        for stroke in upright
        if stroke.length >= SHORT
        or len(_crossings(stroke.rule, level)) > 2
        or max(abs(stroke.extent[0] - stroke.rule.start), abs(stroke.extent[1] - stroke.rule.end))
        <= _EXACT + stroke.thickness / 2
        or any(other is not stroke and abs(other.rule.at - stroke.rule.at) <= _MEETS for other in upright)
    ]


def _drawn(strokes: list[Stroke], numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    kept = np.zeros(int(numbers.max()) + 1, dtype=bool)
    kept[[number for stroke in strokes for number in stroke.numbers]] = True
    return kept[numbers]


def _in_a_line(strokes: list[Stroke]) -> list[Stroke]:
    return sorted(strokes, key=lambda stroke: (stroke.rule.at, stroke.rule.start))


def find_ruling(sheet: Sheet) -> Ruling:
    """The rules of a sheet. A stroke counts only as far as it runs between strokes of the other direction that count, too."""
    dark = dark_of(sheet.gray)
    level, level_numbers = strokes_of(sheet.gray, dark, sheet.scale, level=True)
    upright, upright_numbers = strokes_of(sheet.gray, dark, sheet.scale, level=False)
    long = [stroke for stroke in (*level, *upright) if stroke.length >= LONG]
    level, upright = _drawn_alike(level, long), _drawn_alike(upright, long)
    while True:
        before = len(level), len(upright)
        level = _anchored(level, upright)
        upright = _in_company(_anchored(upright, level), level)
        if (len(level), len(upright)) == before:
            break
    mask = _drawn(level, level_numbers) | _drawn(upright, upright_numbers)
    return Ruling(
        tuple(stroke.rule for stroke in _in_a_line(level)),
        tuple(stroke.rule for stroke in _in_a_line(upright)),
        mask.astype(np.uint8) * 255,
    )


def grids_of(ruling: Ruling) -> list[Grid]:
    """Grids in straight points; a frame without inner rules is none."""
    return [
        grid
        for grid in find_grids(ruling.horizontal, ruling.vertical)
        if len(grid.cells) > 1 and grid.xs[-1] - grid.xs[0] >= _SMALLEST and grid.ys[-1] - grid.ys[0] >= _SMALLEST / 4
    ]
