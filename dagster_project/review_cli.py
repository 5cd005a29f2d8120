"""`cchc review`: what is held back, why, and the decision of a person on it."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING, Annotated, Literal

import typer

from dagster_project.cli_common import DONE, TOLD, JsonOption, fail, print_json

if TYPE_CHECKING:
    from dagster_project.workbench import Workbench

review_app = typer.Typer(
    no_args_is_help=True,
    help="Judge what is held back: list it, look at the cell on its page, accept, reject or correct it. Decisions are files.",
)

Item = Annotated[str, typer.Argument(metavar="ITEM", help="Id of the item, as `cchc review list` shows it.")]
Why = Annotated[str, typer.Option(help="The reason, for whoever looks at this cell next.")]
By = Annotated[str | None, typer.Option(help="Who decides (default: git's user.name).", show_default=False)]
Source = Annotated[
    str | None, typer.Option(help="What the decision rests on: a page, a letter, an address.", show_default=False)
]


@contextmanager
def _in_words() -> Generator[Workbench]:
    """A workbench; every error that a person can mend becomes one message and exit code 2."""
    from dagster_project.decision_files import DecisionFileError
    from dagster_project.review import ReviewError
    from dagster_project.workbench import open_workbench
    from extractors.catalogue.loader import CatalogueError
    from extractors.catalogue.lock import LockFileError
    from extractors.catalogue.reference import ReferenceDataError
    from extractors.isolation import LimitsError

    try:
        yield open_workbench()
    except (ReviewError, DecisionFileError, CatalogueError, LockFileError, ReferenceDataError, LimitsError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"cannot use {error.filename or 'a file'}: {error.strerror or error}; correct its rights") from None


@review_app.command(name="list")
def list_items(
    everything: Annotated[
        bool, typer.Option("--all", help="Decided ones too, and cells that are held back only because of others.")
    ] = False,
    document: Annotated[str | None, typer.Option(help="Only this document (its id).", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """What waits for a decision, by document. Exit code 1 if something does."""
    with _in_words() as bench:
        from dagster_project.review import all_items
        from dagster_project.review_text import list_lines, state

        found = [one for one in all_items(bench) if document in (None, one.item.document_id)]
        waiting = [one for one in found if one.is_open or one.is_stale]
        shown = found if everything else waiting
        if as_json:
            print_json([{**_as_dict(one.item), "state": state(one)} for one in shown])
        else:
            typer.echo("\n".join(list_lines(shown, with_witnesses=everything)))
        raise typer.Exit(TOLD if waiting else DONE)


@review_app.command()
def show(item: Item, as_json: JsonOption = False) -> None:
    """Everything about one item: the statement, its place and picture, what it breaks, what would explain it, what can be decided."""
    with _in_words() as bench:
        from dagster_project.review import all_items, find
        from dagster_project.review_text import show_lines, state

        one = find(bench, item)
        if as_json:
            print_json({**_as_dict(one.item), "state": state(one)})
            return
        file = bench.decision_file(one.item.document_id)
        typer.echo("\n".join(show_lines(one, all_items(bench), bench.settings.quarantine, file)))


@review_app.command()
def accept(
    item: Item,
    why: Why,
    until: Annotated[
        str | None,
        typer.Option(help="Last day on which it counts, such as 2027-12-31 (default: a year from now).", show_default=False),
    ] = None,
    by: By = None,
    source: Source = None,
) -> None:
    """The source prints it so: publish the cell with a flag although it fails its rules, until a day."""
    _decide(item, "accept", why, by, source, until=until)


@review_app.command()
def reject(item: Item, why: Why, by: By = None, source: Source = None) -> None:
    """Never publish this cell."""
    _decide(item, "reject", why, by, source)


@review_app.command()
def correct(
    item: Item,
    value: Annotated[str, typer.Option(help='What the page prints, written as there: "82,58".')],
    why: Why,
    by: By = None,
    source: Source = None,
) -> None:
    """The page prints another figure than was read: publish that one; what was read stays beside it."""
    _decide(item, "correct", why, by, source, value=value)


@review_app.command()
def undo(item: Item) -> None:
    """Take the decision on an item back."""
    with _in_words() as bench:
        from dagster_project.review import undo as take_back

        decision, file = take_back(bench, item)
        typer.echo(f"The decision {decision.id!r} ({decision.action} by {decision.by}) is gone from {file}. {_WHEN}")


_WHEN = "It takes effect with the next `cchc refresh`."


def _decide(
    item: str,
    action: Literal["accept", "reject", "correct"],
    why: str,
    by: str | None,
    source: str | None,
    *,
    value: str | None = None,
    until: str | None = None,
) -> None:
    with _in_words() as bench:
        from dagster_project.review import decide, git_user

        decision, file = decide(
            bench,
            item,
            action,
            why=why,
            by=by or git_user(),
            today=datetime.now(UTC).date(),
            value=value,
            until=_day(until),
            source=source,
        )
        end = f" until {decision.expires_on}" if decision.expires_on else ""
        typer.echo(f"{action}{end}: written to {file} by {decision.by}. {_WHEN}")


def _day(text: str | None) -> date | None:
    from dagster_project.review import ReviewError

    if text is None:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise ReviewError(f"expected a day such as 2027-12-31 with --until, found {text!r}") from None


def _as_dict(item: object) -> dict[str, object]:
    from pydantic import TypeAdapter

    from extractors.quarantine import QuarantineItem

    return TypeAdapter(QuarantineItem).dump_python(item, mode="json")  # pyright: ignore[reportArgumentType]
