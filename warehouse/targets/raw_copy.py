"""Schema raw of the build database, copied whole to a target: what was there of schema raw is replaced."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.targets.attach import attached, quoted
from warehouse.targets.places import Places, TargetError, TargetName


def _raw_tables(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = 'build' and schema_name = 'raw' order by table_name"
    ).fetchall()
    return [name for (name,) in rows]


def _to_lake(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> None:
    connection.execute("create schema if not exists target.raw")
    connection.execute("begin")
    for table in tables:
        connection.execute(f'create or replace table target.raw."{table}" as from build.raw."{table}"')
    connection.execute("commit")


def _to_postgres(connection: duckdb.DuckDBPyConnection, tables: list[str]) -> None:
    """One transaction; the staging views hang on the tables and go with them, dbt makes them anew. Marts are tables and stay."""
    connection.execute("begin")
    connection.execute("call postgres_execute('target', 'drop schema if exists raw cascade; create schema raw')")
    connection.execute("call pg_clear_cache()")
    for table in tables:
        connection.execute(f'create table target.raw."{table}" as from build.raw."{table}"')
        # A new table has no statistics, and the server would plan its joins blindly.
        connection.execute(f"call postgres_execute('target', 'analyze raw.\"{table}\"')")
    connection.execute("commit")


def _to_files(connection: duckdb.DuckDBPyConnection, tables: list[str], folder: Path) -> None:
    for table in tables:
        (folder / table).mkdir(parents=True, exist_ok=True)
        part = folder / table / "part-0.parquet"
        connection.execute(f'copy build.raw."{table}" to {quoted(str(part))} (format parquet)')


def copy_raw(build: Path, target: TargetName, places: Places) -> int:
    """Copy schema raw to the target; the number of rows comes back.

    Raises:
        TargetError: the target cannot be reached or written.
    """
    with attached(build, target, places) as connection:
        tables = _raw_tables(connection)
        if not tables:
            raise TargetError(f"expected tables in schema raw of {build}, found none; run `cchc refresh` first")
        try:
            if target == "lake":
                _to_lake(connection, tables)
            elif target == "postgres":
                _to_postgres(connection, tables)
            else:
                _to_files(connection, tables, places.spark_raw)
        except (duckdb.Error, OSError) as error:
            raise TargetError(
                f"schema raw cannot be written to target {target}: {str(error).strip().splitlines()[0]}"
            ) from None
        counted = [connection.execute(f'select count(*) from build.raw."{table}"').fetchone() for table in tables]
        return sum(row[0] for row in counted if row)
