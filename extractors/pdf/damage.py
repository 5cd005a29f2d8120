"""Cells in a font whose letter table is broken: what the file says of them is one reading, what the page shows is the other.

A sign of such a font may be any sign, and two signs on the page may be one in the file. But where character recognition sees on
the page what the file says, time and again and never another figure, the figure is sound in the whole font. So figures stand once
each of their signs is found sound, or where the page shows the very same; words are taken from the page, but no figure in them is;
what is neither is left unsettled, with both readings.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from difflib import SequenceMatcher

import pypdfium2 as pdfium

from extractors.pdf.cells import Part, PlacedCell
from extractors.pdf.grid import Grid
from extractors.pdf.lines import ReadText
from extractors.pdf.page import Page
from extractors.pdf.second import is_same
from extractors.pdf.spelling import WITNESSES, Spelling
from extractors.records import UNSETTLED, Box
from extractors.text.fold import nfc
from extractors.text.health import is_damaged

Tables = tuple[tuple[Grid, tuple[PlacedCell, ...]], ...]
_SURE = 0.6
"""Confidence of character recognition from which its words are taken."""

_LOOKS = 3 * WITNESSES
"""Cells with a sign that are looked at on each page, while it is not known."""

_DISSENT = 0.1
"""Share of the looks at a sign that may show another figure: character recognition errs, but rarely from figure to figure."""

_ALIKE = 0.8
"""Likeness from which two readings are of the same letters: words of a broken letter table are farther from what the page shows."""

_FIGURES = re.compile(r"^[\d.,+\-−–%/() ]*\d[\d.,+\-−–%/() ]*$")


@dataclass(frozen=True, slots=True)
class Shown:
    """What character recognition makes of a box: text, how sure it is (0 to 1), and its readings where they do not agree."""

    text: str
    confidence: float
    readings: tuple[str, ...] = ()


def doubted(page: Page, tables: Sequence[tuple[Grid, tuple[PlacedCell, ...]]], fonts: frozenset[str]) -> Tables:
    """The tables of a page; a cell with signs of some of these fonts names them, has confidence 0 and keeps the file's text for now."""
    if not fonts:
        return tuple(tables)
    signs = [char for char in page.upright if char.font in fonts and not char.text.isspace()]
    found: list[tuple[Grid, tuple[PlacedCell, ...]]] = []
    for grid, cells in tables:
        fonts_at: dict[tuple[int, int], set[str]] = {}
        for char in signs:
            spot = grid.spot_at(*char.centre)
            if spot is not None:
                fonts_at.setdefault(spot, set()).add(char.font)
        found.append((grid, tuple(_doubted_cell(cell, fonts_at) for cell in cells)))
    return tuple(found)


def _doubted_cell(cell: PlacedCell, fonts_at: dict[tuple[int, int], set[str]]) -> PlacedCell:
    spots = ((row, cell.column + k) for row in range(cell.row, cell.last_row + 1) for k in range(cell.column_span))
    fonts = frozenset(font for spot in spots for font in fonts_at.get(spot, ()))
    return _with_parts(cell, lambda part: part._replace(confidence=0.0, doubted_fonts=fonts)) if fonts else cell


def _with_parts(cell: PlacedCell, change: Callable[[Part], Part]) -> PlacedCell:
    return replace(cell, parts=tuple(map(change, cell.parts)))


def _is_figures(part: Part) -> bool:
    return _FIGURES.match(part.read.text) is not None


def _signs(text: str) -> str:
    return "".join(text.split())


@dataclass(slots=True)
class Witnesses:
    """In how many cells of a font the page showed a sign as the file has it."""

    _seen: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])
    _denied: Counter[tuple[str, str]] = field(default_factory=Counter[tuple[str, str]])

    def add(self, part: Part, shown: str) -> None:
        mine, seen = _signs(part.read.text), _signs(shown)
        if mine == seen:
            self._seen.update((font, sign) for font in part.doubted_fonts for sign in set(mine))
        elif len(mine) == len(seen):
            denied = {a for a, b in zip(mine, seen, strict=True) if a != b and b.isdigit()}
            self._denied.update((font, sign) for font in part.doubted_fonts for sign in denied)

    def is_sound(self, part: Part, sign: str) -> bool:
        """Whether a sign is known to be sound in each font that it could be set in."""
        keys = [(font, sign) for font in part.doubted_fonts]
        return all(self._seen[key] >= WITNESSES and self._denied[key] <= _DISSENT * self._seen[key] for key in keys)

    def vouch_for(self, part: Part) -> bool:
        return all(self.is_sound(part, sign) for sign in set(_signs(part.read.text)))

    def mended(self, part: Part, shown: str) -> str | None:
        """The file's figures with what stands beside them as the page shows it; None if a figure would be the page's.

        Letters of the file are no help: in a broken table O and 2 may be one.
        """
        text = part.read.text
        if len(text) != len(shown) or any(sign.isalpha() for sign in text):
            return None
        signs = [mine if self.is_sound(part, mine) else seen for mine, seen in zip(text, shown, strict=True)]
        taken = [seen for mine, seen in zip(text, shown, strict=True) if not self.is_sound(part, mine)]
        return None if any(sign.isdigit() for sign in taken) else "".join(signs)


def _words_shown(part: Part, shown: Shown, witnesses: Witnesses) -> tuple[str, float] | None:
    """What stands of the words that the page shows, and how sure it is: no figure stands on the page alone."""
    text, confidence = nfc(shown.text), shown.confidence
    if not any(char.isdigit() for char in part.read.text + text):
        return (text, confidence) if text and UNSETTLED not in text and confidence >= _SURE and not is_damaged(text) else None
    mended = {found for reading in (text, *shown.readings) if (found := witnesses.mended(part, nfc(reading))) is not None}
    return (mended.pop(), _SURE) if len(mended) == 1 else None


def _is_alike(text: str, shown: str) -> bool:
    """Whether two readings differ in a few letters only: then either may have erred, and neither stands."""
    return SequenceMatcher(None, _signs(text), _signs(shown), autojunk=False).ratio() >= _ALIKE


def settled(part: Part, shown: Shown | None, witnesses: Witnesses) -> Part:
    """A doubted piece of a cell, by what its picture shows; None: the picture was not read."""
    shown = shown or Shown("", 0.0)
    text = nfc(shown.text)
    if text and is_same(part.read.text, text):
        # Where the letters are sound it may be the blanks that the file does not have.
        return part._replace(read=part.read if _is_figures(part) else ReadText(text), confidence=1.0)
    words = None if _is_figures(part) or _is_alike(part.read.text, text) else _words_shown(part, shown, witnesses)
    if words is not None:
        return part._replace(read=ReadText(words[0]), source="ocr", confidence=words[1])
    others = tuple(reading for reading in (text, *shown.readings) if reading and reading != UNSETTLED)
    return part._replace(read=ReadText(UNSETTLED), readings=(part.read.text, *dict.fromkeys(others)))


def _read_boxes(document: pdfium.PdfDocument, number: int, boxes: Sequence[Box]) -> list[Shown]:
    """What the picture of a page shows in some boxes; nothing where the programs that read pictures are missing."""
    from extractors.pdf.scan.picture import page_picture
    from extractors.pdf.scan.reader import can_read, reread_boxes

    if not can_read():
        return []
    page = document[number - 1]
    try:
        return [Shown(found.text, found.confidence, found.readings) for found in reread_boxes(page_picture(page), boxes)]
    finally:
        page.close()


def _doubtful(tables: Tables) -> list[Part]:
    return [part for _, cells in tables for cell in cells for part in cell.parts if part.doubted_fonts]


def as_shown(
    document: pdfium.PdfDocument, pages: Iterable[tuple[int, Tables, Sequence[Part]]]
) -> list[tuple[Tables, list[str]]]:
    """The tables of pages (numbers from 1), their doubted cells settled by what the pages show, and the texts of doubted lines.

    Of the figures of a font no more are looked at than it takes to know its signs. A line is settled word by word (see `spelling`).
    """
    pages = list(pages)
    witnesses = Witnesses()
    shown: dict[int, Shown] = {}
    spelling = Spelling()
    for number, tables, lines in pages:
        wanted: list[Part] = list(lines)
        hopes: Counter[tuple[str, str]] = Counter()
        for part in _doubtful(tables):
            if _is_figures(part):
                if witnesses.vouch_for(part):
                    continue
                signs = [(font, sign) for font in part.doubted_fonts for sign in set(_signs(part.read.text))]
                if all(hopes[key] >= _LOOKS for key in signs):
                    continue
                hopes.update(signs)
            wanted.append(part)
        if wanted:
            read = _read_boxes(document, number, [part.box for part in wanted])
            for part, words in zip(wanted, read, strict=False):
                shown[id(part)] = words
                if _is_figures(part):
                    witnesses.add(part, words.text)
            for part in lines:
                spelling.add(part.read.text, shown[id(part)].text if id(part) in shown else "", part.doubted_fonts)

    def settle(part: Part) -> Part:
        if not part.doubted_fonts:
            return part
        if _is_figures(part) and witnesses.vouch_for(part):
            return part._replace(confidence=1.0)
        return settled(part, shown.get(id(part)), witnesses)

    def line(part: Part) -> str:
        return spelling.settled(part.read.text, shown[id(part)].text if id(part) in shown else "", part.doubted_fonts)

    return [
        (
            tuple((grid, tuple(_with_parts(cell, settle) for cell in cells)) for grid, cells in tables),
            [line(part) for part in lines],
        )
        for _, tables, lines in pages
    ]
