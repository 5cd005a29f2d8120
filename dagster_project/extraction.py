"""`cchc extract`: what is on the pages of one file, with or without a catalogue entry."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

from dagster_project.workbench import open_workbench
from extractors.archive.sniff import sniff
from extractors.catalogue.models import CatalogueEntry
from extractors.pdf import draw_page_pictures
from extractors.readers import FAMILIES, READERS, read_file
from extractors.records import Cell, Claim, DocumentError, Issue, Kind, Outcome, Reading, Table


class ExtractError(RuntimeError):
    """The file could not be read; `code` names the kind of trouble."""

    def __init__(self, code: str, message: str, hint: str = "") -> None:
        super().__init__(f"{message} -> {hint}" if hint else message)
        self.code, self.message, self.hint = code, message, hint

    def as_dict(self) -> dict[str, Any]:
        return {"code": self.code, "severity": "error", "page": None, "message": self.message, "hint": self.hint}


@dataclass(frozen=True, slots=True)
class FileExtraction:
    """A reading, and the outcome if a catalogue entry knows these bytes (same sha256 as its own file, or the inbox name)."""

    reading: Reading
    outcome: Outcome | None
    entry: CatalogueEntry | None
    pictures: tuple[Path, ...] = ()

    @property
    def issues(self) -> tuple[Issue, ...]:
        return self.outcome.issues if self.outcome is not None else self.reading.issues

    @property
    def has_errors(self) -> bool:
        return any(issue.severity == "error" for issue in self.issues)

    def as_dict(self) -> dict[str, Any]:
        reading = self.reading
        return {
            "document": {
                "sha256": reading.sha256,
                "kind": reading.kind,
                "pages": reading.pages,
                "producer": reading.producer,
                "text_health": reading.text_health,
                "document_id": self.entry.id if self.entry else None,
            },
            "tables": [_table_dict(table) for table in reading.tables],
            "claims": [_claim_dict(claim) for claim in (self.outcome.claims if self.outcome else ())],
            "issues": [_issue_dict(issue) for issue in self.issues],
        }


def _cell_dict(cell: Cell) -> dict[str, Any]:
    place = (
        {"sheet": cell.sheet, "a1": cell.a1} if cell.a1 else {"page": cell.page, "bbox": list(cell.bbox) if cell.bbox else None}
    )
    return {
        "row": cell.row,
        "column": cell.column,
        "row_span": cell.row_span,
        "column_span": cell.column_span,
        "text": cell.text,
        **place,
        "confidence": cell.confidence,
        "source": cell.source,
    }


def _table_dict(table: Table) -> dict[str, Any]:
    return {
        "number": table.number,
        "title": table.title,
        "pages": list(table.pages),
        "sheet": table.sheet,
        "header_rows": table.header_rows,
        "n_rows": table.n_rows,
        "n_columns": table.n_columns,
        "cells": [_cell_dict(cell) for cell in table.cells],
    }


def _claim_dict(claim: Claim) -> dict[str, Any]:
    return {"claim_id": claim.claim_id, **asdict(claim)}


def _issue_dict(issue: Issue) -> dict[str, Any]:
    return {
        "code": issue.code,
        "severity": issue.severity,
        "page": issue.locator.page,
        "message": issue.message,
        "hint": issue.hint,
    }


def _readable(found: str) -> Kind | None:
    """The kind, if there is a reader for it."""
    return next((kind for kind in READERS if kind == found), None)


def _known_as(path: Path, data: bytes) -> CatalogueEntry | None:
    """The entry whose own file has these very bytes, or whose inbox name this is; a name never decides for an embedded document."""
    bench = open_workbench()
    digest = hashlib.sha256(data).hexdigest()
    for entry in bench.entries:
        if entry.file is not None:
            own = bench.settings.documents / entry.file
            if own.is_file() and hashlib.sha256(own.read_bytes()).hexdigest() == digest:
                return entry
        elif entry.inbox == path.name:
            return entry
    return None


def extract_file(path: Path, picture: Path | None = None) -> FileExtraction:
    """Read one file.

    Raises:
        ExtractError: no such file, unknown kind, or it cannot be read.
    """
    try:
        data = path.read_bytes()
    except OSError as error:
        raise ExtractError("file_unreadable", f"cannot read {path}: {error.strerror}", "give the path of a file") from error
    sniffed = sniff(data)
    kind = _readable(sniffed)
    if kind is None:
        raise ExtractError(
            "unknown_kind",
            f"{path.name}: expected PDF, XLSX, DOCX or CSV, found {sniffed}",
            "save the document in one of these forms",
        )
    sha256 = hashlib.sha256(data).hexdigest()
    entry = _known_as(path, data)
    name = entry.id if entry else path.name
    try:
        reading = read_file(data, kind, sha256, name)
        outcome = FAMILIES[entry.layout](reading, entry, open_workbench().reference) if entry else None
    except DocumentError as error:
        raise ExtractError(error.issue.code, f"{name}: {error.issue.message}", error.issue.hint) from error
    pictures = tuple(draw_page_pictures(data, reading, picture)) if picture is not None and kind == "pdf" else ()
    return FileExtraction(reading, outcome, entry, pictures)


def extraction_lines(found: FileExtraction) -> Iterable[str]:
    """Tables as a person would check them against the page."""
    reading = found.reading
    pages = f", {reading.pages} pages" if reading.pages else ""
    yield f"{reading.kind}{pages}, sha256 {reading.sha256}, made by {reading.producer or 'unknown'}"
    yield f"known as {found.entry.id}" if found.entry else "not in the catalogue: tables only, no claims"
    for table in reading.tables:
        where = f"pages {', '.join(map(str, table.pages))}" if table.pages else f"sheet {table.sheet}" if table.sheet else ""
        yield ""
        yield f"table {table.number}: {table.title or 'no title'} ({table.n_rows} rows x {table.n_columns} columns, {where})"
        for row in table.grid():
            shown = ["" if cell is None else cell.text for cell in row]
            yield "  " + " | ".join(text if len(text) <= 48 else f"{text[:47]}…" for text in shown)
    if found.outcome is not None:
        yield ""
        yield f"{len(found.outcome.claims)} claims"
    for issue in found.issues:
        yield f"{issue.severity}: {issue}"
    for picture in found.pictures:
        yield f"picture: {picture}"
