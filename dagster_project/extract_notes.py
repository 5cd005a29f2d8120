"""Issues of `cchc extract` about how a file was read, not about the file: what a reader of the output must know."""

from __future__ import annotations

from collections.abc import Collection

from dagster_project.page_choice import PageChoice
from extractors.catalogue.models import CatalogueEntry
from extractors.records import Issue, Reading


def note(name: str, code: str, message: str, hint: str) -> Issue:
    return Issue(code, "info", name, message, hint)


def _counted(count: int, what: str) -> str:
    return f"{count} {what}{'s' * (count != 1)}"


def _no_tables(reading: Reading, pages: Collection[int] | None, name: str) -> Issue:
    """What is there in the place of tables. `pages`: those that were read, None for all."""
    with_text = len({paragraph.page for paragraph in reading.paragraphs if paragraph.page is not None})
    seen: list[str] = []
    if reading.paragraphs:
        where = f" on {_counted(with_text, 'page')}" if with_text else ""
        seen.append(f"{_counted(len(reading.paragraphs), 'paragraph')} of running text{where}")
    read = (len(pages) if pages is not None else reading.pages) or 0
    if read > with_text:
        seen.append(f"{_counted(read - with_text, 'page')} without running text (blank, a picture, a chart or not read)")
    message = f"expected a table, found none: {' and '.join(seen) or 'no text either'}"
    hint = "figures in sentences, in charts and in pictures on a typeset page are no tables"
    drawn = "; --picture FOLDER shows what was seen" if read else ""
    return note(name, "no_tables", message, hint + drawn)


def notes_of(
    reading: Reading,
    choice: PageChoice | None,
    pages: Collection[int] | None,
    entry: CatalogueEntry | None,
    name: str,
    *,
    is_fast: bool,
) -> list[Issue]:
    """`choice` in words, and the `pages` that it comes to; None if all were read."""
    notes: list[Issue] = []
    if is_fast and reading.kind == "pdf":
        message = "the figures rest on one reading; expected two that agree, found --fast"
        notes.append(note(name, "single_reading", message, "leave --fast out to have every table page read a second time"))
    if not reading.tables:
        notes.append(_no_tables(reading, pages, name))
    if choice is not None:
        no_claims = "; claims are made of whole documents only" if entry else ""
        notes.append(note(name, "pages_chosen", f"read: {choice} only{no_claims}", "leave --pages out to read all"))
    return notes
