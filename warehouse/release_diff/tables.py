"""Rows and columns of every table on both sides. Runs on DuckDB only."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import duckdb

from warehouse.diff import Side
from warehouse.release_diff.records import TableChange

IDENTITY = frozenset({"release"})
"""Tables that say which release it is: they differ always."""

OF_A_RUN = frozenset({"run_id", "checked_at"})
"""Columns that name the run of the checks: they differ in every build, and no row is another for them."""

_DECIMALS = 9
"""Of computed figures as many decimals are compared: the last bits of a mean hang on the order of its parts."""

Columns = Mapping[str, str]


def _tables(connection: duckdb.DuckDBPyConnection, side: Side) -> dict[str, Columns]:
    """Table -> column -> type."""
    rows = connection.execute(
        """select table_name, column_name, data_type from duckdb_columns()
           where database_name = ? and schema_name = ? order by table_name, column_index""",
        [side.database, side.schema],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        if table not in IDENTITY:
            found.setdefault(table, {})[column] = kind
    return dict(found)


def _select(columns: Columns, names: Sequence[str]) -> str:
    return ", ".join(
        f'round("{name}", {_DECIMALS}) as "{name}"' if columns[name] == "DOUBLE" else f'"{name}"' for name in names
    )


def _one(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    (found,) = connection.execute(sql).fetchone() or (0,)
    return int(found)


def compare_tables(
    connection: duckdb.DuckDBPyConnection, earlier: Side, later: Side, keys: Mapping[str, Sequence[str]]
) -> tuple[TableChange, ...]:
    """Every table of either side, by name. `keys`: table -> columns that tell its rows apart, where that is known."""
    before, after = _tables(connection, earlier), _tables(connection, later)
    return tuple(
        _compare(connection, table, earlier, later, before.get(table), after.get(table), keys.get(table, ()))
        for table in sorted(before.keys() | after.keys())
    )


def _compare(
    connection: duckdb.DuckDBPyConnection,
    table: str,
    earlier: Side,
    later: Side,
    before: Columns | None,
    after: Columns | None,
    key: Sequence[str],
) -> TableChange:
    rows_before = _one(connection, f'select count(*) from {earlier.marts}"{table}"') if before is not None else None
    rows_after = _one(connection, f'select count(*) from {later.marts}"{table}"') if after is not None else None
    if before is None or after is None:
        return TableChange(table, rows_before, rows_after, added=rows_after or 0, removed=rows_before or 0)
    shared = [name for name in after if before.get(name) == after[name] and name not in OF_A_RUN]
    columns = _select(after, shared)
    ours, theirs = (f'select {columns} from {side.marts}"{table}"' for side in (later, earlier))
    connection.execute(f"create or replace temp table rows_added as ({ours}) except all ({theirs})")
    connection.execute(f"create or replace temp table rows_removed as ({theirs}) except all ({ours})")
    added, removed = (_one(connection, f"select count(*) from {name}") for name in ("rows_added", "rows_removed"))
    changed, changed_columns = None, dict[str, int]()
    if key and all(name in shared for name in key):
        names = ", ".join(f'"{name}"' for name in key)
        same_key = f"select {names} from rows_added intersect select {names} from rows_removed"
        changed = _one(connection, f"select count(*) from ({same_key})")
        added, removed = added - changed, removed - changed
        if changed:
            changed_columns = _changed_columns(connection, key, [name for name in shared if name not in key])
    return TableChange(
        table,
        rows_before,
        rows_after,
        added,
        removed,
        changed,
        columns_added=tuple(name for name in after if name not in before),
        columns_removed=tuple(name for name in before if name not in after),
        columns_retyped=tuple(
            f"{name}: {before[name]} → {after[name]}" for name in after if name in before and before[name] != after[name]
        ),
        changed_columns=changed_columns,
    )


def _changed_columns(connection: duckdb.DuckDBPyConnection, key: Sequence[str], others: Sequence[str]) -> dict[str, int]:
    """In how many of the rows that differ each column does."""
    if not others:
        return {}
    counts = ", ".join(f'count(*) filter (where now."{name}" is distinct from old."{name}")' for name in others)
    same_key = " and ".join(f'now."{name}" is not distinct from old."{name}"' for name in key)
    found = connection.execute(f"select {counts} from rows_added now join rows_removed old on {same_key}").fetchone() or ()
    differing = {name: int(count) for name, count in zip(others, found, strict=True) if count}
    return dict(sorted(differing.items(), key=lambda one: -one[1]))
