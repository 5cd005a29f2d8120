"""Archive, extract, gate 1: from the catalogue to accepted claims."""

from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from dagster_project import gatework
from dagster_project.decided import corrections_of, decided_items
from dagster_project.lockfile import AlreadyRunningError, hold
from dagster_project.progress import report
from dagster_project.recovery import clear
from dagster_project.runstate import RunState
from dagster_project.sweep import sweep, write_quarantine
from dagster_project.workbench import open_workbench
from expectations import RuleResult, listings_of, load_rule_book
from extractors.records import NEW_VINTAGE

documents = dg.DynamicPartitionsDefinition(name="documents")
"""One partition per catalogue entry; the id of the document is the key."""

GATE1_RULES = load_rule_book("gate1")
ACCEPTED_ARE_CLEAN = "gate1__documents__accepted_are_clean"
UNDERSTOOD = "extract__document__understood"


@dg.asset(
    partitions_def=documents,
    group_name="ingest",
    check_specs=[dg.AssetCheckSpec(UNDERSTOOD, asset="document_outcome", description="The document was read and understood")],
)
def document_outcome(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """One document: its bytes archived, its tables and sentences read into claims. Unchanged documents come from the cache."""
    bench = open_workbench()
    found = bench.extract(bench.entry(context.partition_key))
    # Newer bytes that wait for a person are no fault of those that were read.
    issues = [str(issue) for issue in found.issues if issue.severity == "error" and issue.code != NEW_VINTAGE]
    yield dg.MaterializeResult(
        metadata={
            "claims": len(found.extracted.outcome.claims) if found.extracted else 0,
            "sha256": found.extracted.outcome.sha256 if found.extracted else "",
            "from_cache": found.from_cache,
            "problems": dg.MetadataValue.json(issues),
        },
        data_version=dg.DataVersion(found.extracted.fingerprint) if found.extracted else None,
        check_results=[
            dg.AssetCheckResult(check_name=UNDERSTOOD, passed=not issues, metadata={"problems": dg.MetadataValue.json(issues)})
        ],
    )


def check_result(result: RuleResult, name: str | None = None) -> dg.AssetCheckResult:
    """A rule's result for Dagster. A crashed check is not "the data are wrong": it says so, and fails too."""
    severity = dg.AssetCheckSeverity.ERROR if result.rule.severity == "error" else dg.AssetCheckSeverity.WARN
    return dg.AssetCheckResult(
        check_name=name or result.rule.id,
        passed=result.is_success,
        severity=severity,
        description=result.message(),
        metadata={
            "status": result.status,
            "checked": result.checked_count,
            "failed": len(result.failures),
            "listed_as_known": len(result.tolerated),
            "incomplete": len(result.incomplete),
            "failing_rows": failing_rows(result),
        },
    )


_ROW_COLUMNS = ("document", "place", "figure", "printed", "expected", "found", "tolerance", "detail")
_MOST_ROWS = 50


def failing_rows(result: RuleResult) -> dg.TableMetadataValue:
    """The rows that failed, as a table that Dagster shows; of a crashed check its message. Beyond the first 50 the counts tell."""
    records = [
        dg.TableRecord(
            {
                "document": failure.document_id,
                "place": str(failure.locator),
                "figure": " ".join((failure.edition_id, failure.entity_code, failure.criterion_code, failure.measure)),
                "printed": failure.raw_text,
                "expected": failure.expected,
                "found": failure.found,
                "tolerance": failure.tolerance,
                "detail": failure.detail,
            }
        )
        for failure in result.failures[:_MOST_ROWS]
    ]
    if result.status == "crashed":
        records = [dg.TableRecord({**dict.fromkeys(_ROW_COLUMNS, ""), "detail": result.message()})]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name, "string") for name in _ROW_COLUMNS]))


@dg.asset(
    group_name="ingest",
    deps=[document_outcome],
    output_required=False,
    check_specs=[
        *(dg.AssetCheckSpec(rule.id, asset="accepted_claims", description=rule.title_en) for rule in GATE1_RULES.rules),
        dg.AssetCheckSpec(
            ACCEPTED_ARE_CLEAN,
            asset="accepted_claims",
            blocking=True,
            description="No document that is about to be loaded fails gate 1, and no check crashed",
        ),
    ],
)
def accepted_claims(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any] | dg.AssetCheckResult]:
    """Gate 1. A document that fails stays out (its published outcome stays in); nothing is yielded when nothing changed.

    The first step that writes state, so it takes the lock of the home: a scheduled run and `cchc refresh` never mix.
    """
    bench = open_workbench()
    try:
        hold(bench.settings.lock_file)
    except AlreadyRunningError as error:
        raise dg.Failure(str(error)) from None
    clear(bench.settings)
    state = RunState.of(bench.settings)
    swept = sweep(bench)
    claims = sum(len(item.outcome.claims) for item in swept.candidates.values())
    report("gate 1", f"judging {claims:,} claims of {len(swept.candidates)} documents by {len(GATE1_RULES.rules)} rules")
    published = {key: item for key in swept.candidates if (item := bench.published(key)) is not None}
    listings, today = listings_of(bench.decisions), datetime.now(UTC).date()
    verdict = gatework.decide(bench.settings, swept.candidates, published, bench.reference, context.run_id, listings, today)
    clean = not verdict.report.failing_documents() and not verdict.report.crashed()
    bench.store.keep_missing(verdict.accepted.values())
    held = [item for kept in write_quarantine(bench, swept, verdict) for item in kept.items]
    decided = decided_items(swept.read.values(), (item.item_id for item in held))
    items = tuple(sorted((*held, *decided), key=lambda item: (item.document_id, item.item_id)))
    corrections = corrections_of(verdict.accepted.values(), swept.read.values())
    fingerprint = gatework.content_fingerprint(verdict.accepted, items, corrections)
    state.record_gate1(verdict, fingerprint, items, corrections)
    results = [
        *(check_result(result) for result in verdict.report.results),
        dg.AssetCheckResult(
            check_name=ACCEPTED_ARE_CLEAN,
            passed=clean,
            metadata={
                "refused": dg.MetadataValue.json(sorted(verdict.refused)),
                "kept_old": dg.MetadataValue.json(list(verdict.kept_old)),
                "held_back_cells": len(held),
            },
        ),
    ]
    if clean and state.is_published(fingerprint) and not state.force:
        report("gate 1", f"{claims:,} claims judged; nothing to publish: the release already holds them")
        state.record_unchanged()
        yield from results
        return
    yield dg.MaterializeResult(
        metadata={"documents": len(verdict.accepted), "claims": claims, "fingerprint": fingerprint}, check_results=results
    )


definitions = dg.Definitions(assets=[document_outcome, accepted_claims])
