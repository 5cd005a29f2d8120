"""`cchc reports`: the report pages of the published release."""

from __future__ import annotations

from typing import Annotated

import typer

from dagster_project.cli_common import fail

MINUTES = 20


def reports(
    force: Annotated[bool, typer.Option("--force", help="Build also if the pages show the published release already.")] = False,
    minutes: Annotated[int, typer.Option(min=1, max=600, help="After so many minutes the build is ended.")] = MINUTES,
) -> None:
    """Build the report pages of the published release into the folder `site` of the home. Needs Node.js 20 or newer and npm.

    The first time it installs packages from their registry (about 700 MB); after that it needs no network. A failed build leaves the
    last pages as they are.

    Exit codes: 0 the pages show the published release; 1 the build failed; 2 node or a release is missing.
    """
    from dagster_project.settings import HomeError, load_settings
    from dagster_project.site import SiteError, build_site

    try:
        site = build_site(load_settings(), force=force, minutes=minutes, tell=typer.echo)
    except SiteError as error:
        typer.echo(f"cchc: {error}", err=True)
        raise typer.Exit(error.exit_code) from None
    except (HomeError, OSError) as error:
        raise fail(str(error)) from None
    what = "show" if site.is_new else "show already"
    typer.echo(f"the pages {what} release {site.release_id}: {site.folder}; open them: make serve-reports")


def after_refresh() -> None:
    """Build the pages after a refresh. Whatever comes of it is told, and changes nothing of the refresh."""
    from dagster_project.settings import load_settings
    from dagster_project.site import SiteError, build_site, missing_programs

    def tell(line: str) -> None:
        typer.echo(line, err=True)

    if missing := missing_programs():
        tell(
            f"pages: not built, {' and '.join(missing)} not installed; the data are published all the same. For the pages: "
            "install Node.js 20 or newer and npm (Debian: apt-get install nodejs npm), then: make reports"
        )
        return
    try:
        site = build_site(load_settings(), force=False, minutes=MINUTES, tell=tell)
    except (SiteError, OSError) as error:
        tell(f"pages: {error}. The refresh itself is not touched by this; repeat the pages with: make reports")
        return
    tell(f"pages: {'built' if site.is_new else 'up to date'}, release {site.release_id}; open them: make serve-reports")
