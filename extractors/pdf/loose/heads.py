"""The lines above the data -> header cells: names of columns, and names over groups of columns."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.pdf.loose.blocks import MAX_PITCH
from extractors.pdf.loose.groups import CENTRED, Extent, Sides, shared_out, sides_of, tiles
from extractors.pdf.loose.words import Phrase, Row, Word
from extractors.pdf.page import Rule

ALONE = 0.5
"""Sizes by which a single name over all columns of figures may miss their middle."""


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


class _Reader:
    def __init__(
        self,
        lines: Sequence[Row],
        extents: Sequence[Extent],
        figures: frozenset[int],
        pieces: Sequence[Rule],
        cells: Sequence[float] | None,
    ) -> None:
        self.lines, self.figures, self.pieces, self.cells = list(lines), figures, pieces, cells
        self.inks = tuple(extents)
        self.barred = frozenset(range(len(extents))) - figures
        self.extents = list(extents)
        self.leaf_text: dict[int, str] = {}
        self.names: dict[int, Extent] = {}
        self.leaves: list[tuple[int, int, tuple[Word, ...]]] = []
        self.groups: list[Group] = []
        self.is_doubtful = False

    def _edges(self) -> list[float]:
        return [(a[1] + b[0]) / 2 for a, b in pairwise(self.extents)]

    def _ways(self) -> list[Sides]:
        return sides_of(self.inks, self.names, self.cells)

    def _piece_under(self, line: int, phrase: Phrase) -> Rule | None:
        """The rule under this phrase alone, above the next line, that is about as wide as its columns."""
        row = self.lines[line]
        until = self.lines[line + 1].baseline if line + 1 < len(self.lines) else row.baseline + 2 * row.size
        under = [
            p
            for p in self.pieces
            if row.baseline - 0.1 * row.size < p.at < until
            and p.start <= phrase.middle <= p.end
            and len(self._under(p)) > 1
            and sum(p.start <= other.middle <= p.end for other in row.phrases) == 1
        ]
        return min(under, key=lambda p: p.end - p.start) if under else None

    def _under(self, piece: Rule) -> list[int]:
        return [k for k, (a, b) in enumerate(self.extents) if piece.start - 2 <= (a + b) / 2 <= piece.end + 2]

    def _begins_name(self, line: int, phrase: Phrase) -> bool:
        """Whether a name begins with a phrase that ends on one of the next lines, with figures."""
        row = self.lines[line]
        return any(
            below.ends_names
            and below.baseline - row.baseline < MAX_PITCH * row.size
            and any(min(p.end, phrase.end) > max(p.left, phrase.left) for p in below.phrases)
            for below in self.lines[line + 1 :]
        )

    def read_line(self, line: int) -> None:
        row = self.lines[line]
        begun = [p for p in row.phrases if self._begins_name(line, p)]
        one = [p for p in begun if len(_hit(self.extents, p.left, p.end, row.size)) == 1]
        if one:
            for phrase in one:
                self._leaf(line, phrase, _hit(self.extents, phrase.left, phrase.end, row.size), set())
            self.lines[line] = row = replace(row, phrases=tuple(p for p in row.phrases if p not in one))
        if not row.phrases:
            return
        hits = [_hit(self.extents, phrase.left, phrase.end, row.size) for phrase in row.phrases]
        by_rule = {
            k: under
            for k, p in enumerate(row.phrases)
            if (piece := self._piece_under(line, p)) and (under := self._under(piece))
        }
        over = [
            k
            for k, (phrase, hit) in enumerate(zip(row.phrases, hits, strict=True))
            if k in by_rule
            or (len(hit) > 1 and any(j in self.leaf_text for j in hit) and self.figures.issuperset(hit))
            or (not hit and self._is_between(phrase))
        ]
        if self._read_tiles(line, hits, over):
            return
        if not over:
            self._read_leaves(line, hits)
            return
        self._read_groups(line, hits, by_rule, over)

    def _read_tiles(self, line: int, hits: Sequence[list[int]], over: Sequence[int]) -> bool:
        """Names over equal groups of all columns of figures that have names of their own, if this line is such."""
        row, figures = self.lines[line], sorted(self.figures)
        if any(k not in self.leaf_text for k in figures):
            return False
        members = [
            k for k, hit in enumerate(hits) if self.figures.issuperset(hit) and (hit or k in over or self._is_amid(row, k))
        ]
        phrases = [row.phrases[k] for k in members]
        tolerance = CENTRED if len(phrases) > 1 or over else ALONE
        ranges = tiles(phrases, [hits[k] for k in members], figures, self._ways(), tolerance)
        if ranges is None:
            return False
        self.groups.extend(Group(line, a, b, p) for p, (a, b) in zip(phrases, ranges, strict=True))
        for k in range(len(row.phrases)):
            if k not in members:
                self._leaf(line, row.phrases[k], hits[k], set())
        return True

    def _is_amid(self, row: Row, k: int) -> bool:
        """In the white within the columns of figures."""
        figures = sorted(self.figures)
        return bool(figures) and self.extents[figures[0]][0] <= row.phrases[k].middle <= self.extents[figures[-1]][1]

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
            fit, unsure = shared_out(
                [row.phrases[k] for k in members], [hits[k] for k in members], self._ways(), plain | taken, self.barred
            )
            self.is_doubtful = self.is_doubtful or unsure
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
            # Cut where the columns part, which is right only if the white there is the widest.
            cuts = [b[0].left - a[-1].end for a, b in pairwise(parts.values())]
            within = [b.left - a.end for words in parts.values() for a, b in pairwise(words)]
            self.is_doubtful = self.is_doubtful or (bool(within) and min(cuts, default=0.0) < max(within))
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
        not row.ends_names
        and len(figures) >= 2
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
    lines: Sequence[Row],
    extents: Sequence[Extent],
    figures: frozenset[int],
    pieces: Sequence[Rule],
    rules: Sequence[float],
    cells: Sequence[float] | None = None,
) -> tuple[Head, list[Extent]]:
    """The header and the extents of the columns with their names.

    `lines` from top to bottom; `extents`: ink of the columns; `figures`: the columns of numbers; `pieces`: rules over some columns;
    `rules`: y of the rules over all of them; `cells`: the edges of the columns where their cells are drawn.
    """
    reader = _Reader(lines, extents, figures, pieces, cells)
    for line in range(len(lines) - 1, -1, -1):
        reader.read_line(line)
    levels, hard = _levels(lines, reader.groups, reader.leaves, rules)
    head = Head(levels, tuple(reader.groups), tuple(reader.leaves), hard, reader.is_doubtful)
    return head, reader.extents
