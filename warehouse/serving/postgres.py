"""A release in PostgreSQL, so that no statement ever sees two, and none ever waits.

Renaming schemas alone is not enough: a statement that names two tables resolves one after the other, and a rename that commits in
between gives it one of each release. So the marts stand twice, in two slots (schemas), and readers ask views that take the slot from a
table of one row. A statement reads that row and the marts in one snapshot, hence all of one release; a transaction at `repeatable read`
is of one release throughout. The slot that nobody is pointed at is filled, then the row is updated.

A release with other columns than the one before gets views and slots of its own (a generation). First both generations are made to
say the same: the new slots get the release of before, the old ones the new release, as far as the columns go. Then the schema of
the views changes its name and the row is updated, in one transaction: a statement that meets views of both generations still reads one
release. No step takes a lock that a reader holds or waits for.
"""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, LiteralString, cast

import duckdb

from warehouse.descriptions import Described
from warehouse.formats.tables import Table, read_tables
from warehouse.releases import Release
from warehouse.serving.errors import ServingError
from warehouse.serving.roles import GROUP, left_to_everybody, open_elsewhere, prepare_roles
from warehouse.serving.server import INTERNAL, connect, run
from warehouse.serving.tables import NULL, identifier, indexes_of, server_type, structure_of, text_of
from warehouse.targets.places import Places

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]

VIEWS, NEXT = "cchc", "cchc_next"
"""Schemas: what readers see, also before it has that name."""

SLOTS = ("a", "b")
_LOCK_MS = 200
"""How long removing what an earlier generation left waits for its last readers: less than the second after which PostgreSQL would look
for a deadlock and might stop a reader. What is not removed now is removed with the next release."""


@dataclass(frozen=True, slots=True)
class Served:
    """What readers of the server see.

    `was_there`: the release stood there already, and nothing was done. `left_to_everybody`: what readers may do beyond reading;
    `open_elsewhere`: other databases of the server to which they may connect.
    """

    release_id: str
    tables: int
    rows: int
    left_to_everybody: tuple[str, ...]
    open_elsewhere: tuple[str, ...]
    was_there: bool = False


def publish_to_postgres(release: Release, places: Places) -> Served:
    """Fill the free slot with the marts of a release, then point readers at it.

    Raises:
        ServingError: no server, no right, another publisher at work, readers that hold the views for too long.
    """
    with duckdb.connect(str(release.database), read_only=True) as source, connect(places) as server:
        source.execute("set timezone = 'UTC'")
        tables = _tables(source)
        prepare_roles(server, places.database)
        _prepare(server)
        with _only_publisher(places):
            return _publish(release, server, source, tables)


def _publish(release: Release, server: Connection, source: duckdb.DuckDBPyConnection, tables: tuple[Table, ...]) -> Served:
    rows = sum(release.row_counts.values())
    served = Served(release.release_id, len(tables), rows, tuple(left_to_everybody(server)), tuple(open_elsewhere(server)))
    standing = _row(server, f"select release_id, fingerprint, slot, generation, structure from {INTERNAL}.active")
    if standing is not None and standing[:2] == (release.release_id, release.fingerprint):
        return replace(served, was_there=True)
    structure = structure_of(tables)
    if standing is None:
        _make_slots(server, tables, 1)
        _fill(server, source, tables, "release_1_a")
        _make_views(server, tables, 1, VIEWS)
        _point(server, release, SLOTS[0], 1, structure)
    else:
        slot, generation = SLOTS[1 - SLOTS.index(str(standing[2]))], int(str(standing[3]))
        if standing[4] != structure:
            generation += 1
            _make_slots(server, tables, generation)
            _fill(server, source, tables, f"release_{generation}_{slot}")
            _say_the_same(server, generation, now=str(standing[2]), coming=slot)
            _make_views(server, tables, generation, NEXT)
            with server.transaction():
                _rename_views(server, generation)
                _point(server, release, slot, generation, structure)
        else:
            _fill(server, source, tables, f"release_{generation}_{slot}")
            _point(server, release, slot, generation, structure)
        _drop_old(server, generation)
    return served


@contextmanager
def _only_publisher(places: Places) -> Generator[None]:
    """Only one release is filled in at a time.

    The lock is one of a table that readers cannot name: an advisory lock everybody may take, and a reader who held it would keep all
    on a release that was taken back. It needs no transaction number, so it keeps `vacuum` from nothing.

    Raises:
        ServingError: another process holds it.
    """
    import psycopg

    with connect(places) as holder, holder.transaction():
        try:
            run(holder, f"lock table {INTERNAL}.publisher in exclusive mode nowait")
        except psycopg.errors.LockNotAvailable:
            raise ServingError(
                f"another process fills database {places.database} just now; try again when it is done"
            ) from None
        yield


def _tables(source: duckdb.DuckDBPyConnection) -> tuple[Table, ...]:
    (name,) = source.execute("select current_database()").fetchone() or ("",)
    return read_tables(source, str(name), "main")


def _row(server: Connection, sql: str, *values: object) -> tuple[Any, ...] | None:
    return run(server, sql, values).fetchone()


def _prepare(server: Connection) -> None:
    with server.transaction():
        run(
            server,
            f"create table if not exists {INTERNAL}.active (one boolean primary key default true check (one), slot text not null, "
            "generation integer not null, release_id text not null, fingerprint text not null, structure text not null)",
        )
        run(server, f"create table if not exists {INTERNAL}.publisher (nobody boolean)")


def _make_slots(server: Connection, tables: Sequence[Table], generation: int) -> None:
    """Empty tables of a new structure, twice, with their indexes."""
    with server.transaction():
        for slot in SLOTS:
            schema = f"release_{generation}_{slot}"
            run(server, f"drop schema if exists {schema} cascade")
            run(server, f"create schema {schema}")
            for table in tables:
                columns = ", ".join(f"{identifier(one.name)} {server_type(one.type_name)}" for one in table.columns)
                name = f"{schema}.{identifier(table.name)}"
                run(server, f"create table {name} ({columns})")
                for index in indexes_of(table):
                    run(server, f"create index on {name} ({', '.join(index)})")


def _fill(server: Connection, source: duckdb.DuckDBPyConnection, tables: Sequence[Table], schema: str) -> None:
    """Other rows in the tables of a slot that readers are not pointed at. They hold it all the same while a statement runs, so nothing
    here takes a lock that they would wait for."""
    with server.transaction():
        for table in tables:
            name = f"{schema}.{identifier(table.name)}"
            run(server, f"delete from {name}")
            with text_of(source, table) as path, server.cursor() as cursor:
                copied = f"copy {name} from stdin (format csv, null '{NULL}')"
                with path.open("rb") as stream, cursor.copy(cast("LiteralString", copied)) as copy:
                    while block := stream.read(1 << 16):
                        copy.write(block)
    for table in tables:
        run(server, f"vacuum (analyze) {schema}.{identifier(table.name)}")


def _point(server: Connection, release: Release, slot: str, generation: int, structure: str) -> None:
    """The one step that readers notice."""
    with server.transaction():
        run(server, f"delete from {INTERNAL}.active")
        run(
            server,
            f"insert into {INTERNAL}.active (slot, generation, release_id, fingerprint, structure) values (%s, %s, %s, %s, %s)",
            (slot, generation, release.release_id, release.fingerprint, structure),
        )


def _view(table: Table, generation: int, schema: str) -> str:
    """A view of one slot or the other, by what the row says in the same snapshot; the other branch is never run."""
    columns = ", ".join(identifier(column.name) for column in table.columns)
    branches = [
        f"select {columns} from release_{generation}_{slot}.{identifier(table.name)} "
        f"where (select slot from {INTERNAL}.active) = '{slot}'"
        for slot in SLOTS
    ]
    return f"create view {schema}.{identifier(table.name)} as {' union all '.join(branches)}"


def _make_views(server: Connection, tables: Sequence[Table], generation: int, schema: str) -> None:
    with server.transaction():
        run(server, f"drop schema if exists {schema} cascade")
        run(server, f"create schema {schema}")
        for table in tables:
            run(server, _view(table, generation, schema))
            _comment(server, table, schema)
        run(server, f"grant usage on schema {schema} to {GROUP}")
        run(server, f"grant select on all tables in schema {schema} to {GROUP}")


def _columns(server: Connection, schema: str) -> dict[str, dict[str, str]]:
    """Table -> column -> type, of a slot."""
    rows = run(
        server,
        "select table_name, column_name, data_type from information_schema.columns where table_schema = %s "
        "order by table_name, ordinal_position",
        [schema],
    ).fetchall()
    found: dict[str, dict[str, str]] = {}
    for table, column, kind in rows:
        found.setdefault(str(table), {})[str(column)] = str(kind)
    return found


def _say_the_same(server: Connection, generation: int, *, now: str, coming: str) -> None:
    """Give each generation what the other has: the new one the release of now, the old one the coming release."""
    for target, origin in (
        (f"release_{generation}_{now}", f"release_{generation - 1}_{now}"),
        (f"release_{generation - 1}_{coming}", f"release_{generation}_{coming}"),
    ):
        wanted, there = _columns(server, target), _columns(server, origin)
        with server.transaction():
            for table, columns in wanted.items():
                run(server, f"delete from {target}.{identifier(table)}")
                shared = ", ".join(identifier(name) for name, kind in columns.items() if there.get(table, {}).get(name) == kind)
                if shared:
                    run(
                        server,
                        f"insert into {target}.{identifier(table)} ({shared}) select {shared} from {origin}.{identifier(table)}",
                    )
        for table in wanted:
            run(server, f"vacuum (analyze) {target}.{identifier(table)}")


def _rename_views(server: Connection, generation: int) -> None:
    """A name of a schema is no lock: a reader finds the old views or the new ones, and both say the same."""
    run(server, f"alter schema {VIEWS} rename to {VIEWS}_{generation - 1}")
    run(server, f"alter schema {NEXT} rename to {VIEWS}")


def _drop_old(server: Connection, generation: int) -> None:
    """Views and slots of earlier generations; those that a statement still reads stay until the next release."""
    import psycopg

    rows = run(
        server, "select nspname from pg_namespace where nspname like %s or nspname like %s", [r"release\_%\_%", rf"{VIEWS}\_%"]
    ).fetchall()
    kept = {f"release_{generation}_{slot}" for slot in SLOTS} | {INTERNAL, VIEWS}
    gone = sorted(str(name) for (name,) in rows if name not in kept)
    for name in gone:  # views first: their name comes first
        try:
            with server.transaction():
                run(server, f"set local lock_timeout = '{_LOCK_MS}ms'")
                run(server, f"drop schema {identifier(name)} cascade")
        except psycopg.errors.LockNotAvailable:
            return


def _comment(server: Connection, table: Table, schema: str) -> None:
    from psycopg import sql

    def said(kind: str, name: str, text: Described) -> None:
        if text.vi:
            run(server, f"comment on {kind} {name} is {sql.Literal(text.comment).as_string(server)}")

    view = f"{schema}.{identifier(table.name)}"
    said("view", view, table.text)
    for column in table.columns:
        said("column", f"{view}.{identifier(column.name)}", column.text)
