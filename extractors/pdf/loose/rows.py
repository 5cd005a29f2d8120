"""Which lines make one row: names of several lines beside figures on their first, middle or last line, and headings between rows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise
from statistics import median

from extractors.pdf.loose.words import Row, Word, what_is

MAX_LEADING = 1.75
"""Sizes. Base lines of one cell are not farther apart."""

SAME_LEADING = 0.12
"""Share by which lines of one name may differ in how far they stand from each other."""

AS_FAR = 0.7
"""Cost of two lines of one row that stand as far apart as rows do."""

CAPITAL = 0.4
"""Cost of a line in the middle of a name that does not begin with a small letter."""

ROOM = 0.3
"""Sizes by which a word may stick out of what the column's longest line shows of its width."""


@dataclass(frozen=True, slots=True)
class BodyLine:
    """A line of the body. `labels`: its words by column of text (the number of the column is the key).

    `part_of`: -1 or 1 if it holds a piece of a number of the data line before or after it, too close to be a row of its own.
    """

    row: Row
    labels: dict[int, tuple[Word, ...]]
    is_data: bool
    part_of: int = 0

    @property
    def first(self) -> str:
        words = self.labels[min(self.labels)] if self.labels else ()
        return words[0].text if words else ""


@dataclass(frozen=True, slots=True)
class Band:
    """The lines of one row of the table. `is_data`: one of them holds its figures."""

    lines: tuple[BodyLine, ...]
    is_data: bool

    @property
    def top(self) -> float:
        return min(line.row.top for line in self.lines)

    @property
    def bottom(self) -> float:
        return max(line.row.bottom for line in self.lines)


@dataclass(frozen=True, slots=True)
class _Way:
    """One way to share the lines out: for each line the number of its data line, or None for a heading; and what speaks against it."""

    owner: tuple[int | None, ...]
    cost: float


class _Body:
    def __init__(self, lines: Sequence[BodyLine], rights: dict[int, float], blank: float, rules: Sequence[float]) -> None:
        self.lines = lines
        self.rights = rights
        self.blank = blank
        self.rules = rules
        self.apart = min(
            (b.row.baseline - a.row.baseline for a, b in pairwise(lines) if a.is_data and b.is_data), default=float("inf")
        )
        self.leading: float | None = None
        certain = [
            (b.row.baseline - a.row.baseline) / b.row.size
            for k, (a, b) in enumerate(pairwise(lines))
            if not (a.is_data and b.is_data)
            and b.first[:1].islower()
            and what_is(b.first) == "text"
            and not a.labels.keys().isdisjoint(b.labels)
            and self.wraps(k, k + 1)
        ]
        self.leading = median(certain) if certain else None

    def wraps(self, upper: int, lower: int) -> bool:
        """Whether the lower of two lines may go on with the text of the upper one: close, nothing between, and no room was left."""
        a, b = self.lines[upper], self.lines[lower]
        pitch = b.row.baseline - a.row.baseline
        if pitch > MAX_LEADING * max(a.row.size, b.row.size):
            return False
        shared = [column for column in a.labels if column in b.labels]
        if shared and self.leading is not None and abs(pitch / b.row.size - self.leading) > SAME_LEADING * self.leading:
            return False
        if any(a.row.baseline < rule < b.row.baseline for rule in self.rules):
            return False
        if not shared:
            return not (a.is_data and b.is_data) and self._is_beside(a, b)
        return all(self._is_full(a.labels[k], b.labels[k], self.rights[k]) for k in shared)

    def _is_beside(self, a: BodyLine, b: BodyLine) -> bool:
        """Lines of different columns of text, as the second line of a note beside a name of one line."""
        return bool(a.labels) and bool(b.labels) and len(a.labels) + len(b.labels) >= 2

    def _is_full(self, upper: Sequence[Word], lower: Sequence[Word], right: float) -> bool:
        first = lower[0]
        need = upper[-1].end + self.blank * first.size + (first.end - first.left)
        return need > right - ROOM * first.size and abs(upper[0].size - first.size) <= 0.12 * first.size

    def chain(self, start: int, step: int, free: set[int]) -> list[int]:
        """Lines that hang on to `start` downwards (1) or upwards (-1), nearest first."""
        found: list[int] = []
        at = start
        while (following := at + step) in free and self.wraps(min(at, following), max(at, following)):
            found.append(following)
            at = following
        return found

    # ------------------------------------------------------------ ways

    def way(self, where: str) -> _Way:
        free = {k for k, line in enumerate(self.lines) if not line.is_data and not line.part_of}
        owner: list[int | None] = [
            k + line.part_of if line.part_of else k if line.is_data else None for k, line in enumerate(self.lines)
        ]
        cost = 0.0
        for k, line in enumerate(self.lines):
            if not line.is_data:
                continue
            if where == "top":
                mine = self.chain(k, 1, free) if line.labels else []
            elif where == "bottom":
                mine = self.chain(k, -1, free) if line.labels else []
            else:
                mine, extra = self._around(k, free)
                cost += extra
            if not line.labels and not mine:
                cost += 0.5
            for member in mine:
                owner[member] = k
                free.discard(member)
        return _Way(tuple(owner), cost + self._against(owner))

    def _around(self, k: int, free: set[int]) -> tuple[list[int], float]:
        """As many lines above a data line as below it; its own line may be without words."""
        if self.lines[k].labels:
            up, down = self.chain(k, -1, free), self.chain(k, 1, free)
        else:
            up, down = self._half(k, -1, free), self._half(k, 1, free)
        count = min(len(up), len(down))
        return [*up[:count], *down[:count]], 0.5 * abs(len(up) - len(down)) if count else 0.0

    def _half(self, k: int, step: int, free: set[int]) -> list[int]:
        """Lines beside a data line without words: the nearest is half a line away."""
        if k + step not in free:
            return []
        near, row = self.lines[k + step].row, self.lines[k].row
        if not self.lines[k + step].labels:
            return []
        if abs(near.baseline - row.baseline) > 0.5 * MAX_LEADING * near.size + 0.1:
            return []
        if any(min(near.baseline, row.baseline) < rule < max(near.baseline, row.baseline) for rule in self.rules):
            return []
        return [k + step, *self.chain(k + step, step, free)]

    def is_one_heading(self, owner: Sequence[int | None], k: int) -> bool:
        """Whether line `k` goes on with the heading on the line before it: it wraps, or stands closer than rows do."""
        if not k or owner[k] is not None or owner[k - 1] is not None:
            return False
        a, b = self.lines[k - 1], self.lines[k]
        is_close = b.row.baseline - a.row.baseline < 0.93 * self.apart < float("inf") and set(a.labels) == set(b.labels)
        return self.wraps(k - 1, k) or (is_close and what_is(b.first) == "text")

    def _against(self, owner: Sequence[int | None]) -> float:
        cost = 0.0
        pitches: list[float] = []
        for k, line in enumerate(self.lines):
            goes_on = k > 0 and owner[k] is not None and owner[k - 1] == owner[k]
            small = line.first[:1].islower() and what_is(line.first) == "text"
            goes_on = goes_on or self.is_one_heading(owner, k)
            if owner[k] is None and not goes_on:
                cost += 1.0
            if small and not goes_on and line.labels:
                cost += 3.0
            if goes_on and what_is(line.first) == "ordinal":
                cost += 3.0
            if (
                goes_on
                and owner[k] is not None
                and line.labels
                and self.lines[k - 1].labels
                and set(line.labels) & set(self.lines[k - 1].labels)
            ):
                pitch = line.row.baseline - self.lines[k - 1].row.baseline
                pitches.append(pitch / line.row.size)
                cost += (AS_FAR if pitch >= 0.97 * self.apart else 0.0) + (0.0 if line.first[:1].islower() else CAPITAL)
        return cost + (1.0 if pitches and max(pitches) > 1.15 * min(pitches) else 0.0)


def _by_rules(lines: Sequence[BodyLine], rules: Sequence[float]) -> list[Band] | None:
    """Rows that rules part from each other, None if some are not."""
    data = [line.row.baseline for line in lines if line.is_data]
    if not all(any(a < rule < b for rule in rules) for a, b in pairwise(data)):
        return None
    groups: dict[int, list[BodyLine]] = {}
    for line in lines:
        groups.setdefault(sum(rule < line.row.baseline for rule in rules), []).append(line)
    return [Band(tuple(group), any(line.is_data for line in group)) for _, group in sorted(groups.items())]


def bands_of(
    lines: Sequence[BodyLine], rights: dict[int, float], blank: float, rules: Sequence[float]
) -> tuple[list[Band], bool]:
    """The rows of a body in order, and whether the names could be shared out in two equally good ways.

    `rights`: for each column of text how far its longest line reaches. `rules`: y of the rules that cross the body.
    """
    if len(rules) >= 1 and (banded := _by_rules(lines, rules)) is not None:
        return banded, False
    body = _Body(lines, rights, blank, rules)
    ways = sorted((body.way(where) for where in ("top", "middle", "bottom")), key=lambda way: way.cost)
    best = ways[0]
    is_doubtful = any(way.cost <= best.cost + 1e-6 and way.owner != best.owner for way in ways[1:])
    bands: list[Band] = []
    for k, line in enumerate(lines):
        is_same = k > 0 and best.owner[k] is not None and best.owner[k] == best.owner[k - 1]
        if is_same or body.is_one_heading(best.owner, k):
            bands[-1] = Band((*bands[-1].lines, line), bands[-1].is_data or line.is_data)
        else:
            bands.append(Band((line,), line.is_data))
    return bands, is_doubtful
