"""Gate 2, blocking, then the atomic swap."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import dagster as dg

from dagster_project import gatework
from dagster_project.defs.checks import check_result
from dagster_project.defs.common import OWNERS, POOL, TRIED_AGAIN, link, markdown_table, version_of
from dagster_project.defs.freshness import RELEASE_FRESHNESS
from dagster_project.defs.transform import dbt_models
from dagster_project.manifest import table_keys
from dagster_project.progress import report
from dagster_project.provenance import git_revision
from dagster_project.release_parts import release_plan
from dagster_project.runs import go_on, is_of_command
from dagster_project.runstate import RunState
from dagster_project.settings import REPOSITORY
from dagster_project.workbench import Workbench
from expectations import listings_of, load_rule_book, run_gate
from expectations.acceptance import accept_changes
from expectations.data_docs import write_data_docs
from expectations.gates import GateError
from warehouse.diff import Provenance, write_comparison
from warehouse.publish import publish
from warehouse.qa import write_qa_results
from warehouse.query import ask
from warehouse.releases import Release, current_release, nothing_to_compare_with, sha256_of

GATE2_RULES = load_rule_book("gate2")
PACKAGES_LOCK = REPOSITORY / "requirements.lock"


@dg.asset(
    group_name="publish",
    deps=[dbt_models],
    pool=POOL,
    owners=OWNERS,
    kinds={"greatexpectations", "duckdb"},
    tags={"stage": "gate-2"},
    code_version=version_of("expectations", "warehouse/diff.py"),
    check_specs=[
        dg.AssetCheckSpec(rule.id, asset="release_candidate", blocking=rule.severity == "error", description=rule.title_en)
        for rule in GATE2_RULES.rules
    ],
)
def release_candidate(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Gate 2: what is about to be published is judged as a whole; an error stops the run and leaves the published release alone."""
    bench, state = go_on(context, require=RunState.require_built)
    report("gate 2", f"judging the marts by {len(GATE2_RULES.rules)} rules")
    build, because = bench.settings.build_database, state.accept_changes
    made_of = _made_of(bench, state)
    published = bench.settings.published
    lost = nothing_to_compare_with(published) if because is None else None
    if lost is not None:
        raise dg.Failure(lost, allow_retries=False)
    compared = write_comparison(build, published, run_id=context.run_id, made_of=made_of, accepted_because=because)
    listings = listings_of(bench.decisions)
    judged = run_gate("gate2", build, today=datetime.now(UTC).date(), run_id=context.run_id, listings=listings)
    found = accept_changes(judged, because)
    state.record_gate2(found)
    write_qa_results(build, found.qa_rows())
    yield dg.MaterializeResult(
        metadata={
            "compared_with": compared.previous_release or "no release yet",
            "documents_that_differ": dg.MetadataValue.json(
                {state: sum(one.state == state for one in compared.documents) for state in ("new", "changed", "gone")}
            ),
            "scores_that_differ": dg.MetadataValue.json(
                {state: sum(one.state == state for one in compared.scores) for state in ("new", "changed", "gone")}
            ),
            "comparison": link(build),
            "report": link(bench.settings.runs / "latest.html"),
            **_data_docs(context, bench),
        },
        check_results=[check_result(result) for result in found.results],
    )


@dg.asset(
    group_name="publish",
    deps=[release_candidate],
    pool=POOL,
    owners=OWNERS,
    kinds={"duckdb", "parquet", "csv"},
    tags={"stage": "publish"},
    code_version=version_of("warehouse"),
    freshness_policy=RELEASE_FRESHNESS,
    retry_policy=TRIED_AGAIN,
)
def published_release(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """The release that readers open: built beside the old one, swapped in whole. What is published already is not published twice."""
    bench, state = go_on(context, require=RunState.require_releasable)
    standing = current_release(bench.settings.published) if state.is_published(state.state.fingerprint) else None
    withdrawal = state.withdrawal(state.state.fingerprint) if standing is None else None
    if withdrawal is not None:
        raise dg.Failure(
            f"not published: {withdrawal.words()}. Mend what was wrong, or run `cchc refresh --force`.", allow_retries=False
        )
    is_there = standing is not None and (not state.force or context.retry_number > 0)
    release = standing if standing is not None and is_there else _publish(bench, state)
    state.record_release(release)
    report("publish", f"release {release.release_id}")
    current = bench.settings.published / "current"
    return dg.MaterializeResult(
        metadata={
            "release": release.release_id,
            "dagster/row_count": release.row_counts.get("rpt_scores", 0),
            "rows": dg.MetadataValue.json(json.loads(json.dumps(dict(release.row_counts)))),
            "rpt_scores": _preview(bench.settings.published),
            "database": link(current / "cchc.duckdb"),
            "manifest": link(current / "manifest.json"),
            "report": link(bench.settings.runs / "latest.html"),
        },
        data_version=dg.DataVersion(state.state.fingerprint),
    )


def _made_of(bench: Workbench, state: RunState) -> Provenance:
    return Provenance(gatework.code_fingerprint(bench.code), bench.store.readings(state.state.accepted))


def _publish(bench: Workbench, state: RunState) -> Release:
    lock, made_of, keys = bench.settings.sources_lock, _made_of(bench, state), table_keys(bench.settings)
    report("publish", "writing DuckDB, Parquet and CSV")
    return publish(
        bench.settings.build_database,
        bench.settings.published,
        fingerprint=state.state.fingerprint,
        facts={
            "git_revision": git_revision(),
            "lock_sha256": sha256_of(lock) if lock.is_file() else "",
            "packages_sha256": sha256_of(PACKAGES_LOCK) if PACKAGES_LOCK.is_file() else "",
            "code": made_of.code,
            "documents": state.state.accepted,
            "readings": made_of.readings,
            "keys": keys,
            "accepted_changes": state.accept_changes,
            "checks": [
                {"rule_id": row.rule_id, "status": row.status, "checked": row.checked_count, "failed": row.failed_count}
                for row in state.state.qa_rows
            ],
        },
        now=datetime.now(UTC),
        plan=release_plan(bench.settings, made_of=made_of, keys=keys, accepted_because=state.accept_changes),
    )


def _data_docs(context: dg.AssetExecutionContext, bench: Workbench) -> dict[str, dg.MetadataValue]:
    """Great Expectations' own pages of what was judged. A person at a terminal does not wait for them: there the command makes them."""
    if is_of_command(context.run):
        return {"data_docs": dg.MetadataValue.text("cchc checks --data-docs FOLDER")}
    try:
        pages = write_data_docs(bench.settings.build_database, bench.settings.data_docs)
    except (GateError, OSError) as error:  # they are an extra: no figure waits for them
        context.log.warning(f"the pages of Great Expectations are not written: {error}")
        return {"data_docs": dg.MetadataValue.text(f"not written: {error}")}
    return {f"data_docs_{page.parent.name}": link(page) for page in pages}


_PREVIEWED = """select year, index_code, province, criterion_code, criterion_name_vi, score, unit, rank, rank_out_of, document_id, page
    from rpt_scores where level = 0 and score is not null order by year desc, index_code, rank nulls last, province limit 10"""


def _preview(published: Path) -> dg.MetadataValue:
    found = ask(published, _PREVIEWED)
    return markdown_table(found.columns, found.rows)


definitions = dg.Definitions(assets=[release_candidate, published_release])
