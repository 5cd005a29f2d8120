"""`cchc serve`: the published release for many readers at once, read-only, over the network."""

from __future__ import annotations

import sys
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, NoReturn

import typer

from dagster_project.cli_common import JsonOption, fail, print_json

if TYPE_CHECKING:
    from dagster_project.settings import Settings
    from warehouse.releases import Release
    from warehouse.serving.quack import QuackServer
    from warehouse.targets import Places

serve_app = typer.Typer(
    no_args_is_help=True,
    help="Read-only for many: the report pages; SQL by PostgreSQL for BI tools, by Quack for DuckDB (docs/serving.md).",
)
reader_app = typer.Typer(no_args_is_help=True, help="Who may read on the PostgreSQL server: add, drop, list.")
serve_app.add_typer(reader_app, name="reader")

SecondsOption = Annotated[int, typer.Option(min=1, max=86400, help="Seconds that a statement of a reader may run.")]


@contextmanager
def _in_words() -> Generator[None]:
    from dagster_project.settings import HomeError
    from warehouse.releases import NotPublishedError
    from warehouse.serving.errors import ServingError
    from warehouse.targets import TargetError

    try:
        yield
    except (ServingError, TargetError, NotPublishedError, HomeError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"cannot use {error.filename or 'a file'}: {error.strerror or error}; correct its rights") from None


def _release(settings: Settings) -> Release:
    from warehouse.releases import NotPublishedError, current_release

    found = current_release(settings.published)
    if found is None:
        raise NotPublishedError(f"nothing is published yet under {settings.published}: run `make refresh`")
    return found


def _places(settings: Settings) -> Places:
    import os

    from warehouse.targets import places_of

    return places_of(os.environ, settings.home)


@serve_app.command()
def postgres(
    watch: Annotated[
        bool, typer.Option("--watch", help="Stay, follow each new release, and hold readers to their limits. Ctrl-C ends it.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Show the published release on the PostgreSQL server that CCHC_PG_HOST, _PORT, _USER, _PASSWORD and _DATABASE name.

    Readers see it in schema cchc, all tables of one release in every statement. `cchc serve reader add NAME` lets somebody in.
    """
    from dagster_project.settings import load_settings
    from warehouse.serving.postgres import publish_to_postgres
    from warehouse.serving.tables import identifier

    with _in_words():
        settings = load_settings()
        places = _places(settings)
        served = publish_to_postgres(_release(settings), places)
        if as_json:
            print_json(
                {
                    "release_id": served.release_id,
                    "tables": served.tables,
                    "rows": served.rows,
                    "was_there": served.was_there,
                    "left_to_everybody": served.left_to_everybody,
                    "open_elsewhere": served.open_elsewhere,
                }
            )
        else:
            state = "stands" if served.was_there else "is"
            where = f"{places.host}:{places.port}, database {places.database}, schema cchc"
            typer.echo(f"{served.release_id} {state} on {where}: {served.tables} tables")
        if served.left_to_everybody:
            typer.echo(
                f"readers may also {' and '.join(served.left_to_everybody)}, which only a superuser can take from them: run "
                "`cchc serve postgres` once as one (docs/serving.md)",
                err=True,
            )
        if served.open_elsewhere:
            names = ", ".join(identifier(name) for name in served.open_elsewhere)
            typer.echo(
                f"readers may also connect to other databases of the server, as PostgreSQL lets everybody; if nothing else needs that: "
                f"revoke connect on database {names} from public",
                err=True,
            )
        if watch:
            _watch_postgres(settings, places)


def _watch_postgres(settings: Settings, places: Places) -> None:
    import time

    from warehouse.releases import NotPublishedError
    from warehouse.serving.errors import ServingError
    from warehouse.serving.postgres import publish_to_postgres
    from warehouse.serving.roles import stop_late
    from warehouse.serving.server import connect

    shown = said = ""
    while True:
        try:
            release = _release(settings)
            if release.fingerprint + release.release_id != shown:
                served = publish_to_postgres(release, places)
                shown = release.fingerprint + release.release_id
                typer.echo(f"{served.release_id} is what readers see")
            with connect(places) as server:
                for words in stop_late(server):
                    typer.echo(words)
            said = ""
        except (ServingError, NotPublishedError) as error:  # the server or the release may come back: it is said once
            if str(error) != said:
                typer.echo(f"cchc: {error}", err=True)
                said = str(error)
            time.sleep(4)
        time.sleep(1)


@serve_app.command()
def quack(
    host: Annotated[str, typer.Option(help="Where to listen; beyond 127.0.0.1 put a proxy with TLS in front.")] = "127.0.0.1",
    port: Annotated[int, typer.Option(min=1, max=65535, help="Port.")] = 9494,
    token_file: Annotated[
        Path | None,
        typer.Option(help="File with the token, rights 600; by default one in the home, made once.", show_default=False),
    ] = None,
    seconds: SecondsOption = 60,
    memory: Annotated[str, typer.Option(help="Memory that all readers together may take.")] = "2GB",
) -> None:
    """Serve the published release to DuckDB users over Quack, and follow each new release. Ctrl-C ends it.

    A reader: install and load quack, then  create secret (type quack, token '…');  attach 'quack:HOST:PORT' as cchc;
    from cchc.query('select … from rpt_scores …');
    """
    from dagster_project.settings import load_settings
    from warehouse.serving.quack import QuackServer, QuackSettings, is_loopback, token_of
    from warehouse.serving.quack import token_file as default_token_file

    with _in_words():
        settings = load_settings()
        release = _release(settings)
        path = token_file or default_token_file(settings.home)
        if not path.exists():
            typer.echo(f"there was no token in {path}: a new one is made", err=True)
        chosen = QuackSettings(host, port, memory)
        server = QuackServer(
            chosen, token_of(path), releases=settings.published / "releases", extensions=_places(settings).extensions
        )
        server.show(release)
        server.listen()
        typer.echo(f"{release.release_id} is served on {chosen.address}; the token is in {path}")
        if not is_loopback(host):
            typer.echo("what goes over the wire is not encrypted: put a proxy with TLS in front (docs/serving.md)", err=True)
        _watch_quack(settings, server, release, seconds)


def _begin_anew() -> NoReturn:
    """This program once more in this process, without the files and sockets of now.

    A port that it inherited open would take in readers whom nobody answers.
    """
    import contextlib
    import os

    sys.stdout.flush()
    standard = (0, 1, 2)
    for entry in list(Path("/dev/fd").iterdir()):
        if int(entry.name) not in standard:
            with contextlib.suppress(OSError):  # the one by which the folder was listed
                os.set_inheritable(int(entry.name), False)
    os.execv(sys.executable, [sys.executable, "-m", "dagster_project.cli", *sys.argv[1:]])


def _watch_quack(settings: Settings, server: QuackServer, release: Release, seconds: int) -> None:
    import time

    from warehouse.releases import NotPublishedError
    from warehouse.serving.errors import ServingError

    shown, said = release, ""
    while True:
        time.sleep(0.5)
        late = server.late(seconds)
        if late is not None:
            # DuckDB cannot stop one statement of a reader, so the server begins anew; readers attach again.
            typer.echo(f"{late}; the server starts again", err=True)
            _begin_anew()
        try:
            found = _release(settings)
            if (found.release_id, found.fingerprint) != (shown.release_id, shown.fingerprint):
                server.show(found)
                shown = found
                typer.echo(f"{found.release_id} is what readers see")
            said = ""
        except (ServingError, NotPublishedError) as error:
            if str(error) != said:
                typer.echo(f"cchc: {error}; readers keep {shown.release_id}", err=True)
                said = str(error)


NameArgument = Annotated[str, typer.Argument(help="Name of the login: small letters, digits and _, such as so_noi_vu_hue.")]


@reader_app.command()
def add(
    name: NameArgument,
    password_file: Annotated[
        Path | None,
        typer.Option(help="File with the password; by default it is asked for, or read from a pipe.", show_default=False),
    ] = None,
    seconds: SecondsOption = 60,
    connections: Annotated[int, typer.Option(min=1, max=500, help="Connections at once.")] = 20,
) -> None:
    """Let somebody read schema cchc, and nothing else; a second call changes password and limits.

    The password has at least 12 letters.
    """
    from dagster_project.settings import load_settings
    from warehouse.serving.roles import Limits, add_reader

    with _in_words():
        if password_file is not None:
            password = password_file.read_text(encoding="utf-8").strip()
        elif sys.stdin.isatty():
            password = typer.prompt(f"Password of {name}", hide_input=True, confirmation_prompt=True)
        else:
            password = sys.stdin.readline().strip()
        places = _places(load_settings())
        add_reader(places, name, password, Limits(seconds=seconds, connections=connections))
        typer.echo(
            f"{name} may read: psql -h {places.host} -p {places.port} -U {name} {places.database}   "
            f"({seconds} s a statement, {connections} connections)"
        )


@reader_app.command()
def drop(name: NameArgument) -> None:
    """Take a login away and end its sessions."""
    from dagster_project.settings import load_settings
    from warehouse.serving.roles import drop_reader

    with _in_words():
        drop_reader(_places(load_settings()), name)
        typer.echo(f"{name} may no longer log in")


@reader_app.command(name="list")
def list_readers(as_json: JsonOption = False) -> None:
    """Logins that may read, and their limits."""
    from dataclasses import asdict

    from dagster_project.settings import load_settings
    from warehouse.serving.roles import prepare_roles, readers
    from warehouse.serving.server import connect

    with _in_words():
        places = _places(load_settings())
        with connect(places) as server:
            prepare_roles(server, places.database)
            found = readers(server)
    if as_json:
        print_json([{"name": one.name, "may_log_in": one.may_log_in, **asdict(one.limits)} for one in found])
    elif not found:
        typer.echo("nobody yet: cchc serve reader add NAME")
    for one in () if as_json else found:
        limits = f"{one.limits.seconds} s a statement, {one.limits.connections} connections"
        typer.echo(
            f"{one.name}: {limits if one.may_log_in else f'may no longer log in, `cchc serve reader drop {one.name}` says why'}"
        )


@serve_app.command()
def pages(
    port: Annotated[int, typer.Option(min=0, max=65535, help="Port; 0 for any that is free.")] = 8765,
    host: Annotated[
        str, typer.Option(help="Address to listen on; beyond this machine put a web server before it.")
    ] = "127.0.0.1",
) -> None:
    """Open the built report pages (`cchc reports`) on this machine. Ctrl-C ends it."""
    from dagster_project.settings import load_settings
    from dagster_project.site import read_stamp, site_folder
    from warehouse.serving.pages import pages_server

    with _in_words():
        folder = site_folder(load_settings())
        server = pages_server(folder, host, port)
    shown = read_stamp(folder).get("release_id", "unknown")
    typer.echo(f"pages of release {shown}: http://{host}:{server.server_address[1]}/ (Ctrl-C ends it)")
    try:
        server.serve_forever()
    except KeyboardInterrupt:
        typer.echo("cchc: stopped", err=True)
    finally:
        server.server_close()
