"""How much work a PDF promises, before it is read: its pages, and how many of them will probably need character recognition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.pdf.guard import open_document

_SAMPLE_PAGES = 16


@dataclass(frozen=True, slots=True)
class Effort:
    """`pages` of the file; `scanned_pages`: of those to be read, about how many are scans, judged by a sample."""

    pages: int
    scanned_pages: int


def _is_scanned(document: pdfium.PdfDocument, number: int) -> bool:
    """A page that shows a picture and holds no text; an empty page is no scan."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:  # the reader will say so
        return False
    try:
        text = page.get_textpage()
        count = text.count_chars()
        text.close()
        return count == 0 and any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))
    except pdfium.PdfiumError:
        return False
    finally:
        page.close()


def effort(data: bytes, document_id: str, pages: Collection[int] | None = None) -> Effort:
    """The effort of reading `pages` (from 1; None for all; numbers beyond the last page do not count).

    Raises:
        DocumentError: as `guard.open_document` does.
    """
    document = open_document(data, document_id)
    try:
        count = len(document)
        wanted = [number for number in range(1, count + 1) if pages is None or number in pages]
        step = max(1, len(wanted) // _SAMPLE_PAGES)
        sample = wanted[::step]
        scanned = sum(_is_scanned(document, number) for number in sample)
    finally:
        document.close()
    return Effort(count, -(-scanned * len(wanted) // len(sample)) if sample else 0)
