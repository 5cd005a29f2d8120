"""How much work a file promises, before it is read: its pages, and how many of them will probably need character recognition."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.pdf.guard import open_document
from extractors.text.health import is_damaged

_SAMPLE_PAGES = 16
_SIGNS_JUDGED = 20_000


@dataclass(frozen=True, slots=True)
class Effort:
    """`pages` of the file; `scanned_pages`: of those to be read, about how many need character recognition, judged by a sample."""

    pages: int
    scanned_pages: int


def _is_scanned(document: pdfium.PdfDocument, number: int) -> bool:
    """A page that shows a picture and holds no text, or whose text is damaged: its cells are looked at. An empty page is none."""
    try:
        page = document[number - 1]
    except pdfium.PdfiumError:  # the reader will say so
        return False
    try:
        text = page.get_textpage()
        count = text.count_chars()
        words = text.get_text_range(count=min(count, _SIGNS_JUDGED)) if count else ""
        text.close()
        if count:
            return is_damaged(words)
        return any(True for _ in page.get_objects(filter=[pdfium_c.FPDF_PAGEOBJ_IMAGE], max_depth=3))
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


def picture_effort(data: bytes, document_id: str) -> Effort:
    """The effort of a picture file: each of its pages is read by character recognition.

    Raises:
        DocumentError: `damaged_picture`.
    """
    from extractors.pdf.scan.photograph import page_count

    count = page_count(data, document_id)
    return Effort(count, count)
