"""What the rules of a book judge, worked out once: the views of the prelude, and the judged rows of each rule as a table.

Great Expectations asks a rule's query several times, and every rule reads the same views; without this they would be worked out anew
each time. The views are temporary tables of one connection, the judged rows a database file of their own: what is judged is only read.
"""

from __future__ import annotations

from collections.abc import Generator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

import duckdb

from expectations.models import Rule, RuleBook

BATCH = "batch"
"""Table of the judged database with the rows that the gate starts from."""


@dataclass(frozen=True, slots=True)
class Judged:
    """A database file with one table for each rule, named by its id, and `BATCH`. `wrong`: rule id -> why its query did not run."""

    database: Path
    wrong: Mapping[str, str]


@contextmanager
def judged(book: RuleBook, database: Path) -> Generator[Judged]:
    """The judged rows of all rules, as long as the context lasts. A rule whose query breaks has no table."""
    with TemporaryDirectory(prefix="cchc-gate-") as folder:
        target = Path(folder) / "judged.duckdb"
        wrong: dict[str, str] = {}
        with duckdb.connect(str(target)) as connection:
            quoted = str(database).replace("'", "''")
            connection.execute(f"attach '{quoted}' as data (read_only)")
            connection.execute("use data")
            connection.execute(f"create table judged.main.{BATCH} as {_filled(book, 'select * from {batch}', None)}")
            views = work_out_views(connection, book)
            for rule in book.rules:
                error = _create(connection, f'table judged.main."{rule.id}"', filled_sql(book, rule))
                if error:
                    wrong[rule.id] = "; ".join(part for part in (error, views) if part)
        yield Judged(target, wrong)


def work_out_views(connection: duckdb.DuckDBPyConnection, book: RuleBook, *, batch: str | None = None) -> str:
    """The views of the prelude as temporary tables, in their order. Returns what went wrong, or "": a rule that reads a view that is
    not there will say so.

    `batch`: the query that stands for `{batch}`; by default the whole table that the gate starts from.
    """
    wrong: list[str] = []
    for name, sql in book.prelude.items():
        error = _create(connection, f"or replace temp table {name}", _filled(book, sql, batch))
        if error:
            wrong.append(f"view {name} of the prelude: {error}")
    return "; ".join(wrong)


def filled_sql(book: RuleBook, rule: Rule, *, batch: str | None = None) -> str:
    """The query of one rule with its batch, to be run where the views are."""
    return _filled(book, rule.sql, batch)


def _filled(book: RuleBook, sql: str, batch: str | None) -> str:
    return sql.format(batch=batch or f"(select * from {book.batch_schema}.{book.batch_table})")


def _create(connection: duckdb.DuckDBPyConnection, what: str, sql: str) -> str:
    try:
        connection.execute(f"create {what} as\n{sql}")
    except duckdb.Error as error:
        return " ".join(str(error).split())
    return ""
