"""The truth of a document as JSON: what its shape says, in the terms of the reader's contract."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from scripts.corpus.model import Cell, Document, Table, Text


def _cell(row: int, column: int, cell: Cell) -> dict[str, Any]:
    """Spans of 1 are left out."""
    spans = {"row_span": cell.rows, "column_span": cell.columns}
    return {"row": row, "column": column, **{name: span for name, span in spans.items() if span > 1}, "text": cell.truth}


def table_truth(table: Table) -> dict[str, Any]:
    """Every cell at its anchor, blanks with empty text, footnote marks left out."""
    return {
        "title": " ".join(table.title.split()),
        "ruling": table.ruling,
        "n_rows": len(table.rows),
        "n_columns": len(table.widths),
        "header_rows": table.header_rows,
        "cells": [_cell(*place) for place in table.anchors()],
    }


def document_truth(document: Document, pages: int) -> Mapping[str, Any]:
    """`pages` is the only thing that is not known before a document is set."""
    outside = [" ".join(block.text.split()) for block in document.blocks if isinstance(block, Text)]
    return {
        "id": document.id,
        "class": document.group,
        "half": document.half,
        "producer": document.producer,
        "fonts": [document.sheet.font],
        "pages": pages,
        "after": list(document.after),
        "texts_outside": [text for text in outside if text],
        "tables": [table_truth(table) for table in document.tables()],
    }
