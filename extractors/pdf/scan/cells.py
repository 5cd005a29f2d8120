"""The cells of a grid on a straight sheet -> `PlacedCell`s: figures by two engines, words by Tesseract, blanks only where no ink is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from extractors.pdf.cells import Part, PlacedCell
from extractors.pdf.grid import Grid, GridCell
from extractors.pdf.lines import ReadText
from extractors.pdf.scan import engines, ink
from extractors.pdf.scan.columns import Placed, odd_ones
from extractors.pdf.scan.engines import Gray, Word
from extractors.pdf.scan.numbers import NumberInk, number_ink, rapid_first, read_numbers
from extractors.pdf.scan.sheet import Sheet
from extractors.pdf.scan.votes import distinct, figures, is_number_like, is_plain_number, majority, plain
from extractors.pdf.scan.words import confirm, numbers_in, words_to_text
from extractors.records import UNSETTLED, Box

_INSET = 0.7
"""Points by which a cell is read inside its rules."""

_MOST_RUNS = 16
"""Spots apart from left to right that a number has at most."""

_LEAST_SURE = 0.5
"""Mean confidence of the words of a cell below which they are no reading."""

_TEXT_HEIGHT = 30
"""Pixels of the tall letters at which words are read."""

_UPRIGHT_ENOUGH = 1.6
"""A cell so many times as high as wide, whose ink is as well, may hold turned words."""

_PALE = 0.42
"""Share of the contrast of the print of a sheet below which ink is pale."""

_DARKER, _SOFT = (0.5, 0.42, 0.34), 25
"""Shares of the way from the darkest ink of the sheet to the paper at which ink under a gray stamp is looked for; levels of gray that
belong to the edge of such ink."""

_DASH = 1.8
"""Points. A lone stroke thicker than this is no dash: a figure on its side, perhaps."""


@dataclass(frozen=True, slots=True)
class _Look:
    """A cell before reading: its crop without rules, the ink in it, and the same as a number if it may be one."""

    cell: GridCell
    crop: Gray
    lines: tuple[ink.Line, ...]
    number: NumberInk | None
    is_red: bool = False
    """Nothing but red print stands in it, which goes with the stamps: not blank, and not readable."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    confidence: float
    readings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


_BLANK = _Text("", 1.0)
_RED = _Text(UNSETTLED, 0.0, ("red print",))


def _look(sheet: Sheet, clean: Gray, cell: GridCell) -> _Look:
    inset = max(1, round(_INSET * sheet.scale))
    x0, y0, x1, y1 = (round(value * sheet.scale) for value in cell.box)
    x0, y0, x1, y1 = max(0, x0 + inset), max(0, y0 + inset), x1 - inset, y1 - inset
    crop = ink.upright_contrast(clean[y0:y1, x0:x1]) if x1 > x0 and y1 > y0 else None
    if crop is None or crop.size == 0 or not ink.has_ink(crop):
        is_red = crop is not None and crop.size > 0 and _holds_red_print(sheet, (x0, y0, x1, y1))
        return _Look(cell, np.zeros((0, 0), np.uint8), (), None, is_red)
    blobs = ink.blobs_of(crop, sheet.scale)
    if _is_rest_of_stamp(crop, blobs, sheet.darkest):
        return _Look(cell, np.zeros((0, 0), np.uint8), (), None)
    lines = tuple(ink.lines_of(blobs))
    number = _as_number(sheet, clean, lines, (x0, y0))
    if number is None or not number.shape.pattern:
        # A gray stamp: what is darker than it may be a number all the same.
        paper = ink.paper_and_ink(crop)[0]
        for share in _DARKER:
            level = sheet.darkest + share * (paper - sheet.darkest)
            darker = np.where(crop < level + _SOFT, crop, np.uint8(255)).astype(np.uint8)
            if level >= ink.middle_level(crop) or not ink.has_ink(darker):
                continue
            other = tuple(ink.lines_of(ink.blobs_of(crop, sheet.scale, level)))
            found = _as_number(sheet, clean, other, (x0, y0), level + _SOFT)
            if found is not None and found.shape.pattern:
                return _Look(cell, darker, other, found)
    return _Look(cell, crop, lines, number)


def _holds_red_print(sheet: Sheet, box: tuple[int, int, int, int]) -> bool:
    """Whether a cell that is blank without red holds red print of its own: a stamp runs over the edges of the cell."""
    x0, y0, x1, y1 = box
    crop = sheet.ink[y0:y1, x0:x1]
    if crop.size == 0 or not ink.has_ink(crop):
        return False
    height, width = crop.shape
    inside = [b for b in ink.blobs_of(crop, sheet.scale) if b.x0 > 0 and b.y0 > 0 and b.x1 < width and b.y1 < height]
    return bool(ink.lines_of(inside)) if inside else False


def _is_rest_of_stamp(crop: Gray, blobs: Sequence[ink.Blob], darkest: int) -> bool:
    """Whether all ink of a cell is much paler than the print of the sheet and runs out of the cell: what is left of a red stamp."""
    paper, level = ink.paper_and_ink(crop)
    height, width = crop.shape
    is_pale = paper - level < _PALE * (paper - darkest)
    return is_pale and all(b.x0 == 0 or b.y0 == 0 or b.x1 == width or b.y1 == height for b in blobs)


def _as_number(
    sheet: Sheet, clean: Gray, lines: Sequence[ink.Line], corner: tuple[int, int], level: float = 255
) -> NumberInk | None:
    if len(lines) != 1 or ink.runs_of(lines[0]) > _MOST_RUNS:
        return None
    return number_ink(clean, sheet.gray, lines[0], corner, level)


@dataclass(frozen=True, slots=True)
class _Words:
    """Words of a crop as one text; `others`: what the second engine reads in words whose figures it does not confirm."""

    text: str
    confidence: float
    words: tuple[Word, ...]
    picture: Gray

    def others(self) -> list[str]:
        return [item.other for item in confirm(self.words, self.picture) if not item.is_settled]


def _read_words(crop: Gray, lines: Sequence[ink.Line]) -> _Words:
    tall = float(np.percentile([blob.height for line in lines for blob in line.blobs], 80))
    factor = min(3.0, max(0.3, _TEXT_HEIGHT / tall))
    picture = ink.framed(ink.resized(crop, factor), 12)
    words = tuple(engines.tesseract_words(picture, single_line=len(lines) == 1))
    return _Words(*words_to_text(words), words, picture)


def _read_text(crop: Gray, lines: Sequence[ink.Line]) -> _Words:
    """Words of a crop, turned by a quarter if the cell is tall and they read better so."""
    height, width = crop.shape
    best = _read_words(crop, lines)
    span = max(line.box[2] for line in lines) - min(line.box[0] for line in lines)
    rise = max(line.box[3] for line in lines) - min(line.box[1] for line in lines)
    if height > _UPRIGHT_ENOUGH * width and rise > _UPRIGHT_ENOUGH * span and best.confidence < 0.8:
        for quarters in (3, 1):
            turned = np.ascontiguousarray(np.rot90(crop, quarters))
            blobs = ink.blobs_of(turned, 1.0)
            reading = _read_words(turned, ink.lines_of(blobs)) if blobs else None
            if reading is not None and reading.confidence > best.confidence + 0.1:
                best = reading
    return best


def _words_of(look: _Look, seconds: Sequence[str]) -> _Text:
    """The words of a cell. A text with figures that the second engine reads otherwise is not settled."""
    read = _read_text(look.crop, look.lines)
    if not read.text or read.confidence < _LEAST_SURE:
        return _Text(UNSETTLED, 0.0, distinct([read.text, *seconds]) or ("",))
    if any(numbers_in(second) == numbers_in(read.text) for second in seconds):
        return _Text(read.text, read.confidence)
    others = read.others()
    return _Text(UNSETTLED, 0.0, distinct([read.text, *others, *seconds])) if others else _Text(read.text, read.confidence)


def _mark_of(look: _Look) -> tuple[str, ...]:
    if look.number is None or not look.number.shape.raised:
        return ()
    boxes = look.number.shape.raised
    box = min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes)
    crop = ink.cropped(look.crop, box, 2)
    read = engines.tesseract_number(ink.framed(ink.resized(crop, ink.DIGIT_HEIGHT / max(1, box[3] - box[1])), 10))
    return (figures(read) or "*",)


def _read(looks: Sequence[_Look], scale: float) -> list[_Text]:
    """The text of each cell. `scale`: pixels for each point."""
    found = [_RED if look.is_red else _BLANK for look in looks]
    maybe = [index for index, look in enumerate(looks) if look.number is not None]
    seconds = dict(zip(maybe, rapid_first([n for i in maybe if (n := looks[i].number) is not None]), strict=True))
    numbers: list[int] = []
    for index, look in enumerate(looks):
        if not look.lines:
            continue
        number, second = look.number, seconds.get(index, [])
        if number is not None and number.shape.pattern == "-" and number.height <= _DASH * scale:
            found[index] = _Text("-", 1.0)
        elif number is not None and any(map(is_number_like, second)):
            numbers.append(index)
        else:
            found[index] = _words_of(look, second)
            if number is not None and is_number_like(found[index].text):
                numbers.append(index)
    verdicts = read_numbers([n for i in numbers if (n := looks[i].number) is not None], [seconds[i] for i in numbers])
    for index, verdict in zip(numbers, verdicts, strict=True):
        marks = _mark_of(looks[index])
        if verdict.text is not None:
            found[index] = _Text(verdict.text, verdict.confidence, (), marks)
            continue
        label = _label(verdict.readings, seconds[index], looks[index])
        found[index] = label or _Text(UNSETTLED, 0.0, verdict.readings or ("",), marks)
    return found


_LABEL = re.compile(r"^\(?\d{1,3}(?:\.\d{1,3})*[.)]?$|^\d{1,4}\s?[-/]\s?\d{1,4}$|^[IVX]{1,5}\.?$")


def _label(readings: Sequence[str], seconds: Sequence[str], look: _Look) -> _Text | None:
    """A numbering such as "1.", "(2)" or "3)" that both engines read alike: text, no number."""
    second = majority([plain(text) for text in seconds])
    if second is None or not _LABEL.match(second) or is_plain_number(second):
        return None
    read = _read_text(look.crop, look.lines)
    return _Text(read.text, read.confidence) if plain(read.text) == second else None


def read_grid(sheet: Sheet, clean: Gray, grid: Grid, page: int) -> tuple[PlacedCell, ...]:
    """Every cell of a grid of straight points, with its box on the page as displayed. `clean`: the sheet without rules."""
    looks = [_look(sheet, clean, cell) for cell in grid.cells]
    texts = _read(looks, sheet.scale)
    for index in odd_ones([Placed(look.cell, text.text, text.confidence) for look, text in zip(looks, texts, strict=True)]):
        texts[index] = replace(texts[index], text=UNSETTLED, confidence=0.0, readings=(texts[index].text,))
    return tuple(
        PlacedCell(
            look.cell.row,
            look.cell.column,
            look.cell.row_span,
            look.cell.column_span,
            (
                Part(
                    page,
                    sheet.displayed(look.cell.box),
                    ReadText(text.text, text.marks),
                    "ocr",
                    round(text.confidence, 3),
                    text.readings,
                ),
            ),
        )
        for look, text in zip(looks, texts, strict=True)
    )


@dataclass(frozen=True, slots=True)
class BoxText:
    """What stands in a box: text ("" where no ink is), how sure it is (0 to 1), and what the engines read if they do not agree."""

    text: str
    confidence: float
    readings: tuple[str, ...] = ()


def read_boxes(sheet: Sheet, boxes: Sequence[Box]) -> list[BoxText]:
    """The text in each box of a straight sheet; unsettled as in a table."""
    looks = [_look(sheet, sheet.gray, GridCell(index, 0, 1, 1, box)) for index, box in enumerate(boxes)]
    return [BoxText(text.text, round(text.confidence, 3), text.readings) for text in _read(looks, sheet.scale)]
