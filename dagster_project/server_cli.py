"""`cchc server …`: a deployment on one machine, written and checked; and what its units start."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli_common import COULD_NOT_RUN, DONE, fail
from dagster_project.deployment import Deployment, DeploymentError, write_deployment
from dagster_project.deployment_check import Check, check_deployment

server_app = typer.Typer(
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    help="A server that refreshes by itself: write its systemd units, check them, start its code (docs/operations.md).",
)

UserOption = Annotated[str, typer.Option(help="User of the system who runs the services.")]
HomeOption = Annotated[Path, typer.Option(help="State and published files (CCHC_HOME).")]
EnvOption = Annotated[Path, typer.Option(help="Settings of the services, with the address of the database.")]
UnitsOption = Annotated[Path, typer.Option(help="Folder of the systemd units.")]
CommandOption = Annotated[Path, typer.Option(help="Where the command line with the server's settings goes.")]
PortOption = Annotated[int, typer.Option(help="Port of the pages, on 127.0.0.1 only.")]
MemoryOption = Annotated[str, typer.Option(help="Most memory of the code server with its runs, as systemd writes it.")]

_USER, _HOME, _ENV = "cchc", Path("/var/lib/cchc"), Path("/etc/cchc/cchc.env")
_UNITS, _COMMAND = Path("/etc/systemd/system"), Path("/usr/local/bin/cchc")


@server_app.command()
def init(
    user: UserOption = _USER,
    home: HomeOption = _HOME,
    env_file: EnvOption = _ENV,
    units: UnitsOption = _UNITS,
    command: CommandOption = _COMMAND,
    port: PortOption = 3000,
    memory: MemoryOption = "75%",
) -> None:
    """Write the systemd units, the settings (where there are none) and the command line of the server. Starts nothing."""
    deployment = Deployment(user, home.resolve(), env_file.resolve(), units.resolve(), command.resolve(), port, memory)
    try:
        done = write_deployment(deployment)
    except DeploymentError as error:
        raise fail(str(error)) from None
    typer.echo("\n".join(done))
    again = "".join(f" {option}" for option in _given(deployment))
    typer.echo(f"next: edit {env_file}, then: sudo -u {user} {command} server check{again}")
    typer.echo("then: sudo systemctl daemon-reload && sudo systemctl enable --now cchc.target")


def _given(deployment: Deployment) -> list[str]:
    """The options that make `check` look at this deployment: those that are not as by default."""
    usual = Deployment(_USER, _HOME, _ENV, _UNITS, _COMMAND)
    return [
        f"--{option} {value}"
        for option, value, default in (
            ("user", deployment.user, usual.user),
            ("home", deployment.home, usual.home),
            ("env-file", deployment.env_file, usual.env_file),
            ("units", deployment.units, usual.units),
            ("command", deployment.command, usual.command),
            ("port", deployment.port, usual.port),
            ("memory", deployment.memory, usual.memory),
        )
        if value != default
    ]


@server_app.command()
def check(
    user: UserOption = _USER,
    home: HomeOption = _HOME,
    env_file: EnvOption = _ENV,
    units: UnitsOption = _UNITS,
    command: CommandOption = _COMMAND,
    port: PortOption = 3000,
    memory: MemoryOption = "75%",
) -> None:
    """Look at units, rights, settings and the database, with the options that `init` was given. Changes nothing.

    Exit codes: 0 all is there; 2 the server would not start.
    """
    deployment = Deployment(user, home.resolve(), env_file.resolve(), units.resolve(), command.resolve(), port, memory)
    try:
        found = check_deployment(deployment)
    except DeploymentError as error:
        raise fail(str(error)) from None
    typer.echo("\n".join(check_lines(found)))
    raise typer.Exit(COULD_NOT_RUN if any(item.problem and item.is_required for item in found) else DONE)


def check_lines(found: list[Check]) -> list[str]:
    width = max(len(item.name) for item in found)
    lines: list[str] = []
    for item in found:
        mark = "ok     " if not item.problem else "WRONG  " if item.is_required else "absent "
        remedy = f" → {item.remedy}" if item.problem and item.remedy else ""
        lines.append(f"{mark} {item.name:<{width}}  {item.problem or item.found}{remedy}")
    return lines


@server_app.command()
def code(
    socket: Annotated[Path, typer.Option(help="Socket to listen on; webserver and daemon find the code there.")],
) -> None:
    """Serve the code to webserver and daemon (a unit starts this). Marks runs that died with the one before as failed."""
    from dagster_project.manifest import DbtParseError
    from dagster_project.serving import ServingError, make_ready, serve
    from dagster_project.settings import load_settings

    try:
        dead = make_ready(load_settings())
        for run_id in dead:
            typer.echo(f"run {run_id} died with the code server of before; it will be marked as failed")
        socket.unlink(missing_ok=True)  # of a server that was killed
    except (ServingError, DbtParseError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"cannot write {error.filename}: {error.strerror}; see `cchc server check`") from None
    raise typer.Exit(serve(socket, dead))
