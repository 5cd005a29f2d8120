"""Judging candidates at gate 1 and choosing what is loaded: the new outcome, else the published one, else a part."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from datetime import date
from pathlib import Path

from dagster_project.diagnosis import diagnose
from dagster_project.items import failure_items
from dagster_project.manifest import dbt_sources
from dagster_project.outcomes import Extracted, derived, is_same_reading
from dagster_project.remainder import Remainder, remainder
from dagster_project.settings import REPOSITORY, Settings
from dagster_project.verdicts import keep_verdict, kept_verdict, verdict_mark
from expectations import GateReport, KnownFailure, run_gate
from extractors.catalogue.reference import Reference
from extractors.quarantine import Correction, QuarantineItem, item_id_of_claim
from extractors.records import Issue
from warehouse.load import Row, write_raw
from warehouse.scratch import emptied

Candidates = Mapping[str, Extracted]


@dataclass(frozen=True, slots=True)
class Verdict:
    """What gate 1 decided. `refused`: documents whose new outcome failed; `kept_old`: those that stay in their accepted form.

    `partial`: documents never published of which a part is loaded (`remainder`); `items`: what is held back of each.
    """

    accepted: Candidates
    report: GateReport
    refused: Mapping[str, tuple[Issue, ...]]
    items: Mapping[str, tuple[QuarantineItem, ...]]
    kept_old: tuple[str, ...] = ()
    partial: tuple[str, ...] = ()


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
    database: Path,
    candidates: Candidates,
    reference: Reference,
    *,
    qa_results: Iterable[Row] = (),
    known_failures: Iterable[Row] = (),
    quarantine: Iterable[QuarantineItem] = (),
    corrections: Iterable[Correction] = (),
) -> Mapping[str, int]:
    """Schema `raw` of exactly these outcomes."""
    ordered = [candidates[key] for key in sorted(candidates)]
    return write_raw(
        database,
        reference=reference,
        documents=[document_row(item) for item in ordered],
        claims=[claim for item in ordered for claim in item.outcome.claims],
        issues=[issue for item in ordered for issue in item.outcome.issues],
        qa_results=qa_results,
        known_failures=known_failures,
        quarantine=quarantine,
        corrections=corrections,
    )


@dataclass(frozen=True, slots=True)
class Gate1:
    """Gate 1 of one run: where it works, by which reference data and listings it judges, and on which day."""

    settings: Settings
    reference: Reference
    listings: tuple[KnownFailure, ...]
    run_id: str
    today: date

    def database(self, name: str) -> Path:
        return self.settings.build / f"{name}.duckdb"

    def judge(self, name: str, candidates: Candidates, *, lasting: Collection[str] = ()) -> GateReport:
        """`lasting`: documents whose acceptances count although they have ended. The same again has the verdict of before."""
        database, kept = self.database(name), self.settings.build / f"{name}_verdict.json"
        mark = verdict_mark(_building_code(), candidates.values(), self.listings, lasting, self.today)
        earlier = kept_verdict(kept, mark) if database.is_file() else None
        if earlier is not None:
            return replace(earlier, run_id=self.run_id)
        kept.unlink(missing_ok=True)  # it was given on the database that goes now
        emptied(database)
        write_candidates(database, candidates, self.reference)
        listings = [replace(one, expires_on=date.max) if one.document_id in lasting else one for one in self.listings]
        report = run_gate("gate1", database, today=self.today, run_id=self.run_id, listings=listings)
        keep_verdict(kept, mark, report)
        return report


def decide(
    settings: Settings,
    candidates: Candidates,
    published: Candidates,
    reference: Reference,
    run_id: str,
    listings: tuple[KnownFailure, ...],
    today: date,
) -> Verdict:
    """Judge the candidates and settle what of each is loaded; then judge what would be loaded.

    A document that fails is replaced by its published outcome, whole. Of one that has none (or whose published outcome fails as well)
    a part is loaded if one cell explains all that is broken (`remainder`), and else nothing. That the day of an acceptance is past
    holds the document back for a person to look at, and takes nothing published away: what is published keeps its flag.
    """
    gate = Gate1(settings, reference, listings, run_id, today)
    report = gate.judge("gate1", candidates)
    failing = report.failing_documents()
    if not failing:
        return Verdict(candidates, report, {}, {})
    diagnoses = diagnose(gate.database("gate1"), {key: candidates[key].outcome for key in failing}, report)
    clean = {key: item for key, item in candidates.items() if key not in failing}
    rests = {key: remainder(candidates[key].outcome, failures, diagnoses[key]) for key, failures in failing.items()}
    parts = {key: _part(candidates[key], rest) for key, rest in rests.items() if rest is not None}
    choices = {key: _choices(candidates[key], published.get(key), parts.get(key)) for key in failing}
    while True:
        chosen = {key: options[0] for key, options in choices.items() if options}
        again = gate.judge("gate1_accepted", clean | chosen, lasting=failing.keys())
        # What is left of a document may fail where the whole did not, and a published outcome by a newer rule: the next best then.
        fallen = [key for key in again.failing_documents() if key in chosen]
        if not fallen:
            break
        choices |= {key: choices[key][1:] for key in fallen}
    partial = sorted(key for key, item in chosen.items() if item == parts.get(key))
    kept = chosen.keys() - set(partial)
    items = {
        key: failure_items(candidates[key].outcome, failures, diagnoses[key], rest.beside if rest and key in partial else None)
        for (key, failures), rest in zip(failing.items(), rests.values(), strict=True)
    }
    refused = {key: tuple(failure.issue("error") for failure in failures) for key, failures in failing.items()}
    return Verdict(clean | chosen, again, refused, items, tuple(sorted(kept)), tuple(partial))


def _part(candidate: Extracted, rest: Remainder) -> Extracted:
    return derived(candidate, replace(candidate.outcome, claims=rest.kept), candidate.corrections)


def _choices(candidate: Extracted, published: Extracted | None, rest: Extracted | None) -> tuple[Extracted, ...]:
    """What may be loaded of a failing document, best first. The published outcome stays unless nothing of it would be taken away."""
    if published is None or rest is None:
        return tuple(one for one in (published, rest) if one is not None)
    rejected = {correction.item_id for correction in candidate.corrections if correction.action == "reject"}
    lost = _items(published) - _items(rest) - rejected
    return (rest, published) if is_same_reading(candidate, published) and not lost else (published, rest)


def _items(extracted: Extracted) -> frozenset[str]:
    return frozenset(item_id_of_claim(claim) for claim in extracted.outcome.claims)


def content_fingerprint(
    accepted: Candidates, items: Iterable[QuarantineItem] = (), corrections: Iterable[Correction] = ()
) -> str:
    """Identifies a release by what it is made of: outcomes, quarantine, corrections, models, rules, loader.

    Equal fingerprints give equal releases.
    """
    digest = hashlib.sha256()
    for key in sorted(accepted):
        digest.update(f"{key}={accepted[key].fingerprint}\n".encode())
    for record in (*items, *corrections):
        digest.update(repr(asdict(record)).encode())
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
