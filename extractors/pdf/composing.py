"""Pages -> the tables and paragraphs of a document, as records."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from types import MappingProxyType

from extractors.pdf.cells import REMARKS, PlacedCell, count_header_rows
from extractors.pdf.collection import without_collection
from extractors.pdf.guard import unreadable_count
from extractors.pdf.issues import PageFacts, rounded
from extractors.pdf.page import Matrix, apply
from extractors.pdf.page_reading import ReadPage
from extractors.pdf.paragraphs import PageText, paragraphs_of, without_running
from extractors.pdf.second import CellKey
from extractors.pdf.stitch import PageTable, StitchedTable, stitch
from extractors.pdf.titles import title_of
from extractors.records import UNSETTLED, Cell, Issue, Paragraph, Table

NOTHING_DIFFERS: Mapping[CellKey, str] = MappingProxyType({})


def _page_tables(pages: Sequence[ReadPage], texts: Sequence[PageText], paragraphs: Sequence[Paragraph]) -> list[PageTable]:
    found: list[PageTable] = []
    of_page: dict[int | None, list[Paragraph]] = {}
    for paragraph in paragraphs:
        of_page.setdefault(paragraph.page, []).append(paragraph)
    for page, text in zip(pages, texts, strict=True):
        for index, (grid, cells) in enumerate(page.grids):
            above = any(piece.box[3] <= grid.box[1] + 2 for piece in text.pieces)
            below = any(piece.box[1] >= grid.box[3] - 2 for piece in text.pieces)
            found.append(
                PageTable(
                    page=text.page,
                    grid=grid,
                    cells=cells,
                    title=title_of(text, grid.box, of_page.get(text.page, [])),
                    is_first=index == 0 and not above,
                    is_last=index == len(page.grids) - 1 and not below,
                )
            )
    return found


def _readings(cell: PlacedCell, second: str | None) -> tuple[str, ...]:
    """What was read in a cell that is not settled. Of a cell that a page break cuts only if one of its pieces has ink."""
    if second is not None:
        return tuple(text for text in (cell.text, second) if text)
    inked = [part.readings for part in cell.parts if part.readings or part.read.text]
    if len(inked) != 1:
        return ()
    return tuple(reading for reading in inked[0] if reading and UNSETTLED not in reading and reading not in REMARKS)


def _cell(cell: PlacedCell, second: str | None) -> Cell:
    """`second`: what the second engine reads in it, if that is something else."""
    is_settled = second is None and not unreadable_count(cell.text)
    return Cell(
        row=cell.row + 1,
        column=cell.column + 1,
        text=cell.text if is_settled else UNSETTLED,
        row_span=cell.row_span,
        column_span=cell.column_span,
        page=cell.parts[0].page,
        bbox=rounded(cell.parts[0].box),
        confidence=cell.confidence if is_settled else 0.0,
        source=cell.source,
        readings=() if is_settled else _readings(cell, second),
    )


def _table(number: int, table: StitchedTable, differing: Mapping[CellKey, str]) -> Table:
    """`differing`: what the second engine reads in the cells that it reads otherwise; they have no text that stands."""
    cells = tuple(
        _cell(cell, differing.get((number, cell.row, cell.column)))
        for cell in sorted(table.cells, key=lambda c: (c.row, c.column))
    )
    header = count_header_rows(table.cells, table.n_rows)
    return Table(number, table.n_rows, len(table.xs) - 1, header, cells, table.title, table.pages)


def _laid(paragraph: Paragraph, turned: Matrix | None) -> Paragraph:
    """A paragraph with its box where it is displayed."""
    if turned is None or paragraph.bbox is None:
        return paragraph
    x0, y0, x1, y1 = paragraph.bbox
    corners = [apply(turned, x, y) for x, y in ((x0, y0), (x1, y1))]
    xs, ys = sorted(x for x, _ in corners), sorted(y for _, y in corners)
    return replace(paragraph, bbox=(xs[0], ys[0], xs[1], ys[1]))


@without_collection()
def compose(pages: Sequence[ReadPage]) -> tuple[list[StitchedTable], tuple[Paragraph, ...]]:
    """Tables and paragraphs of a document from its pages in order."""
    texts = without_running([page.text for page in pages])
    turned = {page.text.page: page.turned for page in pages if page.turned is not None}
    paragraphs = paragraphs_of(texts)
    tables = stitch(_page_tables(pages, texts, paragraphs))
    return tables, tuple(_laid(paragraph, turned.get(paragraph.page or 0)) for paragraph in paragraphs)


@without_collection()
def tables_of(tables: Sequence[StitchedTable], differing: Mapping[CellKey, str] = NOTHING_DIFFERS) -> tuple[Table, ...]:
    """`differing`: what the second engine reads in the cells that it reads otherwise; they have no text that stands."""
    return tuple(_table(number, table, differing) for number, table in enumerate(tables, start=1))


def page_facts(pages: Iterable[ReadPage], unread: Iterable[Issue] = ()) -> list[PageFacts]:
    """`unread`: why some pages could not be read; nothing more is to be said of these."""
    said = {issue.locator.page for issue in unread}
    return [
        PageFacts(page.text.page, page.left_over, page.is_scan, page.has_text) for page in pages if page.text.page not in said
    ]
