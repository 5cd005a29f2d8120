"""`cchc export`: a table, the workbook of a province, or the whole release, into a file or folder of one's own."""

from __future__ import annotations

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.cli_common import DONE, TOLD, fail
from dagster_project.questions_cli import unpublished

if TYPE_CHECKING:
    from dagster_project.settings import Settings
    from warehouse.export import Place

PARTS = ("duckdb", "parquet", "csv", "xlsx", "dictionary", "dbt_docs", "pages", "diff")


def _complete_table(incomplete: str) -> list[str]:
    from dagster_project.settings import load_settings
    from warehouse.export import tables_of
    from warehouse.query import NotPublishedError

    try:
        return [name for name in tables_of(load_settings().published) if name.startswith(incomplete)]
    except NotPublishedError:
        return []


def export(
    table: Annotated[
        str | None, typer.Argument(help="A table, such as rpt_scores.", show_default=False, autocompletion=_complete_table)
    ] = None,
    output: Annotated[Path | None, typer.Option("--output", "-o", help="The file to write.", show_default=False)] = None,
    province: Annotated[
        str | None, typer.Option(help="A province: name (with or without diacritics), alias or code.", show_default=False)
    ] = None,
    index: Annotated[str | None, typer.Option(help="SIPAS, PAR_PROVINCE, PAPI, …", show_default=False)] = None,
    year: Annotated[int | None, typer.Option(help="Reference year.", show_default=False)] = None,
    criterion: Annotated[str | None, typer.Option(help="Code of a criterion, such as S.1.4.", show_default=False)] = None,
    geography: Annotated[
        str | None, typer.Option(help="vn63 or vn34, where a name is on both maps.", show_default=False)
    ] = None,
    form: Annotated[
        str | None,
        typer.Option(
            "--format", help="csv, json, jsonl, markdown, parquet, xlsx; else by the name of the file.", show_default=False
        ),
    ] = None,
    bom: Annotated[bool, typer.Option("--bom", help="CSV with the byte order mark by which Excel knows UTF-8.")] = False,
    everything: Annotated[
        Path | None,
        typer.Option("--all", help="Copy the whole release into this folder.", metavar="FOLDER", show_default=False),
    ] = None,
    part: Annotated[
        list[str] | None,
        typer.Option(help=f"With --all: only these of {', '.join(PARTS)}; may be repeated.", show_default=False),
    ] = None,
) -> None:
    """Take a table, the workbook of a province, or the whole release elsewhere: another folder, another disk, a stick.

    cchc export rpt_scores --province "Thừa Thiên Huế" --index SIPAS --year 2023 --bom -o hue.csv

    cchc export --province "Quảng Nam" -o quang_nam.xlsx

    cchc export --all /mnt/stick/cchc --part csv --part xlsx

    Exit codes: 0 written; 1 written, but the table has no row that fits; 2 not written.
    """
    from dagster_project.settings import load_settings
    from warehouse.export import ExportError
    from warehouse.query import NotPublishedError, QueryError
    from warehouse.releases import DamagedReleaseError

    settings = load_settings()
    if table is None or everything is not None:
        given = {"--index": index, "--year": year, "--criterion": criterion, "--format": form, "--bom": bom or None}
        idle = [name for name, value in given.items() if value is not None]
        if idle:
            raise fail(
                f"{idle[0]} chooses rows of a table or how they are written; name one, such as rpt_scores, or leave it out"
            )
    if part and everything is None:
        raise fail("--part belongs to --all FOLDER; leave it out, or say --all")
    try:
        if everything is not None:
            _whole(settings, everything, part or [])
            return
        place = _place(settings, province, geography, of_table=table is not None) if province is not None else None
        if table is None:
            _workbook(settings, place, output)
            return
        found = _table(
            settings, table, place, geography, (index.upper() if index else None, year, criterion), output, form, has_bom=bom
        )
        raise typer.Exit(DONE if found else TOLD)
    except DamagedReleaseError as error:
        raise fail(str(error)) from None
    except NotPublishedError as error:
        raise unpublished(settings, error) from None
    except (ExportError, QueryError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(
            f"cannot write {error.filename or output or everything}: {error.strerror or error}; give a place that can be written and "
            "has room"
        ) from None


def _whole(settings: Settings, target: Path, parts: list[str]) -> None:
    from warehouse.export import copy_release
    from warehouse.query import NotPublishedError
    from warehouse.releases import current_release

    wrong = [one for one in parts if one not in PARTS]
    if wrong:
        raise fail(f"expected a --part of {', '.join(PARTS)}, found {wrong[0]!r}")
    release = current_release(settings.published)
    if release is None:
        raise NotPublishedError(
            f"expected a published release under {settings.published}, found none; run `make refresh` first"
        )
    count = copy_release(release, target, parts)
    typer.echo(f"{count} files of release {release.release_id} in {target}; LICENCES.md says which has which licence")


def _place(settings: Settings, label: str, geography: str | None, *, of_table: bool) -> Place:
    """The one province that is meant. In a table a place of both maps that kept its code is one."""
    from warehouse.export import places_named

    found = [one for one in places_named(settings.published, label) if geography in (None, one.geography)]
    if not found:
        raise fail(f"expected {label!r} on the map {geography}, found it on another; leave --geography out or say vn63 or vn34")
    if len(found) > 1 and not (of_table and len({one.code for one in found}) == 1):
        shown = "; ".join(f"{one.name} of {one.geography}, code {one.code}" for one in found)
        raise fail(f"{label!r} names more than one: {shown}; say which with --geography, or by its exact name")
    return found[0]


def _workbook(settings: Settings, place: Place | None, output: Path | None) -> None:
    from dagster_project.answer_files import whole_file
    from warehouse.releases import current_release

    if place is None or output is None or output.suffix.lower() != ".xlsx":
        raise fail(
            "expected a table (cchc export rpt_scores -o scores.csv), a province with a file that ends in .xlsx "
            '(cchc export --province "Quảng Nam" -o quang_nam.xlsx), or --all FOLDER'
        )
    release = current_release(settings.published)
    source = release.directory / "xlsx" / f"{place.slug}.xlsx" if release else None
    if source is None or not source.is_file():
        raise fail(
            f"the release has no workbook {place.slug}.xlsx (CCHC_RELEASE_PARTS may leave workbooks out); run `cchc refresh --force`"
        )
    with whole_file(output) as beside:
        shutil.copyfile(source, beside)
    typer.echo(f"{place.name} ({place.geography}): {output}")


def _table(
    settings: Settings,
    table: str,
    place: Place | None,
    geography: str | None,
    filters: tuple[str | None, int | None, str | None],
    output: Path | None,
    form: str | None,
    *,
    has_bom: bool,
) -> int:
    from dagster_project.answer_files import ENDINGS, write_answer
    from warehouse.export import Selection, select_of
    from warehouse.query import asked

    if output is None:
        raise fail(f"expected a file to write, such as -o {table}.csv")
    chosen: Any = form or ENDINGS.get(output.suffix.lower())
    if chosen not in ENDINGS.values():
        raise fail(f"expected a file whose name ends in {', '.join(ENDINGS)}, or a --format of them, found {form or output}")
    index_code, year, criterion = filters
    selection = Selection(index_code, year, place.code if place else None, criterion, geography)
    sql, values = select_of(settings.published, table, selection)
    with asked(settings.published, sql, values) as result:
        count = write_answer(result, chosen, output, has_bom=has_bom)
    typer.echo(
        f"{count:,} row{'' if count == 1 else 's'} of {table} in {output}" + ("" if count else ": nothing fits these filters")
    )
    return count
