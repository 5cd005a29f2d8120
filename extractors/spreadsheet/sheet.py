"""A sheet between the file and its tables: the filled cells with their places, whatever kind of workbook they come from.

Blanks are not stored here, so a sheet that claims 16,384 columns and a million rows costs no more than what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from openpyxl.utils import get_column_letter

from extractors.headers import ranges
from extractors.records import Cell, CellSource, Issue, Locator, Severity, Table
from extractors.runs import Run

Position = tuple[int, int]
"""Row and column of a sheet, from 1."""


def a1_of(position: Position) -> str:
    return f"{get_column_letter(position[1])}{position[0]}"


MAX_CELLS = 500_000
"""Filled cells of one sheet; the largest known workbook of these indices has some ten thousand."""

HIDDEN_HINT = "Nothing to do if the hidden part belongs to the table."


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one cell of a sheet; `text` is NFC and not empty. `runs`: of a text, its pieces by font."""

    text: str
    source: CellSource = "text"
    confidence: float = 1.0
    runs: tuple[Run, ...] = ()


@dataclass(frozen=True, slots=True)
class Sheet:
    """The filled cells of one sheet, and its merged ranges: top left corner -> (rows, columns)."""

    name: str
    entries: Mapping[Position, Entry]
    spans: Mapping[Position, tuple[int, int]]

    def span(self, position: Position) -> tuple[int, int]:
        return self.spans.get(position, (1, 1))


@dataclass(slots=True)
class SheetIssues:
    """Collects what a person should know of one sheet; places become those of its tables once these are known."""

    document_id: str
    name: str
    found: list[Issue] = field(default_factory=list[Issue])

    def add(
        self,
        code: str,
        severity: Severity,
        message: str,
        hint: str,
        position: Position | None = None,
        *,
        expected: str = "",
        found: str = "",
    ) -> None:
        a1 = None if position is None else a1_of(position)
        locator = Locator(sheet=self.name, a1=a1)
        self.found.append(Issue(code, severity, self.document_id, message, hint, expected, found, locator))

    def add_value(self, name: Literal["logical", "error"], text: str, position: Position) -> None:
        """TRUE, FALSE or an error in the place of text or a number: nobody may take it for a blank."""
        said = "the logical value" if name == "logical" else "the error"
        hint = "Look at the cell." if name == "logical" else "Look at the formula."
        self.add(f"cell_is_{name}", "warning", f"expected text or a number, found {said} {text}", hint, position, found=text)

    def formula_without_value(self, formula: str, position: Position) -> Entry:
        """The formula stands in the place of its value, which the writing program did not store."""
        message = "expected a formula with its value, found one without"
        hint = "Open the workbook in Excel or LibreOffice, save it and give it again."
        self.add("formula_without_value", "warning", message, hint, position, found=formula)
        return Entry(formula)

    def add_hidden(self, sheet: Sheet, *, is_hidden: bool, rows: Iterable[int], columns: Iterable[int]) -> None:
        """Hidden parts are read like any other; that they are hidden is something a person should know."""
        if not sheet.entries:
            return
        if is_hidden:
            self.add("hidden_sheet", "info", "the sheet is hidden; it was read", HIDDEN_HINT)
        said = ranges(sorted({row for row, _ in sheet.entries} & set(rows)))
        if said:
            self.add("hidden_rows", "info", f"hidden rows were read: {said}", HIDDEN_HINT, found=said)
        names = ", ".join(map(get_column_letter, sorted({column for _, column in sheet.entries} & set(columns))))
        if names:
            self.add("hidden_columns", "info", f"hidden columns were read: {names}", HIDDEN_HINT, found=names)

    def located(self, tables: Iterable[Table]) -> list[Issue]:
        """The issues, with table, row and column where the cell stands in a table."""
        places: dict[str, tuple[Table, Cell]] = {}
        if any(issue.locator.a1 for issue in self.found):
            places = {cell.a1: (table, cell) for table in tables for cell in table.cells if cell.a1}
        located: list[Issue] = []
        for issue in self.found:
            place = places.get(issue.locator.a1 or "")
            located.append(issue if place is None else replace(issue, locator=place[0].locator(place[1])))
        return located
