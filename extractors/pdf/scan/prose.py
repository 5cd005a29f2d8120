"""Words outside the tables of a scan, as the pieces from which paragraphs and titles are made."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import groupby
from statistics import median

from extractors.pdf.grid import Grid
from extractors.pdf.paragraphs import COLUMN_GAP, Piece
from extractors.pdf.scan import engines
from extractors.pdf.scan.engines import Gray, Word
from extractors.pdf.scan.sheet import Sheet
from extractors.pdf.scan.words import without_doubts
from extractors.records import Box
from extractors.text.fold import nfc

_LEAST_SURE = 0.35
"""Confidence below which what is taken for a word is a stamp, a signature or dirt."""

_CAPITALS = 0.72
"""Height of a line without letters that reach below it, in sizes."""


def _without(gray: Gray, grids: Sequence[Grid], scale: float) -> Gray:
    outside = gray.copy()
    for grid in grids:
        x0, y0, x1, y1 = (round(value * scale) for value in grid.box)
        outside[max(0, y0 - 6) : y1 + 6, max(0, x0 - 6) : x1 + 6] = 255
    return outside


def _parts(words: Sequence[Word], gap: float) -> list[list[Word]]:
    """The words of a line, parted where the white between two is wider than `gap` pixels."""
    parts: list[list[Word]] = []
    for word in sorted(words, key=lambda w: w.box[0]):
        if parts and word.box[0] - parts[-1][-1].box[2] <= gap:
            parts[-1].append(word)
        else:
            parts.append([word])
    return parts


def _box(words: Sequence[Word]) -> tuple[int, int, int, int]:
    boxes = [word.box for word in words]
    return min(b[0] for b in boxes), min(b[1] for b in boxes), max(b[2] for b in boxes), max(b[3] for b in boxes)


def read_prose(sheet: Sheet, clean: Gray, grids: Sequence[Grid], page: int, *, displayed: bool = True) -> tuple[Piece, ...]:
    """Pieces from top to bottom; a word whose figures only one engine reads is not settled.

    Sizes are those of most lines of the page, unless a line is clearly larger or smaller.
    `displayed`: boxes are those of the page as displayed, else those of the sheet.
    """
    outside = _without(clean, grids, sheet.scale)
    words = [
        word
        for word in engines.tesseract_words(outside, whole_page=True)
        if word.confidence >= _LEAST_SURE and any(sign.isalnum() for sign in word.text)
    ]
    words = without_doubts(words, outside)
    if not words:
        return ()
    lines = [list(group) for _, group in groupby(sorted(words, key=lambda w: w.line), key=lambda w: w.line)]
    heights = [median(word.box[3] - word.box[1] for word in line) / _CAPITALS / sheet.scale / 1.25 for line in lines]
    usual = median(heights)
    pieces: list[Piece] = []
    for line, height in zip(lines, heights, strict=True):
        size = usual if abs(height - usual) <= 0.25 * usual else height
        for part in _parts(line, COLUMN_GAP * size * sheet.scale):
            straight: Box = sheet.points(_box(part))
            text = nfc(" ".join(word.text for word in part))
            pieces.append(Piece(page, text, sheet.displayed(straight) if displayed else straight, straight[3], round(size, 2)))
    return tuple(sorted(pieces, key=lambda piece: (piece.baseline, piece.box[0])))
