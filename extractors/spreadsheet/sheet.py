"""A sheet between the file and its tables: the filled cells with their places, whatever kind of workbook they come from.

Blanks are not stored here, so a sheet that claims 16,384 columns and a million rows costs no more than what stands in it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace

from openpyxl.utils import get_column_letter

from extractors.records import Cell, CellSource, Issue, Locator, Severity, Table

Position = tuple[int, int]
"""Row and column of a sheet, from 1."""


def a1_of(position: Position) -> str:
    return f"{get_column_letter(position[1])}{position[0]}"


@dataclass(frozen=True, slots=True)
class Entry:
    """What stands in one cell of a sheet; `text` is NFC and not empty."""

    text: str
    source: CellSource = "text"
    confidence: float = 1.0


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
