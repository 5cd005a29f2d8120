"""`cchc inbox`: what lies in the inbox, and how a file that no entry knows gets its entry."""

from __future__ import annotations

import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from dagster_project.cli_common import DONE, TOLD, JsonOption, fail, print_json

if TYPE_CHECKING:
    from extractors.catalogue.models import CatalogueEntry

_MOST_OPENED = 10
"""Unknown files that are opened unless --all is said: reading a long PDF takes minutes."""

inbox_app = typer.Typer(
    invoke_without_command=True,
    help="The inbox: which file is which document, what is still being written, what nobody knows. Exit codes: 0 all is known; "
    "1 something to decide or to wait for; 2 no inbox.",
)
InboxOption = Annotated[Path | None, typer.Option("--inbox", help="The folder (default: $CCHC_INBOX).", show_default=False)]


def _bench() -> Any:
    """The workbench, or the end of the command with a message."""
    from dagster_project.workbench import open_workbench
    from extractors.catalogue.loader import CatalogueError
    from extractors.catalogue.lock import LockFileError
    from extractors.catalogue.reference import ReferenceDataError
    from extractors.isolation import LimitsError

    try:
        return open_workbench()
    except (LimitsError, CatalogueError, LockFileError, ReferenceDataError) as error:
        raise fail(str(error)) from None


@inbox_app.callback()
def show(
    context: typer.Context,
    inbox: InboxOption = None,
    fast: Annotated[bool, typer.Option("--fast", help="Open no file: names and states only.")] = False,
    everything: Annotated[
        bool, typer.Option("--all", help=f"Open all unknown files, not only the first {_MOST_OPENED}.")
    ] = False,
    as_json: JsonOption = False,
) -> None:
    """List the files of the inbox with their state; of unknown ones what they look like."""
    if context.invoked_subcommand is not None:
        context.obj = inbox
        return
    from dagster_project.inbox_files import look
    from dagster_project.inbox_shapes import recognise
    from dagster_project.inbox_text import inbox_lines
    from dagster_project.settings import load_settings, settle_seconds
    from extractors.isolation import LimitsError

    folder = load_settings(inbox).inbox
    if folder is None:
        raise fail("expected a folder in the variable CCHC_INBOX or in --inbox, found none")
    if not folder.is_dir():
        raise fail(f"expected the folder of the inbox at {folder}, found none; make it, or correct CCHC_INBOX")
    bench = _bench()
    try:
        found = look(folder, bench.entries, settle_seconds())
    except LimitsError as error:
        raise fail(str(error)) from None
    unknown = [file for file in found.files if file.state == "unknown"]
    opened = [] if fast else unknown if everything else unknown[:_MOST_OPENED]
    recognitions = {file.name: recognise(file.path, bench) for file in opened}
    if as_json:
        files = [
            {
                "name": file.name,
                "state": file.state,
                "document_id": file.document_id,
                "bytes": file.size,
                "why": file.why,
                "recognition": recognitions[file.name].as_dict() if file.name in recognitions else None,
            }
            for file in found.files
        ]
        print_json({"inbox": str(folder), "files": files, "issues": [str(issue) for issue in found.issues]})
    else:
        typer.echo("\n".join(inbox_lines(found, recognitions, folder)))
    is_settled = not found.issues and all(file.state == "known" for file in found.files)
    raise typer.Exit(DONE if is_settled else TOLD)


def _option(help_text: str) -> Any:
    return typer.Option(help=help_text, show_default=False)


@inbox_app.command()
def propose(
    context: typer.Context,
    file: Annotated[Path, typer.Argument(help="The file, in the inbox or elsewhere.")],
    inbox: InboxOption = None,
    index: Annotated[str | None, _option("Which index: SIPAS, PAR_PROVINCE, PAPI, PCI, …")] = None,
    year: Annotated[str | None, _option("The year(s) the figures are about: 2023 or 2022,2023.")] = None,
    entity: Annotated[str | None, _option("Province or ministry that the whole document speaks about, or none.")] = None,
    title_vi: Annotated[str | None, _option("Its title in Vietnamese.")] = None,
    title_en: Annotated[str | None, _option("Its title in English.")] = None,
    publisher: Annotated[str | None, _option("Who issued this file.")] = None,
    publisher_code: Annotated[str | None, _option("A short word for the publisher in the id, such as vcci or ubnd.")] = None,
    layout: Annotated[str | None, _option("Which layout reads it, where not exactly one does.")] = None,
    source_class: Annotated[str | None, _option("What kind of source the original is.")] = None,
    language: Annotated[str | None, _option("vi (decimal comma) or en (decimal point).")] = None,
    licence: Annotated[str | None, _option("The licence, or 'not stated'.")] = None,
    licence_page: Annotated[str | None, _option("The page or law that states the licence, or 'not stated'.")] = None,
    reset: Annotated[
        str | None, _option("yes: this project set the file anew from another source; no: it is the publisher's.")
    ] = None,
    cited_title: Annotated[str | None, _option("Of a file set anew: title of its original.")] = None,
    cited_publisher: Annotated[str | None, _option("Of a file set anew: publisher of its original.")] = None,
    decision: Annotated[str | None, _option("Number of the decision.")] = None,
    published_on: Annotated[str | None, _option("Day of publication: 2024-05-23.")] = None,
    url: Annotated[str | None, _option("Address of the original, if known.")] = None,
    landing_page: Annotated[str | None, _option("Page that lists or announces it, if known.")] = None,
    supersedes: Annotated[str | None, _option("Id of the document that this one re-issues.")] = None,
    part: Annotated[str | None, _option("A word for the part of the document in the id.")] = None,
    as_json: JsonOption = False,
) -> None:
    """Propose a catalogue entry for a file; ask what only a person can say; write it when all is answered.

    Index, year, publisher and licence are never guessed. In a terminal each open question is asked, with what the pages say; without
    one the entry is printed with its questions and nothing is written (exit code 1).
    """
    given = {
        "index": index.upper() if index else None, "year": year, "entity": entity, "title_vi": title_vi, "title_en": title_en,
        "publisher": publisher, "publisher_code": publisher_code, "layout": layout, "source_class": source_class,
        "language": language, "licence": licence, "licence_page": licence_page, "reset": reset, "cited_title": cited_title,
        "cited_publisher": cited_publisher, "decision": decision, "published_on": published_on, "url": url,
        "landing_page": landing_page, "supersedes": supersedes, "part": part,
    }  # fmt: skip
    _propose(file, inbox or context.obj, {key: text for key, text in given.items() if text is not None}, as_json=as_json)


def is_terminal() -> bool:
    return sys.stdin.isatty() and sys.stdout.isatty()


def _refuse_known(file: Path, folder: Path | None, entries: Sequence[CatalogueEntry]) -> None:
    """A file that the catalogue knows needs no entry."""
    from extractors.archive.inbox import known_by_name, match_inbox

    matches = match_inbox(folder, entries).files
    known = next((one for one, path in matches.items() if path.resolve() == file.resolve()), None)
    if known is not None:
        raise fail(f"{file}: the catalogue knows this file as {known}; `cchc refresh` reads it")
    if named := known_by_name(file, entries):
        raise fail(
            f"{file}: the catalogue knows a file of this name as {', '.join(named)}; put it into the inbox, where `cchc refresh` "
            "reads it, or give it another name if it is another document"
        )


def _propose(file: Path, inbox: Path | None, given: Mapping[str, str], *, as_json: bool) -> None:
    from dagster_project.inbox_proposal import ProposalError, draft, write_entry
    from dagster_project.inbox_questions import QUESTIONS, AnswerError, Answers, answered, open_questions
    from dagster_project.inbox_shapes import recognise
    from dagster_project.inbox_text import recognition_lines
    from dagster_project.settings import load_settings, settle_seconds
    from extractors.archive.wholeness import why_not_whole
    from extractors.isolation import LimitsError

    bench = _bench()
    folder = load_settings(inbox).inbox
    try:
        waiting = why_not_whole(file, settle_seconds()) if file.is_file() else None
    except (OSError, LimitsError) as error:
        raise fail(f"{file}: {getattr(error, 'strerror', None) or error}") from None
    if waiting is not None:
        raise fail(f"{file}: expected a whole file, found {waiting}; wait until it is copied, then run this again")
    _refuse_known(file, folder, bench.entries)
    found = recognise(file, bench)
    if found.failure is not None:
        raise fail(f"{file}: {found.failure.message}" + (f" -> {found.failure.hint}" if found.failure.hint else ""))
    if found.same_bytes:
        raise fail(f"{file}: these are the very bytes of {', '.join(found.same_bytes)}; there is nothing to propose")
    answers: Answers = {}
    for key, text in given.items():
        try:
            answers = answered(answers, key, text, found, bench.reference)
        except AnswerError as error:
            raise fail(f"{QUESTIONS[key].option}: {error}") from None
    if not as_json and open_questions(answers, found) and is_terminal():
        typer.echo("\n".join(recognition_lines(found)))
        answers = _asked(answers, found, bench.reference)
    still = open_questions(answers, found)
    try:
        if still:
            text = draft(answers, found, bench.reference, folder)
            _show_open(text, [question.option for question in still], found.as_dict(), as_json=as_json)
            raise typer.Exit(TOLD)
        entry, path, next_steps = write_entry(answers, found, bench.reference, bench.entries, bench.settings.entries, folder)
    except ProposalError as error:
        raise fail(str(error)) from None
    if as_json:
        print_json({"written": str(path), "document_id": entry.id, "next": list(next_steps)})
    else:
        typer.echo("\n".join([f"written: {path}", *(f"next: {step}" for step in next_steps)]))


def _show_open(text: str, options: list[str], recognition: Mapping[str, object], *, as_json: bool) -> None:
    if as_json:
        print_json({"written": None, "entry": text, "questions": options, "recognition": recognition})
        return
    typer.echo(text, nl=False)
    typer.echo(
        f"\nnothing was written: {len(options)} questions are open. Answer with {' '.join(options)}, or run it in a terminal."
    )


def _asked(answers: Any, found: Any, reference: Any) -> Any:
    """The answers of a person at the terminal; an answer that cannot be right is asked for again."""
    from dagster_project.inbox_questions import AnswerError, answered, choices, evidence, open_questions

    while still := open_questions(answers, found):
        question = still[0]
        for line in evidence(question, found):
            typer.echo(f"  {line}")
        allowed = choices(question, found, reference)
        text = typer.prompt(f"{question.asks}{' [' + ', '.join(allowed) + ']' if allowed else ''}", type=str)
        try:
            answers = answered(answers, question.key, text, found, reference)
        except AnswerError as error:
            typer.echo(f"  {error}")
    return answers
