"""Gate 2, blocking, then the atomic swap."""

import json
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

import dagster as dg

from dagster_project import gatework
from dagster_project.defs.freshness import RELEASE_FRESHNESS
from dagster_project.defs.ingest import check_result
from dagster_project.defs.transform import dbt_models
from dagster_project.lockfile import hold
from dagster_project.progress import report
from dagster_project.provenance import git_revision
from dagster_project.runstate import RunState
from dagster_project.workbench import open_workbench
from expectations import listings_of, load_rule_book, run_gate
from expectations.acceptance import accept_changes
from warehouse.diff import Provenance, write_comparison
from warehouse.publish import publish
from warehouse.qa import write_qa_results

GATE2_RULES = load_rule_book("gate2")


@dg.asset(
    group_name="publish",
    deps=[dbt_models],
    pool="duckdb",
    check_specs=[
        dg.AssetCheckSpec(rule.id, asset="release_candidate", blocking=rule.severity == "error", description=rule.title_en)
        for rule in GATE2_RULES.rules
    ],
)
def release_candidate(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Gate 2: what is about to be published is judged as a whole; an error stops the run and leaves the published release alone."""
    bench = open_workbench()
    state = RunState.of(bench.settings)
    hold(bench.settings.lock_file)
    state.require_judged()
    report("gate 2", f"judging the marts by {len(GATE2_RULES.rules)} rules")
    build, because = bench.settings.build_database, state.accept_changes
    made_of = Provenance(gatework.code_fingerprint(bench.code), bench.store.readings(state.state.accepted))
    write_comparison(build, bench.settings.published, run_id=context.run_id, made_of=made_of, accepted_because=because)
    listings = listings_of(bench.decisions)
    judged = run_gate("gate2", build, today=datetime.now(UTC).date(), run_id=context.run_id, listings=listings)
    found = accept_changes(judged, because)
    state.record_gate2(found)
    write_qa_results(build, found.qa_rows())
    yield dg.MaterializeResult(check_results=[check_result(result) for result in found.results])


@dg.asset(group_name="publish", deps=[release_candidate], pool="duckdb", freshness_policy=RELEASE_FRESHNESS)
def published_release(context: dg.AssetExecutionContext) -> dg.MaterializeResult[Any]:
    """The release that readers open: built beside the old one, swapped in whole."""
    bench = open_workbench()
    state = RunState.of(bench.settings)
    hold(bench.settings.lock_file)
    state.require_releasable()
    report("publish", "writing DuckDB, Parquet and CSV")
    release = publish(
        bench.settings.build_database,
        bench.settings.published,
        fingerprint=state.state.fingerprint,
        facts={
            "git_revision": git_revision(),
            "code": gatework.code_fingerprint(bench.code),
            "documents": state.state.accepted,
            "readings": bench.store.readings(state.state.accepted),
            "accepted_changes": state.accept_changes,
            "checks": [{"rule_id": row.rule_id, "status": row.status} for row in state.state.qa_rows],
        },
        now=datetime.now(UTC),
    )
    state.record_release(release)
    report("publish", f"release {release.release_id}")
    return dg.MaterializeResult(
        metadata={
            "release": release.release_id,
            "rows": dg.MetadataValue.json(json.loads(json.dumps(dict(release.row_counts)))),
        }
    )


definitions = dg.Definitions(assets=[release_candidate, published_release])
