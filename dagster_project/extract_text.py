"""What `cchc extract` prints for a person: tables as one would check them against the page, then what to know of them."""

from __future__ import annotations

from collections.abc import Iterable

from dagster_project.extraction import FileExtraction
from extractors.archive.sniff import in_words
from extractors.records import Issue, Table

_WIDEST = 48


def shown(text: str) -> str:
    """Text that a terminal may be given: without signs that move the cursor, turn the line round or break it."""
    return "".join(char if char.isprintable() else " " if char.isspace() else "\N{REPLACEMENT CHARACTER}" for char in text)


def _cut(text: str) -> str:
    return text if len(text) <= _WIDEST else f"{text[: _WIDEST - 1]}…"


def _pages(table: Table) -> str:
    first, last = table.pages[0], table.pages[-1]
    return f"page {first}" if first == last else f"pages {first} to {last}"


def _table_lines(table: Table) -> Iterable[str]:
    where = f", {_pages(table)}" if table.pages else f", sheet {table.sheet}" if table.sheet else ""
    yield f"table {table.number}: {table.title or 'no title'} ({table.n_rows} rows x {table.n_columns} columns{where})"
    for row in table.grid():
        yield "  " + " | ".join("" if cell is None else _cut(cell.text) for cell in row)


def _issue_line(issue: Issue) -> str:
    place = str(issue.locator)
    where = "" if place == "whole document" else f"{place}: "
    hint = f" -> {issue.hint}" if issue.hint else ""
    return f"{issue.severity} {issue.code}: {where}{issue.message}{hint}"


def _document_line(found: FileExtraction) -> str:
    parts = [in_words(found.kind)] if found.kind else []
    if found.pages is not None:
        parts.append(f"{found.pages} pages" if found.pages != 1 else "1 page")
    if found.sha256:
        parts.append(f"sha256 {found.sha256}")
    if found.reading is not None:
        parts.append(f"made by {found.reading.producer or 'a program that does not say its name'}")
    return f"{found.path.name}: {', '.join(parts)}"


def extraction_lines(found: FileExtraction) -> Iterable[str]:
    yield shown(_document_line(found))
    yield f"known as {found.entry.id}" if found.entry else "not in the catalogue: tables only, no claims"
    for table in found.tables:
        yield ""
        yield from map(shown, _table_lines(table))
    yield ""
    counted = f"{len(found.tables)} tables" if len(found.tables) != 1 else "1 table"
    yield f"{counted}, {len(found.outcome.claims)} claims" if found.outcome is not None else counted
    yield from (shown(_issue_line(issue)) for issue in found.issues)
    yield from (f"picture: {picture}" for picture in found.pictures)


def failure_line(issue: Issue) -> str:
    """The one line for a file that could not be read: kind of trouble, what was expected and found, what to do."""
    return shown(f"{issue.document_id}: {issue.code}: {issue.message}" + (f" -> {issue.hint}" if issue.hint else ""))
