"""What a reader may ask over Quack: one statement that selects, from functions that cannot leave the release."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from typing import Any, cast

import duckdb

TRANSACTION = frozenset(
    {"begin", "begin transaction", "begin transaction read only", "start transaction", "commit", "rollback", "abort"}
)
"""What DuckDB's own client sends around statements of its user."""

TABLE_FUNCTIONS = frozenset(
    {
        "range", "generate_series", "unnest", "repeat", "repeat_row", "json_each", "json_tree", "duckdb_tables", "duckdb_views",
        "duckdb_columns", "duckdb_schemas", "duckdb_constraints", "duckdb_types", "pragma_table_info", "pragma_version",
    }
)  # fmt: skip
"""Functions in `from` that only read the release or make rows.

All others are refused, for they could stop the server, reach files or run SQL that nobody looked at.
"""

FORBIDDEN = frozenset(
    {"getenv", "current_setting", "write_log", "getvariable", "nextval", "currval", "query", "query_table", "whoami"}
)
FORBIDDEN_PREFIXES = ("quack_", "duckdb_secret", "which_secret", "read_", "pg_read", "add_parquet_key", "load_", "install_")
"""Functions that tell of the server or act on it."""


def _functions(node: object) -> Iterator[tuple[bool, str]]:
    """Every function of a parsed statement: whether it stands in `from`, and its name."""
    if isinstance(node, dict):
        found = cast("dict[str, Any]", node)
        name = found.get("function_name")
        if isinstance(name, str):
            yield False, name.lower()
        if found.get("type") == "TABLE_FUNCTION":
            function = cast("dict[str, Any]", found.get("function") or {})
            yield True, str(function.get("function_name", "")).lower()
        if found.get("type") == "BASE_TABLE":
            # A path or an address in place of a table would be read as a file.
            table = str(found.get("table_name", ""))
            if any(sign in table for sign in "/\\.:*"):
                yield True, table
        for value in found.values():
            yield from _functions(value)
    elif isinstance(node, list):
        for value in cast("list[object]", node):
            yield from _functions(value)


class Rules:
    """Judges statements by how DuckDB itself parses them, on a database of its own that holds nothing."""

    def __init__(self) -> None:
        self._parser = duckdb.connect()
        self._lock = threading.Lock()

    def why_not(self, statement: str) -> str | None:
        """Why a statement is refused; None if it may run."""
        if statement.strip().rstrip(";").strip().lower() in TRANSACTION:
            return None
        with self._lock:
            (text,) = self._parser.execute("select json_serialize_sql(?)", [statement]).fetchone() or ("{}",)
        parsed = cast("dict[str, Any]", json.loads(str(text)))
        if parsed.get("error"):
            return f"only select statements may run here ({parsed.get('error_message', 'not understood')})"
        if len(parsed.get("statements", [])) != 1:
            return "one statement at a time"
        for in_from, name in _functions(parsed["statements"]):
            if name in FORBIDDEN or name.startswith(FORBIDDEN_PREFIXES):
                return f"function {name} may not be used here"
            if in_from and name not in TABLE_FUNCTIONS:
                return f"{name} may not be read here"
        return None

    def may(self, session: str, statement: str) -> bool:
        """The callback that Quack asks before it runs a statement of a session."""
        return self.why_not(statement) is None
