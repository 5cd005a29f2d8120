"""A picture file (a photograph or a scan of one page or many) -> `Reading`, by the way of a scanned PDF."""

from __future__ import annotations

from extractors.pdf.composing import compose, page_facts, tables_of
from extractors.pdf.issues import page_issues, paragraph_issues, table_issues, title_issues
from extractors.pdf.page_reading import ReadPage, scanned
from extractors.records import DocumentError, Reading
from extractors.text.health import Health


def read_image(data: bytes, sha256: str, document_id: str) -> Reading:
    """Tables, paragraphs and issues of a PNG, JPEG or TIFF.

    Raises:
        DocumentError: no picture, a damaged or too large one, or character recognition is not installed here.
    """
    from extractors.pdf.scan.pages import engine_missing
    from extractors.pdf.scan.photograph import pictures_of
    from extractors.pdf.scan.reader import can_read, read_picture

    if not can_read():
        raise DocumentError(engine_missing(document_id))
    pages: list[ReadPage] = []
    for number, picture in enumerate(pictures_of(data, document_id), start=1):
        pages.append(scanned(read_picture(picture, number), pages[-1] if pages else None))
    tables, paragraphs = compose(pages)
    return Reading(
        sha256=sha256,
        kind="image",
        tables=tables_of(tables),
        paragraphs=paragraphs,
        issues=(
            *table_issues(tables, document_id),
            *title_issues(tables, document_id),
            *page_issues(page_facts(pages), document_id),
            *paragraph_issues(paragraphs, document_id, [page.text.page for page in pages], [table.title for table in tables]),
        ),
        pages=len(pages),
        text_health=round(sum((page.health for page in pages), Health()).score, 6),
    )
