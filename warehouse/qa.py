"""Results of checks as data."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import duckdb
import pyarrow as pa

from warehouse.load import QA_RESULT_SCHEMA, Row


def write_qa_results(database: Path, rows: Iterable[Row]) -> None:
    """Add the results of gate 2 to `raw.qa_result` and to the mart `qa_results`, which dbt built before gate 2 ran."""
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=QA_RESULT_SCHEMA)
    with duckdb.connect(str(database)) as connection:
        connection.register("incoming", table)
        connection.execute("insert into raw.qa_result by name select * from incoming")
        connection.execute("insert into marts.qa_results by name select * from incoming")
        connection.unregister("incoming")
