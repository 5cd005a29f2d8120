"""The tables of a release: its database, Parquet and CSV, each sorted, so that equal data give equal files."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from warehouse.descriptions import Described, described
from warehouse.formats.licences import DATA
from warehouse.formats.safe_text import safe_sql
from warehouse.release_facts import ReleaseFacts

MARTS_SCHEMA = "marts"

STORAGE_VERSION = "v1.0.0"
"""Form of the database files: what every DuckDB since 1.0 can open."""

BOM = b"\xef\xbb\xbf"
"""By which Excel knows that a CSV file is UTF-8."""


@dataclass(frozen=True, slots=True)
class Column:
    """A column of a published table; `type_name` is DuckDB's word for its type."""

    name: str
    type_name: str
    text: Described


@dataclass(frozen=True, slots=True)
class Table:
    """A published table with what its columns mean."""

    name: str
    text: Described
    columns: tuple[Column, ...]

    @property
    def order(self) -> str:
        """All columns, for `order by`."""
        return ", ".join(f'"{column.name}"' for column in self.columns)


def quoted(text: str) -> str:
    """A text as a literal of SQL."""
    return "'" + text.replace("'", "''") + "'"


def read_tables(connection: duckdb.DuckDBPyConnection, database: str, schema: str) -> tuple[Table, ...]:
    """The tables of a schema with the descriptions that stand in its comments, by name."""
    comments = connection.execute(
        "select table_name, comment from duckdb_tables() where database_name = ? and schema_name = ? order by table_name",
        [database, schema],
    ).fetchall()
    columns = connection.execute(
        """select table_name, column_name, data_type, comment from duckdb_columns()
           where database_name = ? and schema_name = ? order by table_name, column_index""",
        [database, schema],
    ).fetchall()
    return tuple(
        Table(
            name,
            described(comment),
            tuple(Column(column, kind, described(text)) for table, column, kind, text in columns if table == name),
        )
        for name, comment in comments
    )


def _parquet_facts(table: Table, facts: ReleaseFacts) -> str:
    """What a Parquet file says of itself, for programs that read its key-value metadata."""
    found = {
        "cchc_release": facts.release_id,
        "cchc_published_at": facts.published_at.isoformat(),
        "cchc_table": table.name,
        "cchc_sorted_by": json.dumps([column.name for column in table.columns]),
        "licence": DATA.spdx,
        "citation": facts.citation,
        "description_vi": table.text.vi,
        "description_en": table.text.en,
        "columns": json.dumps(
            {column.name: {"vi": column.text.vi, "en": column.text.en} for column in table.columns}, ensure_ascii=False
        ),
    }
    return "{" + ", ".join(f"{key}: {quoted(value)}" for key, value in found.items()) + "}"


def write_files(
    connection: duckdb.DuckDBPyConnection,
    database: str,
    tables: Sequence[Table],
    directory: Path,
    facts: ReleaseFacts,
    *,
    has_bom: bool,
) -> None:
    """`parquet/` and `csv/` of these tables of an attached database.

    Moments are UTC. A text of a CSV file that a spreadsheet would take for a formula is made harmless.
    """
    connection.execute("set timezone = 'UTC'")
    for folder in ("parquet", "csv"):
        (directory / folder).mkdir(parents=True, exist_ok=True)
    for table in tables:
        source = f'{database}.main."{table.name}"'
        parquet, csv = (directory / folder / f"{table.name}.{folder}" for folder in ("parquet", "csv"))
        connection.execute(
            f"copy (select * from {source} order by {table.order}) to {quoted(str(parquet))} "
            f"(format parquet, compression zstd, kv_metadata {_parquet_facts(table, facts)})"
        )
        texts = [f'"{column.name}"' for column in table.columns if column.type_name == "VARCHAR"]
        safe = f"replace ({', '.join(f'{safe_sql(text)} as {text}' for text in texts)})" if texts else ""
        connection.execute(
            f"copy (select * {safe} from {source} order by {table.order}) to {quoted(str(csv))} "
            "(format csv, header, timestampformat '%Y-%m-%dT%H:%M:%SZ')"
        )
        if has_bom:
            csv.write_bytes(BOM + csv.read_bytes())
