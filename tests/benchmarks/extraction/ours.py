"""Our reader in a child process, by the same protocol as the others: `python -m tests.benchmarks.extraction.ours MODE FILE...`.

MODE: `both` readings, `fast` (one reading), or `text` (no reader at all: pdfium's text of every page, the floor of any speed).
"""

from __future__ import annotations

import hashlib
import json
import sys
from pathlib import Path
from typing import Any

import pypdfium2 as pdfium

from extractors.readers import read_file
from extractors.records import DocumentError
from tests.benchmarks.extraction.peers import peak_mb, seconds


def bare_text(data: bytes) -> int:
    """Signs on all pages."""
    count = 0
    with pdfium.PdfDocument(data) as document:
        for page in document:
            text = page.get_textpage()
            count += len(text.get_text_range())
            text.close()
            page.close()
    return count


def read(mode: str, path: Path) -> dict[str, Any]:
    data = path.read_bytes()
    if mode == "text":
        return {"signs": bare_text(data), "tables": []}
    reading = read_file(data, "pdf", hashlib.sha256(data).hexdigest(), path.stem, second_reading=mode == "both")
    tables = [
        {
            "n_rows": table.n_rows,
            "n_columns": table.n_columns,
            "header_rows": table.header_rows,
            "cells": [
                {"row": c.row, "column": c.column, "row_span": c.row_span, "column_span": c.column_span, "text": c.text}
                for c in table.cells
            ],
        }
        for table in reading.tables
    ]
    return {"tables": tables}


def main() -> None:
    mode, *files = sys.argv[1:]
    for file in files:
        start = seconds()
        answer: dict[str, Any] = {"file": file}
        try:
            answer |= read(mode, Path(file))
        except DocumentError as error:
            answer["error"] = str(error)[:200]
        answer["cpu"] = seconds() - start
        print(json.dumps(answer, ensure_ascii=False), flush=True)
    print(json.dumps({"peak_mb": peak_mb()}), flush=True)


if __name__ == "__main__":
    main()
