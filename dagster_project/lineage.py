"""What dbt built, for Dagster: rows of each relation, and which columns each column comes from.

dagster-dbt can fetch both itself, but its adapter keeps the build database open for writing in this process, where gate 2 then cannot
open it to read, and its lineage reads each model anew for each column (41 s of processor time for 86 models; here each model is
resolved once, and again only when it or the columns below it changed).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import dagster as dg
import duckdb
from dagster_dbt import DagsterDbtTranslator, DbtCliInvocation
from dagster_dbt.errors import DagsterDbtCliRuntimeError
from sqlglot import exp, parse_one
from sqlglot.lineage import lineage
from sqlglot.optimizer.qualify import qualify
from sqlglot.optimizer.scope import build_scope
from sqlglot.schema import MappingSchema

from dagster_project.manifest import target_path
from dagster_project.settings import Settings
from extractors.durable import write_atomically

Columns = dict[str, dict[str, str]]
"""Relation `schema.name` -> column -> type."""

Sources = dict[str, list[list[str]]]
"""Column -> pairs of a parent's id in the manifest and its column."""

_DIALECT = "duckdb"


def with_what_was_built(invocation: DbtCliInvocation, settings: Settings, translator: DagsterDbtTranslator) -> Iterator[Any]:
    """The events of a dbt build, each model and seed with its rows and column lineage.

    They come when dbt has ended, since it holds the database until then; what it built before it failed comes all the same.

    Raises:
        DagsterDbtCliRuntimeError: dbt failed.
    """
    events: list[Any] = []
    failure: DagsterDbtCliRuntimeError | None = None
    try:
        for event in invocation.stream():
            events.append(event)
    except DagsterDbtCliRuntimeError as error:
        failure = error
    built = Built(settings, invocation.manifest, translator)
    for event in events:
        unique_id = (event.metadata or {}).get("unique_id") if hasattr(event, "with_metadata") else None
        more = built.metadata(str(unique_id.value)) if isinstance(unique_id, dg.TextMetadataValue) else {}
        is_relation = isinstance(event, dg.Output | dg.AssetMaterialization)
        yield event.with_metadata({**event.metadata, **more}) if more and is_relation else event
    if failure is not None:
        raise failure


def column_sources(settings: Settings, manifest: Mapping[str, Any]) -> dict[str, Sources]:
    """Id of a model -> its columns -> the columns of its parents that they are made of; what did not change is not computed anew."""
    return Built(settings, manifest, DagsterDbtTranslator()).sources


def _relation(node: Mapping[str, Any]) -> str:
    return f"{node['schema']}.{node.get('identifier') or node.get('alias') or node['name']}"


def what_stands(database: Path) -> tuple[Columns, dict[str, int]]:
    """Columns and row counts of every relation of the build database. Views have columns only."""
    columns: Columns = {}
    counts: dict[str, int] = {}
    with duckdb.connect(str(database), read_only=True) as connection:
        for schema, table, column, kind in connection.execute(
            "select table_schema, table_name, column_name, data_type from information_schema.columns order by all"
        ).fetchall():
            columns.setdefault(f"{schema}.{table}", {})[column] = kind
        for schema, table in connection.execute(
            "select schema_name, table_name from duckdb_tables() where not internal"
        ).fetchall():
            row = connection.execute(f'select count(*) from "{schema}"."{table}"').fetchone()
            counts[f"{schema}.{table}"] = int(row[0]) if row else 0
    return columns, counts


class Built:
    """Metadata of the relations of one build."""

    def __init__(self, settings: Settings, manifest: Mapping[str, Any], translator: DagsterDbtTranslator) -> None:
        self._nodes: dict[str, Any] = {**manifest["nodes"], **manifest["sources"]}
        self._parents: Mapping[str, list[str]] = manifest["parent_map"]
        self._translator = translator
        self._target = target_path(settings)
        self._columns, self._counts = what_stands(settings.build_database)
        self._lineage = self._kept_lineage()

    @property
    def sources(self) -> dict[str, Sources]:
        """Id of a model -> for each column the columns of its parents that it is made of."""
        return {unique_id: found["sources"] for unique_id, found in self._lineage.items()}

    def metadata(self, unique_id: str) -> dict[str, Any]:
        """Row count and column lineage of one model or seed; empty for what is neither."""
        node = self._nodes.get(unique_id)
        if node is None:
            return {}
        count, found = self._counts.get(_relation(node)), self._lineage.get(unique_id, {}).get("sources")
        metadata: dict[str, Any] = {} if count is None else {"dagster/row_count": count}
        if found:
            deps = {
                column: [
                    dg.TableColumnDep(self._translator.get_asset_key(self._nodes[parent]), name) for parent, name in sources
                ]
                for column, sources in found.items()
            }
            metadata["dagster/column_lineage"] = dg.TableColumnLineage(deps)
        return metadata

    def _kept_lineage(self) -> dict[str, Any]:
        path = self._target / "column_lineage.json"
        try:
            kept: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
        except (FileNotFoundError, ValueError):
            kept = {}
        found: dict[str, Any] = {}
        for key, node in self._nodes.items():
            if node["resource_type"] != "model" or _relation(node) not in self._columns:
                continue
            mark = self._mark(node)
            earlier = kept.get(key)
            found[key] = earlier if earlier and earlier["mark"] == mark else {"mark": mark, "sources": self._sources(node)}
        if found != kept:
            write_atomically(path, json.dumps(found, ensure_ascii=False).encode())
        return found

    def _below(self, node: Mapping[str, Any]) -> list[Mapping[str, Any]]:
        found = (self._nodes.get(key) for key in self._parents.get(node["unique_id"], ()))
        return [parent for parent in found if parent is not None and _relation(parent) in self._columns]

    def _compiled(self, node: Mapping[str, Any]) -> str:
        return (self._target / "compiled" / node["package_name"] / node["original_file_path"]).read_text(encoding="utf-8")

    def _mark(self, node: Mapping[str, Any]) -> str:
        known = [(_relation(one), self._columns[_relation(one)]) for one in (node, *self._below(node))]
        return hashlib.sha256((self._compiled(node) + json.dumps(known)).encode()).hexdigest()[:16]

    def _sources(self, node: Mapping[str, Any]) -> Sources:
        """For each column of a model the columns of its parents that it is made of."""
        schema = MappingSchema(dialect=_DIALECT)
        parents: dict[tuple[str, str], str] = {}
        for parent in self._below(node):
            relation = _relation(parent)
            schema_name, _, name = relation.partition(".")
            parents[schema_name, name] = parent["unique_id"]
            schema.add_table(
                exp.table_(name, db=schema_name, catalog=parent["database"]), self._columns[relation], dialect=_DIALECT
            )
        query = qualify(parse_one(self._compiled(node), dialect=_DIALECT), schema=schema, dialect=_DIALECT)
        nodes = lineage(None, query, schema=schema, dialect=_DIALECT, scope=build_scope(query), trim_selects=False, copy=False)
        found: Sources = {}
        for column, node_of_column in nodes.items():
            deps: set[tuple[str, str]] = set()
            for leaf in node_of_column.walk():
                table = leaf.expression if isinstance(leaf.expression, exp.Table) else None
                parent = parents.get((table.db, table.name)) if table is not None and not leaf.downstream else None
                if parent is not None:
                    deps.add((parent, exp.to_column(leaf.name).name))
            found[column] = [list(one) for one in sorted(deps)]
        return found
