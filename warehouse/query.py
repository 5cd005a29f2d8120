"""Read-only questions to the published release."""

from __future__ import annotations

from collections.abc import Generator, Mapping, Sequence
from concurrent.futures import Future, wait
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Thread

import duckdb

from warehouse.releases import DATABASE_NAME, DamagedReleaseError, NotPublishedError, current_release

__all__ = ["Answer", "NotPublishedError", "QueryError", "ask", "asked", "open_published", "stoppable"]


Parameters = Sequence[object] | Mapping[str, object]


class QueryError(RuntimeError):
    """The SQL could not be run; the message is the engine's, with a hint."""


@dataclass(frozen=True, slots=True)
class Answer:
    """Column names and rows, in the order of the query."""

    columns: tuple[str, ...]
    rows: tuple[tuple[object, ...], ...]

    def records(self) -> list[dict[str, object]]:
        return [dict(zip(self.columns, row, strict=True)) for row in self.rows]


def open_published(published: Path) -> duckdb.DuckDBPyConnection:
    """A connection that can read the published marts and nothing else: no writing, no files, no extensions.

    Raises:
        NotPublishedError: there is no release yet, or it is damaged; the message says how to make one.
    """
    release = current_release(published)
    if release is None:
        raise NotPublishedError(
            f"expected a published release at {published / 'current' / DATABASE_NAME}, found none; run `make refresh` first"
        )
    try:
        return duckdb.connect(
            str(release.database), read_only=True, config={"enable_external_access": False, "lock_configuration": True}
        )
    except duckdb.Error as error:
        raise DamagedReleaseError(
            f"release {release.release_id} cannot be opened: {release.database}: {error}. Run `cchc refresh`: it builds a new release."
        ) from error


@contextmanager
def asked(published: Path, sql: str, parameters: Parameters = ()) -> Generator[duckdb.DuckDBPyConnection]:
    """Run one statement against the published release; its rows are fetched from what is given, as many at a time as one likes.

    Raises:
        NotPublishedError: nothing is published.
        QueryError: the engine refused the statement.
    """
    with open_published(published) as connection:
        try:
            if len(duckdb.extract_statements(sql)) != 1:
                raise QueryError("expected one SQL statement, found several or none; send them one at a time")
            yield stoppable(connection, sql, parameters)
        except duckdb.Error as error:
            raise QueryError(_in_words(error)) from error


def stoppable(connection: duckdb.DuckDBPyConnection, sql: str, parameters: Parameters = ()) -> duckdb.DuckDBPyConnection:
    """Run one statement so that Ctrl-C ends it and nothing else.

    DuckDB looks for signals between its tasks only, and one task of a large join may last for hours; what is asked of it by another
    thread it heeds at once. So the statement runs in a thread of its own, and this one listens.

    Raises:
        QueryError: somebody pressed Ctrl-C.
        duckdb.Error: the engine refused the statement.
    """
    done: Future[duckdb.DuckDBPyConnection] = Future()

    def work() -> None:
        try:
            done.set_result(connection.execute(sql, parameters))
        except BaseException as error:  # noqa: BLE001 (it is raised again where somebody waits for it)
            done.set_exception(error)

    Thread(target=work, daemon=True).start()
    try:
        return done.result()
    except KeyboardInterrupt:
        while not done.done():
            connection.interrupt()
            wait([done], timeout=0.1)
        raise QueryError("stopped before it was done") from None


def _in_words(error: duckdb.Error) -> str:
    """The engine's message, with what it means here where that is not said."""
    said = str(error)
    if "read-only" in said.lower():
        said += "\nThe published release is read-only: only statements that ask may run."
    elif "file system operations are disabled" in said:
        said += (
            "\nHere only the tables of the release can be read, and no file. To write an answer into one: "
            'cchc query "select …" -o answer.csv. To join a file of yours: open cchc.duckdb in DuckDB itself.'
        )
    elif "prepared statement parameters" in said:
        said += "\nGive each a value by its name, and no other: `where year = $year` with --param year=2023."
    return f'{said}\nTables: cchc query "show tables". Columns of one: cchc query "describe rpt_scores".'


def ask(published: Path, sql: str, parameters: Parameters = ()) -> Answer:
    """Run one statement against the published release.

    Raises:
        NotPublishedError: nothing is published.
        QueryError: the engine refused the statement.
    """
    with asked(published, sql, parameters) as result:
        columns = tuple(column[0] for column in result.description or ())
        return Answer(columns, tuple(result.fetchall()))
