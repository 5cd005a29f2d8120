"""What the dictionary says of the tables of a release: meaning, type, unit, an example of this release, its codes."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

import duckdb

from warehouse.descriptions import Described
from warehouse.dictionary.lineage import ColumnOf, Lineage
from warehouse.dictionary.texts import CodeList, code_list_of, unit_of, warnings_of
from warehouse.formats.tables import Table, read_tables

_NUMBERS = ("INTEGER", "BIGINT", "DOUBLE", "DECIMAL")


@dataclass(frozen=True, slots=True)
class ColumnEntry:
    """A column: `example` is a value of this release, of the first row that has one; `codes` those that occur in it."""

    name: str
    type_name: str
    text: Described
    unit: Described
    warnings: tuple[Described, ...]
    example: object
    codes: tuple[str, ...]
    code_list: CodeList | None
    made_of: tuple[ColumnOf, ...]


@dataclass(frozen=True, slots=True)
class TableEntry:
    """A table with its columns, rows, key, and the tables above and below it."""

    name: str
    text: Described
    row_count: int
    key: tuple[str, ...]
    columns: tuple[ColumnEntry, ...]
    made_of: tuple[str, ...]
    used_by: tuple[str, ...]

    @property
    def layer(self) -> str:
        """The first word of its name: rpt, fct, dim, bridge, qa, release."""
        return self.name.partition("_")[0]


def _named(name: str) -> str:
    return '"' + name.replace('"', '""') + '"'


def _examples(connection: duckdb.DuckDBPyConnection, table: Table) -> tuple[int, Mapping[str, object]]:
    """The number of rows, and of each column a value: of the index that comes first in every list, which most readers know."""
    names = {column.name for column in table.columns}
    place, others = "rows.rowid", ""
    if "index_sort" in names:
        place = "(coalesce(rows.index_sort, 999), rows.rowid)"
    elif "index_code" in names and not table.name.startswith("bi_"):  # bi.duckdb has no dim_index
        place, others = "(coalesce(i.index_sort, 999), rows.rowid)", "left join dim_index i on i.index_code = rows.index_code"
    asked = ", ".join(f"arg_min(rows.{_named(column.name)}, {place})" for column in table.columns)
    row = connection.execute(f"select count(*), {asked} from {_named(table.name)} rows {others}").fetchone()
    count, *values = row or (0, *(None for _ in table.columns))
    return int(count), dict(zip((column.name for column in table.columns), values, strict=True))


def _codes(connection: duckdb.DuckDBPyConnection, table: str, column: str) -> tuple[str, ...]:
    name = _named(column)
    rows = connection.execute(
        f"select distinct {name}::varchar from {_named(table)} where {name} is not null order by 1"
    ).fetchall()
    return tuple(str(row[0]) for row in rows)


def read_entries(connection: duckdb.DuckDBPyConnection, lineage: Lineage) -> tuple[TableEntry, ...]:
    """All tables of the release that this connection has open, by name."""
    (name,) = connection.execute("select current_database()").fetchone() or ("",)
    entries: list[TableEntry] = []
    for table in read_tables(connection, str(name), "main"):
        count, examples = _examples(connection, table)
        columns: list[ColumnEntry] = []
        for column in table.columns:
            codes = code_list_of(column.name) if column.type_name == "VARCHAR" else None
            columns.append(
                ColumnEntry(
                    column.name,
                    column.type_name,
                    column.text,
                    unit_of(column.name) if column.type_name.startswith(_NUMBERS) else Described(),
                    warnings_of(column.name),
                    examples[column.name],
                    _codes(connection, table.name, column.name) if codes else (),
                    codes,
                    lineage.columns.get((table.name, column.name), ()),
                )
            )
        key, parents = lineage.keys.get(table.name, ()), lineage.tables.get(table.name, ())
        entries.append(TableEntry(table.name, table.text, count, key, tuple(columns), parents, lineage.used_by(table.name)))
    return tuple(entries)


def read_bi_entries(connection: duckdb.DuckDBPyConnection) -> tuple[TableEntry, ...]:
    """The tables of `bi.duckdb`, which this connection has open. No list where one says in words what a mart says by a code."""
    found: list[TableEntry] = []
    for entry in read_entries(connection, Lineage()):
        columns = tuple(
            column if column.code_list is None or set(column.codes) <= column.code_list.codes.keys()
            else replace(column, codes=(), code_list=None)
            for column in entry.columns
        )  # fmt: skip
        found.append(replace(entry, columns=columns))
    return tuple(found)


def codes_found(entries: tuple[TableEntry, ...]) -> Mapping[str, tuple[str, ...]]:
    """Name of a code list -> the codes of it that occur in this release."""
    found: dict[str, set[str]] = {}
    for entry in entries:
        for column in entry.columns:
            if column.code_list is not None:
                found.setdefault(column.code_list.name, set()).update(column.codes)
    return {name: tuple(sorted(codes)) for name, codes in found.items()}
