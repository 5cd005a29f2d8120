"""Lines of a page -> runs of lines that may be the data of one table each."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.pdf.loose.columns import Column, columns_of
from extractors.pdf.loose.words import Phrase, Row, phrases_of
from extractors.text.fold import strip_diacritics

MAX_WHITE = 3.0
"""Sizes of white between two lines from which a table has ended, unless its own rows are as far apart."""

PROSE_WORDS = 9
PROSE_WIDTH = 0.7
"""A phrase of so many words over this share of the width is a sentence."""

NAME_LINES = 6
"""Lines within which a name of several lines and its figures stand, with those of the names beside it."""

MAX_PITCH = 1.6
"""Sizes between the base lines of two lines of a name at most."""

SAME_SIZE = 0.05
"""Share by which the sizes of two lines of a name may differ."""

CLOSER = 0.95
"""How far lines of a name stand apart at most, against rows of data."""

_YEAR = re.compile(r"^(?:19|20)\d{2}\*?$")
_CAPTION = re.compile(
    r"^(?:bang|bieu|phu luc|hinh|bieu do|so do|table|tale|figure|chart|annex)\s+(?:so\s+)?(?:\d|[a-z]\.\d|[ivxlc]+\b)",
    re.IGNORECASE,
)
_UNIT = re.compile(r"^\(?(?:don vi|don vi tinh|dvt|unit)\s*(?:tinh)?\s*[:(]", re.IGNORECASE)
_SOURCE = re.compile(r"^(?:nguon|ghi chu|source|note|notes)\s*[:.]", re.IGNORECASE)


def is_caption(text: str) -> bool:
    """The title or the unit of a table, or the note under it: never a part of it."""
    plain = strip_diacritics(text).lower()
    return any(pattern.match(plain) for pattern in (_CAPTION, _UNIT, _SOURCE))


def is_years(row: Row) -> bool:
    """Years, or 1 2 3 …, and no other number: names of columns."""
    numbers = [phrase.text for phrase in row.phrases if phrase.what == "number"]
    if not numbers:
        return False
    if all(_YEAR.match(text) for text in numbers):
        steps = {int(b[:4]) - int(a[:4]) for a, b in pairwise(numbers)}
        return len(numbers) >= 2 and (len(steps) == 1 or len(set(numbers)) < len(numbers) or len(numbers) <= 3)
    figures = [int(text) for text in numbers if text.isdecimal()]
    return len(figures) == len(numbers) >= 3 and all(b - a == 1 for a, b in pairwise(figures)) and figures[0] <= 3


def is_prose(row: Row, width: float) -> bool:
    """A sentence: one phrase of many words that fills most of the line."""
    return not is_data(row) and any(
        len(phrase.words) >= PROSE_WORDS and phrase.end - phrase.left >= PROSE_WIDTH * width for phrase in row.phrases
    )


def is_data(row: Row) -> bool:
    """At least two values, one of them a number, and not more texts than values."""
    texts = sum(phrase.what == "text" for phrase in row.phrases)
    return (
        not row.ends_names
        and row.values >= 2
        and row.numbers >= 1
        and texts <= row.values
        and not row.has_leaders
        and not is_years(row)
    )


def _goes_on_name(row: Row, phrase: Phrase, above: Sequence[Row], pitch: float) -> bool:
    """Whether a phrase stands right under a text, closer than `pitch` points, as the next line of a name does."""
    return any(
        0.5 * row.size < row.baseline - other.baseline < min(MAX_PITCH * row.size, pitch)
        and abs(other.size - row.size) <= SAME_SIZE * row.size
        and any(p.what == "text" and min(p.end, phrase.end) > max(p.left, phrase.left) for p in other.phrases)
        for other in above
    )


def with_names_whole(rows: Sequence[Row], blank: float) -> list[Row]:
    """The lines with those marked that end names of several lines with figures, as "Nội dung 1" in a narrow column does.

    All on such a line stands right under texts, closer than the data below stand to each other, and its figures are years or counts.
    """
    found = list(rows)
    for k in range(1, len(rows)):
        row = rows[k]
        figures = [phrase.text for phrase in row.phrases if phrase.what == "number"]
        if not figures or not all(text.isdecimal() and (len(text) <= 2 or _YEAR.match(text)) for text in figures):
            continue
        above = [other for other in found[max(0, k - NAME_LINES) : k] if not is_data(other)]
        data = [other for other in rows[k + 1 : k + 1 + NAME_LINES] if is_data(other)]
        pitch = CLOSER * min((b.baseline - a.baseline for a, b in pairwise(data)), default=0.0)
        if all(_goes_on_name(row, phrase, above, pitch) for phrase in phrases_of(row.words, blank, keep_ends=True)):
            found[k] = replace(row, ends_names=True)
    return found


def _is_amid(rows: Sequence[Row], k: int) -> bool:
    """Whether a line stands right between two lines of data, no farther from them than two sizes: a long heading of rows."""
    if not 0 < k < len(rows) - 1 or not (is_data(rows[k + 1]) and rows[k - 1].values):
        return False
    return all(b.top - a.bottom <= 2.0 * b.size for a, b in pairwise(rows[k - 1 : k + 2]))


def runs_of(rows: Sequence[Row], width: float) -> list[tuple[int, int]]:
    """(first, last) numbers of lines between which data lines follow each other without a sentence, a caption or wide white."""
    found: list[tuple[int, int]] = []
    first = last = -1
    pitch = 0.0
    for k, row in enumerate(rows):
        if row.has_leaders or is_caption(row.text) or (is_prose(row, width) and not _is_amid(rows, k)):
            if first >= 0:
                found.append((first, last))
            first, pitch = -1, 0.0
            continue
        if first >= 0 and row.top - rows[k - 1].bottom > max(MAX_WHITE * row.size, 1.3 * pitch):
            found.append((first, last))
            first, pitch = -1, 0.0
        if is_data(row):
            if first < 0:
                first = k
            else:
                pitch = max(pitch, min(row.top - rows[last].bottom, 6 * row.size))
            last = k
    if first >= 0:
        found.append((first, last))
    return found


def over_figures(row: Row, columns: Sequence[Column]) -> list[Phrase]:
    """The phrases of a line that stand over columns of numbers."""
    return [
        phrase
        for phrase in row.phrases
        if any(
            c.is_numeric and min(c.right, phrase.end) - max(c.left, phrase.left) > 0.5 * min(row.size, c.right - c.left)
            for c in columns
        )
    ]


def is_heading_of_columns(row: Row, columns: Sequence[Column]) -> bool:
    """Names over at least two columns of numbers and no number but years: another header begins."""
    over = over_figures(row, columns)
    return is_years(row) or (len(over) >= 2 and not any(phrase.is_value for phrase in over))


def fits(row: Row, columns: Sequence[Column]) -> bool:
    """A line that belongs to the body: a value in a column of numbers, and never two phrases in one of these."""
    if row.values < 1 or row.ends_names or row.has_leaders or is_years(row):
        return False
    filled: set[int] = set()
    for phrase in row.phrases:
        hit = [k for k, c in enumerate(columns) if min(c.right, phrase.end) > max(c.left, phrase.left)]
        figures = [k for k in hit if columns[k].is_numeric]
        if not filled.isdisjoint(figures):
            return False
        if phrase.is_value:
            if len(hit) != 1:
                return False
            filled.update(figures)
        elif len(figures) > 1 or (figures and phrase.left < columns[figures[0]].left - 2 * row.size):
            return False
        else:
            filled.update(figures)
    return any(
        columns[k].is_numeric and min(columns[k].right, p.end) > max(columns[k].left, p.left)
        for k in filled
        for p in row.phrases
        if p.is_value
    )


def split_run(rows: Sequence[Row], first: int, last: int) -> list[tuple[int, int]]:
    """A run cut where a new header stands between its data lines."""
    data = [k for k in range(first, last + 1) if is_data(rows[k])]
    columns = columns_of([rows[k] for k in data])
    cuts = [k for k in range(first, last + 1) if not is_data(rows[k]) and is_heading_of_columns(rows[k], columns)]
    if not cuts:
        return [(first, last)]
    parts: list[tuple[int, int]] = []
    for a, b in pairwise([first - 1, *cuts, last + 1]):
        inside = [k for k in data if a < k < b]
        if inside:
            parts.append((inside[0], inside[-1]))
    return parts
