"""`cchc`: the one front door. Each command imports what it needs when it runs, so that help and queries start at once.

Exit codes: 0 done; 1 done, but something was held back (see quarantine); 2 could not run, or a gate stopped the release.
"""

from __future__ import annotations

import errno
import io
import sys
from pathlib import Path
from typing import Annotated, Any

import typer

from dagster_project.alerts_cli import alerts_app
from dagster_project.archive_cli import archive_app
from dagster_project.cli_common import COULD_NOT_RUN, DONE, TOLD, JsonOption, fail, print_json
from dagster_project.diff_cli import diff
from dagster_project.discovery_cli import discover
from dagster_project.export_cli import export
from dagster_project.extract_cli import extract
from dagster_project.inbox_cli import inbox_app
from dagster_project.lock_cli import lock
from dagster_project.query_cli import query
from dagster_project.questions_cli import checks, explain
from dagster_project.reports_cli import reports
from dagster_project.review_cli import review_app
from dagster_project.rollback_cli import releases, rollback
from dagster_project.serve_cli import serve_app
from dagster_project.server_cli import server_app
from dagster_project.settings import HomeError
from extractors.durable import DamagedStateError

app = typer.Typer(
    name="cchc",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help=(
        "Kho dữ liệu mở về các chỉ số hành chính công của Việt Nam (PAR INDEX, SIPAS, PAPI, PCI).\n\n"
        "The open warehouse of Vietnam's public-administration indices.\n\n"
        "Exit codes: 0 done; 1 done, but something was held back; 2 could not run, or a gate stopped the release."
    ),
)

ASK, RUN, LOOK_AFTER = "Ask", "Run", "Look after"
"""Headings of the help."""

for _command in (query, export, explain, diff, checks, extract):
    app.command(rich_help_panel=ASK)(_command)
for _command in (releases, rollback, lock, discover):
    app.command(rich_help_panel=LOOK_AFTER)(_command)
for _name, _group in (("inbox", inbox_app), ("review", review_app), ("archive", archive_app), ("alerts", alerts_app)):
    app.add_typer(_group, name=_name, rich_help_panel=LOOK_AFTER)
app.add_typer(serve_app, name="serve", rich_help_panel=RUN)
app.add_typer(server_app, name="server", rich_help_panel=RUN)


DocumentsOption = Annotated[
    Path | None,
    typer.Option(
        "--inbox", help="Folder with documents to read besides the catalogue's own (default: $CCHC_INBOX).", show_default=False
    ),
]


@app.command(rich_help_panel=RUN)
def refresh(
    inbox: DocumentsOption = None,
    force: Annotated[bool, typer.Option("--force", help="Build and publish even if nothing changed.")] = False,
    accept_changes: Annotated[
        str | None,
        typer.Option(
            help="Why scores or documents of the last release may vanish in this one; kept with the release.",
            metavar="WHY",
            show_default=False,
        ),
    ] = None,
    ask_again: Annotated[
        bool, typer.Option("--ask-again", help="Ask every address, also those asked within $CCHC_ASK_AGAIN_MINUTES.")
    ] = False,
    with_reports: Annotated[
        bool,
        typer.Option("--reports", help="Then build the report pages, where node is installed; their failure changes nothing."),
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """Read what is new, check it, build the warehouse, check it again, publish it.

    Archive, extract, gate 1, load, dbt build, gate 2, publish. A document that fails is held back with its reason; its published
    figures stay. Nothing that did not change is read again.
    """
    import os

    from dagster_project.refresh import CouldNotRunError, run_refresh
    from dagster_project.summary_text import summary_lines

    if ask_again:
        os.environ["CCHC_ASK_AGAIN_MINUTES"] = "0"
    try:
        summary = run_refresh(inbox=inbox, force=force, accept_changes=accept_changes)
    except CouldNotRunError as error:
        raise fail(str(error)) from None
    if as_json:
        print_json(summary.as_dict())
    else:
        typer.echo("\n".join(summary_lines(summary)))
    if with_reports:
        from dagster_project.reports_cli import after_refresh

        after_refresh()
    raise typer.Exit(summary.exit_code)


app.command(rich_help_panel=RUN)(reports)


@app.command(rich_help_panel=LOOK_AFTER)
def status(as_json: JsonOption = False) -> None:
    """Whether all is well: the release, the last refresh, the next one, what is held back, what stands, late editions, disk space.

    Exit codes: 0 all is well; 1 something waits for a person.
    """
    from dagster_project.settings import load_settings
    from dagster_project.status import read_status
    from dagster_project.status_text import status_lines

    found = read_status(load_settings())
    if as_json:
        print_json(found)
    else:
        typer.echo("\n".join(status_lines(found)))
    raise typer.Exit(DONE if found["is_well"] else TOLD)


@app.command(rich_help_panel=LOOK_AFTER)
def history(
    since: Annotated[str | None, typer.Option(help="From this day on, such as 2026-03-01 (UTC).", show_default=False)] = None,
    document: Annotated[str | None, typer.Option(help="What is about this document.", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """What happened, in order: refreshes, releases, documents read and held back, decisions, accepted bytes, alerts."""
    from datetime import date

    from dagster_project.history import history_lines, read_history
    from dagster_project.settings import load_settings

    try:
        day = date.fromisoformat(since) if since is not None else None
    except ValueError:
        raise fail(f"--since: expected a day such as 2026-03-01, found {since!r}") from None
    found = read_history(load_settings(), since=day, document=document)
    if as_json:
        print_json({"lines": [line.as_dict() for line in found.lines], "problems": list(found.problems)})
    else:
        typer.echo("\n".join(history_lines(found)))


@app.command(rich_help_panel=LOOK_AFTER)
def tidy() -> None:
    """Remove reports older than 400 days (not the last 20) and old runs of Dagster that made nothing; the history keeps their lines."""
    import os

    from dagster_project.settings import load_settings, tool_environment
    from dagster_project.tidy import tidy as tidy_up

    settings = load_settings()
    os.environ.update(tool_environment(settings))
    try:
        if not (settings.dagster_home / "dagster.yaml").exists():
            typer.echo(tidy_up(settings, None).words())
            return
        from dagster import DagsterInstance
        from sqlalchemy.exc import SQLAlchemyError

        try:
            with DagsterInstance.get() as instance:
                typer.echo(tidy_up(settings, instance).words())
        except SQLAlchemyError as error:
            reason = str(getattr(error, "orig", None) or error).splitlines()[0]
            raise fail(
                f"expected Dagster's store of runs that may be written (of {settings.dagster_home}), found: {reason}; run it as the "
                "user who refreshes"
            ) from None
    except OSError as error:
        raise fail(f"cannot remove {error.filename}: {error.strerror}; correct its rights") from None


@app.command(rich_help_panel=RUN)
def build(
    target: Annotated[
        str | None, typer.Option(help="lake, postgres or spark (default: $DBT_TARGET).", show_default=False)
    ] = None,
    as_json: JsonOption = False,
) -> None:
    """Build the published release on another target: DuckLake, PostgreSQL or Spark.

    Copies schema raw to the target, runs the same models, tests and unit tests there, and compares every mart with DuckDB's.
    Servers and folders: CCHC_PG_HOST, CCHC_PG_PORT, CCHC_PG_USER, CCHC_PG_PASSWORD, CCHC_LAKE_DATA, … (docs/targets.md).

    Exit codes: 0 built, and equal to DuckDB; 1 built, but a mart differs; 2 not built.
    """
    import os

    from dagster_project.lockfile import AlreadyRunningError
    from dagster_project.settings import load_settings
    from dagster_project.targets import build_target, target_lines
    from warehouse.targets import TARGETS, TargetError

    wanted = target or os.environ.get("DBT_TARGET", "")
    if wanted not in TARGETS:
        hint = "; DuckDB is what `cchc refresh` builds on" if wanted == "duckdb" else ""
        raise fail(f"expected a target of {', '.join(TARGETS)}, found {wanted or 'none'}{hint}; name one with --target")
    try:
        found = build_target(load_settings(), TARGETS[wanted])
    except (TargetError, AlreadyRunningError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(
            f"cannot write {error.filename or 'a folder'}: {error.strerror or error}; correct its rights or set CCHC_HOME"
        ) from None
    if as_json:
        print_json(found.as_dict())
    else:
        typer.echo("\n".join(target_lines(found)), err=bool(found.failures))
    raise typer.Exit(found.exit_code)


@app.command(rich_help_panel=RUN)
def doctor(as_json: JsonOption = False) -> None:
    """What is installed, what is missing, and how to get it."""
    from dagster_project.doctor import diagnose, diagnosis_lines

    found = diagnose()
    if as_json:
        print_json([item.as_dict() for item in found])
    else:
        typer.echo("\n".join(diagnosis_lines(found)))
    raise typer.Exit(COULD_NOT_RUN if any(item.is_missing and item.is_required for item in found) else DONE)


@app.command(rich_help_panel=RUN)
def backfill(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of documents; all of the catalogue if none is named.")] = None,
    inbox: DocumentsOption = None,
    anew: Annotated[bool, typer.Option("--anew", help="Read also what is in the cache.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read many documents at once, in several processes (CCHC_BACKFILL_PROCESSES) or on a Dask cluster (CCHC_DASK_ADDRESS).

    Publishes nothing: the next refresh finds what was read. One that failed stops no other; a second call reads only the rest.

    Exit codes: 0 all read; 1 some failed or are held back; 2 could not run.
    """
    from dagster_project.backfill import BackfillError, backfill_lines, run_backfill

    try:
        found = run_backfill(ids or (), inbox=inbox, read_anew=anew)
    except BackfillError as error:
        raise fail(str(error)) from None
    if as_json:
        print_json(found.as_dict())
    else:
        typer.echo("\n".join(backfill_lines(found)))
    raise typer.Exit(found.exit_code)


@app.command(rich_help_panel=RUN)
def dagster(
    port: Annotated[int, typer.Option(help="Port on 127.0.0.1.")] = 3000,
) -> None:
    """Open Dagster on this machine: history of refreshes, checks with their failing rows, schedules and sensors. Ctrl-C ends it."""
    from dagster_project.manifest import DbtParseError
    from dagster_project.serving import ServingError, attend, bury_now, make_ready, open_dagster
    from dagster_project.settings import load_settings

    try:
        bury_now(make_ready(load_settings()))
    except (ServingError, DbtParseError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"cannot write {error.filename}: {error.strerror}; correct its rights or set CCHC_HOME") from None
    typer.echo(
        f"http://127.0.0.1:{port}: Catalog (assets, their checks), Runs (history), Automation (switch schedules, sensors on)"
    )
    typer.echo("What is switched on runs while this is open. Ctrl-C ends it; for the whole year: cchc server --help")
    raise typer.Exit(attend(open_dagster(port)))


def main() -> Any:
    """Run the command line. A closed pipe (`cchc query … | head`) is no error; a stop by Ctrl-C says what stays."""
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(errors="replace")  # a letter that the terminal has not is no reason to break off
    try:
        return app()
    except BrokenPipeError:
        sys.stderr.close()
        return DONE
    except OSError as error:
        if error.errno not in (errno.ENOSPC, errno.EDQUOT):
            raise
        # What it had to say is on the same full disk; the exit status still tells.
        return COULD_NOT_RUN
    except (DamagedStateError, HomeError) as error:
        typer.echo(f"cchc: {error}", err=True)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        typer.echo("cchc: stopped; the published release is untouched and the next refresh starts where this one was", err=True)
        return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
