"""`cchc query`: SQL to the published release, as a table, CSV, JSON, Markdown or Parquet; without a statement a prompt."""

from __future__ import annotations

import io
import re
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.cli_common import JsonOption, fail
from dagster_project.questions_cli import unpublished

if TYPE_CHECKING:
    from dagster_project.answer_files import Form

# The questions in dbt_project/analyses name a mart as dbt does; a release has it by that name.
_REF = re.compile(r"\{\{\s*ref\(\s*['\"](\w+)['\"]\s*\)\s*\}\}")
FORMS = ("table", "csv", "json", "jsonl", "markdown", "parquet")


def _complete_form(incomplete: str) -> list[str]:
    return [form for form in FORMS if form.startswith(incomplete)]


def query(
    sql: Annotated[
        str | None,
        typer.Argument(
            help='One SQL statement (DuckDB), such as "select * from rpt_scores where year = 2023"; "-" reads it from a pipe. '
            "None at a terminal: a prompt with completion.",
            show_default=False,
        ),
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format",
            help=f"One of {', '.join(FORMS)}; by default what the name of --output ends in, else a table.",
            show_default=False,
            autocompletion=_complete_form,
        ),
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="Write to this file.", show_default=False)] = None,
    file: Annotated[
        Path | None, typer.Option("--file", "-f", help="Read the statement from this file.", show_default=False)
    ] = None,
    param: Annotated[
        list[str] | None,
        typer.Option(help="Value of a parameter: --param year=2023 for $year in the statement.", metavar="NAME=VALUE"),
    ] = None,
    bom: Annotated[
        bool, typer.Option("--bom", help="CSV in a file: with the byte order mark by which Excel knows UTF-8.")
    ] = False,
    raw: Annotated[
        bool, typer.Option("--raw", help="CSV: leave texts that a spreadsheet would take for a formula as they are.")
    ] = False,
    no_pager: Annotated[bool, typer.Option("--no-pager", help="Print long tables at a terminal without a pager.")] = False,
    as_json: JsonOption = False,
    as_csv: Annotated[bool, typer.Option("--csv", help="Print CSV.")] = False,
) -> None:
    """Ask the published release in SQL. Read-only. Tables: `cchc query "show tables"`, columns: `cchc query "describe rpt_scores"`.

    cchc query "select province, score from rpt_scores where year = 2023 and criterion_code = 'S'" -o sipas.csv --bom
    """
    from dagster_project.settings import load_settings
    from warehouse.query import NotPublishedError, QueryError, asked

    settings = load_settings()
    statement = _statement(sql, file)
    if statement is None:
        from dagster_project.query_prompt import prompt

        raise typer.Exit(prompt(settings))
    chosen = _form("json" if as_json else "csv" if as_csv else form, output)
    if bom and (chosen != "csv" or output is None):
        raise fail("--bom is for CSV in a file, such as -o answer.csv; leave it out here")
    if raw and chosen != "csv":
        raise fail("--raw is for CSV; leave it out here")
    try:
        with asked(settings.published, statement, _parameters(param or ())) as result:
            if output is not None:
                _to_file(result, chosen, output, has_bom=bom, is_raw=raw)
            elif chosen == "table":
                _show(result, use_pager=not no_pager)
            else:
                _to_pipe(result, chosen, is_raw=raw)
    except NotPublishedError as error:
        raise unpublished(settings, error) from None
    except QueryError as error:
        raise fail(str(error)) from None


def _statement(sql: str | None, file: Path | None) -> str | None:
    """What is to be run; None at a terminal where nothing was said."""
    if file is not None:
        if sql is not None:
            raise fail("expected a statement or --file, found both; leave one out")
        try:
            return _REF.sub(r"\1", file.read_text(encoding="utf-8"))
        except (OSError, UnicodeDecodeError) as error:
            raise fail(
                f"cannot read {file}: {getattr(error, 'strerror', None) or error}; give a file with SQL in UTF-8"
            ) from None
    if sql not in (None, "-"):
        return sql
    if sql is None and sys.stdin.isatty():
        return None
    found = sys.stdin.read()
    if not found.strip():
        raise fail('expected one SQL statement, found none; try: cchc query "show tables"')
    return found


def _form(given: str | None, output: Path | None) -> Form | Any:
    from dagster_project.answer_files import ENDINGS

    if given is not None and given not in FORMS:
        raise fail(f"expected a --format of {', '.join(FORMS)}, found {given!r}")
    ending = ENDINGS.get(output.suffix.lower()) if output is not None else None
    chosen = given or ending
    if output is not None and (chosen is None or chosen == "table"):
        raise fail(f"expected a file whose name ends in {', '.join(ENDINGS)}, or a --format, found {output}")
    if chosen == "parquet" and output is None:
        raise fail("Parquet is no text: name a file with --output, such as -o answer.parquet")
    return chosen or "table"


def _parameters(given: list[str] | tuple[str, ...]) -> dict[str, object]:
    found: dict[str, object] = {}
    for one in given:
        name, sign, value = one.partition("=")
        if not sign or not name.isidentifier():
            raise fail(f"expected --param NAME=VALUE, such as --param year=2023, found {one!r}")
        try:
            found[name] = int(value)
        except ValueError:
            found[name] = value
    return found


def _to_file(result: Any, form: Form, output: Path, *, has_bom: bool, is_raw: bool) -> None:
    from dagster_project.answer_files import write_answer

    try:
        count = write_answer(result, form, output, has_bom=has_bom, is_raw=is_raw)
    except OSError as error:
        raise fail(
            f"cannot write {output}: {error.strerror or error}; give a file in a folder that can be written and has room"
        ) from None
    typer.echo(f"{count:,} row{'' if count == 1 else 's'} in {output}")


def _to_pipe(result: Any, form: Form, *, is_raw: bool) -> None:
    from dagster_project.answer_files import write_text

    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(encoding="utf-8")
    write_text(result, form, sys.stdout, is_raw=is_raw)
    sys.stdout.flush()


def _show(result: Any, *, use_pager: bool) -> None:
    from dagster_project.tabular import show_paged, table_text
    from warehouse.query import Answer

    answer = Answer(tuple(column[0] for column in result.description or ()), tuple(result.fetchall()))
    text = table_text(answer)
    if use_pager:
        show_paged(text)
    else:
        typer.echo(text)
