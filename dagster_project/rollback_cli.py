"""`cchc rollback` and `cchc releases`: going back to a release that is kept, and which ones there are."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.cli_common import JsonOption, fail, print_json

if TYPE_CHECKING:
    from dagster_project.settings import Settings
    from warehouse.releases import Release


def complete_release(incomplete: str) -> list[str]:
    """Ids of the releases that are kept, for the completion of the shell."""
    from dagster_project.settings import load_settings
    from warehouse.releases import all_releases

    return [one.release_id for one in all_releases(load_settings().published) if one.release_id.startswith(incomplete)]


def rollback(
    release_id: Annotated[
        str | None,
        typer.Argument(
            help="Release to go to, such as v2026.11.0; by default the one before the current one.",
            metavar="RELEASE",
            show_default=False,
            autocompletion=complete_release,
        ),
    ] = None,
    why: Annotated[str, typer.Option(help="Why; it is kept, and told to whoever refreshes.", metavar="WHY")] = "",
    as_json: JsonOption = False,
) -> None:
    """Point readers at an earlier release that is kept (`cchc releases`), in one step; nothing is built and nothing is deleted.

    What was published after it is withdrawn: a refresh that would build just that again publishes nothing, until something changes or
    `cchc refresh --force`. `cchc rollback` with the id of the later release goes forward again.
    """
    from datetime import UTC, datetime

    from dagster_project.lockfile import AlreadyRunningError, only_one
    from dagster_project.rolled_back import tell_rollback
    from dagster_project.settings import load_settings
    from warehouse.rollback import RollbackError, roll_back

    settings = load_settings()
    try:
        with only_one(settings.lock_file):
            done = roll_back(settings.published, release_id, why=why, now=datetime.now(UTC))
            tell_rollback(settings, done, why)
    except (RollbackError, AlreadyRunningError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(
            f"cannot write {error.filename or settings.published}: {error.strerror or error}; correct its rights. Readers open "
            "the release of before."
        ) from None
    if as_json:
        print_json(
            {
                "before": done.before,
                "now": done.now.release_id,
                "why": why,
                "passed_over": done.passed_over,
                "no_way_back": done.no_way_back,
            }
        )
        return
    for words in done.passed_over:
        typer.echo(f"passed over: {words}")
    typer.echo(f"Readers open {done.now.release_id} now (before: {done.before or 'unknown'}), {settings.published / 'current'}")
    if done.no_way_back:
        typer.echo(f"  this cannot be undone: {done.no_way_back}")
    elif done.before:
        typer.echo(f'  to undo this: cchc rollback {done.before} --why "…"')


def releases(as_json: JsonOption = False) -> None:
    """The releases that are kept, the newest first: which one readers open, whether each is whole, which were withdrawn and why."""
    from dagster_project.settings import load_settings
    from warehouse.releases import all_releases, unreadable_releases

    settings = load_settings()
    if settings.published_elsewhere is not None and not settings.published.is_dir():
        raise fail(
            f"CCHC_PUBLISHED names {settings.published}, found no folder there: correct it, mount its disk, or run `cchc refresh`, "
            "which makes it"
        )
    rows, unreadable = (
        [_row(settings, one) for one in all_releases(settings.published)],
        unreadable_releases(settings.published),
    )
    if as_json:
        print_json([*rows, *({"release_id": None, "damage": damage} for damage in unreadable)])
        return
    if not rows and not unreadable:
        typer.echo(f"nothing is published yet under {settings.published}: run `make refresh`")
    for row in rows:
        mark = "→" if row["is_current"] else " "
        typer.echo(
            f"{mark} {row['release_id']}  {row['published_at'][:16].replace('T', ' ')} UTC  {row['scores']:,} rows of rpt_scores"
        )
        for words in (row["damage"], row["withdrawn"]):
            if words:
                typer.echo(f"    {words}")
    for damage in unreadable:
        typer.echo(f"  {damage}")


def _row(settings: Settings, release: Release) -> dict[str, Any]:
    from warehouse.releases import current_directory
    from warehouse.rollback import damage_of
    from warehouse.withdrawn import withdrawals

    withdrawn = {one.release_id: one.words() for one in withdrawals(settings.published)}
    return {
        "release_id": release.release_id,
        "published_at": release.published_at,
        "is_current": current_directory(settings.published) == release.directory.resolve(),
        "scores": release.row_counts.get("rpt_scores", 0),
        "damage": damage_of(release, is_thorough=False),
        "withdrawn": withdrawn.get(release.release_id),
    }
