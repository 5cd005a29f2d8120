"""The picture of a page -> its tables and its running text: the one order in which the parts of this package are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.pdf.cells import PlacedCell, is_table
from extractors.pdf.grid import Grid
from extractors.pdf.paragraphs import PageText
from extractors.pdf.scan import ink, status
from extractors.pdf.scan.cells import BoxText, read_boxes, read_grid
from extractors.pdf.scan.prose import read_prose
from extractors.pdf.scan.ruling import find_ruling, grids_of
from extractors.pdf.scan.sheet import Picture, sheet_of
from extractors.records import Box


@dataclass(frozen=True, slots=True)
class ScannedPage:
    """What a picture shows. Edges of grids are those of the page laid straight; boxes of cells those of the page as displayed."""

    text: PageText
    grids: tuple[tuple[Grid, tuple[PlacedCell, ...]], ...]


def can_read() -> bool:
    """Whether pictures can be read at all here (see `status.ocr_status`)."""
    return status.has_pictures_support() and status.has_tesseract()


def read_picture(picture: Picture, page: int) -> ScannedPage:
    """Tables and running text of a picture. Ask `can_read` first."""
    sheet = sheet_of(picture)
    ruling = find_ruling(sheet)
    clean = ink.erased(sheet.gray, ruling.mask)
    tables = [(grid, cells) for grid in grids_of(ruling) if is_table(grid, cells := read_grid(sheet, clean, grid, page))]
    grids = [grid for grid, _ in tables]
    pieces = read_prose(sheet, clean, grids, page)
    return ScannedPage(PageText(page, sheet.width, sheet.height, pieces, tuple(g.box for g in grids)), tuple(tables))


def reread_boxes(picture: Picture, boxes: Sequence[Box]) -> list[BoxText]:
    """The text in each box (displayed points) of a page's picture, and how sure it is (0 to 1).

    "" where no ink is; `UNSETTLED` with 0.0 where the engines differ on a figure. Ask `can_read` first.
    """
    sheet = sheet_of(picture)
    return read_boxes(sheet, [sheet.straight(box) for box in boxes])
