"""Writes `bi.duckdb`, the small file behind the report pages: plain types, texts in both languages, slugs, sort and search keys.

Selection and formatting only. What a score is, whether two years may be compared and which claim was chosen is decided in the marts
of the published file; here a number becomes a text ("82,28"), a rank gets its "of n", a name gets a slug. Numeric and text columns
stand side by side, so that a page never has to format and a reader can still compute. A text `x` is Vietnamese, `x_en` English.

Types are limited to varchar, double, int, boolean and date, since the page engine turns all else into text.
"""

from __future__ import annotations

import os
from collections.abc import Mapping, Sequence
from pathlib import Path

import duckdb

from warehouse.bi import (
    changes,
    checks,
    conflicts,
    coverage,
    criteria,
    cross,
    details,
    documents,
    editions,
    methods,
    provinces,
    scores,
    sources,
    totals,
)
from warehouse.bi.export import BiExportError, Export
from warehouse.bi.macros import MACROS
from warehouse.pictures import PagePicture

PLAIN_TYPES = frozenset({"VARCHAR", "DOUBLE", "INTEGER", "BOOLEAN", "DATE"})

EXPORTS: tuple[Export, ...] = (
    *provinces.EXPORTS,
    *editions.EXPORTS,
    *scores.EXPORTS,
    *criteria.EXPORTS,
    *changes.EXPORTS,
    *cross.EXPORTS,
    *coverage.EXPORTS,
    *methods.EXPORTS,
    *details.EXPORTS,
    *conflicts.EXPORTS,
    *sources.EXPORTS,
    *checks.EXPORTS,
    *totals.EXPORTS,
    *documents.EXPORTS,
)
"""The tables of `bi.duckdb` in the order they are built; later ones read earlier ones."""


def _required() -> Mapping[str, tuple[str, ...]]:
    found: dict[str, dict[str, None]] = {}
    for export in EXPORTS:
        for table, columns in export.reads.items():
            found.setdefault(table, {}).update(dict.fromkeys(columns))
    return {table: tuple(columns) for table, columns in found.items()}


REQUIRED: Mapping[str, tuple[str, ...]] = _required()
"""What the export reads of the published marts: table -> columns."""


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def _columns(connection: duckdb.DuckDBPyConnection, catalog: str) -> dict[str, dict[str, str]]:
    """Table -> column -> type of schema main of an attached file."""
    rows = connection.execute(
        "select table_name, column_name, data_type from duckdb_columns() where database_name = ? and schema_name = 'main'",
        [catalog],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, data_type in rows:
        found.setdefault(table, {})[column] = data_type
    return found


def _check_marts(connection: duckdb.DuckDBPyConnection, source: Path) -> None:
    found = _columns(connection, "published")
    for table, columns in REQUIRED.items():
        if table not in found:
            raise BiExportError(
                f"{source.name}: expected table main.{table}, found {', '.join(sorted(found)) or 'no table'} "
                "-> build the marts first (cchc refresh)"
            )
        missing = [column for column in columns if column not in found[table]]
        if missing:
            raise BiExportError(
                f"{source.name}: table main.{table}: expected column {', '.join(missing)}, found {', '.join(found[table])} "
                "-> mend dbt_project/models/marts or the export in warehouse/bi"
            )


def _check_export(connection: duckdb.DuckDBPyConnection, export: Export, source: Path) -> None:
    if connection.execute(f"select 1 from bi.{export.name} limit 1").fetchone() is None:
        raise BiExportError(
            f"{source.name}: table {export.name} of the reports' export would be empty; expected at least one row "
            "-> pages cannot be built on nothing: see in the refresh summary which documents were held back"
        )
    odd = {name: kind for name, kind in _columns(connection, "bi")[export.name].items() if kind not in PLAIN_TYPES}
    if odd:
        listed = ", ".join(f"{name} {kind}" for name, kind in odd.items())
        raise BiExportError(
            f"{export.name}: expected only {', '.join(sorted(PLAIN_TYPES))}, found {listed} -> cast in warehouse/bi"
        )


def _check_slugs(connection: duckdb.DuckDBPyConnection) -> None:
    shared = connection.execute(
        "select province_slug, string_agg(province || ' (' || province_code || ')', ', ' order by province) from bi.bi_provinces "
        "group by province_slug "
        "having count(*) > 1 or any_value(province_code) like '%,%' or not regexp_matches(province_slug, '^[a-z0-9-]+$')"
    ).fetchall()
    if shared:
        slug, provinces = shared[0]
        raise BiExportError(
            f"bi_provinces: expected one ASCII address per province, found {slug!r} for {provinces} -> warehouse/bi/provinces.py"
        )


def _give(connection: duckdb.DuckDBPyConnection, pictures: Sequence[PagePicture]) -> None:
    """What the published file does not hold, as tables that the exports read."""
    connection.execute("create schema given")
    connection.execute(
        "create table given.pictures (document_id varchar, page integer, path varchar, width integer, height integer)"
    )
    for one in pictures:
        connection.execute(
            "insert into given.pictures values (?, ?, ?, ?, ?)", [one.document_id, one.page, one.path, one.width, one.height]
        )


def write_bi(source: Path, target: Path, pictures: Sequence[PagePicture] = ()) -> None:
    """Write the reports' export of a published file: `source` is opened read-only, `target` is replaced in one step when all is well.

    `pictures`: those of pages of documents that the release holds.

    Raises BiExportError if a mart or a column is missing, if a table would be empty, if a type is not plain or an address is shared.
    """
    if not source.is_file():
        raise BiExportError(f"expected a published DuckDB file at {source}, found none -> run: cchc refresh")
    target.parent.mkdir(parents=True, exist_ok=True)
    beside = target.with_name(f".{target.name}.{os.getpid()}.new")
    beside.unlink(missing_ok=True)
    try:
        with duckdb.connect() as connection:
            connection.execute(f"attach {_quoted(source)} as published (read_only)")
            connection.execute(f"attach {_quoted(beside)} as bi")
            _check_marts(connection, source)
            connection.execute(MACROS)
            _give(connection, pictures)
            for export in EXPORTS:
                connection.execute(f"create table bi.{export.name} as {export.sql}")
                if export.may_be_empty:
                    _add_placeholder(connection, export)
                _check_export(connection, export, source)
                if export.name == "bi_provinces":
                    _check_slugs(connection)
            connection.execute("detach bi")
        beside.replace(target)
    finally:
        beside.unlink(missing_ok=True)


def _add_placeholder(connection: duckdb.DuckDBPyConnection, export: Export) -> None:
    """One row with `is_placeholder` true and nothing else, if the table has no row; pages select `where not is_placeholder`."""
    connection.execute(
        f"insert into bi.{export.name} by name select true as is_placeholder where not exists (from bi.{export.name})"
    )
