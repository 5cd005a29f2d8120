"""The second reading: another engine (pdfplumber) reads the signs of the table pages again, into the same cells.

Two engines that decode a font in the same way are evidence; where they differ, a person looks.
"""

from __future__ import annotations

import io
import math
from collections.abc import Iterable, Sequence
from typing import Any

import pdfplumber
from pdfminer.pdfexceptions import PDFException
from pdfminer.psexceptions import PSException
from pdfplumber.utils.exceptions import PdfminerException

from extractors.pdf.cells import PlacedCell
from extractors.pdf.lines import join_lines, text_of
from extractors.pdf.page import Char, Frame, turn_of, visible_box
from extractors.pdf.signs import compose_marks, drop_doubles
from extractors.pdf.stitch import StitchedTable
from extractors.records import Box, Issue, Locator

_ENGINE_ERRORS = (PDFException, PSException, PdfminerException, ValueError, KeyError, IndexError, TypeError, AssertionError)
"""What pdfminer raises on files that pdfium can still read."""


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
    return Char(str(raw["text"]), box, height - y - top if turn in (0, 2) else x - left, round(size, 3), turn)


def read_chars(data: bytes, pages: Iterable[int]) -> dict[int, list[Char]]:
    """Signs of the given pages (from 1) as pdfplumber sees them, in displayed points from the top left corner.

    Raises:
        one of `_ENGINE_ERRORS` if the engine cannot read the file.
    """
    found: dict[int, list[Char]] = {}
    with pdfplumber.open(io.BytesIO(data), pages=sorted(set(pages))) as document:
        for page in document.pages:
            height, corner, offset = float(page.height), float(page.mediabox[0]), _crop_offset(page)
            raw: Sequence[dict[str, Any]] = page.chars
            signs = [_char(item, height, corner, offset) for item in raw]
            found[page.page_number] = [char for char in drop_doubles(compose_marks(signs)) if char.turn is not None]
            page.close()
    return found


def _inside(chars: Iterable[Char], box: Box) -> list[Char]:
    return [char for char in chars if box[0] <= char.centre[0] < box[2] and box[1] <= char.centre[1] < box[3]]


def _second_text(cell: PlacedCell, chars: dict[int, list[Char]]) -> str:
    return join_lines([text_of(_inside(chars.get(part.page, []), part.box)).text for part in cell.parts])


def compare(data: bytes, tables: Sequence[StitchedTable], document_id: str) -> tuple[Issue, ...]:
    """One issue for each cell whose text the second engine reads otherwise; one for the document if that engine cannot read it."""
    pages = {page for table in tables for page in table.pages}
    if not pages:
        return ()
    try:
        chars = read_chars(data, pages)
    except _ENGINE_ERRORS as error:
        return (
            Issue(
                code="second_reading_failed",
                severity="warning",
                document_id=document_id,
                message=f"expected a second engine to read {len(pages)} page(s) with tables again, it stopped: {error or type(error)}",
                hint="the figures rest on one reading: compare them with the pages by eye",
            ),
        )
    issues: list[Issue] = []
    for number, table in enumerate(tables, start=1):
        for cell in table.cells:
            second = _second_text(cell, chars)
            if second == cell.text:
                continue
            part = cell.parts[0]
            issues.append(
                Issue(
                    code="second_reading_differs",
                    severity="error",
                    document_id=document_id,
                    message=f"two engines read one cell differently: {cell.text!r} and {second!r}",
                    hint="look at the cell on the page; a font without a proper letter table is the usual cause",
                    expected=cell.text,
                    found=second,
                    locator=Locator(
                        page=part.page,
                        table_number=number,
                        row_number=cell.row + 1,
                        column_number=cell.column + 1,
                        bbox=part.box,
                    ),
                )
            )
    return tuple(issues)
