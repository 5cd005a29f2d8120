"""The published release over DuckDB's own protocol, Quack, for whoever has the token.

One process holds an empty database in memory whose views select from the attached file of the release. When another release is
published its file is attached, and all views are replaced in one transaction: a statement sees the views of one moment, hence one
release. (A client cannot join two attached tables by itself: DuckDB 1.5 refuses it; `from cchc.query('…')` runs a whole statement
here.) Files that no view uses any more are detached at the release after next, when statements that began with them are long done.
"""

from __future__ import annotations

import contextlib
import importlib
import secrets
import socket
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb

from extractors.durable import write_atomically
from warehouse.formats.tables import Table, quoted, read_tables
from warehouse.releases import Release
from warehouse.serving.errors import HOW_TO_INSTALL, ServingError
from warehouse.serving.quack_rules import Rules
from warehouse.serving.tables import identifier

EXTENSIONS = ("httpfs", "quack")
LOOPBACK = ("127.0.0.1", "localhost", "::1")
LEAST_TOKEN = 16


@dataclass(frozen=True, slots=True)
class QuackSettings:
    """Where to listen, and how much all readers together may take."""

    host: str = "127.0.0.1"
    port: int = 9494
    memory: str = "2GB"
    threads: int = 2

    @property
    def address(self) -> str:
        return f"quack:{self.host}:{self.port}"


def token_of(path: Path) -> str:
    """The token that a file holds; where there is none a new one is made, for its owner's eyes only.

    Raises:
        ServingError: others may read the file, or what it holds is too short.
        OSError: it cannot be read or written.
    """
    if not path.exists():
        write_atomically(path, f"{secrets.token_urlsafe(32)}\n".encode(), mode=0o600)
    mode = stat.S_IMODE(path.stat().st_mode)
    if mode & 0o077:
        raise ServingError(
            f"{path}: expected a token that only its owner may read, found rights {mode:03o}; run: chmod 600 {path}"
        )
    token = path.read_text(encoding="utf-8").strip()
    if len(token) < LEAST_TOKEN:
        raise ServingError(
            f"{path}: expected a token of at least {LEAST_TOKEN} letters, found {len(token)}; delete the file for a new one"
        )
    return token


class QuackServer:
    """A server in this process; `show` points its readers at a release."""

    def __init__(self, settings: QuackSettings, token: str, *, releases: Path, extensions: Path) -> None:
        """`releases`: the only folder from which files may be attached; `extensions`: where DuckDB's extensions are unpacked.

        Raises:
            ServingError: a package is missing, or `memory` is no size.
        """
        self._settings = settings
        self._attached: list[str] = []
        self._serial = 0
        extensions.mkdir(parents=True, exist_ok=True)
        self._connection = duckdb.connect(
            config={
                "extension_directory": str(extensions),
                "threads": settings.threads,
                "allow_persistent_secrets": False,
            }
        )
        try:
            self._connection.execute(f"set memory_limit = {quoted(settings.memory)}")
        except duckdb.Error:
            raise ServingError(f"--memory: expected a size such as 2GB or 500MiB, found {settings.memory!r}") from None
        self._load()
        self._rules = Rules()
        self._connection.create_function("cchc_may", self._rules.may, ["VARCHAR", "VARCHAR"], "BOOLEAN")  # type: ignore[arg-type]
        for statement in (
            "set timezone = 'UTC'",
            "set temp_directory = ''",  # a statement that needs more memory than there is ends; it does not fill the disk
            "set global quack_authorization_function = 'cchc_may'",
            "set autoinstall_known_extensions = false",
            "set autoload_known_extensions = false",
            f"set allowed_directories = [{quoted(f'{releases.resolve()}/')}]",
            "set enable_external_access = false",
            "set lock_configuration = true",
        ):
            self._connection.execute(statement)
        self._token = token

    def _load(self) -> None:
        try:
            packaged: Any = importlib.import_module("duckdb_extensions")
            for name in EXTENSIONS:
                packaged.import_extension(name, con=self._connection)
                self._connection.execute(f"load {name}")
        except (ImportError, duckdb.Error) as error:
            first = str(error).splitlines()[0]
            raise ServingError(
                f"DuckDB's extensions {' and '.join(EXTENSIONS)} cannot be loaded ({first}); {HOW_TO_INSTALL}"
            ) from None

    def listen(self) -> None:
        """Let readers in. Call it when a release is shown.

        Raises:
            ServingError: the address cannot be listened on.
        """
        self._must_be_free()
        others = "" if self._settings.host in LOOPBACK else ", allow_other_hostname => true, disable_ssl => true"
        try:
            self._connection.execute(
                f"call quack_serve({quoted(self._settings.address)}, token => {quoted(self._token)}{others})"
            )
        except duckdb.Error as error:
            raise self._cannot_listen(str(error).replace(self._token, "…").splitlines()[0]) from None

    def _must_be_free(self) -> None:
        """Quack shares a port with another Quack without a word, and readers would reach now one, now the other."""
        with contextlib.suppress(OSError), socket.create_connection((self._settings.host, self._settings.port), timeout=2):
            raise self._cannot_listen("somebody answers there")

    def _cannot_listen(self, why: str) -> ServingError:
        where = f"{self._settings.host}:{self._settings.port}"
        return ServingError(f"cannot listen on {where}: {why}. Another program may have the port: choose one with --port")

    def show(self, release: Release) -> None:
        """Point readers at this release, in one step.

        Raises:
            ServingError: its file cannot be opened; readers keep the one before.
        """
        self._serial += 1
        alias = f"release_{self._serial}"
        try:
            self._connection.execute(f"attach {quoted(str(release.database.resolve()))} as {alias} (read_only)")
        except duckdb.Error as error:
            raise ServingError(f"{release.database} cannot be opened: {str(error).splitlines()[0]}") from None
        tables = read_tables(self._connection, alias, "main")
        old = self._connection.execute(
            "select view_name from duckdb_views() where database_name = 'memory' and schema_name = 'main' and not internal"
        ).fetchall()
        self._connection.execute("begin")
        for table in tables:
            self._show_table(table, alias)
        for name in {str(name) for (name,) in old} - {table.name for table in tables}:
            self._connection.execute(f"drop view main.{identifier(name)}")
        self._connection.execute("commit")
        self._attached.append(alias)
        for gone in self._attached[:-2]:
            # One that a statement of before still reads is tried again at the next release.
            with contextlib.suppress(duckdb.Error):
                self._connection.execute(f"detach {gone}")
                self._attached.remove(gone)

    def _show_table(self, table: Table, alias: str) -> None:
        view = f"main.{identifier(table.name)}"
        self._connection.execute(f"create or replace view {view} as select * from {alias}.main.{identifier(table.name)}")
        if table.text.vi:
            self._connection.execute(f"comment on view {view} is {quoted(table.text.comment)}")
        for column in table.columns:
            if column.text.vi:
                self._connection.execute(f"comment on column {view}.{identifier(column.name)} is {quoted(column.text.comment)}")

    def late(self, seconds: int) -> str | None:
        """A statement of a reader that has run for longer than it may, in words; None if there is none."""
        row = self._connection.execute(
            "select query, epoch(now() at time zone 'UTC') - epoch(query_started_at) as ran from quack_active_connections() "
            "where state = 'active' order by ran desc limit 1"
        ).fetchone()
        return (
            None
            if row is None or row[1] <= seconds
            else f"a statement ran for {row[1]:.0f} s: {' '.join(str(row[0]).split())[:200]}"
        )

    def stop(self) -> None:
        """Let nobody in any more."""
        with contextlib.suppress(duckdb.Error):
            self._connection.execute(f"call quack_stop({quoted(self._settings.address)})")
        self._connection.close()


def token_file(home: Path) -> Path:
    """Where the token of a home lies, unless another file is named."""
    return home / "serving" / "quack.token"


def is_loopback(host: str) -> bool:
    """Whether only programs of this machine can reach it."""
    return host in LOOPBACK
