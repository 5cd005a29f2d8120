"""What is known of the columns of one table while its rows and its header are read."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.pdf.loose.blocks import fits, is_data
from extractors.pdf.loose.columns import Column, columns_of
from extractors.pdf.loose.words import Phrase, Row, Word, what_is

SHARED_LEFT = 0.3
"""Sizes by which names behind running numbers may differ in where they begin."""

WELL_APART = 1.6
"""Blanks of white between a name and a number that is no part of it."""

MIN_SHARE = 0.25
"""Share of the data lines that lines of text must have to show a column that the data lines leave empty."""


@dataclass(frozen=True, slots=True)
class Frame:
    """`columns` from left to right. Each is one of `figures`, of `texts`, or, if it is the first and numbers the rows, `counting`."""

    columns: tuple[Column, ...]
    counting: frozenset[int]
    figures: frozenset[int]
    texts: frozenset[int]

    @property
    def left(self) -> float:
        return self.columns[0].left

    @property
    def right(self) -> float:
        return self.columns[-1].right

    def with_names(self, extents: Sequence[tuple[float, float]]) -> Frame:
        """The same columns, as wide as they are with their names."""
        columns = (replace(c, left=a, right=b) for c, (a, b) in zip(self.columns, extents, strict=True))
        return replace(self, columns=tuple(columns))

    def begins_row(self, row: Row) -> bool:
        """A line that begins in the columns before the first column of numbers, though it may run over some of those."""
        first = min(self.figures, default=len(self.columns))
        return bool(first) and row.left < self.columns[first - 1].right

    def widest_blank(self, blank: float, size: float) -> float | None:
        """Sizes of white up to which two words are one phrase here, if columns stand closer than words may elsewhere."""
        narrowest = min(b.left - a.right for a, b in pairwise(self.columns)) / size
        return max((blank + narrowest) / 2, 1.3 * blank) if narrowest < 2 * max(1.8 * blank, 0.5) else None

    def hit(self, left: float, right: float) -> list[int]:
        """Columns whose ink a stretch of x covers in part."""
        return [k for k, c in enumerate(self.columns) if min(c.right, right) > max(c.left, left)]

    def home(self, row: Row) -> dict[int, tuple[Word, ...]] | None:
        """The words of a line by column of text if it stands in nothing but columns of text, else None."""
        cells: dict[int, tuple[Word, ...]] = {}
        for phrase in row.phrases:
            column = self._home_of(phrase)
            if column is None:
                return None
            cells[column] = (*cells.get(column, ()), *phrase.words)
        return cells

    def _home_of(self, phrase: Phrase) -> int | None:
        room = {
            k
            for k in self.texts
            if phrase.left > (self.columns[k - 1].right if k else float("-inf"))
            and phrase.end < (self.columns[k + 1].left if k + 1 < len(self.columns) else float("inf"))
        }
        return min(room, key=lambda k: abs(self.columns[k].left - phrase.left), default=None)

    def labels(self, row: Row) -> dict[int, tuple[Word, ...]]:
        """The words of a data line in columns of text."""
        cells: dict[int, tuple[Word, ...]] = {}
        for phrase in row.phrases:
            for k in self.hit(phrase.left, phrase.end)[:1]:
                if k in self.texts:
                    cells[k] = (*cells.get(k, ()), *phrase.words)
        return cells


def _without_number(row: Row) -> Row | None:
    """A line whose first phrase is a whole number and a name, with the two apart."""
    first = row.phrases[0]
    if len(first.words) < 2 or not first.words[0].text.isdecimal():
        return None
    rest = " ".join(word.text for word in first.words[1:])
    if what_is(rest) == "number":
        return None
    head = Phrase(first.words[:1], first.words[0].text, "number")
    return replace(row, phrases=(head, Phrase(first.words[1:], rest, what_is(rest)), *row.phrases[1:]))


def part_counting(rows: Sequence[Row]) -> list[Row]:
    """Lines that begin with running numbers a plain blank before names that all begin at one x: two columns, not one."""
    parted = [_without_number(row) for row in rows]
    found = [row for row in parted if row is not None]
    numbered = [new or row for new, row in zip(parted, rows, strict=True) if new or row.phrases[0].text.isdecimal()]
    numbers = [int(row.phrases[0].text) for row in numbered]
    if len(numbers) < 3 or len(numbers) < 0.6 * len(rows) or not found:
        return list(rows)
    lefts = [row.phrases[1].left for row in found]
    is_shared = max(lefts) - min(lefts) <= SHARED_LEFT * found[0].size
    if not is_shared or not all(b - a == 1 for a, b in pairwise(numbers)):
        return list(rows)
    return [row if new is None else new for row, new in zip(rows, parted, strict=True)]


def swallows(columns: Sequence[Column], blank: float) -> bool:
    """Whether two columns were taken for one: two values beside each other, or a value well apart from the name before it."""
    for column in columns:
        by_row: dict[int, list[Phrase]] = {}
        for number, phrase in column.members:
            by_row.setdefault(number, []).append(phrase)
        pairs = [pair for phrases in by_row.values() for pair in pairwise(phrases)]
        if any(a.is_value and b.is_value for a, b in pairs):
            return True
        if any(b.is_value and b.left - a.end > WELL_APART * blank * b.words[0].size for a, b in pairs):
            return True
    return False


def _text_columns(columns: Sequence[Column], others: Sequence[Row], n_data: int) -> list[Column]:
    """`columns` with columns of text that only stand on lines between the data lines, as names of two lines around their figures."""
    figures = [c for c in columns if c.is_numeric]
    fresh: list[tuple[float, float, int]] = []
    for row in others:
        if any(min(c.right, p.end) > max(c.left, p.left) for p in row.phrases for c in figures):
            continue
        for phrase in row.phrases:
            hit = [k for k, c in enumerate(columns) if min(c.right, phrase.end) > max(c.left, phrase.left)]
            if not hit:
                fresh.append((phrase.left, phrase.end, 1))
    merged: list[tuple[float, float, int]] = []
    for left, right, count in sorted(fresh):
        if merged and left < merged[-1][1]:
            merged[-1] = (merged[-1][0], max(merged[-1][1], right), merged[-1][2] + count)
        else:
            merged.append((left, right, count))
    new = [
        Column(left, right, ())
        for left, right, count in merged
        if count >= max(2.0, MIN_SHARE * n_data) and not any(left < c.right and right > c.left for c in columns)
    ]
    return sorted([*columns, *new], key=lambda c: c.left)


def frame_of(rows: Sequence[Row], first: int, last: int) -> tuple[Frame | None, list[Row]]:
    """The columns of the data lines between two lines, and these lines, with running numbers set apart."""
    inside = list(rows[first : last + 1])
    data = [k for k, row in enumerate(inside) if is_data(row)]
    for k, row in zip(data, part_counting([inside[k] for k in data]), strict=True):
        inside[k] = row
    columns = columns_of([inside[k] for k in data])
    if len(columns) < 2:
        return None, inside
    wider = [k for k, row in enumerate(inside) if k in set(data) or fits(row, columns)]
    if len(wider) > len(data):
        columns = columns_of([inside[k] for k in wider])
    if len(columns) < 2:
        return None, inside
    others = [row for k, row in enumerate(inside) if k not in set(wider)]
    columns = _text_columns(columns, others, len(wider))
    if any(b.left < a.right for a, b in pairwise(columns)):
        return None, inside
    every = frozenset(range(len(columns)))
    counting = frozenset({0} if columns[0].is_counting else ())
    figures = frozenset(k for k in every if columns[k].is_numeric) - counting
    return Frame(tuple(columns), counting, figures, every - figures - counting), inside
