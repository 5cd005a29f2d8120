"""A SQLAlchemy dialect for DuckDB that keeps the rows of a result after its connection has gone back to the pool.

Great Expectations 1.24 fetches rows after it has closed the connection they came from. DuckDB drops an open result with its
connection, so every SQL expectation would end in an error. This dialect reads all rows at once, before anybody can close anything.

Importing this module registers it as `duckdb+buffered`; `engine_url` writes an address that opens the file read-only.
"""

from __future__ import annotations

from pathlib import Path
from typing import cast

from duckdb_sqlalchemy import Dialect as DuckDBDialect
from duckdb_sqlalchemy import DuckDBExecutionContext
from sqlalchemy.dialects import registry
from sqlalchemy.engine import URL
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.interfaces import DBAPICursor


class BufferedExecutionContext(DuckDBExecutionContext):
    """Holds the whole result in memory; results of checks are small, and their rows must outlive the cursor."""

    def post_exec(self) -> None:
        super().post_exec()
        cursor = cast(DBAPICursor, self.cursor)
        if cursor.description and not self.isinsert:
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(cursor, cursor.description, cursor.fetchall())


class Dialect(DuckDBDialect):
    execution_ctx_cls = BufferedExecutionContext
    supports_statement_cache = True


registry.register("duckdb.buffered", __name__, "Dialect")


def engine_url(database: Path) -> URL:
    """Address of `database` for `sqlalchemy.create_engine`; a check may read the file and never write it."""
    return URL.create("duckdb+buffered", database=str(database), query={"access_mode": "read_only"})
