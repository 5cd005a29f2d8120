"""Names over groups of columns: which columns each one stands over."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from statistics import median

from extractors.pdf.loose.words import Phrase

CENTRED = 1.0
"""Sizes by which the middle of a name may miss the middle of the columns it stands over."""

UNCOVERED = 0.6
"""Cost of a column of figures without a name over it beside columns with one, in squared sizes."""

NO_BETTER = 0.05
"""Squared sizes by which the best way to share out the columns must beat the next one."""

Extent = tuple[float, float]
Range = tuple[int, int]


@dataclass(frozen=True, slots=True)
class Sides:
    """Where columns begin and end, as one way of setting their text shows it."""

    lefts: tuple[float, ...]
    rights: tuple[float, ...]

    def middle(self, first: int, last: int) -> float:
        return (self.lefts[first] + self.rights[last]) / 2


def sides_of(inks: Sequence[Extent], names: Mapping[int, Extent], cells: Sequence[float] | None) -> list[Sides]:
    """What the cells of the columns may be: as drawn (`cells`, the edges), as their ink, their names, or their right or left ends.

    Figures at the right end of their cells show where these end, not where they begin: that is where the ones before end.
    """
    if cells is not None:
        return [Sides(tuple(cells[:-1]), tuple(cells[1:]))]
    lefts, rights = [a for a, _ in inks], [b for _, b in inks]
    found = [Sides(tuple(lefts), tuple(rights))]
    own = [names.get(k, extent) for k, extent in enumerate(inks)]
    found.append(Sides(tuple(a for a, _ in own), tuple(b for _, b in own)))
    if len(inks) > 2:
        pitch = median(b - a for a, b in pairwise(rights[1:]))
        found.append(Sides((rights[0] - pitch, rights[1] - pitch, *rights[1:-1]), tuple(rights)))
        pitch = median(b - a for a, b in pairwise(lefts[1:]))
        found.append(Sides(tuple(lefts), (*lefts[1:], lefts[-1] + pitch)))
    return found


def tiles(
    phrases: Sequence[Phrase], hits: Sequence[Sequence[int]], columns: Sequence[int], ways: Sequence[Sides], tolerance: float
) -> list[Range] | None:
    """Equal groups of `columns` under the phrases if each is in the middle of its group by one of the ways, else None."""
    count = len(phrases)
    if not count or len(columns) % count or len(columns) // count < 2 or columns[-1] - columns[0] != len(columns) - 1:
        return None
    size = len(columns) // count
    ranges = [(columns[k * size], columns[k * size + size - 1]) for k in range(count)]
    if any(hit and not (a <= hit[0] and hit[-1] <= b) for hit, (a, b) in zip(hits, ranges, strict=True)):
        return None
    for sides in ways:
        if all(
            abs((p.left + p.end) / 2 - sides.middle(a, b)) <= tolerance * p.words[0].size
            for p, (a, b) in zip(phrases, ranges, strict=True)
        ):
            return ranges
    return None


def _best(
    phrases: Sequence[Phrase], hits: Sequence[Sequence[int]], sides: Sides, plain: set[int], barred: frozenset[int], way: str
) -> tuple[float, tuple[Range, ...]]:
    """The cheapest way to give each phrase a range of columns in order, and its cost; infinite if there is none."""
    n = len(sides.lefts)

    def off(phrase: Phrase, a: int, b: int) -> float:
        if way == "left":
            return (phrase.left - sides.lefts[a]) / phrase.words[0].size
        if way == "right":
            return (phrase.end - sides.rights[b]) / phrase.words[0].size
        return ((phrase.left + phrase.end) / 2 - sides.middle(a, b)) / phrase.words[0].size

    @cache
    def solve(index: int, start: int) -> tuple[float, tuple[Range, ...]]:
        if index == len(phrases):
            return sum(UNCOVERED for k in range(start, n) if k not in plain), ()
        found: tuple[float, tuple[Range, ...]] = (float("inf"), ())
        must = hits[index]
        for a in range(start, (must[0] if must else n - 1) + 1):
            skipped = sum(UNCOVERED for k in range(start, a) if k not in plain)
            if a in barred and (not must or must[-1] > a):
                continue
            for b in range(max(a, must[-1] if must else a), n):
                if b > a and b in barred:
                    break
                cost = off(phrases[index], a, b) ** 2
                if cost <= CENTRED**2:
                    rest = solve(index + 1, b + 1)
                    if cost + skipped + rest[0] < found[0]:
                        found = (cost + skipped + rest[0], ((a, b), *rest[1]))
        return found

    return solve(0, 0)


def shared_out(
    phrases: Sequence[Phrase], hits: Sequence[Sequence[int]], ways: Sequence[Sides], plain: set[int], barred: frozenset[int]
) -> tuple[list[Range] | None, bool]:
    """The columns under each phrase, and whether another way would be as good; None if nothing fits.

    `plain`: columns that need no name above them; `barred`: those that no group may hold.
    """
    found = sorted(_best(phrases, hits, sides, plain, barred, way) for sides in ways for way in ("middle", "left", "right"))
    cost, ranges = found[0]
    if cost == float("inf"):
        return None, True
    is_doubtful = any(other != ranges and c <= cost + NO_BETTER for c, other in found[1:])
    return list(ranges), is_doubtful
