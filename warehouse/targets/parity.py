"""Are the marts of a target those of DuckDB? Compared row by row in both directions, with nothing rounded."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.targets.attach import attached, quoted
from warehouse.targets.places import Places, TargetName

MARTS = "marts"


@dataclass(frozen=True, slots=True)
class MartParity:
    """One mart on both sides. `missing`: rows that only DuckDB has; `added`: rows that only the target has."""

    table: str
    rows: int
    missing: int
    added: int
    problem: str = ""

    @property
    def is_equal(self) -> bool:
        return not (self.missing or self.added or self.problem)

    def message(self) -> str:
        found = self.problem or f"{self.missing} of {self.rows} rows only on DuckDB, {self.added} only on the target"
        return f"{MARTS}.{self.table}: {found}"


def compare_marts(build: Path, target: TargetName, places: Places) -> list[MartParity]:
    """Every mart of the build database beside the target's. Values are cast to DuckDB's type of the column, and only that.

    Raises:
        TargetError: the target cannot be reached.
    """
    with attached(build, target, places) as connection:
        rows = connection.execute(
            "select table_name from duckdb_tables() where database_name = 'build' and schema_name = ? order by table_name",
            [MARTS],
        ).fetchall()
        return [_compare(connection, table, _relation(target, places, table)) for (table,) in rows]


def _relation(target: TargetName, places: Places, table: str) -> str:
    if target == "spark":
        return f"read_parquet({quoted(str(places.spark_warehouse / f'{MARTS}.db' / table / '*.parquet'))})"
    return f'target.{MARTS}."{table}"'


def _columns(connection: duckdb.DuckDBPyConnection, relation: str) -> dict[str, str]:
    return {str(row[0]): str(row[1]) for row in connection.execute(f"describe select * from {relation}").fetchall()}


def _compare(connection: duckdb.DuckDBPyConnection, table: str, other: str) -> MartParity:
    own = f'build.{MARTS}."{table}"'
    columns = _columns(connection, own)
    try:
        found = _columns(connection, other)
    except duckdb.Error as error:
        return MartParity(table, 0, 0, 0, f"cannot be read on the target ({str(error).splitlines()[0]})")
    if list(found) != list(columns):
        return MartParity(table, 0, 0, 0, _other_columns(list(columns), list(found)))
    listed = ", ".join(f'cast("{name}" as {kind}) as "{name}"' for name, kind in columns.items())
    left, right = f"select {listed} from {own}", f"select {listed} from {other}"
    return MartParity(
        table,
        rows=_count(connection, left),
        missing=_count(connection, f"{left} except all {right}"),
        added=_count(connection, f"{right} except all {left}"),
    )


def _other_columns(expected: list[str], found: list[str]) -> str:
    missing = ", ".join(name for name in expected if name not in found)
    added = ", ".join(name for name in found if name not in expected)
    if not missing and not added:
        return "its columns stand in another order"
    return "; ".join(
        part for part in (missing and f"lacks the columns {missing}", added and f"has the columns {added} besides") if part
    )


def _count(connection: duckdb.DuckDBPyConnection, query: str) -> int:
    row = connection.execute(f"select count(*) from ({query})").fetchone()
    return row[0] if row else 0
