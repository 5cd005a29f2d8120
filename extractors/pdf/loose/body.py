"""The lines between a header and the foot of a table: which belong to it, and what each of them holds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.pdf.loose.blocks import fits, is_caption, is_data
from extractors.pdf.loose.frame import Frame
from extractors.pdf.loose.rows import MAX_LEADING, Band, BodyLine
from extractors.pdf.loose.rules import Ruling
from extractors.pdf.loose.words import Row

ONE_LINE = 0.85
"""Sizes between base lines that are too few for two rows."""


@dataclass(frozen=True, slots=True)
class Zone:
    """The lines of a page that are looked at together."""

    rows: list[Row]
    blank: float
    rules: Ruling
    width: float


@dataclass(frozen=True, slots=True)
class Body:
    lines: list[BodyLine]
    headings: list[Row]


def body_lines(rows: Sequence[Row], frame: Frame) -> Body | None:
    """The lines of the body; None if one of them fits in no way."""
    lines: list[BodyLine] = []
    headings: list[Row] = []
    for row in rows:
        home = frame.home(row)
        if home is not None:
            lines.append(BodyLine(row, home, False))
        elif is_data(row) or fits(row, frame.columns):
            if any(len(frame.hit(p.left, p.end)) > 1 for p in row.phrases):
                return None
            lines.append(BodyLine(row, frame.labels(row), True))
        elif len(row.phrases) == 1 and not row.phrases[0].is_value:
            lines.append(BodyLine(row, {}, False))
            headings.append(row)
        else:
            return None
    parted = _with_parts(lines, frame)
    return None if parted is None else Body(parted, headings)


def _with_parts(lines: Sequence[BodyLine], frame: Frame) -> list[BodyLine] | None:
    """The lines with those marked that hold the rest of a number beside them; None if such a rest could be a row as well.

    A number with blanks between thousands may be broken into lines by a narrow cell. Lines nearer than a line's height are one row.
    """
    if not frame.texts:
        return list(lines)
    named = [k for k, line in enumerate(lines) if line.is_data and line.labels]
    apart = min((lines[b].row.baseline - lines[a].row.baseline for a, b in pairwise(named)), default=0.0)
    found: list[BodyLine] = []
    for k, line in enumerate(lines):
        is_bare = line.is_data and not line.labels and line.row.values <= max(1, len(frame.figures) // 2)
        beside = [
            step
            for step in (-1, 1)
            if 0 <= k + step < len(lines)
            and lines[k + step].is_data
            and (lines[k + step].labels or lines[k + step].row.values > line.row.values)
            and abs(lines[k + step].row.baseline - line.row.baseline) < ONE_LINE * line.row.size
        ]
        if is_bare and len(beside) == 1:
            found.append(replace(line, is_data=False, part_of=beside[0]))
            continue
        near = [b.row.baseline - a.row.baseline for a, b in pairwise(lines[max(0, k - 1) : k + 2])]
        if is_bare and (len(beside) > 1 or (near and min(near) < 0.95 * apart)):
            return None
        found.append(line)
    return found


def tail_of(zone: Zone, last: int, ceiling: int, frame: Frame, whole: Sequence[float]) -> int:
    """The last line that may belong to the last row: text of its labels, close below, above the closing rule."""
    rows = zone.rows
    close = next((y for y in whole if y > rows[last].baseline), None)
    at = last
    while at + 1 <= ceiling:
        row, above = rows[at + 1], rows[at]
        if row.has_leaders or is_caption(row.text) or frame.home(row) is None:
            break
        if close is not None and row.baseline > close:
            break
        if row.baseline - above.baseline > MAX_LEADING * max(row.size, above.size) and close is None:
            break
        if any(row.end > frame.columns[k].right + row.size for k in (frame.home(row) or {})) and close is None:
            break
        at += 1
    return at


def trimmed(bands: list[Band], is_closed: bool) -> list[Band]:
    if is_closed:
        return bands
    end = max(k for k, band in enumerate(bands) if band.is_data)
    return bands[: end + 1]
