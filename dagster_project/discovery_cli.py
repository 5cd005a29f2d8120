"""`cchc discover`: what is new on the landing pages of the catalogue."""

from __future__ import annotations

import json
from typing import Annotated

import typer

from dagster_project.cli_common import DONE, TOLD, JsonOption, fail, print_json


def discover(
    seen: Annotated[bool, typer.Option("--seen", help="Ask nobody: all that was found so far is known to you.")] = False,
    as_json: JsonOption = False,
) -> None:
    """Look at the landing pages of the catalogue and say which documents are new on them, which are gone, which pages moved.

    No document is fetched and nothing is put into the catalogue. Exit codes: 0 nothing to tell; 1 something is new, gone or out of
    order; 2 could not look.
    """
    from dagster_project.discovery_run import discovery_lines, run_discovery, say_seen
    from dagster_project.settings import load_settings
    from extractors.catalogue.loader import CatalogueError
    from extractors.isolation import LimitsError

    settings = load_settings()
    try:
        if seen:
            count = say_seen(settings)
            typer.echo(json.dumps({"seen": count}) if as_json else f"{count} links are known to you now")
            return
        found, told = run_discovery(settings)
    except (CatalogueError, LimitsError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(
            f"{settings.discovery} cannot be written: {error.strerror or error}; make room or correct its rights"
        ) from None
    if as_json:
        pages = [page.as_dict() for page in found.pages]
        value = {"pages": pages, "no_page_known_for": list(found.unknown_indices), "not_delivered": list(told.problems)}
        print_json(value)
    else:
        typer.echo("\n".join(discovery_lines(found)))
    raise typer.Exit(TOLD if found.notices else DONE)
