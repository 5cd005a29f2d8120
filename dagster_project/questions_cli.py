"""Questions to the published release: about one number, about the rules that judged it."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.cli_common import JsonOption, fail, print_json

if TYPE_CHECKING:
    from dagster_project.settings import Settings


def unpublished(settings: Settings, error: Exception) -> typer.Exit:
    """Nothing can be asked; a person who waits for the first release need not start another refresh."""
    from dagster_project.run_records import is_locked
    from warehouse.releases import DamagedReleaseError

    if not isinstance(error, DamagedReleaseError) and is_locked(settings):
        return fail("nothing is published yet; a refresh is going on, and its release is here at its end")
    return fail(str(error))


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
        raise unpublished(settings, error) from None
    except (NothingToExplainError, QueryError) as error:
        raise fail(str(error)) from None
    if html is not None:
        _write_explanation(html, found, settings)
    if as_json:
        print_json([item.as_dict() for item in found])
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
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"cannot write {path}: {error.strerror or error}; give a file in a folder that can be written") from None


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
            raise fail(str(error)) from None
        except OSError as error:
            raise fail(f"cannot write {data_docs}: {error.strerror or error}; give a folder that can be written") from None
        typer.echo("\n".join(f"written: {page}" for page in pages))
        return
    try:
        rows = published_checks(settings.published)
    except NotPublishedError as error:
        raise unpublished(settings, error) from None
    except QueryError as error:
        raise fail(str(error)) from None
    if as_json:
        print_json(rows)
    else:
        typer.echo("\n".join(check_lines(rows)))
