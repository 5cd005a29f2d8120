"""The lines above the data -> header cells: names of columns, and names over groups of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise

from extractors.pdf.loose.words import Phrase, Row, Word
from extractors.pdf.page import Rule

CENTRED = 1.0
"""Sizes by which the middle of a name may miss the middle of the columns it stands over."""

UNCOVERED = 0.6
"""Cost of a column of figures without a name over it beside columns with one, in squared sizes."""


@dataclass(frozen=True, slots=True)
class Group:
    """A phrase over columns `first` to `last`, on the line with number `line` (from the top)."""

    line: int
    first: int
    last: int
    phrase: Phrase


@dataclass(frozen=True, slots=True)
class Head:
    """`levels`: for each line its level from the top; `groups`: names over several columns; `leaves`: (line, column, words).

    `hard`: levels that begin a new row in every column; other levels only where a name over a group stands.
    `is_doubtful`: some name could belong to other columns as well.
    """

    levels: tuple[int, ...]
    groups: tuple[Group, ...]
    leaves: tuple[tuple[int, int, tuple[Word, ...]], ...]
    hard: frozenset[int]
    is_doubtful: bool

    @property
    def n_levels(self) -> int:
        return max(self.levels, default=-1) + 1


Extent = tuple[float, float]


def _hit(extents: Sequence[Extent], left: float, right: float, size: float) -> list[int]:
    """Columns that a phrase stands over by more than a touch."""
    return [
        k
        for k, (a, b) in enumerate(extents)
        if min(b, right) - max(a, left) > min(0.3 * size, 0.3 * (b - a), 0.3 * (right - left))
    ]


def _nearest(extents: Sequence[Extent], word: Phrase, taken: set[int]) -> int:
    def distance(k: int) -> float:
        a, b = extents[k]
        return min(abs(a - word.left), abs(b - word.end), abs((a + b) / 2 - word.middle))

    free = [k for k in range(len(extents)) if k not in taken] or list(range(len(extents)))
    return min(free, key=distance)


def _fit(
    phrases: Sequence[Phrase], hits: Sequence[Sequence[int]], extents: Sequence[Extent], plain: set[int], size: float
) -> list[tuple[int, int]] | None:
    """The columns under each phrase so that all of them are centred, or begin, where their columns do; None if nothing fits.

    `plain`: columns that need no name above them.
    """
    best: tuple[float, tuple[tuple[int, int], ...]] | None = None
    n = len(extents)

    def off(phrase: Phrase, a: int, b: int, way: str) -> float:
        left, right = extents[a][0], extents[b][1]
        if way == "left":
            return (phrase.left - left) / size
        if way == "right":
            return (phrase.end - right) / size
        return ((phrase.left + phrase.end) / 2 - (left + right) / 2) / size

    for way in ("middle", "left", "right"):

        @cache
        def solve(index: int, start: int, way: str = way) -> tuple[float, tuple[tuple[int, int], ...]]:
            if index == len(phrases):
                return sum(UNCOVERED for k in range(start, n) if k not in plain), ()
            found: tuple[float, tuple[tuple[int, int], ...]] = (float("inf"), ())
            must = hits[index]
            for a in range(start, (must[0] if must else n - 1) + 1):
                skipped = sum(UNCOVERED for k in range(start, a) if k not in plain)
                for b in range(max(a, must[-1] if must else a), n):
                    cost = off(phrases[index], a, b, way) ** 2
                    if cost > CENTRED**2:
                        continue
                    rest = solve(index + 1, b + 1)
                    total = cost + skipped + rest[0]
                    if total < found[0]:
                        found = (total, ((a, b), *rest[1]))
            return found

        result = solve(0, 0)
        if result[0] < float("inf") and (best is None or result[0] < best[0] - 1e-9):
            best = result
    return list(best[1]) if best is not None else None


class _Reader:
    def __init__(
        self, lines: Sequence[Row], extents: Sequence[Extent], figures: frozenset[int], pieces: Sequence[Rule]
    ) -> None:
        self.lines, self.figures, self.pieces = lines, figures, pieces
        self.extents = list(extents)
        self.leaf_text: dict[int, str] = {}
        self.names: dict[int, Extent] = {}
        self.leaves: list[tuple[int, int, tuple[Word, ...]]] = []
        self.groups: list[Group] = []
        self.is_doubtful = False

    def _edges(self) -> list[float]:
        return [(a[1] + b[0]) / 2 for a, b in pairwise(self.extents)]

    def _piece_under(self, line: int, phrase: Phrase) -> Rule | None:
        """The rule under a phrase, above the next line, that is about as wide as its columns."""
        row = self.lines[line]
        until = self.lines[line + 1].baseline if line + 1 < len(self.lines) else row.baseline + 2 * row.size
        under = [p for p in self.pieces if row.baseline - 0.1 * row.size < p.at < until and p.start <= phrase.middle <= p.end]
        return min(under, key=lambda p: p.end - p.start) if under else None

    def _under(self, piece: Rule) -> list[int]:
        return [k for k, (a, b) in enumerate(self.extents) if piece.start - 2 <= (a + b) / 2 <= piece.end + 2]

    def read_line(self, line: int) -> None:
        row = self.lines[line]
        hits = [_hit(self.extents, phrase.left, phrase.end, row.size) for phrase in row.phrases]
        by_rule = {
            k: under
            for k, p in enumerate(row.phrases)
            if (piece := self._piece_under(line, p)) and len(under := self._under(piece)) > 1
        }
        over = [
            k
            for k, (phrase, hit) in enumerate(zip(row.phrases, hits, strict=True))
            if k in by_rule
            or (len(hit) > 1 and any(j in self.leaf_text for j in hit) and self.figures.issuperset(hit))
            or (not hit and self._is_between(phrase))
        ]
        if not over and self._are_groups(row, hits):
            over = [k for k, hit in enumerate(hits) if self.figures.issuperset(hit)]
        if not over:
            self._read_leaves(line, hits)
            return
        self._read_groups(line, hits, by_rule, over)

    def _are_groups(self, row: Row, hits: Sequence[list[int]]) -> bool:
        """Names that stand each in the middle of as many columns with names of their own, and together over all of these."""
        figures = sorted(self.figures)
        phrases = [p for p, hit in zip(row.phrases, hits, strict=True) if self.figures.issuperset(hit)]
        if not phrases or any(k not in self.leaf_text for k in figures) or len(figures) % len(phrases):
            return False
        size = len(figures) // len(phrases)
        if size < 2 or figures[-1] - figures[0] != len(figures) - 1:
            return False
        tolerance = (CENTRED if len(phrases) > 1 else 0.5 * CENTRED) * row.size
        return any(
            all(
                abs(p.middle - (of[figures[k * size]][0] + of[figures[k * size + size - 1]][1]) / 2) <= tolerance
                for k, p in enumerate(phrases)
            )
            for of in (dict(enumerate(self.extents)), self.names)
        )

    def _is_between(self, phrase: Phrase) -> bool:
        """In the white between two columns that both have a name of their own already."""
        before = [k for k, (a, b) in enumerate(self.extents) if (a + b) / 2 < phrase.middle]
        if not before or before[-1] + 1 >= len(self.extents):
            return False
        return before[-1] in self.leaf_text and before[-1] + 1 in self.leaf_text and before[-1] in self.figures

    def _read_groups(self, line: int, hits: Sequence[list[int]], by_rule: dict[int, list[int]], over: Sequence[int]) -> None:
        row = self.lines[line]
        plain = {k for k in range(len(self.extents)) if k not in self.figures or k not in self.leaf_text}
        others = [k for k in range(len(row.phrases)) if k not in by_rule]
        members = [
            k for k in others if k in over or (hits[k] and self.figures.issuperset(hits[k]) and hits[k][0] in self.leaf_text)
        ]
        leaves = [k for k in others if k not in members]
        for k, under in by_rule.items():
            self.groups.append(Group(line, under[0], under[-1], row.phrases[k]))
        if members:
            taken = {j for under in by_rule.values() for j in under}
            fit = _fit([row.phrases[k] for k in members], [hits[k] for k in members], self.extents, plain | taken, row.size)
            if fit is None or any(j in taken for a, b in fit for j in range(a, b + 1)):
                self.is_doubtful = True
                fit = [
                    (hits[k][0], hits[k][-1]) if hits[k] else (j := _nearest(self.extents, row.phrases[k], set()), j)
                    for k in members
                ]
            for k, (a, b) in zip(members, fit, strict=True):
                if a == b:
                    leaves.append(k)
                else:
                    self.groups.append(Group(line, a, b, row.phrases[k]))
        for k in sorted(leaves):
            self._leaf(line, row.phrases[k], hits[k], set())

    def _read_leaves(self, line: int, hits: Sequence[list[int]]) -> None:
        taken: set[int] = {hit[0] for hit in hits if len(hit) == 1}
        for phrase, hit in zip(self.lines[line].phrases, hits, strict=True):
            self._leaf(line, phrase, hit, taken)

    def _leaf(self, line: int, phrase: Phrase, hit: list[int], taken: set[int]) -> None:
        if len(hit) > 1:
            edges = self._edges()
            parts: dict[int, list[Word]] = {}
            for word in phrase.words:
                parts.setdefault(sum(edge < (word.left + word.end) / 2 for edge in edges), []).append(word)
            for column, words in parts.items():
                self._put(line, column, tuple(words))
            return
        column = hit[0] if hit else _nearest(self.extents, phrase, taken)
        taken.add(column)
        self._put(line, column, phrase.words)

    def _put(self, line: int, column: int, words: tuple[Word, ...]) -> None:
        self.leaves.append((line, column, words))
        text = " ".join(word.text for word in words)
        left, right = self.names.get(column, (words[0].left, words[-1].end))
        self.names[column] = (min(left, words[0].left), max(right, words[-1].end))
        self.leaf_text[column] = f"{text} {self.leaf_text.get(column, '')}".strip()
        a, b = self.extents[column]
        self.extents[column] = (min(a, words[0].left), max(b, words[-1].end))


def _is_counting_line(row: Row) -> bool:
    texts = [phrase.text.strip("()") for phrase in row.phrases]
    figures = [int(text) for text in texts if text.isdecimal()]
    return (
        len(figures) >= 2
        and len(texts) - len(figures) <= 2
        and all(b - a == 1 for a, b in pairwise(figures))
        and figures[0] <= 3
    )


def _levels(
    lines: Sequence[Row], groups: Sequence[Group], leaves: Sequence[tuple[int, int, tuple[Word, ...]]], rules: Sequence[float]
) -> tuple[tuple[int, ...], frozenset[int]]:
    """The level of each line and the levels that are hard: under a rule, before and after numbers of columns.

    Below the line of a name over a group its columns begin a new level; lines that only hold names of other columns make none.
    """
    covered = {k for g in groups for k in range(g.first, g.last + 1)}
    levels: list[int] = []
    hard: set[int] = set()
    previous: int | None = None
    for k, row in enumerate(lines):
        spans = {(g.first, g.last) for g in groups if g.line == k}
        matters = bool(spans) or any(line == k and column in covered for line, column, _ in leaves) or not groups
        if not levels:
            levels.append(0)
            previous = k if matters else None
            continue
        above = lines[k - 1]
        is_hard = (
            _is_counting_line(row) or _is_counting_line(above) or any(above.baseline < rule < row.baseline for rule in rules)
        )
        before = {(g.first, g.last) for g in groups if g.line == previous} if previous is not None else set[tuple[int, int]]()
        goes_on = bool(spans) and spans <= before and row.baseline - lines[previous or 0].baseline <= 1.6 * row.size
        is_new = is_hard or (matters and bool(before) and not goes_on)
        levels.append(levels[-1] + is_new)
        if is_hard:
            hard.add(levels[-1])
        if matters:
            previous = k
    return tuple(levels), frozenset(hard)


def read_head(
    lines: Sequence[Row], extents: Sequence[Extent], figures: frozenset[int], pieces: Sequence[Rule], rules: Sequence[float]
) -> tuple[Head, list[Extent]]:
    """The header and the extents of the columns with their names.

    `lines` from top to bottom; `extents`: ink of the columns; `figures`: the columns of numbers; `pieces`: rules over some columns;
    `rules`: y of the rules over all of them.
    """
    reader = _Reader(lines, extents, figures, pieces)
    for line in range(len(lines) - 1, -1, -1):
        reader.read_line(line)
    levels, hard = _levels(lines, reader.groups, reader.leaves, rules)
    head = Head(levels, tuple(reader.groups), tuple(reader.leaves), hard, reader.is_doubtful)
    return head, reader.extents
