"""Signs -> lines -> words -> phrases, with what each phrase is: a number, a sign for nothing, an ordinal, or text."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise
from statistics import median
from typing import Literal

from extractors.pdf.lines import MARK_RAISE, MARK_SIZE, WORD_GAP
from extractors.pdf.page import Char
from extractors.text.fold import nfc

What = Literal["number", "nothing", "ordinal", "text"]

SAME_ROW = 0.25
"""Sizes by which the base lines of one line may differ. Less than half a line: a number may stand between two lines of its label."""

USUAL_BLANK = 0.25
"""Sizes. The blank of most fonts, taken where a page has too few words to measure its own."""

PLAIN = 1.2
"""How much wider than a blank the white between groups of thousands may be."""

NO_WHITE, NEARLY_TOUCHING = 0.02, 0.05
"""Sizes of white between figures of one number at most, and between two numbers that nearly touch at least."""

MIN_TOUCHING = 3
"""Pairs of figures in a row that are needed to tell."""

MAX_STRETCH = 1.5
"""Sizes of white between the words of a line that is stretched to full width."""

STRETCH = 0.06
"""Share by which the white between its words differs: it is shared out evenly."""

_NUMBER = re.compile(r"^[+\-−–±]?\d[\d.,]*(?: \d{3}(?:[.,]\d+)?)*\s?%?[*†]*$|^\((?:\d+[.,]\d+|\d{3,})%?\)$")
_NOTHING = re.compile(r"^(?:[-−–—]{1,3}|\.{1,3}|…|[xX*:/]|[nN][./]?[aAdD]\.?|[kK]hông có|\d[\d.,]*[-–]\d[\d.,]*%?)$")
_ORDINAL = re.compile(r"^(?:\(\d{1,2}\)|\d{1,2}(?:\.\d{1,2})*[.)]|[IVXLC]+[.)]?|[a-zđ][.)])$")
_GROUP_HEAD = re.compile(r"^[+\-−–]?\d{1,3}(?: \d{3})*$")
_GROUP_TAIL = re.compile(r"^\d{3}(?:[.,]\d+)?%?[*†]*$")
_LEADER = re.compile(r"^[.…_·]{4,}$")


@dataclass(frozen=True, slots=True)
class Word:
    """Signs without a blank between them. `right`: where its figures end, a raised mark behind them left out."""

    text: str
    left: float
    right: float
    end: float
    top: float
    bottom: float
    size: float
    mark: float | None
    """x of the decimal mark, None if it has none."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """Words that belong together in one cell as far as one line can tell."""

    words: tuple[Word, ...]
    text: str
    what: What

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def right(self) -> float:
        return self.words[-1].right

    @property
    def end(self) -> float:
        return self.words[-1].end

    @property
    def middle(self) -> float:
        return (self.left + self.right) / 2

    @property
    def is_value(self) -> bool:
        """What may stand in a column of numbers."""
        return self.what in ("number", "nothing")


@dataclass(frozen=True, slots=True)
class Row:
    """One line of the page. `baseline` and `size` are those of its largest signs.

    `ends_names`: it holds nothing but the last words of names that begin above it, whatever figures are among them.
    """

    baseline: float
    size: float
    top: float
    bottom: float
    words: tuple[Word, ...]
    phrases: tuple[Phrase, ...]
    ends_names: bool = False

    @property
    def left(self) -> float:
        return self.words[0].left

    @property
    def end(self) -> float:
        return self.words[-1].end

    @property
    def text(self) -> str:
        return " ".join(word.text for word in self.words)

    @property
    def numbers(self) -> int:
        return sum(phrase.what == "number" for phrase in self.phrases)

    @property
    def values(self) -> int:
        return sum(phrase.is_value for phrase in self.phrases)

    @property
    def has_leaders(self) -> bool:
        return any(_LEADER.match(word.text) for word in self.words) or sum(word.text == "." for word in self.words) >= 4


@lru_cache(maxsize=10_000)
def what_is(text: str) -> What:
    """What a phrase is by its text alone.

    >>> [what_is(text) for text in ("82,28", "641 142", "–", "1.1.", "Hà Nội", "100 %")]
    ['number', 'number', 'nothing', 'ordinal', 'text', 'number']
    """
    if _ORDINAL.match(text):
        return "ordinal"
    if _NUMBER.match(text):
        return "number"
    return "nothing" if _NOTHING.match(text) else "text"


def phrase_of(words: Sequence[Word]) -> Phrase:
    text = " ".join(word.text for word in words)
    return Phrase(tuple(words), text, what_is(text))


def lines_by_baseline(chars: Iterable[Char]) -> list[list[Char]]:
    """Signs that share a base line, raised small ones with the line they stand in."""
    solid = sorted((char for char in chars if not char.text.isspace()), key=lambda char: (char.baseline, -char.size))
    lines: list[list[Char]] = []
    largest = 0.0
    for char in solid:
        if lines and char.baseline - lines[-1][0].baseline <= SAME_ROW * max(largest, char.size):
            lines[-1].append(char)
            largest = max(largest, char.size)
        else:
            lines.append([char])
            largest = char.size
    return _with_marks(lines)


def _with_marks(lines: list[list[Char]]) -> list[list[Char]]:
    """Small signs just above a line that stand right behind one of its signs are marks of that line."""
    found: list[list[Char]] = []
    for line, below in zip(lines, [*lines[1:], None], strict=True):
        small = max(char.size for char in line)
        if below is None:
            found.append(line)
            continue
        size = max(char.size for char in below)
        rise = below[0].baseline - line[0].baseline
        if not (small <= MARK_SIZE * size and MARK_RAISE * size <= rise <= 0.6 * size):
            found.append(line)
            continue
        ends = sorted(char.box[2] for char in below)
        alone: list[Char] = []
        for char in sorted(line, key=lambda char: char.box[0]):
            at = bisect_left(ends, char.box[0] - 0.3 * size)
            if at < len(ends) and ends[at] <= char.box[0] + 0.3 * size:
                below.append(char)
                ends.insert(bisect_left(ends, char.box[2]), char.box[2])
            else:
                alone.append(char)
        if alone:
            found.append(alone)
    return found


def _word(chars: Sequence[Char], size: float, baseline: float) -> Word:
    plain = [char for char in chars if not (char.size <= MARK_SIZE * size and char.baseline <= baseline - MARK_RAISE * size)]
    of = plain or list(chars)
    mark = next((c.box[0] for c in reversed(of[1:-1]) if c.text in ",."), None)
    return Word(
        text=nfc("".join(char.text for char in of)),
        left=chars[0].box[0],
        right=of[-1].box[2],
        end=chars[-1].box[2],
        top=min(char.box[1] for char in chars),
        bottom=max(char.box[3] for char in chars),
        size=size,
        mark=mark,
    )


def _words(line: Sequence[Char], blanks: Sequence[float]) -> tuple[list[Word], float, float]:
    """Words of one line, its base line and its size. `blanks`: middles of the blanks on this line, in order."""
    largest = max(line, key=lambda char: char.size)
    size, baseline = largest.size, largest.baseline
    signs = sorted(line, key=lambda char: (char.box[0], char.box[2]))
    groups: list[list[Char]] = [[signs[0]]]
    for before, after in pairwise(signs):
        at = bisect_left(blanks, before.centre[0])
        has_blank = at < len(blanks) and blanks[at] < after.centre[0]
        if has_blank or after.box[0] - before.box[2] > WORD_GAP * size:
            groups.append([])
        groups[-1].append(after)
    parts = [part for group in groups for part in _touching(group)]
    return [_word(part, size, baseline) for part in parts], baseline, size


def _touching(group: list[Char]) -> list[list[Char]]:
    """A word of figures cut where two numbers of neighbouring columns nearly touch: figures of one number stand without any white."""
    gaps = [
        (after.box[0] - before.box[2]) / after.size if before.text.isdigit() and after.text.isdigit() else None
        for before, after in pairwise(group)
    ]
    known = [gap for gap in gaps if gap is not None]
    if len(known) < MIN_TOUCHING or sorted(known)[-2] > NO_WHITE or max(known) <= NEARLY_TOUCHING:
        return [group]
    cut = gaps.index(max(known)) + 1
    return [group[:cut], group[cut:]]


def usual_blank(lines: Iterable[Sequence[Word]]) -> float:
    """The usual white between two words of text on this page, in sizes."""
    gaps = [
        (after.left - before.end) / after.size
        for words in lines
        for before, after in pairwise(words)
        if before.text[-1:].isalpha() and after.text[:1].isalpha() and 0 < after.left - before.end < 0.7 * after.size
    ]
    return median(gaps) if len(gaps) >= 5 else USUAL_BLANK


def _joins(before: Word, text: str, after: Word, blank: float, widest: float | None = None) -> bool:
    """Whether two neighbours are one phrase. Two numbers are only if they read as groups of thousands a plain blank apart."""
    gap = (after.left - before.end) / after.size
    first, second = what_is(text), what_is(after.text)
    if first == "number" and second == "number":
        return gap <= PLAIN * blank and _GROUP_HEAD.match(text) is not None and _GROUP_TAIL.match(after.text) is not None
    if first == "number" and second == "nothing":
        return False
    if first != "text" or second != "text":
        return gap <= min(1.3 * blank, widest or 1.0)
    return gap <= (max(1.8 * blank, 0.5) if widest is None else widest)


def _with_ends(members: Sequence[Word]) -> list[list[Word]]:
    """A phrase with the numbers at its end set apart: they may as well stand in the next column."""
    end = len(members)
    while end > 1 and what_is(members[end - 1].text) == "number":
        end -= 1
    if end == len(members) or what_is(" ".join(word.text for word in members)) == "number":
        return [list(members)]
    groups: list[list[Word]] = [list(members[:end])]
    for word in members[end:]:
        text = " ".join(w.text for w in groups[-1])
        if len(groups) > 1 and what_is(f"{text} {word.text}") == "number":
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _is_stretched(words: Sequence[Word]) -> bool:
    """A line of text set to full width: at least four words of text, all the same white apart."""
    gaps = [(b.left - a.end) / b.size for a, b in pairwise(words)]
    is_text = len(words) >= 4 and sum(what_is(word.text) == "text" for word in words) >= 0.75 * len(words)
    return is_text and max(gaps) <= MAX_STRETCH and max(gaps) - min(gaps) <= STRETCH * max(gaps)


def phrases_of(
    words: Sequence[Word], blank: float, widest: float | None = None, *, keep_ends: bool = False
) -> tuple[Phrase, ...]:
    """Phrases of the words of one line. `widest`: sizes of white up to which two words of text are one phrase.

    `keep_ends`: a number at the end of a text is part of it, as in the name of a column.
    """
    if _is_stretched(words):
        return (phrase_of(words),)
    groups: list[tuple[list[Word], str]] = []
    for word in words:
        if groups and _joins(groups[-1][0][-1], groups[-1][1], word, blank, widest):
            groups[-1] = ([*groups[-1][0], word], f"{groups[-1][1]} {word.text}")
        else:
            groups.append(([word], word.text))
    return tuple(phrase_of(part) for members, _ in groups for part in ([members] if keep_ends else _with_ends(members)))


def rows_of(chars: Sequence[Char]) -> tuple[list[Row], float]:
    """Lines of upright signs from top to bottom, and the usual blank of the page in sizes."""
    lines = lines_by_baseline(chars)
    spaces: dict[int, list[tuple[float, float]]] = {}
    for char in chars:
        if char.text.isspace():
            spaces.setdefault(round(char.baseline), []).append((char.centre[0], char.baseline))
    parts: list[tuple[list[Word], float, float]] = []
    for line in lines:
        base, size = line[0].baseline, max(char.size for char in line)
        near = (key for key in range(round(base) - 1, round(base) + 2))
        blanks = sorted(x for key in near for x, y in spaces.get(key, ()) if abs(y - base) <= SAME_ROW * size)
        parts.append(_words(line, blanks))
    blank = usual_blank(words for words, _, _ in parts)
    rows = [
        Row(
            baseline,
            size,
            min(word.top for word in words),
            max(word.bottom for word in words),
            tuple(words),
            phrases_of(words, blank),
        )
        for words, baseline, size in parts
    ]
    return sorted(rows, key=lambda row: row.baseline), blank
