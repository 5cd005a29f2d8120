"""A DuckDB connection that sees the build database as `build` and a target as `target`."""

from __future__ import annotations

import importlib
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import duckdb

from warehouse.targets.places import Places, TargetError, TargetName

EXTENSIONS = ("postgres_scanner", "ducklake")
BYTE_ORDER = ("C", "POSIX", "C.UTF-8", "C.utf8")
"""Collations that order texts by their bytes, as DuckDB and Spark do."""

_DATABASES = """
select datname, pg_encoding_to_char(encoding) as encoding, datcollate,
       to_jsonb(d) ->> 'datlocprovider' as provider, coalesce(to_jsonb(d) ->> 'datlocale', to_jsonb(d) ->> 'daticulocale') as locale
from pg_database as d
"""
"""Through JSON, for the columns of the last two have other names, or are absent, in other versions of the server."""

HOW_TO_INSTALL = "run `make setup-scale`, which adds the packages of the other targets"


def quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


@contextmanager
def attached(build: Path, target: TargetName, places: Places) -> Generator[duckdb.DuckDBPyConnection]:
    """Both databases in one connection; `target` may be written. Spark has none: its files are read and written as Parquet.

    Raises:
        TargetError: a package is missing, no server answers, or its database orders texts by another rule than ours.
    """
    if not build.exists():
        raise TargetError(f"expected the database of the last refresh at {build}, found none; run `cchc refresh` first")
    places.extensions.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(config={"extension_directory": str(places.extensions)}) as connection:
        connection.execute("set timezone = 'UTC'")
        connection.execute(f"attach {quoted(str(build))} as build (read_only)")
        if target != "spark":
            _load_extensions(connection)
            _attach_server(connection, target, places)
        yield connection


def _load_extensions(connection: duckdb.DuckDBPyConnection) -> None:
    """Signed binaries of DuckDB's own, from packages: nothing is downloaded."""
    try:
        packaged: Any = importlib.import_module("duckdb_extensions")
        for name in EXTENSIONS:
            packaged.import_extension(name, con=connection)
            connection.execute(f"load {name}")
    except (ImportError, duckdb.Error) as error:
        first = str(error).splitlines()[0]
        raise TargetError(
            f"DuckDB's extensions {' and '.join(EXTENSIONS)} cannot be loaded ({first}); {HOW_TO_INSTALL}"
        ) from None


def _secret(name: str, places: Places, database: str) -> str:
    """The password goes into a secret, for an error message repeats the text of a connection."""
    parts = {
        "host": places.host,
        "port": str(places.port),
        "user": places.user,
        "password": places.password,
        "database": database,
    }
    settings = ", ".join(f"{key} {quoted(value)}" for key, value in parts.items() if value)
    return f"create or replace secret {name} (type postgres, {settings})"


def byte_order_problem(encoding: str, collation: str, provider: str | None, locale: str | None) -> str | None:
    """How a database sorts, in words, if it is not by the bytes of UTF-8; None if it is.

    `provider`: who compares texts: `c` the operating system by `collation`, `i` ICU and `b` the server itself, both by `locale`
    and whatever `collation` says. A server before version 15 names none and has the first alone.
    """
    if provider == "i":
        return f"{encoding} with the rules of ICU locale {locale}"
    rule = locale if provider == "b" else collation
    return None if encoding == "UTF8" and rule in BYTE_ORDER else f"{encoding} with {rule}"


def _connect(connection: duckdb.DuckDBPyConnection, places: Places, database: str, alias: str) -> None:
    connection.execute(_secret(f"to_{alias}", places, database))
    try:
        connection.execute(f"attach '' as {alias} (type postgres, secret to_{alias})")
    except duckdb.Error as error:
        reason = str(error).split("failed: ", 1)[-1].strip().splitlines()[0]
        raise TargetError(
            f"expected a PostgreSQL server at {places.host}:{places.port} that lets in user {places.user} (database {database}), "
            f"found: {reason}. Start the server, or set CCHC_PG_HOST, CCHC_PG_PORT, CCHC_PG_USER and CCHC_PG_PASSWORD."
        ) from None


def _ensure_database(connection: duckdb.DuckDBPyConnection, places: Places, database: str) -> None:
    """Create the database where it is missing, in byte order; refuse one that sorts texts otherwise, for figures hang on the order."""
    _connect(connection, places, "postgres", "server")
    found = connection.execute(f"select * from postgres_query('server', {quoted(_DATABASES)})").fetchall()
    known = {str(name): settings for name, *settings in found}
    if database not in known:
        name = database.replace('"', '""')
        # From version 15 on a cluster may compare by ICU unless a database says otherwise; before, there is no such word.
        provider = " locale_provider 'libc'" if any(provider is not None for _, _, provider, _ in known.values()) else ""
        statement = f"create database \"{name}\" template template0 encoding 'UTF8'{provider} lc_collate 'C' lc_ctype 'C'"
        try:
            connection.execute(f"call postgres_execute('server', {quoted(statement)}, use_transaction = false)")
        except duckdb.Error as error:
            raise TargetError(
                f"the server at {places.host}:{places.port} has no database {database}, and user {places.user} may not create it "
                f"({str(error).splitlines()[-1]}). Create it as its administrator: {statement}"
            ) from None
    elif (problem := byte_order_problem(*known[database])) is not None:
        raise TargetError(
            f"expected database {database} in UTF8 with collation C, found {problem}: "
            "texts would be ordered by another rule than on the other targets. Name another database; a missing one is created."
        )
    connection.execute("detach server")


def _attach_server(connection: duckdb.DuckDBPyConnection, target: TargetName, places: Places) -> None:
    if target == "postgres":
        _ensure_database(connection, places, places.database)
        _connect(connection, places, places.database, "target")
        return
    _ensure_database(connection, places, places.lake_database)
    connection.execute(_secret("lake_catalogue", places, places.lake_database))
    try:
        if "://" not in places.lake_data:
            Path(places.lake_data).mkdir(parents=True, exist_ok=True)
        connection.execute(
            f"attach 'ducklake:postgres:' as target (data_path {quoted(places.lake_data)}, meta_secret 'lake_catalogue')"
        )
    except (duckdb.Error, OSError) as error:
        raise TargetError(
            f"the lake with its catalogue in database {places.lake_database} and its files in {places.lake_data} cannot be opened: "
            f"{str(error).strip().splitlines()[0]}. CCHC_LAKE_DATA must name the folder the lake was made with."
        ) from None
