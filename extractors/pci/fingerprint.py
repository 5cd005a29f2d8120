"""Does a workbook look as its layout says? Every difference is told with sheet, cell, expected and found text."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from openpyxl.utils.cell import column_index_from_string, coordinate_from_string

from extractors.findings import Findings
from extractors.pci.layout import SheetLayout, WorkbookLayout, layout_path
from extractors.records import Cell, Reading, Table
from extractors.text.fold import nfc


@dataclass(frozen=True, slots=True)
class Place:
    """A cell with the table that holds it; the table gives the locator."""

    table: Table
    cell: Cell


@dataclass(frozen=True, slots=True)
class SheetCells:
    """The filled cells of one sheet by their A1 reference, however the reader cut the sheet into tables."""

    name: str
    places: Mapping[str, Place]

    def at(self, column: str, row: int) -> Place | None:
        return self.places.get(f"{column}{row}")

    def text(self, a1: str) -> str:
        place = self.places.get(a1)
        return "" if place is None else place.cell.text


def cells_by_sheet(reading: Reading) -> dict[str, SheetCells]:
    """Sheet name (NFC) -> its filled cells; tables without sheet or A1 belong to no workbook and are left out."""
    found: dict[str, dict[str, Place]] = {}
    for table in reading.tables:
        for cell in table.cells:
            sheet = cell.sheet or table.sheet
            if sheet is not None and cell.a1 is not None and cell.text:
                found.setdefault(nfc(sheet), {})[cell.a1] = Place(table, cell)
    return {name: SheetCells(name, places) for name, places in found.items()}


def _hint(document_id: str) -> str:
    return f"compare the sheet with {layout_path(document_id)}; if the workbook is right, describe it there as it is"


def check_sheets(layout: WorkbookLayout, sheets: Mapping[str, SheetCells], findings: Findings) -> None:
    """Hold the document if a sheet is not in its layout, or one that is to be read is not in the workbook."""
    wanted = {nfc(sheet.sheet) for sheet in layout.sheets}
    known = wanted | {nfc(name) for name in layout.ignored_sheets}
    for name in sheets:
        if name not in known:
            message = f"expected only sheets that the layout lists, found sheet {name!r}"
            hint = f"say in {layout_path(layout.document_id)} what the sheet holds, or list it under ignored_sheets with the reason"
            findings.hold_document("unknown_sheet", message, hint, found=name)
    for name in sorted(wanted - set(sheets)):
        message = f"expected sheet {name!r}, found no such sheet with a filled cell"
        findings.hold_document("missing_sheet", message, _hint(layout.document_id), expected=name)


def _header_differences(layout: SheetLayout, cells: SheetCells) -> Iterator[tuple[str, str, str]]:
    """(cell, expected text, found text) for each header cell that differs."""
    for a1, expected in layout.header.items():
        if cells.text(a1) != nfc(expected):
            yield a1, nfc(expected), cells.text(a1)


def check_fingerprint(layout: SheetLayout, cells: SheetCells, findings: Findings) -> bool:
    """Hold the document at a header that differs, and at a filled cell in a place that the layout does not know."""
    document_id = findings.document_id
    before = len(findings.issues)
    where = f"sheet {cells.name!r}"
    for a1, expected, found in _header_differences(layout, cells):
        moved = sorted(
            other for other, place in cells.places.items() if place.cell.text == expected and other not in layout.header
        )
        drift = f"; {expected!r} stands in {', '.join(moved)}, so the columns have moved" if moved else ""
        message = f"{where}, cell {a1}: expected the header {expected!r}, found {found!r}{drift}"
        findings.hold_document("unknown_header", message, _hint(document_id), expected=expected, found=found)
    unknown = [
        a1
        for a1 in cells.places
        if a1 not in layout.header and not layout.is_expected(*_position(a1))
    ]  # fmt: skip
    for a1 in sorted(unknown, key=_position)[:3]:
        message = (
            f"{where}, cell {a1}: expected a blank cell, found {cells.text(a1)!r} ({len(unknown)} such cells in the sheet)"
        )
        findings.hold_document("unknown_content", message, _hint(document_id), expected="", found=cells.text(a1))
    return len(findings.issues) == before


def _position(a1: str) -> tuple[int, int]:
    """Column and row number of an A1 reference."""
    column, row = coordinate_from_string(a1)
    return column_index_from_string(column), row
