"""What a table is called: its caption, with the line of its unit, else the heading it stands under; never a sentence before it."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from extractors.pdf.cells import Part
from extractors.pdf.lines import ReadText, join_lines, union
from extractors.pdf.page import Char
from extractors.pdf.paragraphs import LINE_PITCH, PageText, Piece
from extractors.records import Box, Paragraph

_CAPTION = re.compile(
    r"^(?:bảng|biểu|table|tab\.?)\s*(?:số\s*)?(?:[\dIVX]+(?:[.\-][\dIVX]+)*)\s*(?:[.:–-]|$|(?=[A-ZĐÀ-Ỹ]))",
    re.IGNORECASE,
)
_UNIT = re.compile(r"^\(?\s*(?:đơn\s+vị(?:\s+tính)?|đvt|unit)\s*:", re.IGNORECASE)
_HEADING = re.compile(r"^(?:\d{1,2}(?:\.\d{1,2})*\.?|[IVX]+\.|[A-ZĐ]\.)\s+\S")

LINES = 4
"""Lines above a table among which its caption is looked for, the line of the unit not counted."""

_UNIT_PITCH = 3.0
"""Sizes. How far above the line of the unit the caption ends."""

_CENTRED = 6.0
"""Points by which the middles of two centred lines may differ."""

_LONGEST = 200
"""Signs. A longer paragraph is no heading."""

_SENTENCE = 8
"""Words from which what ends in a full stop is a sentence, not a heading."""

_PARAGRAPHS = 3
"""How many paragraphs of text may stand between a heading and its table."""


@dataclass(frozen=True, slots=True)
class _Line:
    text: str
    box: Box
    baseline: float
    size: float

    @property
    def middle(self) -> float:
        return (self.box[0] + self.box[2]) / 2


def pieces_above(page: PageText, table: Box) -> list[Piece]:
    """The text between a table and the one above it or the edge of the page, the nearest line first."""
    floor = max((other[3] for other in page.tables if other != table and other[3] <= table[1] + 2), default=0.0)
    found = [piece for piece in page.pieces if piece.box[3] <= table[1] + 2 and piece.baseline > floor]
    return sorted(found, key=lambda piece: -piece.baseline)


def _lines(pieces: Sequence[Piece]) -> list[_Line]:
    rows: list[list[Piece]] = []
    for piece in pieces:
        if rows and abs(rows[-1][0].baseline - piece.baseline) < 1:
            rows[-1].append(piece)
        else:
            rows.append([piece])
    return [
        _Line(
            join_lines([piece.text for piece in sorted(row, key=lambda p: p.box[0])]),
            union(piece.box for piece in row),
            row[0].baseline,
            row[0].size,
        )
        for row in rows
    ]


def _is_near(upper: _Line, lower: _Line, pitch: float) -> bool:
    return lower.baseline - upper.baseline <= pitch * max(upper.size, lower.size)


def _caption(lines: Sequence[_Line]) -> list[str]:
    """The lines from the one that begins as captions do ("Bảng 3.") to the first of `lines` (nearest first), if one does."""
    for place, line in enumerate(lines[:LINES]):
        if place and not _is_near(line, lines[place - 1], LINE_PITCH):
            break
        if _CAPTION.match(line.text):
            return [found.text for found in reversed(lines[: place + 1])]
    return []


def _centred(lines: Sequence[_Line]) -> list[str]:
    """The first line and those of the same size that stand over it with the same middle."""
    found = [lines[0]]
    for line in lines[1:LINES]:
        last = found[-1]
        is_alike = abs(line.middle - last.middle) <= _CENTRED and abs(line.size - last.size) <= 0.15 * last.size
        if not is_alike or not _is_near(line, last, LINE_PITCH):
            break
        found.append(line)
    return [line.text for line in reversed(found)]


def _is_sentence(text: str) -> bool:
    return len(text) > _LONGEST or (text.endswith((".", ";")) and len(text.split()) >= _SENTENCE)


def _heading(paragraphs: Sequence[Paragraph]) -> str:
    """The nearest numbered heading; `paragraphs`: from the one above the table upwards."""
    for paragraph in paragraphs[: _PARAGRAPHS + 1]:
        if _HEADING.match(paragraph.text) and not _is_sentence(paragraph.text):
            return paragraph.text
    return ""


def title_of(page: PageText, table: Box, paragraphs: Sequence[Paragraph]) -> str:
    """The title of the table with this box; empty if nothing above it on the page is one. `paragraphs`: those of the page.

    In this order: the lines from "Bảng 3." on; where a unit stands between ("Đơn vị: %"), the line above it with those centred like
    it; the paragraph right above, unless it is a sentence; over a sentence, the nearest numbered heading. The unit is part of it.
    """
    lines = _lines(pieces_above(page, table))
    if not lines:
        return ""
    has_unit = len(lines) > 1 and _UNIT.match(lines[0].text) is not None and _is_near(lines[1], lines[0], _UNIT_PITCH)
    unit = [lines[0].text] if has_unit else []
    rest = lines[len(unit) :]
    caption = _caption(rest) or (_centred(rest) if has_unit else [])
    if caption:
        return join_lines([*caption, *unit])
    top = rest[min(len(rest), 40) - 1].box[1]
    above = [p for p in reversed(paragraphs) if p.bbox is not None and top - 2 <= p.bbox[1] and p.bbox[3] <= table[1] + 2]
    whole = above[0].text if above and above[0].text.endswith(lines[0].text) else lines[0].text
    return _heading(above) if _is_sentence(whole) else whole


def doubted_titles(page: PageText, signs: Iterable[Char], fonts: frozenset[str]) -> tuple[Part, ...]:
    """The lines above the tables of a page in which signs of some of these fonts stand, as pieces that are to be settled."""
    lines = {piece for table in page.tables for piece in pieces_above(page, table)[: LINES + 1]}
    doubtful = [char for char in signs if char.font in fonts and not char.text.isspace()]
    found: list[Part] = []
    for line in sorted(lines, key=lambda piece: (piece.baseline, piece.box[0])):
        x0, top, x1, bottom = line.box
        inside = (char for char in doubtful if x0 <= char.centre[0] <= x1 and top <= char.centre[1] <= bottom)
        here = frozenset(char.font for char in inside)
        if here:
            found.append(Part(line.page, line.box, ReadText(line.text), confidence=0.0, doubted_fonts=here))
    return tuple(found)


def with_titles(page: PageText, titles: Sequence[Part], texts: Sequence[str]) -> PageText:
    """The page with these texts in the place of those lines."""
    settled = {title.box: text for title, text in zip(titles, texts, strict=True)}
    return replace(page, pieces=tuple(piece._replace(text=settled.get(piece.box, piece.text)) for piece in page.pieces))
