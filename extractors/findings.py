"""What an index family gathers while it reads one document: claims, and what it could not understand, with its place."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field

from extractors.records import UNSETTLED, Cell, Claim, Issue, Locator, Outcome, Reading, Table


class CellError(ValueError):
    """A cell that should hold one figure and does not."""

    def __init__(self, cell: Cell, message: str) -> None:
        super().__init__(message)
        self.cell = cell


def text_of(cell: Cell | None) -> str:
    """Text of a place of a grid; a place without a cell is blank."""
    return "" if cell is None else cell.text


def is_blank(cells: Iterable[Cell | None]) -> bool:
    """Whether a row (or a column) holds no text at all."""
    return not any(text_of(cell) for cell in cells)


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

    def _hold_unsettled(self) -> None:
        """A cell without a text that stands states nothing, whatever its family makes of it; the reading's own issue says why."""
        for claim in self.claims:
            if UNSETTLED in claim.raw_text:
                place = str(claim.locator)
                self.quarantined.append({"reason": "two readings of this cell could not be settled", "place": place})
        self.claims = [claim for claim in self.claims if UNSETTLED not in claim.raw_text]

    def outcome(self, reading: Reading) -> Outcome:
        """A document that is held back as a whole gives no claims."""
        self._hold_unsettled()
        held = any(issue.severity == "error" and issue.locator == Locator() for issue in (*reading.issues, *self.issues))
        return Outcome(
            document_id=self.document_id,
            sha256=reading.sha256,
            claims=() if held else tuple(self.claims),
            issues=(*reading.issues, *self.issues),
            pages=reading.pages,
            producer=reading.producer,
            quarantined_rows=tuple(self.quarantined),
        )
