"""What was read from each document, kept on disk: the extraction cache, the accepted outcome, the quarantine.

A document is read again only when its bytes, its catalogue entry, a reader or the reference data changed. The *accepted* outcome of a
document is the one in the published release; while a newer outcome is held back, the accepted one stays in use.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter

from dagster_project.settings import Settings
from extractors.catalogue.models import CatalogueEntry
from extractors.records import Issue, Outcome


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Facts about the bytes an outcome was read from. `retrieved_at` is UTC."""

    file_name: str
    bytes_count: int
    retrieved_at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """One outcome with the entry and bytes it came from. `fingerprint` identifies (bytes, entry, readers, reference data)."""

    entry: CatalogueEntry
    outcome: Outcome
    facts: SourceFacts
    fingerprint: str
    extractor_version: str


@dataclass(frozen=True, slots=True)
class QuarantineReport:
    """What was held back of one document: the reasons in words, the issues, the rows as they were read."""

    document_id: str
    messages: tuple[str, ...]
    issues: tuple[Issue, ...]
    rows: tuple[Mapping[str, str], ...]


_ADAPTER = TypeAdapter(Extracted)
_REPORT = TypeAdapter(QuarantineReport)


def fingerprint(entry: CatalogueEntry, sha256: str, code: str) -> str:
    return hashlib.sha256("\n".join((sha256, code, entry.model_dump_json())).encode()).hexdigest()[:24]


def write_atomically(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    temporary.write_bytes(data)
    temporary.replace(path)


def _load(path: Path) -> Extracted:
    return _ADAPTER.validate_json(path.read_bytes())


@dataclass(frozen=True)
class OutcomeStore:
    settings: Settings

    def _path(self, document_id: str, mark: str) -> Path:
        return self.settings.extracted / document_id / f"{mark}.json"

    def cached(self, document_id: str, mark: str) -> Extracted | None:
        path = self._path(document_id, mark)
        return _load(path) if path.exists() else None

    def keep(self, extracted: Extracted) -> None:
        write_atomically(self._path(extracted.entry.id, extracted.fingerprint), _ADAPTER.dump_json(extracted, indent=1))

    def accepted(self, document_id: str) -> Extracted | None:
        """The outcome that is in the published release."""
        pointer = self.settings.accepted / f"{document_id}.json"
        if not pointer.exists():
            return None
        return self.cached(document_id, json.loads(pointer.read_text(encoding="utf-8"))["fingerprint"])

    def accept(self, extracted: Iterable[Extracted]) -> None:
        """Called once a release with these outcomes is published; documents no longer in the catalogue leave."""
        kept = list(extracted)
        for item in kept:
            text = json.dumps({"fingerprint": item.fingerprint, "sha256": item.outcome.sha256})
            write_atomically(self.settings.accepted / f"{item.entry.id}.json", text.encode())
        ids = {item.entry.id for item in kept}
        for path in self.settings.accepted.glob("*.json"):
            if path.stem not in ids:
                path.unlink()

    def write_quarantine(
        self, issues: Mapping[str, tuple[Issue, ...]], rows: Mapping[str, tuple[Mapping[str, str], ...]]
    ) -> None:
        """One file per document with something held back: the reasons and the rows. Earlier reports are replaced."""
        shutil.rmtree(self.settings.quarantine, ignore_errors=True)
        for document_id, found in issues.items():
            self._write_report(document_id, found, rows.get(document_id, ()))

    def add_to_quarantine(self, document_id: str, issues: tuple[Issue, ...]) -> None:
        """A document that gate 1 refused joins the report of this refresh."""
        path = self.settings.quarantine / f"{document_id}.json"
        earlier = _REPORT.validate_json(path.read_bytes()) if path.exists() else QuarantineReport(document_id, (), (), ())
        self._write_report(document_id, (*earlier.issues, *issues), earlier.rows)

    def _write_report(self, document_id: str, issues: tuple[Issue, ...], rows: tuple[Mapping[str, str], ...]) -> None:
        report = QuarantineReport(document_id, tuple(str(issue) for issue in issues), issues, rows)
        write_atomically(self.settings.quarantine / f"{document_id}.json", _REPORT.dump_json(report, indent=1))
