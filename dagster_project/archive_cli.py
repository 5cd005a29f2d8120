"""`cchc archive`: what was ever read, whether it is whole, and how it gets to another machine."""

from __future__ import annotations

import sys
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from dagster_project.cli_common import DONE, TOLD, JsonOption, fail, print_json

if TYPE_CHECKING:
    from extractors.archive.moving import Moved
    from extractors.records import Issue

archive_app = typer.Typer(
    no_args_is_help=True,
    help="Every byte that was ever read: list it, hash it again, take it to another machine.",
)


@contextmanager
def _in_words() -> Generator[None]:
    from extractors.archive.store import ArchiveError
    from extractors.catalogue.loader import CatalogueError
    from extractors.catalogue.lock import LockFileError

    try:
        yield
    except (ArchiveError, CatalogueError, LockFileError) as error:
        raise fail(str(error)) from None
    except OSError as error:
        raise fail(f"cannot use {error.filename or 'a file'}: {error.strerror or error}; correct its rights or path") from None


def _progress(unit: str, scale: float) -> Callable[[int, int], None]:
    """A line on a terminal that counts in tenths; nothing where nobody looks."""
    shown = -1

    def watch(done: int, whole: int) -> None:
        nonlocal shown
        tenth = 10 if whole == 0 else done * 10 // whole
        if sys.stderr.isatty() and tenth != shown:
            shown = tenth
            typer.echo(f"\r{done / scale:,.0f} of {whole / scale:,.0f} {unit}", err=True, nl=done == whole)

    return watch


@archive_app.command()
def verify(as_json: JsonOption = False) -> None:
    """Hash everything again. One line for each file that is damaged, missing or left over, with what to do; then exit code 1.

    What the lock and the published release name must be there, too.
    """
    with _in_words():
        from dagster_project.archive_notices import tell_verified
        from dagster_project.archived import needed_bytes
        from dagster_project.settings import load_settings
        from extractors.archive.store import Archive

        settings = load_settings()
        archive = Archive(settings.archive)
        found = archive.verify(needed_bytes(settings), _progress("MB hashed", 1e6))
        count = len(archive.names())
        tell_verified(settings, found, count)
    if as_json:
        print_json([asdict(issue) for issue in found])
    else:
        typer.echo(
            "\n".join([*(_line(issue) for issue in found), f"{count:,} files hashed, {len(found)} findings: {archive.root}"])
        )
    raise typer.Exit(TOLD if found else DONE)


def _line(issue: Issue) -> str:
    return f"{issue.code}: {issue.document_id}: {issue.message} -> {issue.hint}"


@archive_app.command(name="list")
def list_files(
    document: Annotated[str | None, typer.Option(help="Only this document (its id).", show_default=False)] = None,
    as_json: JsonOption = False,
) -> None:
    """Documents with their vintages: when each came, how large it is, from where."""
    with _in_words():
        from dagster_project.archived import vintages
        from dagster_project.settings import load_settings

        rows = [row for row in vintages(load_settings()) if document in (None, row.document_id)]
    if as_json:
        print_json([asdict(row) for row in rows])
        return
    for row in rows:
        state = f"  [{', '.join(row.roles)}]" if row.roles else ""
        typer.echo(
            f"{row.document_id}  {row.sha256[:12]}  {row.bytes_count:>11,} bytes  {row.retrieved_at:%Y-%m-%d %H:%M} UTC  "
            f"{row.url or row.file_name}{state}"
        )
    typer.echo(f"{len({row.document_id for row in rows})} documents, {len({row.sha256 for row in rows})} files")


@archive_app.command()
def export(
    target: Annotated[Path, typer.Argument(help="A folder, or a file whose name ends in .tar.", show_default=False)],
) -> None:
    """Copy the archive for another machine: every byte with its sidecar, hashed on the way out. Exit code 1 if a file was left out."""
    with _in_words():
        from dagster_project.settings import load_settings
        from extractors.archive.moving import export as export_to
        from extractors.archive.store import Archive

        moved = export_to(Archive(load_settings().archive), target, _progress("files", 1))
    _tell(moved, f"{moved.files:,} files in {target}")


@archive_app.command(name="import")
def import_files(
    source: Annotated[Path, typer.Argument(help="A folder or .tar file that `cchc archive export` made.", show_default=False)],
) -> None:
    """Bring an exported archive in: each file hashed, what is there stays, sidecars are merged. It may be cut short and run again."""
    with _in_words():
        from dagster_project.settings import load_settings
        from extractors.archive.moving import import_from
        from extractors.archive.store import Archive

        moved = import_from(source, Archive(load_settings().archive), _progress("files", 1))
    _tell(moved, f"{moved.files:,} files of {source} are in the archive, {moved.new:,} of them new")


def _tell(moved: Moved, done: str) -> None:
    for problem in moved.problems:
        typer.echo(f"left out: {problem}", err=True)
    typer.echo(done)
    raise typer.Exit(TOLD if moved.problems else DONE)
