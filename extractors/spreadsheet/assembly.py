"""From the sheets of a workbook to its tables: what all kinds of workbooks have in common once their cells are read."""

from __future__ import annotations

from collections.abc import Sequence

from extractors.records import DocumentError, Issue, Table
from extractors.spreadsheet.blocks import tables_of
from extractors.spreadsheet.fonts import decoded, verdicts_of
from extractors.spreadsheet.sheet import Sheet, SheetIssues


def tables_and_issues(
    sheets: Sequence[tuple[Sheet, SheetIssues]], document_id: str
) -> tuple[tuple[Table, ...], tuple[Issue, ...]]:
    """The tables of all sheets, numbered through the workbook, and what a person should know of them.

    Raises:
        DocumentError: `workbook_empty` or `sheet_too_large`.
    """
    verdicts = verdicts_of([sheet for sheet, _ in sheets])
    tables: list[Table] = []
    issues: list[Issue] = []
    for sheet, noted in sheets:
        found = tables_of(decoded(sheet, verdicts, noted), len(tables) + 1, document_id)
        tables += found
        issues += noted.located(found)
    if not tables:
        message = "expected at least one sheet with a filled cell, found none"
        hint = "Give the workbook that holds the figures."
        raise DocumentError(Issue("workbook_empty", "error", document_id, message, hint))
    return tuple(tables), tuple(issues)
