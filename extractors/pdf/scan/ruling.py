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

_SHORTEST = 10.5
"""Points. Shorter strokes are parts of letters."""

_THICKEST = 4.0
"""Points."""

_GAP = 1.0
"""Points of a break in a rule that are closed."""

_FADED, _SAME_LINE = 8.0, 1.5
"""Points along and across over which two strokes are one rule."""

_MEETS = 2.5
"""Points by which a rule may miss the one that it ends at."""

_OPEN, _OPEN_SIDE = 4.0, 3
"""Points by which a rule sticks out of the last that crosses it, and how many must do so equally for the side to be open."""

_SHORT, _LONG = 60.0, 100.0
"""Points. Strokes shorter than the first are compared with those longer than the second."""

_MOST_BOW, _PALER, _THICK, _THICKER = 0.22, 0.75, 1.0, 1.8
_ROWS, _EXACT = 5, 1.0
"""Points of bend; share of the contrast; points and multiple of the thickness of the long strokes; level rules of a table with rows;
points by which a rule of a table misses those that it ends at."""

_SMALLEST = 40.0
"""Points. A grid narrower or (by a quarter) lower than this is a letter or a tick box."""

_WHITE = 255


@dataclass(frozen=True, slots=True)
class Ruling:
    """Rules of one direction in straight points, and the picture of their ink (255 where a rule is)."""

    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    mask: Gray


@dataclass(frozen=True, slots=True)
class _Stroke:
    """A rule or what looks like one. `numbers` in the picture of strokes; `thickness` in points, `contrast` in levels of gray.

    `extent`: where it begins and ends, before it is cut at the rules that it crosses.
    """

    rule: Rule
    numbers: tuple[int, ...]
    thickness: float
    contrast: float
    bow: float
    extent: tuple[float, float]

    @property
    def length(self) -> float:
        return self.rule.end - self.rule.start


def dark_of(gray: Gray) -> Gray:
    """255 where a pixel is clearly darker than its surroundings."""
    import cv2

    return np.asarray(
        cv2.adaptiveThreshold(gray, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 61, 18), dtype=np.uint8
    )


def _joined(strokes: list[_Stroke]) -> list[_Stroke]:
    """Strokes that go on in one line after a small break are one: a rule that faded in the middle is still one rule."""
    whole: list[_Stroke] = []
    for stroke in sorted(strokes, key=lambda s: s.rule.start):
        rule = stroke.rule
        for index in range(len(whole) - 1, -1, -1):
            before = whole[index].rule
            if abs(before.at - rule.at) <= _SAME_LINE and rule.start - before.end <= _FADED:
                lengths = before.end - before.start, rule.end - rule.start
                at = (before.at * lengths[0] + rule.at * lengths[1]) / sum(lengths)
                numbers = whole[index].numbers + stroke.numbers
                main = max(whole[index], stroke, key=lambda s: s.length)
                joined = Rule(at, before.start, max(before.end, rule.end))
                whole[index] = replace(main, rule=joined, numbers=numbers, extent=(joined.start, joined.end))
                break
        else:
            whole.append(stroke)
    return whole


def _strokes(gray: Gray, dark: Gray, scale: float, *, level: bool) -> tuple[list[_Stroke], npt.NDArray[np.int32]]:
    """Strokes of one direction, and the picture in which each has its number + 1."""
    import cv2

    gap, shortest = max(3, round(_GAP * scale)), round(_SHORTEST * scale)
    across = (gap, 1) if level else (1, gap)
    along = (shortest, 1) if level else (1, shortest)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, across))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, along))
    # Steps of a rule that is not quite straight hang together.
    joined = cv2.dilate(opened, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))
    count, numbers, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found: list[_Stroke] = []
    for number in range(1, count):
        x, y, width, height = (int(value) for value in boxes[number][:4])
        length, thickness = (width, height) if level else (height, width)
        if thickness > _THICKEST * scale + length * 0.004 or length < shortest:
            continue
        spot = slice(y, y + height), slice(x, x + width)
        of_stroke = (np.asarray(opened[spot]) > 0) & (np.asarray(numbers[spot]) == number)
        levels = gray[spot][of_stroke]
        middle, start, end = (y + height / 2, x, x + width) if level else (x + width / 2, y, y + height)
        found.append(
            _Stroke(
                rule=Rule(middle / scale, start / scale, end / scale),
                numbers=(number,),
                thickness=levels.size / length / scale,
                contrast=float(_WHITE - np.percentile(levels, 20)),
                extent=(start / scale, end / scale),
                bow=_bow(of_stroke if level else of_stroke.T) / scale if length < _SHORT * scale else 0.0,
            )
        )
    return _joined(found), np.asarray(numbers, dtype=np.int32)


def _crossings(rule: Rule, others: Sequence[_Stroke]) -> list[float]:
    return [
        other.rule.at
        for other in others
        if rule.start - _MEETS <= other.rule.at <= rule.end + _MEETS
        and other.rule.start - _MEETS <= rule.at <= other.rule.end + _MEETS
    ]


def _anchored(strokes: Sequence[_Stroke], others: Sequence[_Stroke]) -> list[_Stroke]:
    """Strokes that cross at least two others, cut at the outermost: what sticks out is dust or a stroke of a letter.

    Where three strokes or more stick out equally far, the side is open (a row cut by the page), and they stay as long as they are.
    """
    crossing = [(stroke, _crossings(stroke.rule, others)) for stroke in strokes]
    crossing = [(stroke, at) for stroke, at in crossing if at]
    starts = [stroke.rule.start for stroke, at in crossing if min(at) - stroke.rule.start > _OPEN]
    ends = [stroke.rule.end for stroke, at in crossing if stroke.rule.end - max(at) > _OPEN]
    kept: list[_Stroke] = []
    for stroke, at in crossing:
        rule = stroke.rule
        first, last = min(at), max(at)
        if first - rule.start > _OPEN and sum(abs(rule.start - start) <= _MEETS for start in starts) >= _OPEN_SIDE:
            first = rule.start
        if rule.end - last > _OPEN and sum(abs(rule.end - end) <= _MEETS for end in ends) >= _OPEN_SIDE:
            last = rule.end
        if last - first >= 0.9 * _SHORTEST:
            kept.append(replace(stroke, rule=Rule(rule.at, first, last)))
    return kept


def _bow(part: npt.NDArray[np.bool_]) -> float:
    """Pixels by which the middle of a level stroke lies off the straight line between its ends: the ring of a stamp is bent."""
    across, along = np.nonzero(part)
    counts = np.bincount(along)
    places = np.flatnonzero(counts)
    middles = np.bincount(along, weights=across)[places] / counts[places]
    return abs(float(np.polyfit(places, middles, 2)[0])) * float(places[-1] - places[0]) ** 2 / 4


def _drawn_alike(strokes: list[_Stroke], long: Sequence[_Stroke]) -> list[_Stroke]:
    """Without short strokes that are bent, or much paler or thicker than the long ones: those are of a stamp, not of a table.

    One that continues others in its line is of the table however it looks.
    """
    if not long:
        return strokes
    contrast = float(np.percentile([s.contrast for s in long], 25))
    thickness = float(np.percentile([s.thickness for s in long], 75))

    def is_alike(stroke: _Stroke) -> bool:
        return stroke.contrast >= _PALER * contrast and stroke.thickness <= max(_THICK, _THICKER * thickness)

    def continues(stroke: _Stroke) -> bool:
        return any(
            other is not stroke and abs(other.rule.at - stroke.rule.at) <= _SAME_LINE and other.length >= _LONG
            for other in strokes
        )

    return [
        stroke
        for stroke in strokes
        if stroke.length >= _SHORT or (stroke.bow <= _MOST_BOW and (is_alike(stroke) or continues(stroke)))
    ]


def _in_company(upright: list[_Stroke], level: Sequence[_Stroke]) -> list[_Stroke]:
    """Without short upright strokes that stand in one row alone and do not end at its rules: those are of a stamp."""
    if len(level) < _ROWS:
        return upright
    return [
        stroke
        for stroke in upright
        if stroke.length >= _SHORT
        or len(_crossings(stroke.rule, level)) > 2
        or max(abs(stroke.extent[0] - stroke.rule.start), abs(stroke.extent[1] - stroke.rule.end))
        <= _EXACT + stroke.thickness / 2
        or any(other is not stroke and abs(other.rule.at - stroke.rule.at) <= _MEETS for other in upright)
    ]


def _drawn(strokes: list[_Stroke], numbers: npt.NDArray[np.int32]) -> npt.NDArray[np.bool_]:
    kept = np.zeros(int(numbers.max()) + 1, dtype=bool)
    kept[[number for stroke in strokes for number in stroke.numbers]] = True
    return kept[numbers]


def _in_a_line(strokes: list[_Stroke]) -> list[_Stroke]:
    return sorted(strokes, key=lambda stroke: (stroke.rule.at, stroke.rule.start))


def find_ruling(sheet: Sheet) -> Ruling:
    """The rules of a sheet. A stroke counts only as far as it runs between strokes of the other direction that count, too."""
    dark = dark_of(sheet.gray)
    level, level_numbers = _strokes(sheet.gray, dark, sheet.scale, level=True)
    upright, upright_numbers = _strokes(sheet.gray, dark, sheet.scale, level=False)
    long = [stroke for stroke in (*level, *upright) if stroke.length >= _LONG]
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
