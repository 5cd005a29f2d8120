"""The second reading: another engine (pdfplumber) reads the signs of the table pages again, into the same cells.

Two engines that decode a font in the same way are evidence; where they differ, a person looks.
"""

from __future__ import annotations

import io
import math
import re
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pdfplumber
from pdfminer.encodingdb import EncodingDB
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from extractors.pdf.legacy import Verdicts, decode_signs
from extractors.pdf.lines import join_lines, text_of
from extractors.pdf.marks import compose_marks
from extractors.pdf.page import Char, Frame, turn_of, visible_box
from extractors.pdf.run_places import drop_doubles
from extractors.pdf.stitch import StitchedTable
from extractors.records import UNSETTLED, Box, Issue, Locator

_ENGINE_ERRORS = (PDFException, PSException, PdfminerException, ValueError, KeyError, IndexError, TypeError, AssertionError)
"""What pdfminer raises on files that pdfium can still read."""

_HYPHEN_CODE = 0xAD
EncodingDB.win2unicode[_HYPHEN_CODE] = "-"
"""pdfminer takes this code of the standard letter table for a blank; ISO 32000 (annex D.2) calls it a hyphen. In TCVN3 it is ư."""

PAGES_AT_ONCE = 100
"""Pages after which the file is opened anew: the engine keeps every object it has seen."""

_BAND = 16.0
"""Height in points of the strips by which cells are looked up."""

_RISE = 0.05
"""Sizes by which a sign must stand above the others of its font to be raised."""

_LOOSE_BLANK = re.compile(r"(?<!\d) | (?!\d)")

CellKey = tuple[int, int, int]


def _number_box(values: Iterable[Any]) -> Box:
    left, bottom, right, top = (float(value) for value in values)
    return left, bottom, right, top


def _crop_offset(page: Any) -> tuple[float, float]:
    """By how much the displayed page begins to the right of and below the MediaBox corner from which pdfplumber counts.

    Its own `cropbox` is wrong on turned pages, so the boxes of the file are converted here.
    """
    media, rotation = _number_box(page.page_obj.mediabox), int(page.page_obj.rotate or 0) % 360
    frame = Frame(visible_box(media, _number_box(page.page_obj.cropbox or media)), rotation)
    x, y = Frame(media, rotation).point(media[0], media[1])
    x_shown, y_shown = frame.point(media[0], media[1])
    return x - x_shown, y - y_shown


def _char(raw: dict[str, Any], height: float, corner: float, offset: tuple[float, float]) -> Char:
    """`height`: of the MediaBox as displayed; `corner`: what pdfplumber adds to x. /Rotate is in the matrix already."""
    a, b, c, d, x, y = (float(value) for value in raw["matrix"])
    left, top = offset
    turn = turn_of(a, -b)
    # The size as set, scaled by the text matrix, as in the first reading; `size` is the height of the box instead.
    size = float(raw.get("fontsize", 0.0)) * math.hypot(c, d) or float(raw["size"])
    box = (
        float(raw["x0"]) - corner - left,
        height - float(raw["y1"]) - top,
        float(raw["x1"]) - corner - left,
        height - float(raw["y0"]) - top,
    )
    return Char(
        str(raw["text"]), box, height - y - top if turn in (0, 2) else x - left, round(size, 3), turn, str(raw["fontname"])
    )


def _with_rise(chars: Sequence[Char]) -> list[Char]:
    """Raised signs on their own base line: the engine's matrix leaves the text rise out, its boxes do not.

    How far the box of a font reaches below the base line, in sizes, is what most of its signs on the page say.
    """
    depths: dict[str, Counter[float]] = {}
    for char in chars:
        if char.turn == 0 and char.size:
            depths.setdefault(char.font, Counter())[round((char.box[3] - char.baseline) / char.size, 3)] += 1
    usual = {font: depth.most_common(1)[0][0] for font, depth in depths.items()}
    found: list[Char] = []
    for char in chars:
        rise = char.baseline + usual[char.font] * char.size - char.box[3] if char.turn == 0 and char.size else 0.0
        found.append(char._replace(baseline=char.baseline - rise) if rise > _RISE * char.size else char)
    return found


def read_chars(data: bytes, pages: Iterable[int]) -> Iterator[tuple[int, list[Char]]]:
    """For each of the given pages (from 1) its signs as pdfplumber sees them, in displayed points from the top left corner.

    Raises:
        one of `_ENGINE_ERRORS` if the engine cannot read the file.
    """
    numbers = sorted(set(pages))
    for start in range(0, len(numbers), PAGES_AT_ONCE):
        with pdfplumber.open(io.BytesIO(data), pages=numbers[start : start + PAGES_AT_ONCE]) as document:
            for page in document.pages:
                height, corner, offset = float(page.height), float(page.mediabox[0]), _crop_offset(page)
                raw: Sequence[dict[str, Any]] = page.chars
                signs = _with_rise([_char(item, height, corner, offset) for item in raw])
                yield page.page_number, [char for char in drop_doubles(compose_marks(signs)) if char.turn is not None]
                page.close()


def _texts(chars: Iterable[Char], boxes: Sequence[Box]) -> list[str]:
    """The text in each of the boxes of one page, by the middle of each sign."""
    bands: dict[int, list[int]] = {}
    for index, (_, top, _, bottom) in enumerate(boxes):
        for band in range(int(top // _BAND), int(bottom // _BAND) + 1):
            bands.setdefault(band, []).append(index)
    inside: list[list[Char]] = [[] for _ in boxes]
    for char in chars:
        x, y = char.centre
        for index in bands.get(int(y // _BAND), ()):
            x0, top, x1, bottom = boxes[index]
            if x0 <= x < x1 and top <= y < bottom:
                inside[index].append(char)
    return [text_of(signs).text for signs in inside]


def is_same(first: str, second: str) -> bool:
    """Whether two readings of a cell agree: a blank counts only between figures, where it could make two numbers of one."""
    return first == second or _LOOSE_BLANK.sub("", first) == _LOOSE_BLANK.sub("", second)


@dataclass(frozen=True, slots=True)
class SecondReading:
    """`differing`: for (table number from 1, row, column from 0) of a cell what the second engine reads in it."""

    differing: Mapping[CellKey, str] = field(default_factory=dict)
    issues: tuple[Issue, ...] = ()


def _second_texts(data: bytes, tables: Sequence[StitchedTable], verdicts: Verdicts) -> dict[CellKey, str]:
    """The second engine's text of every cell; page by page, so that a long file needs no more memory than a short one."""
    parts: dict[int, list[tuple[CellKey, int, Box]]] = {}
    for number, table in enumerate(tables, start=1):
        for cell in table.cells:
            for order, part in enumerate(cell.parts):
                if part.source != "ocr":
                    parts.setdefault(part.page, []).append(((number, cell.row, cell.column), order, part.box))
    texts: dict[CellKey, dict[int, str]] = {}
    for page, chars in read_chars(data, parts):
        found = _texts(decode_signs(chars, verdicts) if verdicts else chars, [box for _, _, box in parts[page]])
        for (key, order, _), text in zip(parts[page], found, strict=True):
            texts.setdefault(key, {})[order] = text
    return {key: join_lines([found[order] for order in sorted(found)]) for key, found in texts.items()}


def read_again(data: bytes, tables: Sequence[StitchedTable], document_id: str, verdicts: Verdicts) -> SecondReading:
    """The cells whose text the second engine reads otherwise, with an issue each; one issue if that engine cannot read the file.

    `verdicts`: the fonts in an old encoding, as decided for the first reading.
    """
    count = len({part.page for table in tables for cell in table.cells for part in cell.parts})
    try:
        second = _second_texts(data, tables, verdicts)
    except _ENGINE_ERRORS as error:
        return SecondReading(
            issues=(
                Issue(
                    code="second_reading_failed",
                    severity="warning",
                    document_id=document_id,
                    message=f"expected a second engine to read the tables of {count} page{'s' * (count != 1)} again, found that it "
                    f"stopped: {str(error) or type(error).__name__}",
                    hint="the figures rest on one reading: compare them with the pages by eye",
                ),
            )
        )
    differing: dict[CellKey, str] = {}
    issues: list[Issue] = []
    for number, table in enumerate(tables, start=1):
        for cell in table.cells:
            key = number, cell.row, cell.column
            if key not in second or is_same(cell.text, second[key]) or UNSETTLED in cell.text:
                continue
            part = cell.parts[0]
            differing[key] = second[key]
            issues.append(
                Issue(
                    code="second_reading_differs",
                    severity="error",
                    document_id=document_id,
                    message=f"two engines read one cell differently: {cell.text!r} and {second[key]!r}",
                    hint="look at the cell on the page; a font without a proper letter table is the usual cause",
                    expected=cell.text,
                    found=second[key],
                    locator=Locator(
                        page=part.page,
                        table_number=number,
                        row_number=cell.row + 1,
                        column_number=cell.column + 1,
                        bbox=part.box,
                    ),
                )
            )
    return SecondReading(differing, tuple(issues))
