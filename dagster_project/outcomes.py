"""What was read from each document, kept on disk: the extraction cache, the accepted outcome, the quarantine.

A document is read again only when its bytes, its catalogue entry, a reader or the reference data changed. The *accepted* outcome of a
document is the one in the published release; while a newer outcome is held back, the accepted one stays in use.
"""

from __future__ import annotations

import hashlib
import json
import shutil
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dagster_project.settings import Settings
from extractors.catalogue.models import UNKNOWN, CatalogueEntry
from extractors.durable import DamagedStateError, write_atomically
from extractors.quarantine import Correction, QuarantineItem
from extractors.records import Issue, Outcome
from warehouse.releases import published_documents


@dataclass(frozen=True, slots=True)
class SourceFacts:
    """Facts about the bytes an outcome was read from. `retrieved_at` is UTC."""

    file_name: str
    bytes_count: int
    retrieved_at: datetime
    url: str | None = None


@dataclass(frozen=True, slots=True)
class Extracted:
    """One outcome with the entry and bytes it came from. `fingerprint` identifies (bytes, entry, readers, reference data).

    After decisions, repairs or a partial hold (`derived`) it identifies these too, and `corrections` are those that took effect.
    """

    entry: CatalogueEntry
    outcome: Outcome
    facts: SourceFacts
    fingerprint: str
    extractor_version: str
    corrections: tuple[Correction, ...] = ()


@dataclass(frozen=True, slots=True)
class QuarantineReport:
    """What is held back of one document: the reasons in words, the issues, the rows as they were read, and the items to decide on."""

    document_id: str
    messages: tuple[str, ...]
    issues: tuple[Issue, ...]
    rows: tuple[Mapping[str, str], ...]
    items: tuple[QuarantineItem, ...] = ()


_ADAPTER = TypeAdapter(Extracted)
_OUTCOME = TypeAdapter(Outcome)
_CORRECTIONS = TypeAdapter(tuple[Correction, ...])
_REPORT = TypeAdapter(QuarantineReport)


def fingerprint(entry: CatalogueEntry, sha256: str, code: str) -> str:
    return hashlib.sha256("\n".join((sha256, code, entry.model_dump_json())).encode()).hexdigest()[:24]


def derived(extracted: Extracted, outcome: Outcome, corrections: tuple[Correction, ...]) -> Extracted:
    """The same document with another outcome: what is loaded is kept under a fingerprint of its own. Unchanged, it stays itself."""
    if outcome == extracted.outcome and corrections == extracted.corrections:
        return extracted
    digest = hashlib.sha256(extracted.fingerprint.encode())
    digest.update(_OUTCOME.dump_json(outcome))
    digest.update(_CORRECTIONS.dump_json(corrections))
    return replace(extracted, outcome=outcome, corrections=corrections, fingerprint=digest.hexdigest()[:24])


def is_same_reading(one: Extracted, other: Extracted) -> bool:
    """Whether both were read from the same bytes by the same readers, so that only decisions tell them apart."""
    return (one.outcome.sha256, one.extractor_version) == (other.outcome.sha256, other.extractor_version)


def _load(path: Path) -> Extracted:
    """An outcome that was kept, also one of before entries said whether an address is known (`address`, then `fetch`)."""
    data = path.read_bytes()
    try:
        return _ADAPTER.validate_json(data)
    except ValidationError:
        content = json.loads(data)
        if "fetch" not in content["entry"]:
            raise
        content["entry"]["address"] = content["entry"].pop("fetch") or UNKNOWN
        return _ADAPTER.validate_python(content)


def _report(path: Path) -> QuarantineReport:
    try:
        return _REPORT.validate_json(path.read_bytes())
    except ValueError as error:
        raise DamagedStateError(
            f"{path}: expected what was held back of {path.stem}, found no such record; run `cchc refresh`, which writes it anew"
        ) from error


@dataclass(frozen=True)
class OutcomeStore:
    settings: Settings

    def _path(self, document_id: str, mark: str) -> Path:
        return self.settings.extracted / document_id / f"{mark}.json"

    def cached(self, document_id: str, mark: str) -> Extracted | None:
        """The outcome that is kept under this fingerprint; None if there is none. A damaged file goes: its document is read again."""
        path = self._path(document_id, mark)
        try:
            return _load(path)
        except FileNotFoundError:
            return None
        except (ValueError, KeyError, TypeError):
            path.unlink(missing_ok=True)
            return None

    def keep(self, extracted: Extracted) -> None:
        """Outcomes are kept once: a fingerprint says all that one depends on."""
        write_atomically(self._path(extracted.entry.id, extracted.fingerprint), _ADAPTER.dump_json(extracted, indent=1))

    def accepted(self, document_id: str) -> Extracted | None:
        """The outcome that is in the published release: its manifest is the one place that says which."""
        mark = published_documents(self.settings.published).get(document_id)
        return self.cached(document_id, mark) if mark else None

    def lost(self) -> Mapping[str, Path]:
        """Published documents whose outcome is not kept any more, with the file in which it was."""
        marks = published_documents(self.settings.published)
        return {key: self._path(key, mark) for key, mark in marks.items() if self.cached(key, mark) is None}

    def readings(self, accepted: Mapping[str, str]) -> dict[str, str]:
        """For each accepted outcome a mark of its catalogue entry and readers: equal bytes and mark are read to equal cells."""
        found = {key: self.cached(key, mark) for key, mark in accepted.items()}
        return {key: fingerprint(item.entry, "", item.extractor_version) for key, item in found.items() if item is not None}

    def keep_missing(self, found: Iterable[Extracted]) -> None:
        """Keep those that are not kept yet: outcomes that decisions, repairs or a partial hold have changed."""
        for extracted in found:
            if not self._path(extracted.entry.id, extracted.fingerprint).exists():
                self.keep(extracted)

    def write_quarantine(self, reports: Iterable[QuarantineReport]) -> None:
        """One file per document with something held back. Reports and pictures of documents that are no longer held back go."""
        found = {report.document_id: report for report in reports}
        folder = self.settings.quarantine
        if not found:
            shutil.rmtree(folder, ignore_errors=True)
        elif folder.is_dir():
            for path in folder.iterdir():
                if path.is_file() and path.stem not in found:
                    path.unlink()
                elif path.is_dir() and path.name not in found:
                    shutil.rmtree(path)
        for report in found.values():
            write_atomically(folder / f"{report.document_id}.json", _REPORT.dump_json(report, indent=1))

    def quarantine(self) -> tuple[QuarantineReport, ...]:
        """What the last refresh held back, by document. Reports of before items were kept have none."""
        folder = self.settings.quarantine
        return tuple(_report(path) for path in sorted(folder.glob("*.json"))) if folder.is_dir() else ()
