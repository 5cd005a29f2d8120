"""The picture of a page -> its tables and its running text: the one order in which the parts of this package are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.pdf.cells import PlacedCell, is_table
from extractors.pdf.grid import Grid
from extractors.pdf.page import Matrix
from extractors.pdf.paragraphs import PageText
from extractors.pdf.scan import engines, ink, status
from extractors.pdf.scan.cells import BoxText, read_boxes, read_grid
from extractors.pdf.scan.prose import read_prose
from extractors.pdf.scan.ruling import find_ruling, grids_of
from extractors.pdf.scan.sheet import Picture, Sheet, quarter_turned, sheet_of
from extractors.records import Box

_ORIENTATION_DPI = 200


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """What a picture shows. Edges of grids are those of the page laid straight; boxes of cells those of the page as displayed.

    `turned`: where the words lie on their side on the page as displayed, takes boxes of the running text, which are those of the page
    turned upright, to the page as displayed.
    """

    text: PageText
    grids: tuple[tuple[Grid, tuple[PlacedCell, ...]], ...]
    turned: Matrix | None = None


def can_read() -> bool:
    """Whether pictures can be read at all here (see `status.ocr_status`)."""
    return status.has_pictures_support() and status.has_tesseract()


def _upright_sheet(picture: Picture) -> tuple[Sheet, bool]:
    """The sheet with its words upright, and whether it had to be turned by quarters."""
    sheet = sheet_of(picture)
    quarters = engines.quarters_to_upright(ink.resized(sheet.gray, _ORIENTATION_DPI / 72 / sheet.scale), _ORIENTATION_DPI)
    return (sheet_of(quarter_turned(picture, quarters)), True) if quarters else (sheet, False)


def read_picture(picture: Picture, page: int) -> ScannedPage:
    """Tables and running text of a picture. Ask `can_read` first."""
    sheet, is_turned = _upright_sheet(picture)
    ruling = find_ruling(sheet)
    clean = ink.erased(sheet.gray, ruling.mask)
    tables = [(grid, cells) for grid in grids_of(ruling) if is_table(grid, cells := read_grid(sheet, clean, grid, page))]
    grids = [grid for grid, _ in tables]
    pieces = read_prose(sheet, clean, grids, page, displayed=not is_turned)
    text = PageText(page, sheet.width, sheet.height, pieces, tuple(grid.box for grid in grids))
    return ScannedPage(text, tuple(tables), sheet.to_displayed if is_turned else None)


def reread_boxes(picture: Picture, boxes: Sequence[Box]) -> list[BoxText]:
    """The text in each box (displayed points) of a page's picture, and how sure it is (0 to 1).

    "" where no ink is; `UNSETTLED` with 0.0 where the engines differ on a figure. Ask `can_read` first.
    """
    sheet = sheet_of(picture)
    return read_boxes(sheet, [sheet.straight(box) for box in boxes])
