"""`cchc diff`: what one release changes against another."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli_common import JsonOption, fail, print_json
from dagster_project.rollback_cli import complete_release

if TYPE_CHECKING:
    from dagster_project.settings import Settings
    from warehouse.release_diff import ScoreLine
    from warehouse.releases import Release


def diff(
    before: Annotated[
        str | None,
        typer.Argument(
            help="Release to start from; by default the one before AFTER.", show_default=False, autocompletion=complete_release
        ),
    ] = None,
    after: Annotated[
        str | None,
        typer.Argument(
            help="Release to compare with it; by default the one that readers open.",
            show_default=False,
            autocompletion=complete_release,
        ),
    ] = None,
    index: Annotated[
        str | None, typer.Option(help="Only scores of this index, such as SIPAS.", metavar="INDEX_CODE", show_default=False)
    ] = None,
    province: Annotated[
        str | None, typer.Option(help="Only scores of this province: its name or code.", show_default=False)
    ] = None,
    as_json: JsonOption = False,
    html: Annotated[Path | None, typer.Option(help="Write a page of one file.", show_default=False)] = None,
) -> None:
    """What differs between two releases that are kept: table by table, and score by score with the reason.

    Each release carries its own comparison with the one before it in its folder `diff/`. `cchc releases` lists what is kept.
    """
    from dagster_project.settings import load_settings
    from extractors.durable import write_atomically
    from warehouse.release_diff import DiffError, diff_json, diff_of_releases, diff_page, diff_text

    settings = load_settings()
    later = _named(settings, after) if after else _current(settings)
    earlier = _named(settings, before) if before else _before(settings, later)
    wanted = _wanted(settings, index, province)
    try:
        whole = diff_of_releases(earlier, later)
    except DiffError as error:
        raise fail(str(error)) from None
    found = replace(whole, scores=tuple(line for line in whole.scores if wanted(line)))
    if html is not None:
        try:
            write_atomically(html.absolute(), diff_page(found).encode())
        except OSError as error:
            raise fail(f"cannot write {html}: {error.strerror or error}; give a file in a folder that can be written") from None
    if as_json:
        print_json(diff_json(found))
    elif html is not None:
        typer.echo(f"written: {html}")
    else:
        typer.echo(diff_text(found), nl=False)


def _kept(settings: Settings) -> tuple[Release, ...]:
    from warehouse.releases import all_releases

    return all_releases(settings.published)


def _named(settings: Settings, release_id: str) -> Release:
    kept = _kept(settings)
    for one in kept:
        if one.release_id == release_id:
            return one
    raise fail(
        f"expected a release of {', '.join(one.release_id for one in kept) or 'none: run `cchc refresh`'}, found {release_id!r}"
    )


def _current(settings: Settings) -> Release:
    from warehouse.releases import NotPublishedError, current_release

    try:
        found = current_release(settings.published)
    except NotPublishedError as error:
        raise fail(str(error)) from None
    if found is None:
        raise fail(f"nothing is published yet under {settings.published}: run `make refresh`")
    return found


def _before(settings: Settings, later: Release) -> Release | None:
    """The release published before it that is kept and was not withdrawn, if there is one."""
    from warehouse.withdrawn import withdrawals

    withdrawn = {one.release_id for one in withdrawals(settings.published)}
    earlier = [one for one in _kept(settings) if one.place < later.place and one.release_id not in withdrawn]
    return earlier[0] if earlier else None


def _wanted(settings: Settings, index: str | None, province: str | None) -> Callable[[ScoreLine], bool]:
    """Which scores are shown. A name that nothing has is an error, and never an empty list."""
    from warehouse.export import ExportError, places_named
    from warehouse.query import NotPublishedError, QueryError, ask

    codes: set[str] | None = None
    try:
        if index is not None:
            known = [str(code) for (code,) in ask(settings.published, "select index_code from dim_index order by 1").rows]
            if index.upper() not in known:
                raise fail(f"expected an index of {', '.join(known)}, found {index!r}")
        if province is not None:
            codes = {place.code for place in places_named(settings.published, province)}
    except (ExportError, QueryError, NotPublishedError) as error:
        raise fail(str(error)) from None
    return lambda line: (index is None or line.index_code == index.upper()) and (codes is None or line.province_code in codes)
