"""A connection to the PostgreSQL server on which a release is served, as its owner."""

from __future__ import annotations

from collections.abc import Generator, Sequence
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any, LiteralString, cast

from warehouse.serving.errors import HOW_TO_INSTALL, ServingError
from warehouse.serving.tables import identifier
from warehouse.targets.places import Places

INTERNAL = "cchc_internal"
"""Schema of what the owner keeps for himself: which release is shown, who may read how long."""

if TYPE_CHECKING:
    import psycopg

    Connection = psycopg.Connection[tuple[Any, ...]]


def run(server: Connection, statement: str, values: Sequence[object] = ()) -> psycopg.Cursor[tuple[Any, ...]]:
    """One statement. Names in it are ours, or were checked; what comes from elsewhere goes into `values`."""
    return server.execute(cast("LiteralString", statement), values or None)


@contextmanager
def connect(places: Places) -> Generator[Connection]:
    """Statement by statement (autocommit); the database is created where it is missing.

    Raises:
        ServingError: the driver is missing, no server answers, it refuses the user, or a statement fails; the password is never said.
    """
    try:
        import psycopg
    except ImportError:
        raise ServingError(f"serving over PostgreSQL needs the driver psycopg, not installed here; {HOW_TO_INSTALL}") from None
    try:
        connection = _open(places)
    except psycopg.OperationalError as error:
        # libpq tells one line of each address it tried, and a question back ("Is the server running …?") below.
        reason = str(error).strip().splitlines()[0].rstrip(".")
        raise ServingError(
            f"expected a PostgreSQL server at {places.host}:{places.port} that lets in user {places.user} (database "
            f"{places.database}), found: {reason}. Start the server, or set CCHC_PG_HOST, CCHC_PG_PORT, CCHC_PG_USER and "
            "CCHC_PG_PASSWORD."
        ) from None
    except psycopg.errors.InsufficientPrivilege as error:
        raise ServingError(
            f"database {places.database} is not there, and user {places.user} may not make it ({str(error).splitlines()[0]}). As a "
            f"superuser: create database {identifier(places.database)} owner {identifier(places.user)} template template0 encoding "
            "'UTF8' lc_collate 'C' lc_ctype 'C'   (or set CCHC_PG_DATABASE)"
        ) from None
    try:
        yield connection
    except (psycopg.errors.InsufficientPrivilege, psycopg.errors.ReadOnlySqlTransaction) as error:
        raise ServingError(
            f"user {places.user} may not do what serving needs ({str(error).splitlines()[0]}); it must own database "
            f"{places.database} and be allowed to make roles (alter role {identifier(places.user)} createrole); a reader's login "
            "cannot serve"
        ) from None
    except psycopg.Error as error:
        raise ServingError(f"database {places.database} at {places.host}:{places.port}: {str(error).splitlines()[0]}") from None
    finally:
        connection.close()


def _open(places: Places) -> Connection:
    import psycopg

    def opened(database: str) -> Connection:
        return psycopg.connect(
            host=places.host, port=places.port, user=places.user, password=places.password or None, dbname=database,
            autocommit=True, connect_timeout=10,
        )  # fmt: skip

    try:
        return opened(places.database)
    except psycopg.OperationalError as error:
        if f'database "{places.database}" does not exist' not in str(error):
            raise
    with opened("postgres") as server:
        run(
            server,
            f"create database {identifier(places.database)} template template0 encoding 'UTF8' lc_collate 'C' lc_ctype 'C'",
        )
    return opened(places.database)
