"""A cell before it is read: the ink in it without rules and stamps, in lines, and the same as a number if it may be one."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

import numpy as np

from extractors.pdf.grid import GridCell
from extractors.pdf.scan import ink
from extractors.pdf.scan.engines import Gray
from extractors.pdf.scan.numbers import NumberInk, number_ink
from extractors.pdf.scan.rings import with_whole_rings
from extractors.pdf.scan.sheet import Sheet

_INSET = 0.7
"""Points by which a cell is read inside its rules."""

_MOST_RUNS = 16
"""Spots apart from left to right that a number has at most."""

_PALE = 0.42
"""Share of the contrast of the print of a sheet below which ink is pale."""

_PALED = (0.6, 0.5, 0.42)
_DARKER, _SOFT = (0.5, 0.42, 0.34), 25
"""Shares of the way from the darkest ink of the sheet to the paper at which ink under a gray stamp is looked for, where that was paled
and where it was not; levels of gray that belong to the edge of such ink."""

_PALER = (0.58, 0.66)
"""Shares of the way from ink to paper at which thin figures are whole."""

_NUMBER_SHAPE = re.compile(r"^(?:[+\-]?[dwo]+(?:[,.?][dwo]+)*%?|-)$")
"""Shapes (see `shape.Shape`) that a number or a dash has."""

_AS_TALL = 0.3
"""Heights of figures by which a spot that may be a figure is taller or shorter, or stands off the line, at most."""

_AROUND = 24
"""Pixels around a cell that are seen as well where its shades are paled."""

DASH = 1.8
"""Points. A lone stroke thicker than this is no dash: a figure on its side, perhaps."""


@dataclass(frozen=True, slots=True)
class Look:
    """A cell before reading: its crop without rules, the ink in it, and the same as a number if it may be one."""

    cell: GridCell
    crop: Gray
    lines: tuple[ink.Line, ...]
    number: NumberInk | None
    is_red: bool = False
    """Nothing but red print stands in it, which goes with the stamps: not blank, and not readable."""


def look_at(sheet: Sheet, clean: Gray, cell: GridCell) -> Look:
    """What shows in a cell of a grid of straight points. `clean`: the sheet without rules."""
    inset = max(1, round(_INSET * sheet.scale))
    x0, y0, x1, y1 = (round(value * sheet.scale) for value in cell.box)
    x0, y0, x1, y1 = max(0, x0 + inset), max(0, y0 + inset), x1 - inset, y1 - inset
    crop = ink.upright_contrast(clean[y0:y1, x0:x1]) if x1 > x0 and y1 > y0 else None
    if crop is None or crop.size == 0 or not ink.has_ink(crop):
        is_red = crop is not None and crop.size > 0 and _holds_red_print(sheet, (x0, y0, x1, y1))
        return Look(cell, np.zeros((0, 0), np.uint8), (), None, is_red)
    blobs = with_whole_rings(ink.blobs_of(crop, sheet.scale), crop)
    if _is_rest_of_stamp(crop, blobs, sheet.darkest):
        return Look(cell, np.zeros((0, 0), np.uint8), (), None)
    lines = tuple(ink.lines_of(blobs))
    look = Look(cell, crop, lines, _as_number(clean, sheet.gray, lines, (x0, y0)))
    if _is_clear(look.number, sheet.scale):
        return look
    # Thin figures in pieces: at a paler level they are whole.
    for share in _PALER:
        lines = tuple(ink.lines_of(ink.blobs_of(crop, sheet.scale, ink.level_at(crop, share))))
        number = _as_number(clean, sheet.gray, lines, (x0, y0))
        if _is_clear(number, sheet.scale):
            return Look(cell, crop, lines, number)
    return _under_stamp(sheet, clean, look, (x0, y0, x1, y1)) or look


def _is_clear(number: NumberInk | None, scale: float) -> bool:
    """Whether the ink has the shape of a number, or of a dash."""
    if number is None or not _NUMBER_SHAPE.match(number.shape.pattern):
        return False
    return number.shape.pattern != "-" or number.height <= DASH * scale


def _under_stamp(sheet: Sheet, clean: Gray, look: Look, box: tuple[int, int, int, int]) -> Look | None:
    """A cell with the number that shows once a gray stamp is paled or cut off; None if none does, or a figure goes with it."""
    x0, y0, x1, y1 = box
    left, top = max(0, x0 - _AROUND), max(0, y0 - _AROUND)
    around = np.ascontiguousarray(clean[top : y1 + _AROUND, left : x1 + _AROUND])
    corner = x0 - left, y0 - top
    paled = ink.without_shade(around, sheet.scale)
    for gray, shares in ((paled, _PALED), (around, _DARKER)):
        part = gray[corner[1] : corner[1] + y1 - y0, corner[0] : corner[0] + x1 - x0]
        paper = ink.paper_and_ink(part)[0]
        for share in shares:
            level = sheet.darkest + share * (paper - sheet.darkest)
            darker = np.where(part < level + _SOFT, part, np.uint8(255)).astype(np.uint8)
            if not ink.has_ink(darker) or (gray is around and level >= ink.middle_level(part)):
                continue
            lines = tuple(ink.lines_of(ink.blobs_of(part, sheet.scale, level)))
            number = _as_number(gray, gray, lines, corner, level + _SOFT)
            if number is not None and _is_clear(number, sheet.scale) and not loses_figure(number, look.lines):
                return Look(look.cell, darker, lines, number)
    return None


def loses_figure(number: NumberInk, lines: Sequence[ink.Line]) -> bool:
    """Whether a spot of `lines` as tall as the figures of a number stands on their line where the number has no sign."""
    figures = [blob for blob, sign in zip(number.shape.signs, number.shape.pattern, strict=True) if sign in "dwo%"]
    if not figures:
        return False
    height, foot = median(blob.height for blob in figures), median(blob.y1 for blob in figures)
    return any(
        abs(blob.height - height) <= _AS_TALL * height
        and abs(blob.y1 - foot) <= _AS_TALL * height
        and not any(blob.x0 < sign.x1 and sign.x0 < blob.x1 for sign in number.shape.signs)
        for line in lines
        for blob in line.blobs
    )


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
    clean: Gray, raw: Gray, lines: Sequence[ink.Line], corner: tuple[int, int], level: float = 255
) -> NumberInk | None:
    if len(lines) != 1 or ink.runs_of(lines[0]) > _MOST_RUNS:
        return None
    return number_ink(clean, raw, lines[0], corner, level)
