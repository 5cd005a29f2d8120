"""What `cchc extract` prints for a person: tables as one would check them against the page, then what to know of them."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from dagster_project.extraction import FileExtraction
from extractors.archive.sniff import in_words
from extractors.records import Issue, Table

_WIDEST = 48

_ALIKE_FROM = 4
_PLACES_SHOWN = 3
"""Issues that say the same of so many cells of a column are one line that counts them and names the first; --json has them all."""


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


def _issue_line(issue: Issue, where: str) -> str:
    place = "" if where == "whole document" else f"{where}: "
    hint = f" -> {issue.hint}" if issue.hint else ""
    return f"{issue.severity} {issue.code}: {place}{issue.message}{hint}"


def _alike(issue: Issue) -> tuple[object, ...]:
    """What issues about the cells of one column share that say the same."""
    where = issue.locator
    return issue.code, issue.severity, issue.message, issue.hint, where.sheet, where.table_number, where.column_number


def _column_words(issues: Sequence[Issue]) -> str:
    """Where issues of one column stand: "sheet Sheet1, table 1, column 8, 70 cells: H15, H16, H17 …"."""
    first = issues[0].locator
    column = replace(first, page=None, row_number=None, a1=None, bbox=None)
    cells = [i.locator.a1 or f"page {i.locator.page}, row {i.locator.row_number}" for i in issues[:_PLACES_SHOWN]]
    return f"{column}, {len(issues)} cells: {', '.join(cells)} …"


def issue_lines(issues: Iterable[Issue]) -> Iterable[str]:
    """A line for each issue; what is the same in many cells of a column is one line, at the place of the first."""
    issues = list(issues)
    groups: dict[tuple[object, ...], list[Issue]] = {}
    for issue in issues:
        is_cell = issue.locator.row_number is not None and issue.locator.column_number is not None
        groups.setdefault(_alike(issue) if is_cell else (len(groups), id(issue)), []).append(issue)
    for group in groups.values():
        if len(group) >= _ALIKE_FROM:
            yield _issue_line(group[0], _column_words(group))
        else:
            yield from (_issue_line(issue, str(issue.locator)) for issue in group)


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
    yield from map(shown, issue_lines(found.issues))
    yield from (f"picture: {picture}" for picture in found.pictures)


def failure_line(issue: Issue) -> str:
    """The one line for a file that could not be read: kind of trouble, what was expected and found, what to do."""
    return shown(f"{issue.document_id}: {issue.code}: {issue.message}" + (f" -> {issue.hint}" if issue.hint else ""))
