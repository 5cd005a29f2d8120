"""Archive, extract, gate 1: from the catalogue to accepted claims."""

from collections.abc import Iterator
from typing import Any

import dagster as dg
from pydantic import Field

from dagster_project.defs.checks import check_result
from dagster_project.defs.common import OWNERS, TRIED_AGAIN, readers_version, version_of
from dagster_project.defs.document_metadata import reading_event
from dagster_project.judging import judge_documents, read_now
from dagster_project.runs import DOCUMENTS, REFRESH_JOB, REFRESH_TAG, begin, bench_of
from expectations import load_rule_book
from extractors.records import NEW_VINTAGE

documents = dg.DynamicPartitionsDefinition(name=DOCUMENTS)
"""One partition per catalogue entry; the id of the document is the key."""

GATE1_RULES = load_rule_book("gate1")
ACCEPTED_ARE_CLEAN = "gate1__documents__accepted_are_clean"
UNDERSTOOD = "extract__document__understood"
READ_AT_ONCE = 5
"""Documents of a backfill that are read in one run; the runs go side by side as far as the machine's settings allow."""


class ReadConfig(dg.Config):
    """How a document is read."""

    read_anew: bool = Field(default=False, description="Read the pages again though neither bytes, entry nor readers changed")


@dg.asset(
    partitions_def=documents,
    group_name="ingest",
    owners=OWNERS,
    kinds={"pdf", "excel", "python"},
    tags={"stage": "extract"},
    code_version=readers_version(),
    backfill_policy=dg.BackfillPolicy.multi_run(max_partitions_per_run=READ_AT_ONCE),
    retry_policy=TRIED_AGAIN,
    output_required=False,
    check_specs=[dg.AssetCheckSpec(UNDERSTOOD, asset="document_outcome", description="The document was read and understood")],
)
def document_outcome(context: dg.AssetExecutionContext, config: ReadConfig) -> Iterator[dg.AssetCheckResult]:
    """One published document: its bytes in the archive, its tables and sentences read into claims, each with its place on the page.

    A partition is a document of the catalogue. What did not change is not read again, unless the run is told `read_anew`. Reading
    publishes nothing: the job `refresh_warehouse` (or `cchc refresh`) judges all documents and publishes. A document that cannot be
    read fails for itself; the others of its run are kept.
    """
    bench = bench_of(context)
    problems: dict[str, list[str]] = {}
    for key in context.partition_keys:
        found = bench.extract(bench.entry(key), read_anew=config.read_anew)
        # Newer bytes that wait for a person are no fault of those that were read.
        problems[key] = [str(issue) for issue in found.issues if issue.severity == "error" and issue.code != NEW_VINTAGE]
        if found.extracted is not None or found.is_absent:
            context.log_event(reading_event(bench, key, found))
    failed = {key: messages for key, messages in problems.items() if messages}
    yield dg.AssetCheckResult(
        check_name=UNDERSTOOD,
        passed=not failed,
        metadata={"problems": dg.MetadataValue.json(failed), "documents": list(context.partition_keys)},
    )
    unread = [key for key in failed if bench.extract(bench.entry(key)).extracted is None]
    if unread:
        words = "\n".join(f"{key}: {message}" for key in unread for message in failed[key])
        raise dg.Failure(
            f"{len(unread)} of {len(problems)} documents could not be read; the others were.\n{words}", allow_retries=False
        )


@dg.asset(
    group_name="ingest",
    deps=[document_outcome],
    owners=OWNERS,
    kinds={"greatexpectations", "python"},
    tags={"stage": "gate-1"},
    code_version=version_of("expectations"),
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
    """Gate 1: the claims that may be loaded. A document that fails stays out, and its published outcome stays in.

    Documents that changed are read here if nobody read them before. In a refresh that finds nothing new nothing is made, and what
    follows is not started; materialised by hand, everything is built again.
    """
    bench, state = begin(context)
    judged = judge_documents(bench, state, context.run_id)
    for key in read_now(judged.swept.found):
        context.log_event(reading_event(bench, key, judged.swept.found[key]))
    verdict = judged.verdict
    results = [
        *(check_result(result) for result in verdict.report.results),
        dg.AssetCheckResult(
            check_name=ACCEPTED_ARE_CLEAN,
            passed=judged.is_clean,
            metadata={
                "refused": dg.MetadataValue.json(sorted(verdict.refused)),
                "kept_old": dg.MetadataValue.json(list(verdict.kept_old)),
                "held_back_cells": judged.held_cells,
            },
        ),
    ]
    is_refresh = context.run.job_name == REFRESH_JOB or REFRESH_TAG in context.run.tags
    if is_refresh and not judged.has_news:
        state.record_unchanged()
        yield from results
        return
    yield dg.MaterializeResult(
        metadata={
            "documents": len(verdict.accepted),
            "claims": judged.claims,
            "held_back_documents": dg.MetadataValue.json(dict(state.state.held_back)),
            "held_back_cells": judged.held_cells,
            "kept_old": dg.MetadataValue.json(list(verdict.kept_old)),
            "judged_at": dg.MetadataValue.timestamp(verdict.report.checked_at),
            "fingerprint": judged.fingerprint,
        },
        data_version=dg.DataVersion(judged.fingerprint),
        check_results=results,
    )


definitions = dg.Definitions(assets=[document_outcome, accepted_claims])
