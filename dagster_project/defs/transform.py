"""Load schema raw, then dbt: one step builds and tests every model."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any

import dagster as dg
from dagster_dbt import DagsterDbtTranslator, DbtCliResource, DbtProject, dbt_assets

from dagster_project import gatework
from dagster_project.dbt_tests import sentence_of
from dagster_project.defs.common import OWNERS, POOL, TRIED_AGAIN, version_of
from dagster_project.defs.ingest import accepted_claims
from dagster_project.lineage import with_what_was_built
from dagster_project.manifest import bound_dbt, ensure_manifest, target_path, tests_left_out, untested_words
from dagster_project.outcomes import Extracted
from dagster_project.progress import report
from dagster_project.runs import go_on
from dagster_project.settings import DBT_PROJECT_DIR, may_be_untested
from expectations.relations import store_relations
from warehouse.scratch import emptied

RAW_TABLES = (
    "document",
    "claim",
    "issue",
    "qa_result",
    "qa_relation",
    "qa_relation_member",
    "known_failure",
    "quarantine",
    "correction",
    "index",
    "methodology",
    "criterion",
    "criterion_alias",
    "criterion_leaf",
    "entity",
    "entity_alias",
    "entity_set",
    "entity_set_member",
    "constituent",
    "succession",
    "edition",
    "comparability",
)


class Translator(DagsterDbtTranslator):
    """dbt folders become groups: staging, intermediate, marts. Descriptions are those of the models (Vietnamese | English)."""

    def get_group_name(self, dbt_resource_props: Mapping[str, Any]) -> str | None:
        path = dbt_resource_props.get("fqn", [])
        if dbt_resource_props["resource_type"] == "seed":
            return "seeds"
        return path[1] if len(path) > 2 else "dbt"

    def get_owners(self, dbt_resource_props: Mapping[str, Any]) -> Sequence[str] | None:
        return OWNERS

    def get_tags(self, dbt_resource_props: Mapping[str, Any]) -> Mapping[str, str]:
        return {**super().get_tags(dbt_resource_props), "stage": "transform"}

    def get_asset_check_spec(
        self, asset_spec: dg.AssetSpec, manifest: Mapping[str, Any], unique_id: str, project: DbtProject | None
    ) -> dg.AssetCheckSpec | None:
        found = super().get_asset_check_spec(asset_spec, manifest, unique_id, project)
        if found is None:
            return None
        return dg.AssetCheckSpec(
            name=found.name,
            asset=found.asset_key,
            description=sentence_of(manifest["nodes"][unique_id]),
            additional_deps=found.additional_deps,
            blocking=found.blocking,
            metadata=found.metadata,
        )


@dg.multi_asset(
    specs=[
        dg.AssetSpec(
            ["raw", table],
            group_name="raw",
            deps=[accepted_claims],
            description=f"Table raw.{table} of the build database, of what gate 1 accepted",
            owners=OWNERS,
            kinds={"duckdb", "python"},
            tags={"stage": "load"},
            code_version=version_of("warehouse/load.py", "extractors/catalogue/reference"),
        )
        for table in RAW_TABLES
    ],
    pool=POOL,
    can_subset=False,
    retry_policy=TRIED_AGAIN,
)
def raw_warehouse(context: dg.AssetExecutionContext) -> Iterator[dg.MaterializeResult[Any]]:
    """Schema `raw` in a new build database: the accepted claims, the checks they passed, the reference data."""
    bench, state = go_on(context)
    state.record_built(False)
    accepted: dict[str, Extracted] = {}
    for document_id, mark in state.state.accepted.items():
        item = bench.store.cached(document_id, mark)
        if item is None:
            raise dg.Failure(
                f"{document_id}: expected its extracted outcome {mark} under {bench.settings.extracted}, found none",
                allow_retries=False,
            )
        accepted[document_id] = item
    database = emptied(bench.settings.build_database)
    counts = gatework.write_candidates(
        database,
        accepted,
        bench.reference,
        qa_results=state.qa_table(),
        known_failures=state.known_failure_table(),
        quarantine=state.state.quarantine,
        corrections=state.state.corrections,
    )
    counts = {**counts, **store_relations(database)}
    report("load", f"{counts['claim']:,} claims of {counts['document']} documents")
    for table in RAW_TABLES:
        metadata = {"dagster/row_count": counts[table]} if table in counts else {}
        yield dg.MaterializeResult(asset_key=["raw", table], metadata=metadata)


@dbt_assets(
    manifest=ensure_manifest(),
    dagster_dbt_translator=Translator(),
    pool=POOL,
)
def dbt_models(context: dg.AssetExecutionContext, dbt: DbtCliResource) -> Iterator[Any]:
    """All dbt models, tests and unit tests in one step."""
    report("dbt build", "models, tests and unit tests")
    bench, state = go_on(context)
    state.record_built(False)
    # Artifacts and log of dbt lie in the home: where the services run, the checkout cannot be written.
    invocation = dbt.cli(["build"], target_path=target_path(bench.settings), context=context)
    yield from with_what_was_built(invocation, bench.settings, Translator())
    # A test that failed has stopped dbt; one that was left out would stop nobody.
    left_out = tests_left_out(invocation.manifest, invocation.get_artifact("run_results.json"))
    if left_out:
        if not may_be_untested():
            raise dg.Failure(untested_words(left_out), allow_retries=False)
        report("dbt build", f"NOT TESTED: {len(left_out)} tests were left out, by CCHC_ALLOW_UNTESTED_BUILD")
    state.record_built(True)


def dbt_resource() -> DbtCliResource:
    return DbtCliResource(project_dir=str(DBT_PROJECT_DIR), profiles_dir=str(DBT_PROJECT_DIR), dbt_executable=bound_dbt())


definitions = dg.Definitions(assets=[raw_warehouse, dbt_models], resources={"dbt": dbt_resource()})
