"""`cchc extract`: what is on the pages of one file."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from dagster_project.cli_common import DONE, TOLD, JsonOption, fail, print_json


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
        print_json(found.as_dict())
    elif found.failure is None:
        typer.echo("\n".join(extraction_lines(found)))
    if found.failure is not None:
        raise fail(failure_line(found.failure))
    raise typer.Exit(TOLD if found.has_errors else DONE)
