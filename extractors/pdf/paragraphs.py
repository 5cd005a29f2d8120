"""Signs outside tables -> lines -> paragraphs. Running heads, feet and page numbers are left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import NamedTuple

from extractors.pdf.lines import Line, join_lines, line_text, text_of, union
from extractors.pdf.page import Char
from extractors.records import Box, Paragraph
from extractors.text.fold import nfc

ZONE = 0.13
"""Share of the page's height, at its top and at its foot, in which running heads and feet stand."""

_STRIP = 3.0
"""Points by which the distance of a running head from the edge may differ between pages."""

COLUMN_GAP = 3.0
"""Sizes. A wider gap parts a line in two, as in a letterhead of two columns."""

LINE_PITCH = 1.75
"""Sizes. Base lines farther apart than this belong to two paragraphs."""

INDENT = 8.0
"""Points from which a line is indented."""

FIRST_INDENT = 4.0
"""Sizes. The widest indent of a first line."""

_MARKER = re.compile(r"^(?:[-–+•*]\s|\d{1,2}(?:\.\d{1,2})+\.?\s|\d{1,2}[.)]\s|\(\d{1,2}\)\s|[a-zđ]\)\s|[IVX]+\.\s|[A-Z]\.\s)")
_BARE_MARKER = re.compile(
    r"^(?:[-–+•*]|\d{1,2}(?:\.\d{1,2})*[.)]|\d{1,2}(?:\.\d{1,2})+|\(\d{1,2}\)|[a-zđ]\)|[IVX]+\.|[A-Z]\.)$"
)
_NUMBER = re.compile(r"\d+")
_ENDS_SENTENCE = (".", ";", ":", "!", "?", "…")


class Piece(NamedTuple):
    """A line of running text, or its part in one column. `text` keeps footnote marks as raised figures (⁴)."""

    page: int
    text: str
    box: Box
    baseline: float
    size: float


@dataclass(frozen=True, slots=True)
class PageText:
    """The pieces of one page from top to bottom, and the boxes of its tables."""

    page: int
    width: float
    height: float
    pieces: tuple[Piece, ...]
    tables: tuple[Box, ...]


def _piece(chars: Sequence[Char], line: Line, page: int) -> Piece | None:
    text = nfc(line_text(Line(tuple(chars), line.baseline, line.size), keep_marks=True)[0])
    solid = [char.box for char in chars if not char.text.isspace()]
    return Piece(page, text, union(solid), line.baseline, line.size) if text else None


def _split(line: Line) -> list[list[Char]]:
    """The parts of a line between wide gaps; blanks fill no gap. A short marker ("1.", "a)") stays with what follows it."""
    if len(line.chars) == 1:
        return [list(line.chars)]
    parts: list[list[Char]] = []
    for char in line.chars:
        if char.text.isspace():
            if parts:
                parts[-1].append(char)
            continue
        solid = [c for c in parts[-1] if not c.text.isspace()] if parts else []
        if solid and char.box[0] - solid[-1].box[2] > COLUMN_GAP * line.size:
            text = "".join(c.text for c in solid)
            if not _BARE_MARKER.match(text):
                parts.append([])
        if not parts:
            parts.append([])
        parts[-1].append(char)
    return parts


def page_pieces(lines: Iterable[Line], turned_signs: Iterable[Char], page: int) -> tuple[Piece, ...]:
    """Pieces of the lines outside tables; text that is turned by a quarter is one piece for each direction."""
    signs = list(turned_signs)
    found: list[Piece] = []
    for line in lines:
        found.extend(piece for part in _split(line) if (piece := _piece(part, line, page)) is not None)
    for turn in (1, 2, 3):
        turned = [char for char in signs if char.turn == turn]
        text = text_of(turned, keep_marks=True).text
        if text:
            box = union(char.box for char in turned)
            found.append(Piece(page, text, box, box[3], max(char.size for char in turned)))
    return tuple(found)


def _zone(piece: Piece, height: float) -> str:
    if piece.box[3] <= ZONE * height:
        return "head"
    return "foot" if piece.box[1] >= (1 - ZONE) * height else ""


def running_pieces(pages: Sequence[PageText]) -> set[tuple[int, str, float]]:
    """Keys (page, text, baseline) of running heads and feet.

    A piece in the head or foot zone runs if the same text, or the same text but for a number that counts with the pages, stands at
    the same distance from the edge on more than half of the pages (and on two at least). On a single page only a bare page number runs.
    """
    seen: dict[tuple[object, ...], list[Piece]] = {}
    running: set[tuple[int, str, float]] = set()
    for page in pages:
        for piece in page.pieces:
            zone = _zone(piece, page.height)
            if not zone:
                continue
            edge = piece.baseline if zone == "head" else page.height - piece.baseline
            pattern = _NUMBER.sub("#", piece.text)
            numbers = [int(number) - piece.page for number in _NUMBER.findall(piece.text)]
            # Two strips each, so that distances on either side of the edge of one meet in the other: paper lies a little otherwise.
            for place in ((zone, int(edge / _STRIP)), (zone, int(edge / _STRIP) + 1)):
                seen.setdefault((*place, piece.text), []).append(piece)
                for position, distance in enumerate(numbers):
                    seen.setdefault((*place, pattern, position, distance), []).append(piece)
            if len(pages) == 1 and _NUMBER.sub("", piece.text).strip(" -–/") == "" and str(piece.page) in piece.text:
                running.add((piece.page, piece.text, piece.baseline))
    for pieces in seen.values():
        on_pages = {piece.page for piece in pieces}
        if len(on_pages) >= 2 and len(on_pages) > 0.5 * len(pages):
            running |= {(piece.page, piece.text, piece.baseline) for piece in pieces}
    return running


def without_running(pages: Sequence[PageText]) -> list[PageText]:
    running = running_pieces(pages)
    return [
        PageText(
            page.page,
            page.width,
            page.height,
            tuple(p for p in page.pieces if (p.page, p.text, p.baseline) not in running),
            page.tables,
        )
        for page in pages
    ]


def right_margins(pages: Sequence[PageText]) -> dict[tuple[int, int], float]:
    """For each page size where full lines end: the most frequent right end of a line if three share it, else the farthest."""
    ends: dict[tuple[int, int], list[float]] = {}
    for page in pages:
        ends.setdefault((round(page.width), round(page.height)), []).extend(piece.box[2] for piece in page.pieces)
    margins: dict[tuple[int, int], float] = {}
    for size, values in ends.items():
        if values:
            common, count = Counter(round(value) for value in values).most_common(1)[0]
            margins[size] = float(common) if count >= 3 and common > 0.6 * size[0] else max(values)
    return margins


def _is_full(line: Piece, following: Piece, left: float, right: float) -> bool:
    """Whether the first word of the next line would not have fitted behind this one: then the line ended because it was full."""
    first_word = following.text.split(" ", 1)[0]
    width = (following.box[2] - following.box[0]) * len(first_word) / max(len(following.text), 1)
    room = right - line.box[2]
    middle = (line.box[0] + line.box[2]) / 2
    if line.box[0] > left + INDENT and abs(middle - (left + right) / 2) < 5:
        room = (right - left) - (line.box[2] - line.box[0])
    return width + 0.25 * line.size > room - 2.0


def _is_under(upper: Piece, lower: Piece) -> bool:
    """Whether the lower line stands in the same column: a short last line may lie wholly under the indent of the first."""
    return lower.box[0] < upper.box[2] and lower.box[2] > upper.box[0] - FIRST_INDENT * upper.size


def _is_between(table: Box, upper: Piece, lower: Piece) -> bool:
    return upper.box[1] <= table[1] and table[3] <= lower.box[3]


def continues(lines: Sequence[Piece], piece: Piece, left: float, right: float) -> bool:
    """Whether `piece` is the next line of the paragraph `lines` on the same page."""
    last = lines[-1]
    pitch = piece.baseline - last.baseline
    if not 0 < pitch <= LINE_PITCH * max(piece.size, last.size) or not _is_under(last, piece):
        return False
    if abs(piece.size - last.size) > 0.15 * max(piece.size, last.size) or not _is_full(last, piece, left, right):
        return False
    if len(lines) > 1:
        is_indented = piece.box[0] > lines[1].box[0] + INDENT
        return not (_ended(last) and (is_indented or _MARKER.match(piece.text)))
    begins_new = _MARKER.match(piece.text) and not _MARKER.match(last.text) and piece.box[0] >= last.box[0] - 1
    is_indented = piece.box[0] > last.box[0] + INDENT and not _MARKER.match(last.text)
    is_sibling = piece.box[0] > left + INDENT and abs(piece.box[0] - last.box[0]) < 1 and _ended(last)
    if begins_new or (is_indented and _ended(last)) or (is_sibling and piece.text[:1].isupper()):
        return False
    return not (_MARKER.match(last.text) and _MARKER.match(piece.text) and abs(piece.box[0] - last.box[0]) < 1)


def _ended(piece: Piece) -> bool:
    return piece.text.endswith(_ENDS_SENTENCE)


def _page_paragraphs(page: PageText, right: float) -> list[list[Piece]]:
    left = min((piece.box[0] for piece in page.pieces), default=0.0)
    found: list[list[Piece]] = []
    for piece in page.pieces:
        home = None
        for lines in reversed(found[-3:]):
            if continues(lines, piece, left, right) and not any(_is_between(t, lines[-1], piece) for t in page.tables):
                home = lines
                break
        if home is None:
            found.append([piece])
        else:
            home.append(piece)
    return found


def _goes_on(last: Sequence[Piece], before: PageText, first: Sequence[Piece], after: PageText, right: float) -> bool:
    """Whether the last paragraph of a page goes on at the top of the next: full line, no end of sentence, small letter, no table."""
    end, start = last[-1], first[0]
    if any(table[1] > end.box[1] for table in before.tables) or any(table[1] < start.box[1] for table in after.tables):
        return False
    left = min(piece.box[0] for piece in before.pieces)
    return (
        not _ended(end)
        and start.text[:1].islower()
        and not _MARKER.match(start.text)
        and abs(end.size - start.size) <= 0.15 * end.size
        and before.width == after.width
        and _is_full(end, start, left, right)
    )


def paragraphs_of(pages: Sequence[PageText]) -> tuple[Paragraph, ...]:
    """Paragraphs of the document, numbered from 1; one that a page break cuts has page and box of its first part."""
    margins = right_margins(pages)
    joined: list[list[list[Piece]]] = []
    previous: PageText | None = None
    for page in pages:
        if not page.pieces:
            previous = page
            continue
        right = margins[round(page.width), round(page.height)]
        found = _page_paragraphs(page, right)
        follows = previous is not None and joined and joined[-1][-1][-1].page == previous.page == page.page - 1
        if follows and previous is not None and _goes_on(joined[-1][-1], previous, found[0], page, right):
            joined[-1].append(found.pop(0))
        joined.extend([lines] for lines in found)
        previous = page
    return tuple(
        Paragraph(
            number,
            join_lines([piece.text for lines in parts for piece in lines]),
            parts[0][0].page,
            union(piece.box for piece in parts[0]),
        )
        for number, parts in enumerate(joined, start=1)
    )
