"""The cells of a grid on a straight sheet -> `PlacedCell`s: figures by two engines, words by Tesseract, blanks only where no ink is."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from extractors.pdf.cells import RED_PRINT, Part, PlacedCell
from extractors.pdf.grid import Grid, GridCell
from extractors.pdf.lines import ReadText
from extractors.pdf.scan import engines, ink
from extractors.pdf.scan.columns import Placed, odd_ones
from extractors.pdf.scan.engines import Gray, Word
from extractors.pdf.scan.looks import DASH, Look, look_at
from extractors.pdf.scan.numbers import rapid_first, read_numbers
from extractors.pdf.scan.sheet import Sheet
from extractors.pdf.scan.votes import distinct, figures, is_number_like, is_plain_number, majority, plain
from extractors.pdf.scan.words import confirm, numbers_in, words_to_text
from extractors.records import UNSETTLED, Box

_LEAST_SURE = 0.5
"""Mean confidence of the words of a cell below which they are no reading."""

_TEXT_HEIGHT = 30
"""Pixels of the tall letters at which words are read."""

_UPRIGHT_ENOUGH = 1.6
"""A cell so many times as high as wide, whose ink is as well, may hold turned words."""


@dataclass(frozen=True, slots=True)
class _Text:
    text: str
    confidence: float
    readings: tuple[str, ...] = ()
    marks: tuple[str, ...] = ()


_BLANK = _Text("", 1.0)
_RED = _Text(UNSETTLED, 0.0, (RED_PRINT,))


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


def _words_of(look: Look, seconds: Sequence[str]) -> _Text:
    """The words of a cell. A text with figures that the second engine reads otherwise is not settled."""
    read = _read_text(look.crop, look.lines)
    if not read.text or read.confidence < _LEAST_SURE:
        return _Text(UNSETTLED, 0.0, distinct([read.text, *seconds]) or ("",))
    if any(numbers_in(second) == numbers_in(read.text) for second in seconds):
        return _Text(read.text, read.confidence)
    others = read.others()
    return _Text(UNSETTLED, 0.0, distinct([read.text, *others, *seconds])) if others else _Text(read.text, read.confidence)


def _mark_of(look: Look) -> tuple[str, ...]:
    if look.number is None or not look.number.shape.raised:
        return ()
    boxes = look.number.shape.raised
    box = min(b.x0 for b in boxes), min(b.y0 for b in boxes), max(b.x1 for b in boxes), max(b.y1 for b in boxes)
    crop = ink.cropped(look.crop, box, 2)
    read = engines.tesseract_number(ink.framed(ink.resized(crop, ink.DIGIT_HEIGHT / max(1, box[3] - box[1])), 10))
    return (figures(read) or "*",)


def _read(looks: Sequence[Look], scale: float) -> list[_Text]:
    """The text of each cell. `scale`: pixels for each point."""
    found = [_RED if look.is_red else _BLANK for look in looks]
    maybe = [index for index, look in enumerate(looks) if look.number is not None]
    seconds = dict(zip(maybe, rapid_first([n for i in maybe if (n := looks[i].number) is not None]), strict=True))
    numbers: list[int] = []
    for index, look in enumerate(looks):
        if not look.lines:
            continue
        number, second = look.number, seconds.get(index, [])
        if number is not None and number.shape.pattern == "-" and number.height <= DASH * scale:
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


def _label(readings: Sequence[str], seconds: Sequence[str], look: Look) -> _Text | None:
    """A numbering such as "1.", "(2)" or "3)" that both engines read alike: text, no number."""
    second = majority([plain(text) for text in seconds])
    if second is None or not _LABEL.match(second) or is_plain_number(second):
        return None
    read = _read_text(look.crop, look.lines)
    return _Text(read.text, read.confidence) if plain(read.text) == second else None


def read_grid(sheet: Sheet, clean: Gray, grid: Grid, page: int) -> tuple[PlacedCell, ...]:
    """Every cell of a grid of straight points, with its box on the page as displayed. `clean`: the sheet without rules."""
    looks = [look_at(sheet, clean, cell) for cell in grid.cells]
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
    looks = [look_at(sheet, sheet.gray, GridCell(index, 0, 1, 1, box)) for index, box in enumerate(boxes)]
    return [BoxText(text.text, round(text.confidence, 3), text.readings) for text in _read(looks, sheet.scale)]
