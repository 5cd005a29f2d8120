"""All documents at once: what there is to be judged, what reading holds back, and the quarantine that comes of it and of gate 1."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

from dagster_project.diagnosis import with_repairs
from dagster_project.gatework import Verdict
from dagster_project.items import reading_items
from dagster_project.outcomes import Extracted, QuarantineReport, is_same_reading
from dagster_project.workbench import Extraction, Workbench
from extractors.records import NEW_VINTAGE


@dataclass(frozen=True, slots=True)
class Swept:
    """`candidates`: what gate 1 shall judge; `reports`: what reading holds back, without pictures; `read`: what was read, repaired.

    `found`: what came of each document, as reading left it.
    """

    candidates: Mapping[str, Extracted]
    reports: Mapping[str, QuarantineReport]
    read: Mapping[str, Extracted]
    found: Mapping[str, Extraction]


def sweep(bench: Workbench) -> Swept:
    """The newest outcome of every document, after decisions and repairs; where it has an error and another is published, that one.

    So a damaged cell never takes a published figure away. An outcome of the bytes and readers of the published one has the errors
    that it had then, so it is judged: only what was decided since can be new in it.
    """
    found = {entry.id: bench.extract(entry) for entry in bench.entries}
    read = {key: one.extracted for key, one in found.items() if one.extracted is not None}
    read = with_repairs(bench.settings.build / "trial.duckdb", read, bench.reference)
    candidates: dict[str, Extracted] = {}
    reports: dict[str, QuarantineReport] = {}
    for key, extraction in found.items():
        newest, published = read.get(key), bench.published(key)
        report = _report(bench, key, extraction, newest)
        if report is not None:
            reports[key] = report
        is_known = published is None or (newest is not None and is_same_reading(newest, published))
        # Newer bytes that wait for a person say nothing against the reviewed ones, which were read.
        is_faultless = report is None or all(issue.code == NEW_VINTAGE for issue in report.issues)
        if newest is not None and not newest.outcome.is_held_back and (is_faultless or is_known):
            candidates[key] = newest
        elif published is not None:
            candidates[key] = published
    return Swept(candidates, reports, read, found)


def _report(bench: Workbench, document_id: str, extraction: Extraction, newest: Extracted | None) -> QuarantineReport | None:
    """What reading holds back of one document; None if nothing."""
    of_archive = extraction.issues[
        : len(extraction.issues) - len(extraction.extracted.outcome.issues if extraction.extracted else ())
    ]
    issues = (*of_archive, *(newest.outcome.issues if newest else ()))
    problems = tuple(issue for issue in issues if issue.severity == "error")
    if not problems:
        return None
    outcome = newest.outcome if newest else None
    items = reading_items(document_id, outcome, problems, bench.decisions.get(document_id, ()))
    rows = outcome.quarantined_rows if outcome else ()
    return QuarantineReport(document_id, tuple(str(issue) for issue in problems), problems, rows, items)


def write_quarantine(bench: Workbench, swept: Swept, verdict: Verdict) -> tuple[QuarantineReport, ...]:
    """What reading and gate 1 hold back, by document, each item with its picture; kept on disk for `cchc review`."""
    reports: list[QuarantineReport] = []
    for document_id in sorted(swept.reports.keys() | verdict.refused.keys()):
        earlier = swept.reports.get(document_id, QuarantineReport(document_id, (), (), ()))
        issues = verdict.refused.get(document_id, ())
        items = {item.item_id: item for item in (*earlier.items, *verdict.items.get(document_id, ()))}
        seen = swept.read.get(document_id)
        shown = bench.picture(seen.entry, seen.outcome.sha256, tuple(items.values())) if seen else tuple(items.values())
        reports.append(
            replace(
                earlier,
                messages=(*earlier.messages, *(str(issue) for issue in issues)),
                issues=(*earlier.issues, *issues),
                items=shown,
            )
        )
    bench.store.write_quarantine(reports)
    return tuple(reports)
