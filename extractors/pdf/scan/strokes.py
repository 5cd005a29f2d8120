"""Long thin strokes of a straight sheet: rules, and what looks like them."""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import numpy.typing as npt

from extractors.pdf.page import Rule
from extractors.pdf.scan.engines import Gray

SHORTEST = 10.5
"""Points. Shorter strokes are parts of letters."""

SHORT, LONG = 60.0, 100.0
"""Points. Strokes shorter than the first are compared with those longer than the second."""

SAME_LINE = 1.5
"""Points across within which two strokes lie in one line."""

_THICKEST = 4.0
"""Points."""

_GAP = 1.0
"""Points of a break in a rule that are closed."""

_FADED = 8.0
"""Points along a line over which two strokes are one rule."""

_COVERED = 0.6
"""Share of its length over which a line of pixels of a rule is dark."""

_WHITE = 255


@dataclass(frozen=True, slots=True)
class Stroke:
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


def _joined(strokes: list[Stroke]) -> list[Stroke]:
    """Strokes that go on in one line after a small break are one: a rule that faded in the middle is still one rule."""
    whole: list[Stroke] = []
    for stroke in sorted(strokes, key=lambda s: s.rule.start):
        rule = stroke.rule
        for index in range(len(whole) - 1, -1, -1):
            before = whole[index].rule
            if abs(before.at - rule.at) <= SAME_LINE and rule.start - before.end <= _FADED:
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


def _rule_lines(part: npt.NDArray[np.bool_], *, level: bool) -> tuple[int, int] | None:
    """The one group of neighbouring lines of pixels that are covered over most of their length, first and behind the last."""
    covered = np.flatnonzero(part.mean(axis=1 if level else 0) >= _COVERED)
    if covered.size == 0 or covered[-1] - covered[0] != covered.size - 1:
        return None
    return int(covered[0]), int(covered[-1]) + 1


def _bow(part: npt.NDArray[np.bool_]) -> float:
    """Pixels by which the middle of a level stroke lies off the straight line between its ends: the ring of a stamp is bent."""
    across, along = np.nonzero(part)
    counts = np.bincount(along)
    places = np.flatnonzero(counts)
    middles = np.bincount(along, weights=across)[places] / counts[places]
    return abs(float(np.polyfit(places, middles, 2)[0])) * float(places[-1] - places[0]) ** 2 / 4


def strokes_of(gray: Gray, dark: Gray, scale: float, *, level: bool) -> tuple[list[Stroke], npt.NDArray[np.int32]]:
    """Strokes of one direction, and the picture in which each has its number + 1."""
    import cv2

    gap, shortest = max(3, round(_GAP * scale)), round(SHORTEST * scale)
    across = (gap, 1) if level else (1, gap)
    along = (shortest, 1) if level else (1, shortest)
    closed = cv2.morphologyEx(dark, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_RECT, across))
    opened = cv2.morphologyEx(closed, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, along))
    # Steps of a rule that is not quite straight hang together.
    joined = cv2.dilate(opened, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))
    count, numbers, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
    found: list[Stroke] = []
    for number in range(1, count):
        x, y, width, height = (int(value) for value in boxes[number][:4])
        length, thickness = (width, height) if level else (height, width)
        if length < shortest:
            continue
        spot = slice(y, y + height), slice(x, x + width)
        is_thick = thickness > _THICKEST * scale + length * 0.004
        if is_thick:
            # A long rule that a stamp or a shaded cell hangs on: only its own lines of pixels are the rule.
            part = np.asarray(numbers[spot])
            lines = _rule_lines(part == number, level=level) if length >= LONG * scale else None
            if lines is None or lines[1] - lines[0] > _THICKEST * scale:
                continue
            own = np.zeros(part.shape, dtype=bool)
            own[(slice(*lines), slice(None)) if level else (slice(None), slice(*lines))] = True
            part[(part == number) & ~own] = 0
            y, height = (y + lines[0], lines[1] - lines[0]) if level else (y, height)
            x, width = (x, width) if level else (x + lines[0], lines[1] - lines[0])
            spot = slice(y, y + height), slice(x, x + width)
        of_stroke = (np.asarray(opened[spot]) > 0) & (np.asarray(numbers[spot]) == number)
        levels = gray[spot][of_stroke]
        middle, start, end = (y + height / 2, x, x + width) if level else (x + width / 2, y, y + height)
        found.append(
            Stroke(
                rule=Rule(middle / scale, start / scale, end / scale),
                numbers=(number,),
                thickness=levels.size / length / scale,
                contrast=float(_WHITE - np.percentile(levels, 20)),
                extent=(start / scale, end / scale),
                bow=_bow(of_stroke if level else of_stroke.T) / scale if length < SHORT * scale else 0.0,
            )
        )
    return _joined(found), np.asarray(numbers, dtype=np.int32)
