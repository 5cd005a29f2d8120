"""Which lines above the first figures are the header of a table."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.pdf.loose.blocks import is_caption, is_prose, is_years
from extractors.pdf.loose.frame import Frame
from extractors.pdf.loose.rows import MAX_LEADING
from extractors.pdf.loose.words import Phrase, Row, what_is

TIGHT = 1.0
"""Sizes of white up to which a line that fits the columns belongs to the header below it without further evidence."""

TOUCHING = 0.3
"""Sizes of white below a line whose neighbours stand beside it rather than below it."""

WIDE = 2.2
"""Sizes of white up to which a line with names over several columns does."""

MAX_LINES = 24

LONE_CUT = 1.4
"""The same against the usual blank, where a line has too few words to compare with."""

CUT = 1.08
"""How much wider the white between two names must be than that between the words of one."""

CLEAR = 2.5
"""Sizes of white that part the first or last heading of a page from what is no part of the table."""

OTHER_SIZE = 0.15
"""Share of a size by which type of another size differs."""

OTHER_CLEAR = 1.2
"""The same as `CLEAR` where the sizes differ, as those of running heads do."""

MARGIN = 3.0
"""Sizes by which a heading may begin to the left of the figures and names below it."""

_CONTINUED = re.compile(r"(?i)tiếp|continued")

MAX_LABELS = 6
"""Lines of names alone that may stand above the first figures."""

RULED_HEADING = 2.2
"""Sizes from the base line of a heading between two rules up to the upper one."""

RULED_REACH = 8.0
"""Sizes within which another rule must follow above for a rule to part two rows of a header."""


def _over(frame: Frame, phrase: Phrase, size: float) -> list[int]:
    """Columns that a phrase stands over by more than a touch."""
    return [
        k
        for k, c in enumerate(frame.columns)
        if min(c.right, phrase.end) - max(c.left, phrase.left) > min(0.3 * size, 0.5 * (c.right - c.left))
    ]


def cut_names(row: Row, frame: Frame, blank: float) -> Row:
    """The line with a phrase over several columns cut into one name for each, where its white is wider between these than within.

    Names of columns may stand closer than the figures below them, hardly farther apart than words.
    """
    phrases: list[Phrase] = []
    for phrase in row.phrases:
        columns = frame.hit(phrase.left, phrase.end)
        parts = _parts(phrase, len(columns), blank * row.size) if len(columns) > 1 else None
        if parts and [frame.hit(part.left, part.end) for part in parts] == [[k] for k in columns]:
            phrases.extend(parts)
        else:
            phrases.append(phrase)
    return replace(row, phrases=tuple(phrases))


def _parts(phrase: Phrase, count: int, blank: float) -> list[Phrase] | None:
    """A phrase cut at its widest white into `count` parts; None if that is not wider than the rest."""
    gaps = [b.left - a.end for a, b in pairwise(phrase.words)]
    if len(gaps) < count - 1:
        return None
    order = sorted(range(len(gaps)), key=lambda k: -gaps[k])
    cuts, rest = sorted(order[: count - 1]), order[count - 1 :]
    if gaps[order[count - 2]] < (CUT * gaps[rest[0]] if len(rest) > 1 else LONE_CUT * blank):
        return None
    parts: list[Phrase] = []
    for a, b in pairwise([0, *(cut + 1 for cut in cuts), len(phrase.words)]):
        text = " ".join(word.text for word in phrase.words[a:b])
        parts.append(Phrase(phrase.words[a:b], text, what_is(text)))
    return parts


def _begins_table(row: Row, frame: Frame) -> bool:
    """Running numbers in the middle of their cells begin to the right of what stands at the left end of the table."""
    return -MARGIN * row.size <= row.left - frame.left <= row.size


def first_headings(rows: Sequence[Row], first: int, floor: int, frame: Frame, white: float) -> int:
    """The first line of a body without a header: headings at the top of a page go with the rows below them.

    Such a line begins where the table does, stands no farther from the figures than lines of the body from each other (`white`
    points), and nothing stands close above it.
    """
    start = first
    while start - 1 >= floor and first - start < MAX_LABELS:
        row, below = rows[start - 1], rows[start]
        if not _is_label(row, frame) or _CONTINUED.search(row.text) or row.text.endswith(":"):
            break
        if below.top - row.bottom > max(white, 0.2 * row.size) * 1.2 or not _begins_table(row, frame):
            break
        if abs(row.size - rows[first].size) > 0.15 * row.size:
            break
        start -= 1
    return start if start == 0 or _is_clear(rows[start - 1], rows[start], rows[start].size) else first


def last_headings(rows: Sequence[Row], last: int, ceiling: int, frame: Frame, white: float) -> int:
    """The last line of a body with the headings at the foot of a page, whose rows are on the next; see `first_headings`."""
    end = last
    while end + 1 <= ceiling and end - last < MAX_LABELS:
        row, above = rows[end + 1], rows[end]
        if not _is_label(row, frame) or _CONTINUED.search(row.text) or row.text.endswith((":", ".")):
            break
        if row.top - above.bottom > max(white, 0.2 * row.size) * 1.2 or not _begins_table(row, frame):
            break
        if abs(row.size - rows[last].size) > 0.15 * row.size:
            break
        end += 1
    return end if end + 1 >= len(rows) or _is_clear(rows[end], rows[end + 1], rows[end].size) else last


def _is_clear(upper: Row, lower: Row, size: float) -> bool:
    """Whether wide white parts two lines of which one belongs to the table; less will do where their type differs in size."""
    return lower.top - upper.bottom > (CLEAR if abs(upper.size - lower.size) <= OTHER_SIZE * size else OTHER_CLEAR) * size


def _has_figures(row: Row) -> bool:
    """A number that is no year: such a line is data, or a sentence."""
    if is_years(row) or row.ends_names:
        return False
    return any(p.what == "number" and not (p.text.isdecimal() and len(p.text) == 4) for p in row.phrases)


def _fits_head(row: Row, frame: Frame) -> bool:
    """Every phrase over one column, or over several columns of numbers and none of names."""
    for phrase in row.phrases:
        over = _over(frame, phrase, row.size)
        if len(over) > 1 and not frame.figures.issuperset(over):
            return False
    return True


def _is_spread(row: Row, frame: Frame) -> bool:
    """Names over figures: at least two phrases, or one in the middle of some columns of numbers."""
    over = [_over(frame, phrase, row.size) for phrase in row.phrases]
    labels_end = frame.columns[min(frame.figures) - 1].right if min(frame.figures, default=0) else frame.left
    phrase = row.phrases[0]
    if phrase is not row.phrases[-1]:
        return any(
            frame.figures.issuperset(hit) if hit else phrase.left >= labels_end
            for hit, phrase in zip(over, row.phrases, strict=True)
        )
    if len(over[0]) < 2:
        return False
    middle = (frame.columns[over[0][0]].left + frame.columns[over[0][-1]].right) / 2
    if min(frame.figures) > 0 and abs(phrase.middle - (frame.left + frame.right) / 2) < abs(phrase.middle - middle):
        return False
    return abs(phrase.middle - middle) <= max(row.size, 0.1 * (frame.right - frame.left))


def _is_alone(row: Row, frame: Frame, below: Sequence[Row]) -> bool:
    """One phrase over one column that is too far above the next line of that column's name to be its first line."""
    phrase = row.phrases[0]
    over = set(_over(frame, phrase, row.size))
    if phrase is not row.phrases[-1] or len(over) != 1:
        return False
    following = next((other for other in below for p in other.phrases if over & set(_over(frame, p, other.size))), None)
    return following is not None and following.baseline - row.baseline > MAX_LEADING * row.size


def _is_title(row: Row, frame: Frame, below: Sequence[Row]) -> bool:
    """One phrase in the middle of the table rather than of the columns under it: set close to the table, but no part of it."""
    phrase = row.phrases[0]
    if phrase is not row.phrases[-1] or not frame.figures:
        return False
    over = _over(frame, phrase, row.size)
    if not over:
        return phrase.left < frame.columns[min(frame.figures)].left and len(phrase.words) > 1
    middle = (frame.columns[over[0]].left + frame.columns[over[-1]].right) / 2
    left = min([frame.left, *(other.left for other in below)])
    right = max([frame.right, *(other.end for other in below)])
    return abs(phrase.middle - (left + right) / 2) < abs(phrase.middle - middle)


def _is_label(row: Row, frame: Frame) -> bool:
    if len(row.phrases) > 1 and (frame.home(row) is None or len(frame.home(row) or {}) > 1):
        return False
    return frame.begins_row(row) and not is_caption(row.text) and not row.has_leaders


def _under_rules(rows: Sequence[Row], start: int, first: int, above: Sequence[float]) -> int | None:
    """The first line of the body by the rules above the first figures, from the nearest upwards; None if they do not tell.

    What stands between the nearest rule and the figures belongs to them if it is names only (from line `start` on), and so do
    headings between two rules above that.
    """
    found, below = first, float("inf")
    for y in above:
        strip = [k for k in range(max(0, first - MAX_LINES), first) if y < rows[k].baseline < below]
        if strip and strip[0] < start:
            return None if below == float("inf") else found
        if strip and below < float("inf") and rows[strip[0]].baseline - y > RULED_HEADING * rows[strip[0]].size:
            return found
        found = strip[0] if strip else found
        below = y
    return found


def _body_start(rows: Sequence[Row], first: int, floor: int, frame: Frame, rules: Sequence[float]) -> int:
    """The first line of the body: lines of names alone may stand above the first figures, as headings or first lines of a name."""
    start = first
    while start - 1 >= floor and _is_label(rows[start - 1], frame) and first - start < MAX_LABELS:
        if rows[start].top - rows[start - 1].bottom > WIDE * rows[start].size:
            break
        start -= 1
    if start == first or start <= floor:
        return first
    by_rules = _under_rules(rows, start, first, sorted((y for y in rules if y < rows[first].baseline), reverse=True))
    if by_rules is not None and any(y < rows[first].baseline for y in rules):
        return by_rules
    near = start - 1
    while near > floor and rows[near].ends_names:
        near -= 1
    lines = reversed(rows[near:start])
    header = next((row for row in lines if not _has_figures(row) and _is_spread(row, frame) and _fits_head(row, frame)), None)
    if header is None:
        return first
    # The last line of the name of the column itself stands close to the header, and farther from the figures.
    names = any(set(_over(frame, p, header.size)) & (frame.texts | frame.counting) for p in header.phrases)
    pitch, after = rows[start].baseline - header.baseline, rows[start + 1].baseline - rows[start].baseline
    is_name = names and pitch < 1.4 * rows[start].size and pitch < 0.85 * after
    return start + 1 if is_name else start


def head_lines(
    rows: Sequence[Row], first: int, floor: int, frame: Frame, rules: Sequence[float], width: float
) -> tuple[int, int]:
    """(first line of the header, first line of the body), the same number if there is no header.

    `first`: the first data line; `floor`: the first line that may belong to this table; `rules`: y of the rules over all of it.
    """
    body = start = _body_start(rows, first, floor, frame, rules)
    top = min(row.top for row in rows[body : first + 1])
    for k in range(body - 1, max(floor, body - MAX_LINES) - 1, -1):
        row = rows[k]
        if row.end < frame.left or row.left > frame.right or is_caption(row.text) or row.has_leaders or is_prose(row, width):
            break
        if _has_figures(row) or not _fits_head(row, frame):
            break
        between = [
            y for y in rules if row.baseline - 0.2 * row.size < y < max(top, rows[k + 1].baseline - 0.7 * rows[k + 1].size)
        ]
        bounded = any(row.baseline - RULED_REACH * row.size < y < row.baseline - 0.5 * row.size for y in rules)
        if between and start < body and not (bounded and len(row.phrases) >= 2):
            break
        white = top - row.bottom
        spread = _is_spread(row, frame)
        if white > (WIDE if spread else TIGHT) * row.size * (1.5 if between or bounded else 1.0):
            break
        if start == body and not spread and not bounded and not _is_name(row, frame):
            break
        if start == body and not bounded and _is_over_all(row, frame):
            break
        is_larger = row.size > (1 + OTHER_SIZE) * rows[k + 1].size and len(row.phrases) == 1
        if is_larger and k + 1 < body and not between and not bounded:
            break
        if (
            not between
            and not bounded
            and white >= TOUCHING * row.size
            and (_is_title(row, frame, rows[k + 1 : body]) or _is_alone(row, frame, rows[k + 1 : body]))
        ):
            break
        start, top = k, min(top, row.top)
    while start < body and not _is_useful(rows[start], rows[start + 1 : body], frame):
        start += 1
    return start, body


def _is_name(row: Row, frame: Frame) -> bool:
    """One phrase over one column of numbers."""
    over = _over(frame, row.phrases[0], row.size)
    return len(over) == 1 and over[0] in frame.figures


def _is_over_all(row: Row, frame: Frame) -> bool:
    """One phrase over several columns, none of which has a name of its own below it: a running head, or a title."""
    return len(row.phrases) == 1 and len(_over(frame, row.phrases[0], row.size)) > 1


def _is_useful(row: Row, below: Sequence[Row], frame: Frame) -> bool:
    """Not a lone line over the names only, with nothing beside it: a title that is set close to its table."""
    if any(frame.figures & set(_over(frame, p, row.size)) or not _over(frame, p, row.size) for p in row.phrases):
        return True
    return any(other.top < row.bottom for other in below) or any(
        set(_over(frame, p, row.size)) & set(_over(frame, q, other.size))
        for other in below
        for q in other.phrases
        for p in row.phrases
    )
