"""A PDF's bytes -> `Reading`: the one order in which the parts of this package are called."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pypdfium2 as pdfium

from extractors.pdf import second
from extractors.pdf.collection import without_collection
from extractors.pdf.composing import compose, page_facts, tables_of
from extractors.pdf.damage import as_shown
from extractors.pdf.engine import open_page
from extractors.pdf.guard import check_text, open_document, refusal
from extractors.pdf.issues import damage_issues, page_issues, paragraph_issues, table_issues, title_issues
from extractors.pdf.legacy import FontTexts, Verdicts, decode_page
from extractors.pdf.page_reading import ReadPage, scanned, take_apart
from extractors.pdf.titles import with_titles
from extractors.records import Issue, Reading
from extractors.text.health import Health


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
