"""`cchc lock`: the bytes that were reviewed, and newer ones that wait for a person."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.cli_common import DONE, TOLD, JsonOption, fail, print_json


def lock(
    accept: Annotated[
        str | None, typer.Option(help="Id of a document whose newer bytes are right.", metavar="ID", show_default=False)
    ] = None,
    reason: Annotated[
        str | None, typer.Option(help="Why they are right; kept in sources.lock.yml.", metavar="WHY", show_default=False)
    ] = None,
    sha256: Annotated[
        str | None,
        typer.Option(
            "--sha256", help="Accept the bytes with this hash (12 digits or more), and no others.", show_default=False
        ),
    ] = None,
    show: Annotated[
        str | None,
        typer.Option(help="Id of a document: compare the locked and the newer bytes.", metavar="ID", show_default=False),
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """What was reviewed and what waits: a document whose bytes changed at its address stays as it was until a person accepts them.

    Without options: the list; exit code 1 if something waits. --show ID compares both vintages, --accept ID --reason WHY accepts
    the newer one. No server is asked.
    """
    from dagster_project.lock_text import as_record, compared_lines, lock_lines
    from dagster_project.locking import Compared, LockingError, accept_vintage, compare, lock_states

    try:
        if accept is not None:
            if reason is None or show is not None:
                raise fail(f'expected --accept {accept} with --reason "why these bytes are right"')
            typer.echo(accept_vintage(accept, reason, sha256))
            return
        if reason is not None or sha256 is not None:
            raise fail("expected --reason and --sha256 together with --accept ID")
        if show is not None:
            found = compare(show)
            lines = compared_lines(found) if isinstance(found, Compared) else lock_lines((found,))
            is_waiting, record = isinstance(found, Compared), as_record(found)
        else:
            states = lock_states()
            lines, is_waiting = lock_lines(states), any(one.waiting is not None for one in states)
            record = [as_record(one) for one in states]
    except LockingError as error:
        raise fail(str(error)) from None
    if as_json:
        print_json(record)
    else:
        typer.echo("\n".join(lines))
    raise typer.Exit(TOLD if is_waiting else DONE)
