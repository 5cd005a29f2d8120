"""Judging candidates at gate 1 and choosing what is loaded: the new outcome if it is clean, else the one that is published."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from dagster_project.manifest import dbt_sources
from dagster_project.outcomes import Extracted
from dagster_project.settings import REPOSITORY, Settings
from expectations import GateReport, run_gate
from extractors.catalogue.reference import Reference
from extractors.records import Issue
from warehouse.load import Row, write_raw

Candidates = Mapping[str, Extracted]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What gate 1 decided. `refused`: documents whose new outcome failed; `kept_old`: those that stay in their accepted form."""

    accepted: Candidates
    report: GateReport
    refused: Mapping[str, tuple[Issue, ...]]
    kept_old: tuple[str, ...]


def document_row(extracted: Extracted) -> Row:
    """One row of `raw.document`."""
    entry, cited = extracted.entry, extracted.entry.cited_source
    return {
        "document_id": entry.id,
        "index_code": entry.index_code,
        "title_vi": entry.title_vi,
        "title_en": entry.title_en,
        "publisher": entry.publisher,
        "cited_title": cited.title,
        "cited_publisher": cited.publisher,
        "cited_decision": cited.decision,
        "cited_published_on": cited.published_on,
        "cited_url": str(cited.url) if cited.url else None,
        "cited_note": cited.note,
        "source_class": entry.source_class,
        "layout": entry.layout,
        "kind": entry.kind,
        "language": entry.language,
        "licence": entry.licence.name,
        "licence_stated_at": entry.licence.stated_at,
        "is_reset": entry.is_reset,
        "supersedes": entry.supersedes,
        "file_name": extracted.facts.file_name,
        "url": extracted.facts.url,
        "sha256": extracted.outcome.sha256,
        "bytes_count": extracted.facts.bytes_count,
        "pages": extracted.outcome.pages,
        "producer": extracted.outcome.producer,
        "retrieved_at": extracted.facts.retrieved_at,
        "status": "loaded",
        "claim_count": len(extracted.outcome.claims),
        "extractor_version": extracted.extractor_version,
    }


def write_candidates(
    database: Path, candidates: Candidates, reference: Reference, **tables: Iterable[Row]
) -> Mapping[str, int]:
    """Schema `raw` of exactly these outcomes."""
    ordered = [candidates[key] for key in sorted(candidates)]
    return write_raw(
        database,
        reference=reference,
        documents=[document_row(item) for item in ordered],
        claims=[claim for item in ordered for claim in item.outcome.claims],
        issues=[issue for item in ordered for issue in item.outcome.issues],
        **tables,
    )


def judge(database: Path, candidates: Candidates, reference: Reference, run_id: str, today: date) -> GateReport:
    database.unlink(missing_ok=True)
    write_candidates(database, candidates, reference)
    return run_gate("gate1", database, today=today, run_id=run_id)


def decide(settings: Settings, candidates: Candidates, published: Candidates, reference: Reference, run_id: str) -> Verdict:
    """Judge the candidates; where one fails, put the published outcome back in its place, and judge what would then be loaded."""
    today = datetime.now(UTC).date()
    report = judge(settings.build / "gate1.duckdb", candidates, reference, run_id, today)
    refused = {
        document_id: tuple(failure.issue("error") for failure in failures)
        for document_id, failures in report.failing_documents().items()
    }
    if not refused:
        return Verdict(candidates, report, {}, ())
    accepted = {key: value for key, value in candidates.items() if key not in refused}
    kept = {key: published[key] for key in refused if key in published and published[key] != candidates[key]}
    final = accepted | kept
    again = judge(settings.build / "gate1_accepted.duckdb", final, reference, run_id, today)
    return Verdict(final, again, refused, tuple(sorted(kept)))


def content_fingerprint(accepted: Candidates) -> str:
    """Identifies a release by what it is made of: outcomes, models, rules, loader. Equal fingerprints give equal releases."""
    digest = hashlib.sha256()
    for key in sorted(accepted):
        digest.update(f"{key}={accepted[key].fingerprint}\n".encode())
    digest.update(_building_code())
    return digest.hexdigest()


def code_fingerprint(readers: str) -> str:
    """Identifies all code that stands between bytes and figures: readers and reference data (`readers`), rules, loader, models."""
    return hashlib.sha256(readers.encode() + _building_code()).hexdigest()


def _building_code() -> bytes:
    digest = hashlib.sha256()
    files = dbt_sources()
    for package in ("expectations", "warehouse"):
        root = REPOSITORY / package
        files += [p for p in root.rglob("*") if p.suffix in (".py", ".yml") and "data" not in p.relative_to(root).parts]
    for path in sorted(files):
        digest.update(path.relative_to(REPOSITORY).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.digest()
