"""A PDF's bytes -> `Reading`: the one order in which the parts of this package are called."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import pairwise

import pypdfium2 as pdfium

from extractors.pdf import second
from extractors.pdf.cells import PlacedCell, count_header_rows, is_number, is_table, read_cells, split_by_grid
from extractors.pdf.engine import open_page
from extractors.pdf.grid import Grid, find_grids
from extractors.pdf.guard import check_text, open_document, unreadable_count
from extractors.pdf.lines import lines_of
from extractors.pdf.page import Page
from extractors.pdf.paragraphs import PageText, line_above, page_pieces, paragraphs_of, without_running
from extractors.pdf.stitch import PageTable, StitchedTable, stitch
from extractors.records import Box, Cell, Issue, Locator, Paragraph, Reading, Table

_DATA_LINES = 3
_DATA_NUMBERS = 3
"""A page with this many lines of this many numbers, more numbers than words, holds a table even if it shows no grid."""

_LONGEST_HEADING = 200
"""Signs. A longer paragraph above a table is not its heading."""

_SPACES = re.compile(r"\s+")


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page taken apart: its text outside tables, its grids that are tables, and what it says of itself."""

    text: PageText
    grids: tuple[tuple[Grid, tuple[PlacedCell, ...]], ...]
    has_text: bool
    has_pictures: bool
    has_loose_numbers: bool
    whole_text: str


def _has_loose_numbers(lines: Iterable[str]) -> bool:
    count = 0
    for text in lines:
        words = _SPACES.split(text)
        numbers = sum(map(is_number, words))
        count += numbers >= _DATA_NUMBERS and numbers > len(words) - numbers
    return count >= _DATA_LINES


def take_apart(page: Page) -> ReadPage:
    """Grids and running text of one page. A grid without text (a chart) is no table, and its signs are running text."""
    signs = page.upright
    candidates = find_grids(page.horizontal, page.vertical)
    inside, _ = split_by_grid(signs, candidates)
    tables = [
        (grid, cells)
        for grid, chars in zip(candidates, inside, strict=True)
        if is_table(grid, cells := read_cells(grid, chars, page.number))
    ]
    grids = [grid for grid, _ in tables]
    _, outside = split_by_grid(signs, grids)
    lines = lines_of(char for char in outside if char.turn == 0)
    pieces = page_pieces(lines, (char for char in outside if char.turn != 0), page.number)
    return ReadPage(
        text=PageText(page.number, page.width, page.height, pieces, tuple(grid.box for grid in grids)),
        grids=tuple(tables),
        has_text=any(not char.text.isspace() for char in signs),
        has_pictures=page.has_pictures,
        has_loose_numbers=_has_loose_numbers(line.text for line in lines),
        whole_text="".join(char.text for char in page.chars),
    )


def _page_tables(pages: Sequence[ReadPage], texts: Sequence[PageText]) -> list[PageTable]:
    found: list[PageTable] = []
    for page, text in zip(pages, texts, strict=True):
        for index, (grid, cells) in enumerate(page.grids):
            above = any(piece.box[3] <= grid.box[1] + 2 for piece in text.pieces)
            below = any(piece.box[1] >= grid.box[3] - 2 for piece in text.pieces)
            found.append(
                PageTable(
                    page=text.page,
                    grid=grid,
                    cells=cells,
                    title=line_above(text, grid.box),
                    is_first=index == 0 and not above,
                    is_last=index == len(page.grids) - 1 and not below,
                )
            )
    return found


def whole_title(table: StitchedTable, paragraphs: Sequence[Paragraph]) -> str:
    """The line above the table, with the lines before it if it ends a heading of two lines or three."""
    page, top = table.pages[0], min(cell.parts[0].box[1] for cell in table.cells if cell.row == 0)
    for paragraph in reversed(paragraphs):
        if paragraph.page == page and paragraph.bbox is not None and paragraph.bbox[3] <= top + 2:
            is_heading = bool(table.title) and paragraph.text.endswith(table.title) and len(paragraph.text) <= _LONGEST_HEADING
            return paragraph.text if is_heading else table.title
    return table.title


def _rounded(box: Box) -> Box:
    return round(box[0], 2), round(box[1], 2), round(box[2], 2), round(box[3], 2)


def _table(number: int, table: StitchedTable, title: str) -> Table:
    cells = tuple(
        Cell(
            row=cell.row + 1,
            column=cell.column + 1,
            text=cell.text,
            row_span=cell.row_span,
            column_span=cell.column_span,
            page=cell.parts[0].page,
            bbox=_rounded(cell.parts[0].box),
        )
        for cell in sorted(table.cells, key=lambda c: (c.row, c.column))
    )
    header = count_header_rows(table.cells, table.n_rows)
    return Table(number, table.n_rows, len(table.xs) - 1, header, cells, title, table.pages)


# ---------------------------------------------------------------- issues


def _at(number: int, cell: PlacedCell) -> Locator:
    part = cell.parts[0]
    return Locator(
        page=part.page,
        table_number=number,
        row_number=cell.row + 1,
        column_number=cell.column + 1,
        bbox=_rounded(part.box),
    )


def _table_issues(tables: Sequence[StitchedTable], document_id: str) -> list[Issue]:
    issues: list[Issue] = []
    for number, table in enumerate(tables, start=1):
        if table.is_irregular:
            issues.append(
                Issue(
                    code="irregular_grid",
                    severity="error",
                    document_id=document_id,
                    message="expected every cell to be a rectangle, found rules that leave a cell of another shape",
                    hint="look at the table on its page: a missing or broken rule is the usual cause",
                    locator=Locator(page=table.pages[0], table_number=number),
                )
            )
        for doubt in table.doubts:
            issues.append(Issue(doubt.code, "warning", document_id, doubt.message, doubt.hint, locator=_at(number, doubt.cell)))
        for cell in table.cells:
            marks = [mark for part in cell.parts for mark in part.read.marks]
            if marks:
                issues.append(
                    Issue(
                        code="footnote_mark",
                        severity="info",
                        document_id=document_id,
                        message=f"the cell {cell.text!r} bears the footnote mark {', '.join(marks)}, which is not part of its text",
                        hint="read the note under the table",
                        found=", ".join(marks),
                        locator=_at(number, cell),
                    )
                )
            bad = unreadable_count(cell.text)
            if bad:
                issues.append(
                    Issue(
                        code="unreadable_text",
                        severity="error",
                        document_id=document_id,
                        message=f"expected letters and figures, found {bad} sign(s) that the font does not decode: {cell.text!r}",
                        hint="ask the publisher for a file with embedded letter tables, or type the cell into a correction",
                        found=cell.text,
                        locator=_at(number, cell),
                    )
                )
    return issues


def _ranges(pages: Iterable[int]) -> list[tuple[int, int]]:
    """Page numbers as ranges: 3, 4, 5, 9 -> (3, 5), (9, 9)."""
    numbers = sorted(pages)
    starts = [n for previous, n in pairwise([-1, *numbers]) if n != previous + 1]
    ends = [n for n, following in pairwise([*numbers, -1]) if following != n + 1]
    return list(zip(starts, ends, strict=True))


def _page_words(first: int, last: int) -> str:
    return f"page {first}" if first == last else f"pages {first} to {last}"


def _page_issues(pages: Sequence[ReadPage], document_id: str) -> list[Issue]:
    issues: list[Issue] = []
    for first, last in _ranges(p.text.page for p in pages if p.has_loose_numbers and not p.grids):
        issues.append(
            Issue(
                code="table_without_grid",
                severity="info",
                document_id=document_id,
                message=f"{_page_words(first, last)}: lines of numbers without a full grid of rules; expected a ruled table",
                hint="tables without rules are not read yet: their figures are not in the data",
                locator=Locator(page=first),
            )
        )
    for first, last in _ranges(p.text.page for p in pages if not p.has_text and p.has_pictures):
        issues.append(
            Issue(
                code="page_without_text",
                severity="warning",
                document_id=document_id,
                message=f"{_page_words(first, last)}: expected text, found pictures only",
                hint="scanned pages are not read yet: what they say is not in the data",
                locator=Locator(page=first),
            )
        )
    return issues


def _paragraph_issues(paragraphs: Sequence[Paragraph], document_id: str) -> list[Issue]:
    """One issue for each range of pages with undecoded signs in the running text."""
    bad = [paragraph for paragraph in paragraphs if unreadable_count(paragraph.text)]
    issues: list[Issue] = []
    for first, last in _ranges({paragraph.page for paragraph in bad if paragraph.page is not None}):
        here = [p for p in bad if p.page is not None and first <= p.page <= last]
        issues.append(
            Issue(
                code="unreadable_text",
                severity="warning",
                document_id=document_id,
                message=f"{_page_words(first, last)}: {len(here)} paragraph(s) with signs that the font does not decode, "
                f"the first is {here[0].text[:60]!r}",
                hint="figures in these paragraphs may be incomplete: ask the publisher for a file with embedded letter tables",
                expected="letters and figures",
                found=here[0].text[:60],
                locator=here[0].locator(),
            )
        )
    return issues


# ---------------------------------------------------------------- entry


def read_pages(document: pdfium.PdfDocument, numbers: frozenset[int] | None = None) -> list[ReadPage]:
    pages: list[ReadPage] = []
    for index in range(len(document)):
        if numbers is not None and index + 1 not in numbers:
            continue
        with open_page(document, index + 1) as (page, _):
            pages.append(take_apart(page))
    return pages


def read_pdf(
    data: bytes,
    sha256: str,
    document_id: str,
    *,
    pages: frozenset[int] | None = None,
    second_reading: bool = True,
) -> Reading:
    """Tables, paragraphs and issues of a PDF.

    `pages`: the pages to read (from 1), None for all; `Reading.pages` counts those of the file in any case.
    `second_reading`: let another engine read the cells again; each cell it reads otherwise is an issue of severity `error`.

    Raises:
        DocumentError: the bytes are no readable PDF (see `guard`), or no page has text, or the text is in a legacy font.
    """
    document = open_document(data, document_id)
    try:
        producer = document.get_metadata_dict().get("Producer", "")
        count = len(document)
        read = read_pages(document, pages)
    finally:
        document.close()
    health = check_text((page.whole_text for page in read), document_id, any(page.has_pictures for page in read))
    texts = without_running([page.text for page in read])
    tables = stitch(_page_tables(read, texts))
    paragraphs = paragraphs_of(texts)
    issues = [
        *_table_issues(tables, document_id),
        *_page_issues(read, document_id),
        *_paragraph_issues(paragraphs, document_id),
        *(second.compare(data, tables, document_id) if second_reading else ()),
    ]
    return Reading(
        sha256=sha256,
        kind="pdf",
        tables=tuple(_table(number, table, whole_title(table, paragraphs)) for number, table in enumerate(tables, start=1)),
        paragraphs=paragraphs,
        issues=tuple(issues),
        pages=count,
        producer=producer,
        text_health=round(health, 6),
    )
