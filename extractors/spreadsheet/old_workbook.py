"""Reads workbooks of Excel 5 to 2003 (xls): every sheet, cell by cell, fonts included, since old fonts carry the encoding.

Macros are never run and no formula is computed: a formula shows the value that the writing program stored.
"""

from __future__ import annotations

import io
import struct
from collections.abc import Iterator
from typing import Any

import xlrd
from openpyxl.styles.numbers import is_date_format, is_timedelta_format
from openpyxl.utils.datetime import CALENDAR_MAC_1904, CALENDAR_WINDOWS_1900, from_excel
from xlrd.biffh import XLRDError
from xlrd.compdoc import CompDocError

from extractors.records import DocumentError, Issue, Reading, Table
from extractors.spreadsheet.blocks import tables_of
from extractors.spreadsheet.fonts import Run, entry_of
from extractors.spreadsheet.sheet import Entry, Position, Sheet, SheetIssues
from extractors.spreadsheet.values import date_text, number_text, ranges
from extractors.text.fold import nfc

_DAMAGED = (
    XLRDError,
    CompDocError,
    struct.error,
    AssertionError,
    ArithmeticError,
    AttributeError,
    EOFError,
    LookupError,
    TypeError,
    ValueError,
)
"""What xlrd raises on workbooks that are not whole; UnicodeDecodeError is a ValueError."""

_HIDDEN_HINT = "Nothing to do if the hidden part belongs to the table."
_EMPTY_CELLS = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)

Book = Any
"""xlrd's workbook, which carries no types."""


def _failure(document_id: str, code: str, message: str, hint: str) -> DocumentError:
    return DocumentError(Issue(code=code, severity="error", document_id=document_id, message=message, hint=hint))


class _SheetReader:
    """One sheet of one document."""

    def __init__(self, book: Book, sheet: Any, document_id: str) -> None:
        self.book = book
        self.sheet = sheet
        self.issues = SheetIssues(document_id, nfc(sheet.name))

    def _font(self, index: int) -> str:
        return str(self.book.font_list[index].name)

    def _runs(self, row: int, column: int, text: str) -> list[Run]:
        """The pieces of a text by font; most cells have one."""
        font = self.book.xf_list[self.sheet.cell_xf_index(row, column)].font_index
        changes = self.sheet.rich_text_runlist_map.get((row, column), [])
        starts = [(0, font), *((start, number) for start, number in changes if start < len(text))]
        ends = [start for start, _ in starts[1:]] + [len(text)]
        return [(text[start:end], self._font(number)) for (start, number), end in zip(starts, ends, strict=True) if start < end]

    def _number(self, row: int, column: int, value: float) -> str:
        style = self.book.xf_list[self.sheet.cell_xf_index(row, column)]
        code = str(self.book.format_map[style.format_key].format_str)
        if not is_date_format(code):
            return number_text(value, code)
        epoch = CALENDAR_MAC_1904 if self.book.datemode else CALENDAR_WINDOWS_1900
        moment = from_excel(value, epoch, timedelta=is_timedelta_format(code))
        return number_text(value, "General") if moment is None else date_text(moment)

    def _entry(self, row: int, column: int) -> Entry:
        kind, value = self.sheet.cell_type(row, column), self.sheet.cell_value(row, column)
        position = (row + 1, column + 1)
        if kind == xlrd.XL_CELL_TEXT:
            return entry_of(self._runs(row, column, str(value)))
        if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return Entry(self._number(row, column, float(value)))
        if kind == xlrd.XL_CELL_BOOLEAN:
            text = "TRUE" if value else "FALSE"
            message = f"expected text or a number, found the logical value {text}"
            self.issues.add("cell_is_logical", "warning", message, "Look at the cell.", position, found=text)
        else:
            text = str(xlrd.error_text_from_code.get(value, "#ERROR!"))
            message = f"expected text or a number, found the error {text}"
            self.issues.add("cell_is_error", "warning", message, "Look at the formula.", position, found=text)
        return Entry(text)

    def _spans(self) -> dict[Position, tuple[int, int]]:
        return {(top + 1, left + 1): (bottom - top, right - left) for top, bottom, left, right in self.sheet.merged_cells}

    def _filled(self) -> Iterator[tuple[int, int]]:
        """Row and column, from 0, of the cells that hold something and that no merged range hides."""
        hidden = {
            (row, column)
            for top, bottom, left, right in self.sheet.merged_cells
            for row in range(top, min(bottom, self.sheet.nrows))
            for column in range(left, min(right, self.sheet.ncols))
            if (row, column) != (top, left)
        }
        for row in range(self.sheet.nrows):
            for column in range(self.sheet.row_len(row)):
                if self.sheet.cell_type(row, column) not in _EMPTY_CELLS and (row, column) not in hidden:
                    yield row, column

    def read(self) -> Sheet:
        entries = {(row + 1, column + 1): self._entry(row, column) for row, column in self._filled()}
        return Sheet(self.issues.name, {place: entry for place, entry in entries.items() if entry.text}, self._spans())

    def note_hidden(self, sheet: Sheet) -> None:
        """Hidden parts are read like any other; that they are hidden is something a person should know."""
        if self.sheet.visibility:
            self.issues.add("hidden_sheet", "info", "the sheet is hidden; it was read", _HIDDEN_HINT)
        rows, columns = {row for row, _ in sheet.entries}, {column for _, column in sheet.entries}
        hidden = ranges([row + 1 for row, info in self.sheet.rowinfo_map.items() if info.hidden and row + 1 in rows])
        if hidden:
            self.issues.add("hidden_rows", "info", f"hidden rows were read: {hidden}", _HIDDEN_HINT, found=hidden)
        numbers = [column for column, info in self.sheet.colinfo_map.items() if info.hidden and column + 1 in columns]
        if numbers:
            names = ", ".join(xlrd.colname(column) for column in sorted(numbers))
            self.issues.add("hidden_columns", "info", f"hidden columns were read: {names}", _HIDDEN_HINT, found=names)


def _open(data: bytes, document_id: str) -> Book:
    try:
        # ragged_rows: a sheet that claims 256 columns stores no more than its cells.
        return xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    except _DAMAGED as error:
        if "encrypted" in str(error).lower():
            raise _failure(
                document_id,
                "workbook_protected",
                "expected an Excel workbook (xls) without a password, found one with a password",
                "Open it in Excel or LibreOffice, take the password off and save it again.",
            ) from error
        raise _failure(
            document_id,
            "workbook_damaged",
            f"expected an Excel workbook (xls) that can be read, found a damaged one ({type(error).__name__}: {error})",
            "Fetch or copy the file again, or open it in Excel or LibreOffice and save it as xlsx.",
        ) from error


def read_xls(data: bytes, sha256: str, document_id: str) -> Reading:
    """The tables of every sheet of an xls workbook (BIFF 5 or 8), numbered in the order of the sheets.

    Raises:
        DocumentError: damaged, protected by a password, far too large, or without any cell that is filled.
    """
    book = _open(data, document_id)
    tables: list[Table] = []
    issues: list[Issue] = []
    for number in range(book.nsheets):
        reader = _SheetReader(book, book.sheet_by_index(number), document_id)
        sheet = reader.read()
        found = tables_of(sheet, len(tables) + 1, document_id)
        if found:
            reader.note_hidden(sheet)
        tables += found
        issues += reader.issues.located(found)
    if not tables:
        raise _failure(
            document_id,
            "workbook_empty",
            "expected at least one sheet with a filled cell, found none",
            "Give the workbook that holds the figures.",
        )
    return Reading(sha256=sha256, kind="xls", tables=tuple(tables), issues=tuple(issues))
