"""What describes a release to programs, to those who cite it and to those who ask what they may do with it."""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from warehouse.formats.citation import citation_file
from warehouse.formats.datapackage import data_package
from warehouse.formats.json_ld import json_ld
from warehouse.formats.licences import licences_page
from warehouse.formats.sources import read_sources, read_years
from warehouse.formats.tables import Table
from warehouse.release_facts import ReleaseFacts

PACKAGE_NAME, LINKED_NAME, LICENCES_NAME = "datapackage.json", "metadata.jsonld", "LICENCES.md"


def _is_without_gaps(connection: duckdb.DuckDBPyConnection, table: str, key: Sequence[str]) -> bool:
    """Whether no column of the key is empty in any row: what a primary key must be, and a key that dbt tests need not."""
    empty = " or ".join(f'"{column}" is null' for column in key)
    return connection.execute(f'select 1 from "{table}" where {empty} limit 1').fetchone() is None


def write_metadata(
    database: Path,
    tables: Sequence[Table],
    directory: Path,
    facts: ReleaseFacts,
    *,
    public_url: str = "",
    keys: Mapping[str, Sequence[str]] | None = None,
) -> None:
    """`datapackage.json`, `metadata.jsonld`, `CITATION.cff` and `LICENCES.md`, of all data files that lie in `directory`.

    `public_url`: address at which the folder of this release is served, if it is; `keys`: table -> columns of its key, where
    one is known.

    Raises:
        UnknownTypeError: a column has a type that the metadata cannot name.
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        sources, years = read_sources(connection), read_years(connection)
        licences = licences_page(connection, directory, facts)
        whole_keys = {table: key for table, key in (keys or {}).items() if _is_without_gaps(connection, table, key)}
    package = data_package(directory, tables, sources, facts, whole_keys)
    base = f"{public_url.rstrip('/')}/" if public_url else ""
    linked = json_ld(package, sources, years, facts, base=base)
    texts = {
        PACKAGE_NAME: json.dumps(package, ensure_ascii=False, indent=2),
        LINKED_NAME: json.dumps(linked, ensure_ascii=False, indent=2),
        "CITATION.cff": citation_file(facts),
        LICENCES_NAME: licences,
    }
    for name, text in texts.items():
        (directory / name).write_text(text, encoding="utf-8")
