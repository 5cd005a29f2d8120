"""Pages of a PDF that are pictures: each is read from its picture, or an issue says why it cannot be."""

from __future__ import annotations

from dataclasses import replace

import pypdfium2 as pdfium

from extractors.pdf.grid import Grid
from extractors.pdf.scan.picture import PictureTooLargeError, page_picture
from extractors.pdf.scan.reader import ScannedPage, can_read, read_picture
from extractors.pdf.scan.status import INSTALL_EXTRA, missing_hint
from extractors.records import Issue, Locator

_SHIFT = 40.0
"""Points by which the paper may lie otherwise from page to page."""

_STRETCH = 0.02
_EDGE = 3.0
"""Points by which edges may differ once shift and stretch are taken out."""


def engine_missing(document_id: str, where: Locator | None = None) -> Issue:
    """Pictures cannot be read on this machine: what to install."""
    return Issue(
        code="ocr_missing",
        severity="error",
        document_id=document_id,
        message="expected character recognition to read a scanned page, found none installed",
        hint=missing_hint() or INSTALL_EXTRA,
        expected="text",
        found="a picture",
        locator=where or Locator(),
    )


def scan_of_page(document: pdfium.PdfDocument, number: int, document_id: str) -> ScannedPage | Issue:
    """Page `number` (from 1) of an open document, read from its picture."""
    where = Locator(page=number)
    if not can_read():
        return engine_missing(document_id, where)
    page = document[number - 1]
    try:
        picture = page_picture(page)
    except PictureTooLargeError as error:
        return Issue(
            code="picture_too_large",
            severity="error",
            document_id=document_id,
            message=f"expected a picture that can be read, found one of {error}",
            hint="scan the page at 300 dots per inch, or save the picture smaller",
            expected="a page at 150 to 600 dots per inch",
            found=str(error),
            locator=where,
        )
    finally:
        page.close()
    return read_picture(picture, number)


def aligned(grid: Grid, before: Grid) -> Grid:
    """`grid` with the column edges of the one on the page before, if they are the same but for how the paper lay."""
    if len(grid.xs) != len(before.xs):
        return grid
    width, width_before = grid.xs[-1] - grid.xs[0], before.xs[-1] - before.xs[0]
    stretch = width_before / width
    if abs(grid.xs[0] - before.xs[0]) > _SHIFT or abs(stretch - 1) > _STRETCH:
        return grid
    laid = [before.xs[0] + (x - grid.xs[0]) * stretch for x in grid.xs]
    return replace(grid, xs=before.xs) if all(abs(x - y) <= _EDGE for x, y in zip(laid, before.xs, strict=True)) else grid
