"""A hash of what stands in a document, whatever its bytes: equal for a file that was opened and saved again, or sent anew."""

from __future__ import annotations

import hashlib
import json

from extractors.catalogue.models import CatalogueEntry
from extractors.readers import AnyReader, read_file
from extractors.records import DocumentError, Reading


def content_sha256(reading: Reading) -> str:
    """sha256 of every text of a reading, in reading order: tables cell by cell, then paragraphs.

    Where on the page a text stands, in which font or by which program it was set, is no part of it; which cell holds it is.
    """
    tables = [
        [
            table.title,
            table.sheet,
            [[cell.row, cell.column, cell.row_span, cell.column_span, cell.text, *cell.readings] for cell in table.cells],
        ]
        for table in reading.tables
    ]
    content = {"tables": tables, "paragraphs": [paragraph.text for paragraph in reading.paragraphs]}
    return hashlib.sha256(json.dumps(content, ensure_ascii=False, separators=(",", ":")).encode()).hexdigest()


def content_of(data: bytes, entry: CatalogueEntry, read: AnyReader = read_file) -> str | None:
    """`content_sha256` of a file; None if it cannot be read."""
    try:
        return content_sha256(read(data, entry.kind, hashlib.sha256(data).hexdigest(), entry.id))
    except DocumentError:
        return None
