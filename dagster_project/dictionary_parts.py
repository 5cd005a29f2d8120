"""What the dictionary of a release needs from dbt: which columns a column comes from, keys, and dbt's own page."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from importlib.metadata import distribution
from pathlib import Path
from typing import Any

import duckdb

from dagster_project.lineage import column_sources
from dagster_project.manifest import target_path
from dagster_project.settings import Settings
from warehouse.dictionary import Lineage
from warehouse.publish import PublishError

_POLICY = (
    "default-src 'none'; script-src 'unsafe-inline' 'unsafe-eval'; style-src 'unsafe-inline'; img-src data:; font-src data:"
)
"""What a browser may load for dbt's page: what stands in it, and nothing from elsewhere, not even what counts its readers."""

_OF_THIS_MACHINE = ("build_path", "compiled_path", "root_path")


def _manifest(settings: Settings) -> dict[str, Any]:
    return json.loads((target_path(settings) / "manifest.json").read_bytes())


def _short(nodes: Mapping[str, Any], unique_id: str) -> str:
    node = nodes[unique_id]
    return str(node.get("alias") or node.get("identifier") or node["name"])


def release_lineage(settings: Settings, keys: Mapping[str, Sequence[str]]) -> Lineage:
    """Lineage of the marts of this home's build. `keys`: mart -> columns of its key.

    Raises:
        OSError: dbt's manifest cannot be read.
    """
    manifest = _manifest(settings)
    nodes: dict[str, Any] = {**manifest["nodes"], **manifest["sources"]}
    sources = column_sources(settings, manifest)
    columns: dict[tuple[str, str], tuple[tuple[str, str], ...]] = {}
    tables: dict[str, tuple[str, ...]] = {}
    for unique_id, node in nodes.items():
        if node["resource_type"] != "model" or node["schema"] != "marts":
            continue
        name = _short(nodes, unique_id)
        tables[name] = tuple(sorted(_short(nodes, parent) for parent in manifest["parent_map"][unique_id] if parent in nodes))
        for column, made_of in sources.get(unique_id, {}).items():
            columns[name, column] = tuple((_short(nodes, parent), above) for parent, above in made_of if parent in nodes)
    return Lineage(columns, tables, {name: tuple(key) for name, key in keys.items()})


def _catalog(database: Path, manifest: Mapping[str, Any]) -> dict[str, Any]:
    """What dbt's own catalogue says of the relations of the build: columns and their types."""
    nodes: dict[str, Any] = {**manifest["nodes"], **manifest["sources"]}
    by_relation = {(node["schema"], _short(nodes, key)): key for key, node in nodes.items() if node["resource_type"] != "test"}
    found: dict[str, dict[str, Any]] = {"nodes": {}, "sources": {}}
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(
            """select schema_name, table_name, column_name, column_index, data_type, comment from duckdb_columns()
               where not internal order by schema_name, table_name, column_index"""
        ).fetchall()
    for schema, table, column, index, kind, comment in rows:
        key = by_relation.get((schema, table))
        if key is None:
            continue
        entry = found["sources" if key.startswith("source.") else "nodes"].setdefault(
            key,
            {
                "metadata": {
                    "type": "BASE TABLE",
                    "schema": schema,
                    "name": table,
                    "database": "build",
                    "comment": None,
                    "owner": None,
                },
                "columns": {},
                "stats": {},
                "unique_id": key,
            },
        )
        entry["columns"][column] = {"type": kind, "index": index, "name": column, "comment": comment}
    return {"metadata": {"generated_at": manifest["metadata"]["generated_at"]}, **found, "errors": None}


def _in_script(value: object) -> str:
    """JSON within a script of a page: no text in it can end the script."""
    return json.dumps(value, ensure_ascii=False).replace("</", "<\\/").replace("<!--", "<\\u0021--")


def write_dbt_docs(settings: Settings, directory: Path) -> None:
    """dbt's own page of the models, SQL and tests, as one file that asks nothing of a network.

    It is the page that `dbt docs generate --static` writes, made of the manifest of the build and of the build database, without
    starting dbt again.

    Raises:
        PublishError: this version of dbt has another page than is expected here.
        OSError: a file cannot be read or written.
    """
    manifest = _manifest(settings)
    for node in (*manifest["nodes"].values(), *manifest["sources"].values()):
        for name in _OF_THIS_MACHINE:
            if name in node:
                node[name] = None
    place = Path(str(distribution("dbt-core").locate_file("dbt/task/docs/index.html")))
    page = place.read_text(encoding="utf-8")
    for mark, value in (
        ("MANIFEST.JSON INLINE DATA", manifest),
        ("CATALOG.JSON INLINE DATA", _catalog(settings.build_database, manifest)),
    ):
        if f'"{mark}"' not in page:
            raise PublishError(
                f"{place}: expected the place {mark!r} in dbt's page, found none; leave dbt_docs out of CCHC_RELEASE_PARTS"
            )
        page = page.replace(f'"{mark}"', _in_script(value))
    if "<head>" not in page:
        raise PublishError(f"{place}: expected <head> in dbt's page, found none; leave dbt_docs out of CCHC_RELEASE_PARTS")
    policy = f'<head><meta http-equiv="Content-Security-Policy" content="{_POLICY}">'
    directory.mkdir(parents=True, exist_ok=True)
    (directory / "index.html").write_text(page.replace("<head>", policy, 1), encoding="utf-8")
