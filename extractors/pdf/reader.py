"""A PDF's bytes -> `Reading`: the one order in which the parts of this package are called."""

from __future__ import annotations

from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import pypdfium2 as pdfium

from extractors.pdf import left_over, second
from extractors.pdf.cells import Part, PlacedCell, count_header_rows, is_table, read_cells, split_by_grid
from extractors.pdf.collection import without_collection
from extractors.pdf.damage import as_shown, doubted
from extractors.pdf.engine import open_page
from extractors.pdf.grid import Grid, find_grids
from extractors.pdf.guard import check_text, open_document, refusal, unreadable_count
from extractors.pdf.issues import PageFacts, damage_issues, page_issues, paragraph_issues, rounded, table_issues, title_issues
from extractors.pdf.left_over import LeftOver
from extractors.pdf.legacy import FontTexts, Verdicts, decode_page, texts_by_font
from extractors.pdf.lines import lines_of
from extractors.pdf.loose.crowded import part_crowded, unread
from extractors.pdf.loose.find import read_loose
from extractors.pdf.loose.rest import Found, read_rest
from extractors.pdf.loose.strips import read_strips
from extractors.pdf.page import Letters, Matrix, Page, apply
from extractors.pdf.paragraphs import PageText, Piece, page_pieces, paragraphs_of, without_running
from extractors.pdf.second import CellKey
from extractors.pdf.spill import spilled
from extractors.pdf.stitch import PageTable, StitchedTable, common_edges, stitch
from extractors.pdf.titles import doubted_titles, title_of, with_titles
from extractors.records import UNSETTLED, Cell, Issue, Paragraph, Reading, Table
from extractors.text.health import Health, damaged_fonts, examine

if TYPE_CHECKING:
    from extractors.pdf.scan.reader import ScannedPage


@dataclass(frozen=True, slots=True)
class ReadPage:
    """One page taken apart: its text outside tables, its grids that are tables, and what it says of itself. `health`: of its words.

    `is_scan`: its text was read from a picture. `turned`: takes its running text, where that lies on its side, to
    where it is displayed. `damaged_fonts`: where words are damaged, the fonts that are not what they look like;
    `titles`: lines above tables with signs of such a font.
    """

    text: PageText
    grids: tuple[tuple[Grid, tuple[PlacedCell, ...]], ...]
    has_text: bool
    has_pictures: bool
    left_over: LeftOver
    health: Health
    is_scan: bool = False
    titles: tuple[Part, ...] = ()
    turned: Matrix | None = None
    damaged_fonts: frozenset[str] = frozenset()


def in_reading_order(tables: Iterable[tuple[Grid, tuple[PlacedCell, ...]]]) -> list[tuple[Grid, tuple[PlacedCell, ...]]]:
    """From top to bottom; of two that stand side by side the left one first, however their heads differ in height."""
    ordered: list[tuple[Grid, tuple[PlacedCell, ...]]] = []
    for table in sorted(tables, key=lambda item: (item[0].box[1], item[0].box[0])):
        x0, top, _, bottom = table[0].box
        place = len(ordered)
        while place:
            other = ordered[place - 1][0].box
            is_beside = min(bottom, other[3]) - top > 0.5 * min(bottom - top, other[3] - other[1])
            if not is_beside or other[0] <= x0:
                break
            place -= 1
        ordered.insert(place, table)
    return ordered


def _is_rest(grid: Grid, cells: Sequence[PlacedCell], before: Found | None) -> bool:
    """Whether a grid with too little text for a table is the rest of the one that ends the page before: it has the same columns."""
    return before is not None and any(cell.text for cell in cells) and common_edges(before[0].xs, grid.xs) == before[0].xs


def take_apart(
    page: Page,
    letters: Letters | None = None,
    in_doubt: frozenset[str] = frozenset(),
    before: Found | None = None,
) -> ReadPage:
    """Grids and running text of one page. A grid without text (a chart) is no table, and its signs are running text.

    `letters` takes runs of signs apart, for the tables without a full grid of rules. `in_doubt`: fonts of which is told already
    that their text does not stand.
    """
    signs = page.upright
    candidates = find_grids(page.horizontal, page.vertical)
    inside, outside = split_by_grid(signs, candidates)
    if before is not None and candidates:
        candidates[0], more = spilled(candidates[0], inside[0], outside)
        for index, beyond in more.items():
            inside[0][index] += beyond
        gone = {id(sign) for beyond in more.values() for sign in beyond}
        signs = tuple(sign for sign in signs if id(sign) not in gone) if gone else signs
        outside = [sign for sign in outside if id(sign) not in gone] if gone else outside
    tables = [
        (grid, cells)
        for k, (grid, chars) in enumerate(zip(candidates, inside, strict=True))
        if is_table(grid, cells := read_cells(grid, chars, page.number)) or (k == 0 and _is_rest(grid, cells, before))
    ]
    tables, crowded = part_crowded(tables)
    if (grids := [grid for grid, _ in tables]) != candidates:
        _, outside = split_by_grid(signs, grids)
    found, outside = read_loose(outside, page, letters)
    of_words, outside = read_strips(outside, page, letters, [grid.box for grid, _ in (*tables, *found, *crowded)])
    found += of_words
    if before is not None and before[0].inks:
        rest, outside = read_rest(
            before, outside, page, letters, min((g.box[1] for g, _ in (*tables, *found)), default=page.height)
        )
        found += rest
    found += (stay := unread(crowded, found))
    _, outside = split_by_grid(outside, [grid for grid, _ in stay])
    tables = in_reading_order([*tables, *found])
    grids = [grid for grid, _ in tables]
    lines = lines_of(char for char in outside if char.turn == 0)
    pieces = page_pieces(lines, (char for char in outside if char.turn != 0), page.number)
    health = _health(pieces, tables)
    fonts = damaged_fonts(texts_by_font(page)) - in_doubt if health.is_damaged else frozenset[str]()
    text = PageText(page.number, page.width, page.height, pieces, tuple(grid.box for grid in grids))
    return ReadPage(
        text=text,
        titles=doubted_titles(text, signs, fonts) if fonts else (),
        grids=doubted(page, tables, fonts),
        has_text=any(not char.text.isspace() for char in signs),
        has_pictures=page.has_pictures,
        left_over=left_over.of_lines(
            line.text for line in lines if left_over.may_hold_numbers(char.text for char in line.chars)
        ),
        health=health,
        damaged_fonts=fonts,
    )


def _health(pieces: Iterable[Piece], tables: Iterable[tuple[Grid, tuple[PlacedCell, ...]]]) -> Health:
    return examine("\n".join([*(piece.text for piece in pieces), *(cell.text for _, cells in tables for cell in cells)]))


def scanned(page: ScannedPage, previous: ReadPage | None = None) -> ReadPage:
    """A page read from its picture. `previous`: the page before it, whose table may go on here although the paper lay otherwise."""
    from extractors.pdf.scan.pages import aligned

    before = previous.grids[-1][0] if previous is not None and previous.is_scan and previous.grids else None
    grids = page.grids
    if before is not None and grids:
        grids = ((aligned(grids[0][0], before), grids[0][1]), *grids[1:])
    return ReadPage(
        text=page.text,
        grids=grids,
        has_text=bool(grids or page.text.pieces),
        has_pictures=True,
        left_over=left_over.of_scan(page.text.pieces),
        health=_health(page.text.pieces, grids),
        is_scan=True,
        turned=page.turned,
    )


def _with_damage_mended(document: pdfium.PdfDocument, pages: Sequence[ReadPage]) -> list[ReadPage]:
    """Pages with damaged fonts, the cells set in them settled by what the pages show."""
    damaged = [page for page in pages if page.damaged_fonts and page.grids]
    shown = as_shown(document, ((page.text.page, page.grids, page.titles) for page in damaged)) if damaged else []
    mended = {
        page.text.page: replace(page, grids=grids, text=with_titles(page.text, page.titles, texts))
        for page, (grids, texts) in zip(damaged, shown, strict=True)
    }
    return [mended.get(page.text.page, page) for page in pages]


def _with_scans(
    document: pdfium.PdfDocument, pages: Sequence[ReadPage], document_id: str
) -> tuple[list[ReadPage], list[Issue]]:
    """Pages that bear pictures and no text, read from their pictures, and what could not be read."""
    if not any(page.has_pictures and not page.has_text for page in pages):
        return list(pages), []
    from extractors.pdf.scan.pages import scan_of_page

    done: list[ReadPage] = []
    issues: list[Issue] = []
    for page in pages:
        if page.has_text or not page.has_pictures:
            done.append(page)
            continue
        found = scan_of_page(document, page.text.page, document_id)
        if isinstance(found, Issue):
            issues.append(found)
            done.append(replace(page, is_scan=True))
        else:
            done.append(scanned(found, done[-1] if done else None))
    return done, issues


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


def _cell(cell: PlacedCell, *, is_settled: bool) -> Cell:
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
    )


def _table(number: int, table: StitchedTable, differing: Container[CellKey]) -> Table:
    """`differing`: cells that the second engine reads otherwise; they have no text that stands."""
    cells = tuple(
        _cell(cell, is_settled=(number, cell.row, cell.column) not in differing and not unreadable_count(cell.text))
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
def tables_of(tables: Sequence[StitchedTable], differing: Container[CellKey] = ()) -> tuple[Table, ...]:
    """`differing`: cells that the second engine reads otherwise; they have no text that stands."""
    return tuple(_table(number, table, differing) for number, table in enumerate(tables, start=1))


def page_facts(pages: Iterable[ReadPage], unread: Iterable[Issue] = ()) -> list[PageFacts]:
    """`unread`: why some pages could not be read; nothing more is to be said of these."""
    said = {issue.locator.page for issue in unread}
    return [
        PageFacts(page.text.page, page.left_over, page.is_scan, page.has_text) for page in pages if page.text.page not in said
    ]


@without_collection()
def read_pages(
    document: pdfium.PdfDocument, numbers: frozenset[int] | None = None
) -> tuple[list[ReadPage], FontTexts, Verdicts]:
    """Pages taken apart, in Unicode; what their fonts are in shows at the end, and if one is in an old encoding they are read again."""
    fonts = FontTexts()
    pages = _read_pages(document, numbers, {}, fonts)
    verdicts = fonts.verdicts()
    return (_read_pages(document, numbers, verdicts) if verdicts else pages), fonts, verdicts


def _read_pages(
    document: pdfium.PdfDocument, numbers: frozenset[int] | None, verdicts: Verdicts, fonts: FontTexts | None = None
) -> list[ReadPage]:
    """`fonts` gathers, if it is given, the text of each font as the file holds it."""
    in_doubt = frozenset(font for font, verdict in verdicts.items() if verdict.doubt)
    pages: list[ReadPage] = []
    for index in range(len(document)):
        if numbers is not None and index + 1 not in numbers:
            continue
        with open_page(document, index + 1) as (page, letters):
            if fonts is not None:
                fonts.add(page)
            goes_on = bool(pages) and pages[-1].text.page == index and bool(pages[-1].grids)
            before = pages[-1].grids[-1] if goes_on else None
            pages.append(take_apart(decode_page(page, letters, verdicts), letters, in_doubt, before))
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
        DocumentError: the bytes are no readable PDF (see `guard`), or no page has text.
    """
    document = open_document(data, document_id)
    try:
        producer = document.get_metadata_dict().get("Producer", "")
        count = len(document)
        read, fonts, verdicts = read_pages(document, pages)
        read = _with_damage_mended(document, read)
        read, unread = _with_scans(document, read, document_id)
    except pdfium.PdfiumError as error:
        raise refusal(
            document_id,
            "damaged_page",
            f"expected pages that open, found: {error}",
            "fetch the document again; `cchc extract --pages` reads the other pages",
        ) from None
    finally:
        document.close()
    if not unread:
        check_text([page.has_text for page in read], document_id, any(page.has_pictures for page in read))
    tables, paragraphs = compose(read)
    again = second.read_again(data, tables, document_id, verdicts) if second_reading else second.SecondReading()
    issues = (
        *table_issues(tables, document_id),
        *title_issues(tables, document_id),
        *page_issues(page_facts(read, unread), document_id),
        *paragraph_issues(
            paragraphs, document_id, [page.text.page for page in read if page.is_scan], [table.title for table in tables]
        ),
        *damage_issues({page.text.page: (page.health, page.damaged_fonts) for page in read if not page.is_scan}, document_id),
        *fonts.issues(verdicts, document_id),
        *unread,
        *again.issues,
    )
    return Reading(
        sha256=sha256,
        kind="pdf",
        tables=tables_of(tables, again.differing),
        paragraphs=paragraphs,
        issues=issues,
        pages=count,
        producer=producer,
        text_health=round(sum((page.health for page in read), Health()).score, 6),
    )
