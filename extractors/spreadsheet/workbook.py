"""Reads Excel workbooks (xlsx, xlsm): the tables of every sheet, cell by cell, as they stand there. What they mean is not asked here.

How a cell becomes text is said in `values`. A formula shows the value that the writing program stored; without one, the formula
itself and an issue. Macros are never run.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, time, timedelta
from decimal import Decimal

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.rich_text import CellRichText, TextBlock
from openpyxl.utils import get_column_letter, range_boundaries
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from extractors.package import WORKBOOK, Package, check_package, rewritten
from extractors.records import DocumentError, Issue, Locator, Reading
from extractors.runs import Run
from extractors.spreadsheet.assembly import tables_and_issues
from extractors.spreadsheet.fonts import entry_of
from extractors.spreadsheet.sheet import MAX_CELLS, Entry, Position, Sheet, SheetIssues
from extractors.spreadsheet.values import date_text, number_text
from extractors.text.fold import nfc

MAX_MERGED = 1_000_000
"""Positions under merged ranges of one sheet."""

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,  # malformed XML, in both XML libraries
    ValueError,
    TypeError,
    LookupError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What openpyxl and zipfile raise on workbooks that are not whole."""

_SHEETS = ("xl/worksheets/",)
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_UNPLACED = re.compile(rb"<(?:\w+:)?(?:c|row)(?=[\s>/])(?![^>]*\sr=)")
_EMPTY_CELL = re.compile(rb"<(\w+:)?c\s[^<>]*(?:/>|(?<!/)></(?:\w+:)?c>)")
_EMPTY_ROW = re.compile(rb"<(\w+:)?row\s[^<>]*(?:/>|(?<!/)>\s*</(?:\w+:)?row>)")
_CELL = re.compile(rb"<(?:\w+:)?c\s[^<>]*\br=\"([A-Z]{1,3}[0-9]{1,7})\"")
_MERGED = re.compile(rb"(<(?:\w+:)?mergeCell\s[^<>]*\bref=\")([^\"]+)(\")")


def _too_large(document_id: str, name: str, most: int, what: str, found: int) -> DocumentError:
    message = f"{name}: expected at most {most} {what}, found {found}"
    hint = "Delete the rows and columns that do not belong to a table, save and give the file again."
    return DocumentError(Issue("sheet_too_large", "error", document_id, message, hint))


def _area(reference: str) -> int:
    left, top, right, bottom = range_boundaries(reference)
    return (int(right or 0) - int(left or 0) + 1) * (int(bottom or 0) - int(top or 0) + 1)


def _last(content: bytes) -> tuple[int, int]:
    """The last column and row that hold a cell."""
    ends = {range_boundaries(place.decode())[2:] for place in set(_CELL.findall(content))}
    return max((int(column or 1) for column, _ in ends), default=1), max((int(row or 1) for _, row in ends), default=1)


def _clipped(content: bytes, name: str, document_id: str) -> bytes:
    """Merged ranges that cover a whole sheet end where its cells end, since each covered position is stored."""
    ranges_ = [match[1].decode() for match in _MERGED.findall(content)]
    if sum(map(_area, ranges_)) <= MAX_MERGED:
        return content
    last_column, last_row = _last(content)

    def clip(match: re.Match[bytes]) -> bytes:
        left, top, right, bottom = (int(number or 1) for number in range_boundaries(match[2].decode()))
        right, bottom = max(left, min(right, last_column)), max(top, min(bottom, last_row))
        reference = f"{get_column_letter(left)}{top}:{get_column_letter(right)}{bottom}"
        return match[1] + reference.encode() + match[3]

    clipped = _MERGED.sub(clip, content)
    total = sum(_area(match[1].decode()) for match in _MERGED.findall(clipped))
    if total > MAX_MERGED:
        raise _too_large(document_id, name, MAX_MERGED, "positions under merged cells", total)
    return clipped


def _slim(data: bytes, document_id: str) -> tuple[bytes, bool]:
    """The workbook without the cells and rows that only carry a format, and whether any sheet holds formulas.

    Sheets often claim 1,024 or 16,384 columns and a million rows of which nothing is filled.
    """
    has_formulas = False

    def slim(name: str, content: bytes) -> bytes:
        nonlocal has_formulas
        if not name.startswith(_SHEETS) or not name.endswith(".xml"):
            return content
        has_formulas = has_formulas or _FORMULA.search(content) is not None
        if not _UNPLACED.search(content):
            content = _EMPTY_ROW.sub(b"", _EMPTY_CELL.sub(b"", content))
        count = sum(1 for _ in _CELL.finditer(content))
        if count > MAX_CELLS:
            raise _too_large(document_id, name, MAX_CELLS, "filled cells", count)
        return _clipped(content, name, document_id)

    return rewritten(data, slim), has_formulas


@dataclass(slots=True)
class _SheetReader:
    """One sheet of one document. `formulas` is the same sheet with formulas in place of their values, or None if it has none."""

    sheet: Worksheet
    formulas: Worksheet | None
    issues: SheetIssues

    def _formula(self, cell: SheetCell) -> str:
        """The formula in this place, as text, or ""."""
        if self.formulas is None:
            return ""
        other = self.formulas.cell(cell.row, cell.column)
        if other.data_type != "f":
            return ""
        return str(getattr(other.value, "text", None) or other.value or "=")

    def _runs(self, cell: SheetCell, value: object) -> list[Run]:
        """The pieces of a text by font; most cells have one."""
        own = str(cell.font.name or "")
        if not isinstance(value, CellRichText):
            return [Run(str(value), own)]
        return [
            Run(piece.text, str(piece.font.rFont or own), piece.font.vertAlign == "superscript")
            if isinstance(piece, TextBlock)
            else Run(str(piece), own)
            for piece in value
        ]

    def _entry(self, cell: SheetCell) -> Entry:
        value: object = cell.value
        place = (cell.row, cell.column)
        if value is None:
            formula = self._formula(cell)
            return self.issues.formula_without_value(formula, place) if formula else Entry("")
        if isinstance(value, bool):
            text = "TRUE" if value else "FALSE"
            self.issues.add_value("logical", text, place)
            return Entry(text)
        if cell.data_type == "e":
            self.issues.add_value("error", str(value), place)
            return Entry(str(value))
        if isinstance(value, int | float | Decimal):
            return Entry(number_text(float(value) if isinstance(value, Decimal) else value, cell.number_format))
        if isinstance(value, date | time | timedelta):
            return Entry(date_text(value))
        return entry_of(self._runs(cell, value))

    def _stored(self) -> Iterator[SheetCell]:
        """The cells that the file stores, in reading order, without those that a merged range covers."""
        cells: Mapping[Position, object] = self.sheet._cells  # pyright: ignore[reportPrivateUsage]
        for position in sorted(cells):
            cell = cells[position]
            if isinstance(cell, SheetCell):
                yield cell

    def read(self) -> Sheet:
        """The sheet as it stands."""
        entries = {(cell.row, cell.column): self._entry(cell) for cell in self._stored()}
        spans = {
            (merged.min_row, merged.min_col): (merged.max_row - merged.min_row + 1, merged.max_col - merged.min_col + 1)
            for merged in self.sheet.merged_cells.ranges
        }
        sheet = Sheet(self.issues.name, {place: entry for place, entry in entries.items() if entry.text}, spans)
        columns = [(found.min or 1, found.max or 1) for found in self.sheet.column_dimensions.values() if found.hidden]
        self.issues.add_hidden(
            sheet,
            is_hidden=self.sheet.sheet_state != "visible",
            rows=[number for number, row in self.sheet.row_dimensions.items() if row.hidden],
            columns=[number for first, last in columns for number in range(first, last + 1)],
        )
        return sheet


def _load(data: bytes, document_id: str) -> tuple[Workbook, Workbook | None, Package]:
    """The workbook with stored values, the same with formulas if it has any, and what its package holds."""
    package = check_package(data, document_id, WORKBOOK)
    try:
        slim, has_formulas = _slim(data, document_id)
        with warnings.catch_warnings():
            # openpyxl warns of colours and drop-down lists that it does not keep; no figure stands in them.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(io.BytesIO(slim), data_only=True, rich_text=True)
            formulas = openpyxl.load_workbook(io.BytesIO(slim)) if has_formulas else None
    except _DAMAGED as error:
        raise WORKBOOK.damaged(document_id, error) from error
    return book, formulas, package


def _chart_issues(book: Workbook, document_id: str) -> list[Issue]:
    return [
        Issue(
            "chart_sheet",
            "info",
            document_id,
            "the sheet holds a chart only; nothing of it was read",
            "Nothing to do if its figures stand in another sheet.",
            locator=Locator(sheet=nfc(sheet.title)),
        )
        for sheet in book.chartsheets
    ]


def read_workbook(data: bytes, sha256: str, document_id: str) -> Reading:
    """The tables of every sheet of an xlsx or xlsm workbook, numbered in the order of the sheets.

    Raises:
        DocumentError: damaged, protected by a password, far too large, or without any cell that is filled.
    """
    book, formulas, package = _load(data, document_id)
    sheets: list[tuple[Sheet, SheetIssues]] = []
    for index, worksheet in enumerate(book.worksheets):
        twin = None if formulas is None else formulas.worksheets[index]
        reader = _SheetReader(worksheet, twin, SheetIssues(document_id, nfc(worksheet.title)))
        sheets.append((reader.read(), reader.issues))
    tables, issues = tables_and_issues(sheets, document_id)
    return Reading(
        sha256=sha256,
        kind="xlsx",
        tables=tables,
        issues=(*package.issues, *issues, *_chart_issues(book, document_id)),
        producer=package.producer,
    )
