"""Data rows -> columns: the white corridors that run through all of them, and whether what stands between is aligned."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import pairwise

from extractors.pdf.loose.words import Phrase, Row, Word

TEXT_CROSSINGS = 0.08
"""Share of the rows in which a text may cross a corridor: long names that run over an empty cell. A number never does."""

ALIGNED = 0.75
"""Share of the numbers of a column that must share a right end, left end, middle or decimal mark."""

ALIGNMENT_TOLERANCE = 0.3
"""Sizes. Boldface and proportional figures move an edge by less."""

NUMERIC = 0.6
"""Share of the filled cells of a column that must be values for it to be a column of numbers."""


@dataclass(frozen=True, slots=True)
class Column:
    """`left`, `right`: its ink in the data rows. `members`: (number of the row, phrase).

    `is_numeric`: most of its cells hold values. `is_counting`: 1, 2, 3 … down the column: it numbers the rows and is no evidence.
    """

    left: float
    right: float
    members: tuple[tuple[int, Phrase], ...]
    is_numeric: bool = False
    is_counting: bool = False

    @property
    def numbers(self) -> list[Phrase]:
        return [phrase for _, phrase in self.members if phrase.what == "number"]

    @property
    def is_aligned(self) -> bool:
        """Its numbers share a right end, a left end, a middle or a decimal mark."""
        numbers = self.numbers
        if len(numbers) < 2:
            return False
        ways: tuple[Callable[[Phrase], float], ...] = (
            lambda p: p.right,
            lambda p: p.left,
            lambda p: p.middle,
            lambda p: p.words[-1].mark if p.words[-1].mark is not None else p.right,
        )
        tolerance = ALIGNMENT_TOLERANCE * max(phrase.words[0].size for phrase in numbers)
        return any(_largest_share([way(p) for p in numbers], tolerance) >= ALIGNED for way in ways)


def column_of(left: float, right: float, members: Sequence[tuple[int, Phrase]]) -> Column:
    numbers = [phrase.text for _, phrase in members if phrase.what == "number"]
    values = sum(phrase.is_value for _, phrase in members)
    counts = [int(text) for text in numbers] if len(numbers) > 1 and all(t.isdecimal() and len(t) <= 3 for t in numbers) else []
    return Column(
        left,
        right,
        tuple(members),
        is_numeric=bool(numbers) and values >= NUMERIC * len(members),
        is_counting=bool(counts) and all(b - a == 1 for a, b in pairwise(counts)),
    )


def _largest_share(values: Sequence[float], tolerance: float) -> float:
    """Share of the values in the fullest window of twice the tolerance."""
    ordered, best, start = sorted(values), 0, 0
    for end, value in enumerate(ordered):
        while value - ordered[start] > 2 * tolerance:
            start += 1
        best = max(best, end - start + 1)
    return best / len(ordered)


def _ink(rows: Sequence[Row], allowed: int) -> list[tuple[float, float]]:
    """Intervals of x that some value, or more than `allowed` texts, cover."""
    events: list[tuple[float, int, int]] = []
    for row in rows:
        for phrase in row.phrases:
            hard = 0 if phrase.what == "text" else 1
            events.append((phrase.left, 1 - hard, hard))
            events.append((phrase.end, hard - 1, -hard))
    found: list[tuple[float, float]] = []
    soft = firm = 0
    start: float | None = None
    for x, text, value in sorted(events):
        soft, firm = soft + text, firm + value
        covered = firm > 0 or soft > allowed
        if covered and start is None:
            start = x
        elif not covered and start is not None:
            if found and start <= found[-1][1]:
                start = found.pop()[0]
            found.append((start, x))
            start = None
    return found


def place_of(intervals: Sequence[tuple[float, float]], left: float, right: float) -> tuple[int, int] | None:
    """First and last of the intervals that a stretch of x covers in part, None if it lies in the white."""
    hit = [k for k, (a, b) in enumerate(intervals) if left < b and right > a]
    return (hit[0], hit[-1]) if hit else None


def _without_strays(found: list[tuple[float, float]], rows: Sequence[Row]) -> list[tuple[float, float]]:
    """Intervals that hold only signs for nothing belong to a neighbour that is empty in all of these rows: dashes are often centred."""
    while True:
        members = _members(found, rows)
        for k, own in enumerate(members):
            if not own or any(phrase.what != "nothing" for _, phrase in own):
                continue
            mine = {number for number, _ in own}
            beside = [
                (max(found[k][0] - found[j][1], found[j][0] - found[k][1]), j)
                for j in (k - 1, k + 1)
                if 0 <= j < len(found)
                and any(p.what == "number" for _, p in members[j])
                and mine.isdisjoint(number for number, _ in members[j])
            ]
            if beside:
                other = min(beside)[1]
                a, b = min(k, other), max(k, other)
                found = [*found[:a], (found[a][0], found[b][1]), *found[b + 1 :]]
                break
        else:
            return found


def _members(intervals: Sequence[tuple[float, float]], rows: Sequence[Row]) -> list[list[tuple[int, Phrase]]]:
    members: list[list[tuple[int, Phrase]]] = [[] for _ in intervals]
    for number, row in enumerate(rows):
        for phrase in row.phrases:
            place = place_of(intervals, phrase.left, phrase.end)
            if place is not None and place[0] == place[1]:
                members[place[0]].append((number, phrase))
    return members


def columns_of(rows: Sequence[Row]) -> list[Column]:
    """Columns of data rows from left to right. A text may cross a corridor only where there would be none without it."""
    strict, lenient = _ink(rows, 0), _ink(rows, int(TEXT_CROSSINGS * len(rows)))
    found = _without_strays(lenient if len(lenient) > len(strict) else strict, rows)
    members = _members(found, rows)
    return [column_of(left, right, own) for (left, right), own in zip(found, members, strict=True)]


def splits_thousands(columns: Sequence[Column]) -> bool:
    """Whether two neighbours may be one column whose numbers have a wide blank between thousands: nothing here may be read then.

    So it is if the right one holds three figures wherever the left one holds up to three, and the white between is less than
    between other columns.
    """
    gaps = sorted(b.left - a.right for a, b in pairwise(columns))
    for a, b in pairwise(columns):
        left, right = dict(a.members), dict(b.members)
        both = [(left[n].text, right[n].text) for n in left if n in right]
        if (
            len(both) >= 2
            and all(x.lstrip("+-−–").isdecimal() and len(x.lstrip("+-−–")) <= 3 for x, _ in both)
            and all(len(y) == 3 and y.isdecimal() for _, y in both)
            and len(left) == len(both)
            and any(y.startswith("0") for _, y in both)
            and b.left - a.right < 0.7 * gaps[-1]
        ):
            return True
    return False


def words_by_column(row: Row, edges: Sequence[float]) -> list[list[Word]]:
    """The words of a row in the columns between `edges`, by their middles; what stands outside is left out."""
    cells: list[list[Word]] = [[] for _ in range(len(edges) - 1)]
    for word in row.words:
        middle = (word.left + word.end) / 2
        for k in range(len(edges) - 1):
            if edges[k] <= middle < edges[k + 1]:
                cells[k].append(word)
                break
    return cells
