"""Reading and gate 1 of one refresh, whoever drives it: what is loaded, what is held back, and whether there is anything to publish."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime

from dagster_project import gatework
from dagster_project.decided import corrections_of, decided_items
from dagster_project.gatework import Verdict
from dagster_project.progress import report
from dagster_project.runstate import RunState
from dagster_project.sweep import Swept, sweep, write_quarantine
from dagster_project.workbench import Extraction, Workbench
from expectations import listings_of
from extractors.records import Issue

ADDRESS_NOTES = frozenset({"fetch_failed", "clock_skew", "not_locked", "lock_mismatch"})
"""Codes of warnings about where bytes came from; they hold nothing back, and are told."""


@dataclass(frozen=True, slots=True)
class Judged:
    """What came of gate 1. `is_clean`: nothing that would be loaded fails and no check crashed; `has_news`: the release is another."""

    verdict: Verdict
    swept: Swept
    fingerprint: str
    claims: int
    held_cells: int
    is_clean: bool
    has_news: bool


def inbox_notes(issues: Iterable[Issue]) -> list[str]:
    """One line for all unknown files, with the remedy once; every other finding of the inbox in full."""
    found = list(issues)
    unknown = [issue for issue in found if issue.code == "inbox_unknown_file"]
    notes = [str(issue) for issue in found if issue.code != "inbox_unknown_file"]
    if unknown:
        names = ", ".join(issue.found for issue in unknown[:12]) + (", …" if len(unknown) > 12 else "")
        notes.append(
            f"{len(unknown)} files of the inbox are no document of the catalogue and were not read: {names}. {unknown[0].hint}"
        )
    return notes


def record_reading(bench: Workbench, state: RunState, found: Mapping[str, Extraction], anew: Iterable[str] = ()) -> None:
    """Note in the state of the refresh what reading came to. `anew`: documents that were read in runs of their own just before."""
    present = {key: one for key, one in found.items() if not one.is_absent}
    errors = {key: [str(issue) for issue in one.issues if issue.severity == "error"] for key, one in present.items()}
    state.record_reading(
        known=len(present),
        read=sum(1 for one in present.values() if not one.is_held_back),
        extracted=[*anew, *read_now(found)],
        held_back={key: messages for key, messages in errors.items() if messages},
        kept_old=[key for key, messages in errors.items() if messages and bench.store.accepted(key) is not None],
    )
    told = [
        issue for one in present.values() for issue in one.issues if issue.code in ADDRESS_NOTES and issue.severity == "warning"
    ]
    state.note(*inbox_notes(bench.inbox.issues), *(str(issue) for issue in told))


def read_now(found: Mapping[str, Extraction]) -> list[str]:
    """Documents whose pages were read just now."""
    return [key for key, one in found.items() if one.extracted is not None and not one.from_cache]


def judge_documents(bench: Workbench, state: RunState, run_id: str) -> Judged:
    """Read what is new, judge all of it at gate 1, write the quarantine, and note everything in the state of the refresh."""
    swept = sweep(bench)
    record_reading(bench, state, swept.found)
    claims = sum(len(item.outcome.claims) for item in swept.candidates.values())
    report("gate 1", f"judging {claims:,} claims of {len(swept.candidates)} documents")
    published = {key: item for key in swept.candidates if (item := bench.published(key)) is not None}
    listings, today = listings_of(bench.decisions), datetime.now(UTC).date()
    verdict = gatework.decide(bench.settings, swept.candidates, published, bench.reference, run_id, listings, today)
    is_clean = not verdict.report.failing_documents() and not verdict.report.crashed()
    bench.store.keep_missing(verdict.accepted.values())
    reports = write_quarantine(bench, swept, verdict)
    held = [item for kept in reports for item in kept.items]
    decided = decided_items(swept.read.values(), (item.item_id for item in held))
    items = tuple(sorted((*held, *decided), key=lambda item: (item.document_id, item.item_id)))
    corrections = corrections_of(verdict.accepted.values(), swept.read.values())
    fingerprint = gatework.content_fingerprint(verdict.accepted, items, corrections)
    state.record_gate1(
        verdict, fingerprint, items, corrections, held_back={one.document_id: list(one.messages) for one in reports}
    )
    withdrawal = state.withdrawal(fingerprint)
    has_news = not is_clean or state.force or (withdrawal is None and not state.is_published(fingerprint))
    if withdrawal is not None and is_clean:
        state.record_withdrawn(withdrawal)
        report("gate 1", f"{claims:,} claims judged; not published again: {withdrawal.words()}")
    elif not has_news:
        report("gate 1", f"{claims:,} claims judged; nothing to publish: the release already holds them")
    return Judged(verdict, swept, fingerprint, claims, len(held), is_clean, has_news)
