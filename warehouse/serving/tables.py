"""The tables of a release as PostgreSQL is to have them."""

from __future__ import annotations

import json
import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path

import duckdb

from warehouse.formats.tables import Table, quoted
from warehouse.serving.errors import ServingError

TYPES = {
    "VARCHAR": "text",
    "INTEGER": "integer",
    "BIGINT": "bigint",
    "DOUBLE": "double precision",
    "BOOLEAN": "boolean",
    "DATE": "date",
    "TIMESTAMP WITH TIME ZONE": "timestamptz",
}
INDEXED = (("edition_id", "criterion_code"), ("province_code",), ("claim_id",), ("document_id",))
"""What readers ask by; a table that has all columns of one gets an index of them."""

NULL = "\\N"


def identifier(name: str) -> str:
    """A name as PostgreSQL and DuckDB both take it."""
    return '"' + name.replace('"', '""') + '"'


def server_type(type_name: str) -> str:
    """DuckDB's type in words of PostgreSQL.

    Raises:
        ServingError: no word for it is known.
    """
    if type_name.startswith("DECIMAL"):
        return type_name.replace("DECIMAL", "numeric").lower()
    try:
        return TYPES[type_name]
    except KeyError:
        raise ServingError(
            f"expected a type of {', '.join(TYPES)} or DECIMAL in the release, found {type_name}; add it to TYPES in "
            "warehouse/serving/tables.py"
        ) from None


def structure_of(tables: Sequence[Table]) -> str:
    """Tables, columns and types in one text: two releases of the same one fit into the same tables."""
    return json.dumps(
        [[table.name, [[column.name, server_type(column.type_name)] for column in table.columns]] for table in tables]
    )


def indexes_of(table: Table) -> list[tuple[str, ...]]:
    """Columns of each index of a table."""
    names = {column.name for column in table.columns}
    return [columns for columns in INDEXED if names.issuperset(columns)]


@contextmanager
def text_of(connection: duckdb.DuckDBPyConnection, table: Table) -> Generator[Path]:
    """The rows of a table as PostgreSQL's COPY reads them: CSV without a header, nulls marked."""
    with tempfile.TemporaryDirectory(prefix="cchc_serve_") as folder:
        path = Path(folder) / "rows.csv"
        connection.execute(
            f"copy (from {identifier(table.name)}) to {quoted(str(path))} (format csv, header false, nullstr {quoted(NULL)})"
        )
        yield path
