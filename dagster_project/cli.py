"""`cchc`: the one front door. Each command imports what it needs when it runs, so that help and queries start at once.

Exit codes: 0 done; 1 done, but something was held back (see quarantine); 2 could not run.
"""

from __future__ import annotations

import errno
import io
import json
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.alerts_cli import alerts_app
from dagster_project.archive_cli import archive_app
from dagster_project.discovery_cli import discover
from dagster_project.inbox_cli import inbox_app
from dagster_project.review_cli import review_app
from dagster_project.server_cli import server_app
from extractors.durable import DamagedStateError

if TYPE_CHECKING:
    from dagster_project.settings import Settings

DONE, HELD_BACK, COULD_NOT_RUN = 0, 1, 2

app = typer.Typer(
    name="cchc",
    no_args_is_help=True,
    add_completion=True,
    pretty_exceptions_enable=False,
    help=(
        "Kho dữ liệu mở về các chỉ số hành chính công của Việt Nam (PAR INDEX, SIPAS, PAPI, PCI).\n\n"
        "The open warehouse of Vietnam's public-administration indices.\n\n"
        "Exit codes: 0 done; 1 done, but something was held back; 2 could not run."
    ),
)

JsonOption = Annotated[bool, typer.Option("--json", help="Print one JSON document that a program can read.")]


def _fail(message: str) -> typer.Exit:
    typer.echo(f"cchc: {message}", err=True)
    return typer.Exit(COULD_NOT_RUN)


def _unpublished(settings: Settings, error: Exception) -> typer.Exit:
    """Nothing can be asked; a person who waits for the first release need not start another refresh."""
    from dagster_project.run_records import is_locked
    from warehouse.releases import DamagedReleaseError

    if not isinstance(error, DamagedReleaseError) and is_locked(settings):
        return _fail("nothing is published yet; a refresh is going on, and its release is here at its end")
    return _fail(str(error))


def _print_json(value: object) -> None:
    """JSON with its letters as they are, or as escapes where the terminal's encoding (or a stray half of a letter) forbids them."""
    text = json.dumps(value, ensure_ascii=False, indent=2, default=str)
    try:
        text.encode(sys.stdout.encoding or "utf-8")
    except UnicodeEncodeError:
        text = json.dumps(value, indent=2, default=str)
    typer.echo(text)


app.add_typer(review_app, name="review")
app.add_typer(server_app, name="server")
app.add_typer(archive_app, name="archive")
app.add_typer(alerts_app, name="alerts")
app.add_typer(inbox_app, name="inbox")
app.command("discover")(discover)


@app.command()
def refresh(
    inbox: Annotated[
        Path | None,
        typer.Option(
            help="Folder with documents to read besides the catalogue's own (default: $CCHC_INBOX).", show_default=False
        ),
    ] = None,
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
        raise _fail(str(error)) from None
    if as_json:
        _print_json(summary.as_dict())
    else:
        typer.echo("\n".join(summary_lines(summary)))
    raise typer.Exit(summary.exit_code)


@app.command()
def extract(
    file: Annotated[Path, typer.Argument(help="The file; its content says what it is. It needs no catalogue entry.")],
    pages: Annotated[
        str | None, typer.Option(help="Read only these pages of a PDF, such as 3-9,12.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
    fast: Annotated[
        bool, typer.Option("--fast", help="Leave out the second reading of a PDF: the figures then rest on one engine.")
    ] = False,
    picture: Annotated[
        Path | None,
        typer.Option(
            help="Write each page of a PDF or picture as PNG with what was read drawn over it into this folder.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """Show what is on the pages of one file: its tables, each cell with its place, and claims if the catalogue knows the file.

    Exit codes: 0 read; 1 read, but some of it cannot be relied on (issues of severity error say what); 2 not read.
    With --json, one JSON document comes out in each of the three cases: document, tables, claims, issues. A cell has page and bbox
    (PDF, pictures; null in Word files, web pages and text) or sheet and a1 (workbooks, CSV). docs/reading.md lists every field.

    A file may take 300 seconds (and 40 more for each scanned page) and 4096 MB of memory; CCHC_READ_SECONDS,
    CCHC_READ_SECONDS_PER_SCANNED_PAGE and CCHC_READ_MEMORY_MB set other limits.
    """
    from extractors.isolation import LimitsError, shared_isolation

    shared_isolation("extractors.bounded").warm_up()  # it gets ready while this process imports the same
    from dagster_project.extract_text import extraction_lines, failure_line
    from dagster_project.extraction import extract_file, failed
    from dagster_project.page_choice import PageChoiceError, choose_pages
    from dagster_project.workbench import open_workbench
    from extractors.catalogue.loader import CatalogueError
    from extractors.catalogue.lock import LockFileError
    from extractors.catalogue.reference import ReferenceDataError

    try:
        choice = choose_pages(pages) if pages is not None else None
        found = extract_file(file, open_workbench(), choice=choice, second_reading=not fast, picture=picture)
    except PageChoiceError as error:
        found = failed(file, "bad_pages", str(error), "correct --pages")
    except (LimitsError, CatalogueError, LockFileError, ReferenceDataError) as error:
        found = failed(file, "bad_setting", str(error), "correct the setting or the file of the catalogue")
    if as_json:
        _print_json(found.as_dict())
    elif found.failure is None:
        typer.echo("\n".join(extraction_lines(found)))
    if found.failure is not None:
        raise _fail(failure_line(found.failure))
    raise typer.Exit(HELD_BACK if found.has_errors else DONE)


@app.command()
def query(
    sql: Annotated[
        str, typer.Argument(help='One SQL statement (DuckDB), such as "select * from rpt_scores where year = 2023".')
    ],
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask the published release in SQL. Read-only. Tables: `cchc query "show tables"`, columns: `cchc query "describe rpt_scores"`."""
    from dagster_project.settings import load_settings
    from dagster_project.tabular import csv_text, table_text
    from warehouse.query import NotPublishedError, QueryError, ask

    settings = load_settings()
    try:
        answer = ask(settings.published, sql)
    except NotPublishedError as error:
        raise _unpublished(settings, error) from None
    except QueryError as error:
        raise _fail(str(error)) from None
    if as_json:
        _print_json(answer.records())
    elif as_csv:
        typer.echo(csv_text(answer), nl=False)
    else:
        typer.echo(table_text(answer))


@app.command()
def explain(
    index_code: Annotated[str, typer.Argument(help="SIPAS, PAR_PROVINCE, PAR_MINISTRY, PAPI or PCI.")],
    year: Annotated[int, typer.Argument(help="Reference year: the year the figure is about.")],
    province: Annotated[str, typer.Argument(help="Name (with or without diacritics) or code.")],
    criterion: Annotated[
        str, typer.Argument(help="Criterion code such as S, S.1.4, P.3 or D.2; the whole index by default.")
    ] = "",
    as_json: JsonOption = False,
    html: Annotated[
        Path | None,
        typer.Option(
            help="Write a page of one file, with the picture of the cell, for a browser or a mail.", show_default=False
        ),
    ] = None,
) -> None:
    """Walk one published number back to its cell: document, sha256, page, table, row, column, box, raw text.

    Beside it: the rules that judged it, the statements that disagree and why this one stands, its vintages and corrections.
    """
    from dagster_project.explain_text import explanation_lines
    from dagster_project.settings import load_settings
    from warehouse.explain import NothingToExplainError
    from warehouse.explain import explain as walk_back
    from warehouse.query import NotPublishedError, QueryError

    settings = load_settings()
    try:
        found = walk_back(settings.published, index_code.upper(), year, province, criterion)
    except NotPublishedError as error:
        raise _unpublished(settings, error) from None
    except (NothingToExplainError, QueryError) as error:
        raise _fail(str(error)) from None
    if html is not None:
        _write_explanation(html, found, settings)
    if as_json:
        _print_json([item.as_dict() for item in found])
    elif html is None:
        typer.echo("\n".join(explanation_lines(found)))
    else:
        typer.echo(f"written: {html}")


def _write_explanation(path: Path, found: Any, settings: Any) -> None:
    from dagster_project.explain_html import explanation_page
    from dagster_project.settings import read_limits
    from extractors.isolation import LimitsError
    from warehouse.releases import current_release

    release = current_release(settings.published)
    try:
        page = explanation_page(
            found, archive=settings.archive, release=release.release_id if release else "", limits=read_limits()
        )
        path.write_text(page, encoding="utf-8")
    except LimitsError as error:
        raise _fail(str(error)) from None
    except OSError as error:
        raise _fail(f"cannot write {path}: {error.strerror or error}; give a file in a folder that can be written") from None


@app.command()
def checks(
    as_json: JsonOption = False,
    data_docs: Annotated[
        Path | None,
        typer.Option(
            "--data-docs",
            help="Extra: write Great Expectations' own pages of the last build into this folder, without anything that they load "
            "from elsewhere. The report of the refresh (runs/latest.html) is the reference.",
            show_default=False,
        ),
    ] = None,
) -> None:
    """What the rules of both gates found in the published release: status, counts and the first cells of each."""
    import os

    from dagster_project.checks_text import check_lines, published_checks
    from dagster_project.settings import load_settings, tool_environment
    from warehouse.query import NotPublishedError, QueryError

    settings = load_settings()
    if data_docs is not None:
        os.environ.update(tool_environment(settings))
        from expectations.data_docs import write_data_docs
        from expectations.gates import GateError

        try:
            pages = write_data_docs(settings.build_database, data_docs)
        except GateError as error:
            raise _fail(str(error)) from None
        except OSError as error:
            raise _fail(f"cannot write {data_docs}: {error.strerror or error}; give a folder that can be written") from None
        typer.echo("\n".join(f"written: {page}" for page in pages))
        return
    try:
        rows = published_checks(settings.published)
    except NotPublishedError as error:
        raise _unpublished(settings, error) from None
    except QueryError as error:
        raise _fail(str(error)) from None
    if as_json:
        _print_json(rows)
    else:
        typer.echo("\n".join(check_lines(rows)))


@app.command()
def status(as_json: JsonOption = False) -> None:
    """Whether all is well: the release, the last refresh, the next one, what is held back, what stands, late editions, disk space.

    Exit codes: 0 all is well; 1 something waits for a person.
    """
    from dagster_project.settings import load_settings
    from dagster_project.status import read_status
    from dagster_project.status_text import status_lines

    found = read_status(load_settings())
    if as_json:
        _print_json(found)
    else:
        typer.echo("\n".join(status_lines(found)))
    raise typer.Exit(DONE if found["is_well"] else HELD_BACK)


@app.command()
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
        raise _fail(f"--since: expected a day such as 2026-03-01, found {since!r}") from None
    found = read_history(load_settings(), since=day, document=document)
    if as_json:
        _print_json({"lines": [line.as_dict() for line in found.lines], "problems": list(found.problems)})
    else:
        typer.echo("\n".join(history_lines(found)))


@app.command()
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

        with DagsterInstance.get() as instance:
            typer.echo(tidy_up(settings, instance).words())
    except OSError as error:
        raise _fail(f"cannot remove {error.filename}: {error.strerror}; correct its rights") from None


@app.command()
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
        raise _fail(f"expected a target of {', '.join(TARGETS)}, found {wanted or 'none'}{hint}; name one with --target")
    try:
        found = build_target(load_settings(), TARGETS[wanted])
    except (TargetError, AlreadyRunningError) as error:
        raise _fail(str(error)) from None
    except OSError as error:
        raise _fail(
            f"cannot write {error.filename or 'a folder'}: {error.strerror or error}; correct its rights or set CCHC_HOME"
        ) from None
    if as_json:
        _print_json(found.as_dict())
    else:
        typer.echo("\n".join(target_lines(found)), err=bool(found.failures))
    raise typer.Exit(found.exit_code)


@app.command()
def doctor(as_json: JsonOption = False) -> None:
    """What is installed, what is missing, and how to get it."""
    from dagster_project.doctor import diagnose, diagnosis_lines

    found = diagnose()
    if as_json:
        _print_json([item.as_dict() for item in found])
    else:
        typer.echo("\n".join(diagnosis_lines(found)))
    raise typer.Exit(COULD_NOT_RUN if any(item.is_missing and item.is_required for item in found) else DONE)


@app.command()
def backfill(
    ids: Annotated[list[str] | None, typer.Argument(help="Ids of documents; all of the catalogue if none is named.")] = None,
    anew: Annotated[bool, typer.Option("--anew", help="Read also what is in the cache.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Read many documents at once, in several processes (CCHC_BACKFILL_PROCESSES) or on a Dask cluster (CCHC_DASK_ADDRESS).

    Publishes nothing: the next refresh finds what was read. One that failed stops no other; a second call reads only the rest.

    Exit codes: 0 all read; 1 some failed or are held back; 2 could not run.
    """
    from dagster_project.backfill import BackfillError, backfill_lines, run_backfill

    try:
        found = run_backfill(ids or (), read_anew=anew)
    except BackfillError as error:
        raise _fail(str(error)) from None
    if as_json:
        _print_json(found.as_dict())
    else:
        typer.echo("\n".join(backfill_lines(found)))
    raise typer.Exit(found.exit_code)


@app.command()
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
        raise _fail(str(error)) from None
    except OSError as error:
        raise _fail(f"cannot write {error.filename}: {error.strerror}; correct its rights or set CCHC_HOME") from None
    typer.echo(
        f"http://127.0.0.1:{port}: Catalog (assets, their checks), Runs (history), Automation (switch schedules, sensors on)"
    )
    typer.echo("What is switched on runs while this is open. Ctrl-C ends it; for the whole year: cchc server --help")
    raise typer.Exit(attend(open_dagster(port)))


@app.command()
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
                raise _fail(f'expected --accept {accept} with --reason "why these bytes are right"')
            typer.echo(accept_vintage(accept, reason, sha256))
            return
        if reason is not None or sha256 is not None:
            raise _fail("expected --reason and --sha256 together with --accept ID")
        if show is not None:
            found = compare(show)
            lines = compared_lines(found) if isinstance(found, Compared) else lock_lines((found,))
            is_waiting, record = isinstance(found, Compared), as_record(found)
        else:
            states = lock_states()
            lines, is_waiting = lock_lines(states), any(one.waiting is not None for one in states)
            record = [as_record(one) for one in states]
    except LockingError as error:
        raise _fail(str(error)) from None
    if as_json:
        _print_json(record)
    else:
        typer.echo("\n".join(lines))
    raise typer.Exit(HELD_BACK if is_waiting else DONE)


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
    except DamagedStateError as error:
        typer.echo(f"cchc: {error}", err=True)
        return COULD_NOT_RUN
    except KeyboardInterrupt:
        typer.echo("cchc: stopped; the published release is untouched and the next refresh starts where this one was", err=True)
        return COULD_NOT_RUN


if __name__ == "__main__":
    sys.exit(main())
