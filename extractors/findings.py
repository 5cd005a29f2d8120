"""What an index family gathers while it reads one document: claims, and what it could not understand, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from extractors.records import UNSETTLED, Cell, Claim, Issue, Locator, Outcome, Reading, Table, UnsettledClaim
from extractors.repeats import is_page_twice, repeated_rows, repeated_tables
from extractors.text.numbers import DecimalMark, PrintedNumber, parse_number


class CellError(ValueError):
    """A cell that should hold one figure and does not."""

    def __init__(self, cell: Cell, message: str) -> None:
        super().__init__(message)
        self.cell = cell


def text_of(cell: Cell | None) -> str:
    """Text of a place of a grid; a place without a cell is blank."""
    return "" if cell is None else cell.text


def figure_in(cell: Cell, *, decimal_mark: DecimalMark = ",") -> PrintedNumber | None:
    """The number of a cell; None for one that is not settled, whose claim says so (`statements.state`). NumberError for other text."""
    return None if UNSETTLED in cell.text else parse_number(cell.text, decimal_mark=decimal_mark)


def is_blank(cells: Iterable[Cell | None]) -> bool:
    """Whether a row (or a column) holds no text at all."""
    return not any(text_of(cell) for cell in cells)


def _place(at: Locator) -> tuple[object, ...]:
    """A cell or paragraph, whatever box is drawn around it."""
    return at.page, at.table_number, at.row_number, at.column_number, at.sheet, at.a1, at.paragraph


@dataclass
class Findings:
    """Filled while one document is read; `outcome` closes it.

    A document is held back when its form is not understood (header, year, method); a row when one of its names or numbers is not.
    """

    document_id: str
    claims: list[Claim] = field(default_factory=list)
    issues: list[Issue] = field(default_factory=list)
    quarantined: list[Mapping[str, str]] = field(default_factory=list)

    def hold_document(self, code: str, message: str, hint: str, *, expected: str = "", found: str = "") -> None:
        self.issues.append(Issue(code, "error", self.document_id, message, hint, expected, found))

    def hold_row(self, code: str, message: str, hint: str, table: Table, row: Sequence[Cell | None], at: Cell | None) -> None:
        """Quarantine one row (or one column, where provinces stand in columns); `at` is the cell that is not understood."""
        place = at or next((cell for cell in row if cell is not None), None)
        locator = Locator(table_number=table.number, sheet=table.sheet) if place is None else table.locator(place)
        self.issues.append(Issue(code, "error", self.document_id, message, hint, found=text_of(at), locator=locator))
        cells = {f"column {cell.column} row {cell.row}": cell.text for cell in row if cell is not None and cell.text}
        self.quarantined.append({"reason": message, "place": str(locator), **cells})

    def _unsettled(self, reading: Reading) -> tuple[UnsettledClaim, ...]:
        """The claims of cells without a text that stands, whatever a family made of them, with what was read there."""
        readings = {table.locator(cell): cell.readings for table in reading.tables for cell in table.cells if cell.readings}
        return tuple(
            UnsettledClaim(
                replace(claim, value_text=None).with_missing("illegible", "not_published"), readings.get(claim.locator, ())
            )
            for claim in self.claims
            if UNSETTLED in claim.raw_text
        )

    def _unsaid(self, reading: Reading, unsettled: Iterable[UnsettledClaim]) -> list[Issue]:
        """An error for each cell that is not settled and of which no error speaks yet: a sheet may hold U+FFFD of its own."""
        said = {_place(issue.locator) for issue in (*reading.issues, *self.issues) if issue.severity == "error"}
        places = {_place(found.claim.locator): found for found in unsettled}
        return [
            Issue(
                code="not_settled",
                severity="error",
                document_id=self.document_id,
                message="expected a figure or a text, found a cell whose text is not settled",
                hint="look at the cell in the document and take its text from there",
                found=" | ".join(found.readings),
                locator=found.claim.locator,
            )
            for place, found in places.items()
            if place not in said
        ]

    def _hold_repeats(self, reading: Reading) -> None:
        """A page that stands twice holds the document; of a row that stands twice the second makes no statement."""
        for first, copy in repeated_tables(reading.tables, self.claims):
            places = [f"table {table.number}" + f" (page {table.pages[0]})" * bool(table.pages) for table in (first, copy)]
            message = f"expected each table once, found {places[1]} to be a copy of {places[0]}"
            if is_page_twice(first, copy):
                self.hold_document("page_twice", message, "take the page that stands twice out of the file", found=copy.title)
            else:
                hint = "look whether the document prints the table twice, or a page of it was bound in again"
                at = Locator(page=copy.pages[0] if copy.pages else None, table_number=copy.number)
                self.issues.append(Issue("table_twice", "warning", self.document_id, message, hint, locator=at))
        for found in tuple(repeated_rows(reading.tables, self.claims)):
            message = f"expected each row once, found row {found.row} to be a copy of row {found.first}"
            self.hold_row("row_twice", message, "take the row that stands twice out", found.table, found.cells, found.cells[0])
            place = (found.table.number, found.row)
            self.claims = [c for c in self.claims if (c.locator.table_number, c.locator.row_number) != place]

    def outcome(self, reading: Reading) -> Outcome:
        """A document that is held back as a whole gives no claims."""
        self._hold_repeats(reading)
        unsettled = self._unsettled(reading)
        issues = (*reading.issues, *self.issues, *self._unsaid(reading, unsettled))
        held = any(issue.severity == "error" and issue.locator == Locator() for issue in issues)
        return Outcome(
            document_id=self.document_id,
            sha256=reading.sha256,
            claims=() if held else tuple(claim for claim in self.claims if UNSETTLED not in claim.raw_text),
            issues=issues,
            pages=reading.pages,
            producer=reading.producer,
            quarantined_rows=tuple(self.quarantined),
            unsettled=() if held else unsettled,
        )
