"""How runs of signs lie: on each other, across ruling lines, around signs of another font, slanted."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterable, Iterator
from typing import Any

from extractors.pdf.page import Char, Rule
from extractors.records import Box

_INSIDE = 0.5
"""Points by which a ruling line must lie inside a run to cross it."""

_LEAN = 0.01
"""By how much of its height slanted text leans at least."""

_OVERLAP = 0.2
"""Sizes by which a run must reach into the next one on its line to have a hole in which the other stands (signs of another font)."""


def drop_doubles(chars: Iterable[Char]) -> Iterator[Char]:
    """Without signs printed twice on the same spot (imitated bold, shadows)."""
    seen: dict[str, dict[tuple[int, int], Char]] = {}
    for char in chars:
        x, y = char.centre
        across, down = round(x), round(y)
        same = seen.get(char.text)
        if same is None:
            seen[char.text] = {(across, down): char}
            yield char
            continue
        tolerance = max(char.size * 0.1, 0.3)
        near = (same.get((i, j)) for i in (across, across - 1, across + 1) for j in (down, down - 1, down + 1))
        if not char.text.isspace() and any(
            other is not None and abs(other.centre[0] - x) < tolerance and abs(other.centre[1] - y) < tolerance
            for other in near
        ):
            continue
        same[across, down] = char
        yield char


def lean_of(matrix: Any) -> float:
    """By how much of its height text of a matrix leans to the right; 0.0 if it stands upright."""
    lean = matrix.a * matrix.c + matrix.b * matrix.d
    return lean / (matrix.a * matrix.d - matrix.b * matrix.c) if abs(lean) > _LEAN * (matrix.a**2 + matrix.b**2) else 0.0


def unslanted(box: Box, baseline: float, lean: float) -> Box:
    """The box of upright signs around which a slanted one was drawn: without what the slant adds on both sides."""
    x0, top, x1, bottom = box
    left, right = x0 + lean * (bottom - baseline), x1 - lean * (baseline - top)
    return (left, top, right, bottom) if right > left else box


class Crossings:
    """Which ruling lines lie between two positions."""

    def __init__(self, rules: Iterable[Rule]) -> None:
        self._rules = sorted(rules, key=lambda rule: rule.at)
        self._at = [rule.at for rule in self._rules]

    def any_between(self, start: float, end: float, middle: float) -> bool:
        if not self._at:
            return False
        low, high = bisect_right(self._at, start + _INSIDE), bisect_right(self._at, end - _INSIDE)
        return any(rule.start <= middle <= rule.end for rule in self._rules[low:high])


def with_holes(runs: Iterable[Char]) -> set[int]:
    """Numbers of the runs into which another run of the same line reaches."""
    found: set[int] = set()
    lines: dict[tuple[float, int | None], list[tuple[float, float, Char]]] = {}
    for run in runs:
        x0, top, x1, bottom = run.box
        start, end = (x0, x1) if run.turn in (0, 2) else (top, bottom)
        lines.setdefault((round(run.baseline), run.turn), []).append((start, end, run))
    for line in lines.values():
        line.sort(key=lambda item: item[0])
        reach, widest = float("-inf"), None
        for start, end, run in line:
            if widest is not None and start < reach - _OVERLAP * run.size:
                found.add(widest.first)
                found.add(run.first)
            if end > reach:
                reach, widest = end, run
    return found
