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

from extractors.package import OLD_WORKBOOK, macros_issue
from extractors.records import Issue, Reading
from extractors.runs import Run
from extractors.spreadsheet.assembly import tables_and_issues
from extractors.spreadsheet.fonts import entry_of
from extractors.spreadsheet.sheet import Entry, Position, Sheet, SheetIssues
from extractors.spreadsheet.values import date_text, number_text
from extractors.text.fold import nfc
from extractors.text.legacy import encoding_of_font

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

_MOST_COLUMNS = 256
_EMPTY_CELLS = (xlrd.XL_CELL_EMPTY, xlrd.XL_CELL_BLANK)

_MACROS = "_VBA_PROJECT_CUR".encode("utf-16-le")

Book = Any
"""xlrd's workbook, which carries no types."""


class _SheetReader:
    """One sheet of one document."""

    def __init__(self, book: Book, sheet: Any, document_id: str) -> None:
        self.book = book
        self.sheet = sheet
        self.issues = SheetIssues(document_id, nfc(sheet.name))

    def _run(self, text: str, number: int) -> Run:
        """A piece of text in the font of this number.

        Before Excel 97 a text was bytes in the code page of the workbook; an old font means these bytes, whatever that page.
        """
        font = self.book.font_list[number]
        if self.book.biff_version < 80 and encoding_of_font(font.name) is not None:
            text = text.encode(self.book.encoding, "replace").decode("latin-1")
        return Run(text, str(font.name), font.escapement == 1)

    def _runs(self, row: int, column: int, text: str) -> list[Run]:
        """The pieces of a text by font; most cells have one."""
        font = self.book.xf_list[self.sheet.cell_xf_index(row, column)].font_index
        changes = self.sheet.rich_text_runlist_map.get((row, column), [])
        starts = [(0, font), *((start, number) for start, number in changes if start < len(text))]
        ends = [start for start, _ in starts[1:]] + [len(text)]
        return [self._run(text[start:end], number) for (start, number), end in zip(starts, ends, strict=True) if start < end]

    def _number(self, row: int, column: int, value: float) -> str:
        style = self.book.xf_list[self.sheet.cell_xf_index(row, column)]
        code = str(self.book.format_map[style.format_key].format_str)
        if not is_date_format(code):
            return number_text(value, code)
        epoch = CALENDAR_MAC_1904 if self.book.datemode else CALENDAR_WINDOWS_1900
        try:
            return date_text(from_excel(value, epoch, timedelta=is_timedelta_format(code)))
        except (OverflowError, ValueError):
            # Excel shows such a number as #####; it is no date, and the number says more than nothing.
            return number_text(value, "General")

    def _entry(self, row: int, column: int) -> Entry:
        kind, value = self.sheet.cell_type(row, column), self.sheet.cell_value(row, column)
        position = (row + 1, column + 1)
        if kind == xlrd.XL_CELL_TEXT:
            return entry_of(self._runs(row, column, str(value)))
        if kind in (xlrd.XL_CELL_NUMBER, xlrd.XL_CELL_DATE):
            return Entry(self._number(row, column, float(value)))
        if kind == xlrd.XL_CELL_BOOLEAN:
            text = "TRUE" if value else "FALSE"
            self.issues.add_value("logical", text, position)
        else:
            text = str(xlrd.error_text_from_code.get(value, "#ERROR!"))
            self.issues.add_value("error", text, position)
        return Entry(text)

    def _spans(self) -> dict[Position, tuple[int, int]]:
        return {(top + 1, left + 1): (bottom - top, right - left) for top, bottom, left, right in self.sheet.merged_cells}

    def _filled(self) -> Iterator[Position]:
        """Row and column, from 0, of the cells that hold something and that no merged range hides."""
        merged: dict[int, list[tuple[int, range]]] = {}
        for top, bottom, left, right in self.sheet.merged_cells:
            for row in range(top, min(bottom, self.sheet.nrows)):
                merged.setdefault(row, []).append((top, range(left, right)))
        for row in range(self.sheet.nrows):
            over = merged.get(row, [])
            for column in range(self.sheet.row_len(row)):
                if self.sheet.cell_type(row, column) in _EMPTY_CELLS:
                    continue
                if not any(column in columns and (row, column) != (top, columns.start) for top, columns in over):
                    yield row, column

    def read(self) -> Sheet:
        """The sheet as it stands; ValueError if it says that it has columns which no such workbook has."""
        if self.sheet.ncols > _MOST_COLUMNS:
            raise ValueError(f"column {self.sheet.ncols} of at most {_MOST_COLUMNS}")
        entries = {(row + 1, column + 1): self._entry(row, column) for row, column in self._filled()}
        sheet = Sheet(self.issues.name, {place: entry for place, entry in entries.items() if entry.text}, self._spans())
        self.issues.add_hidden(
            sheet,
            is_hidden=bool(self.sheet.visibility),
            rows=[row + 1 for row, info in self.sheet.rowinfo_map.items() if info.hidden],
            columns=[column + 1 for column, info in self.sheet.colinfo_map.items() if info.hidden],
        )
        return sheet


def _sheets(data: bytes, document_id: str) -> list[tuple[Sheet, SheetIssues]]:
    # ragged_rows: a sheet that claims 256 columns stores no more than its cells.
    book = xlrd.open_workbook(file_contents=data, formatting_info=True, ragged_rows=True, logfile=io.StringIO())
    found: list[tuple[Sheet, SheetIssues]] = []
    for number in range(book.nsheets):
        reader = _SheetReader(book, book.sheet_by_index(number), document_id)
        found.append((reader.read(), reader.issues))
    return found


def _issues(data: bytes, document_id: str) -> tuple[Issue, ...]:
    return (macros_issue(document_id),) if _MACROS in data else ()


def read_xls(data: bytes, sha256: str, document_id: str) -> Reading:
    """The tables of every sheet of an xls workbook (BIFF 5 or 8), numbered in the order of the sheets.

    Raises:
        DocumentError: damaged, protected by a password, far too large, or without any cell that is filled.
    """
    try:
        sheets = _sheets(data, document_id)
    except _DAMAGED as error:
        if "encrypted" in str(error).lower():
            message = "expected an Excel workbook (xls) without a password, found one with a password"
            hint = "Open it in Excel or LibreOffice, take the password off and save it again."
            raise OLD_WORKBOOK.failure(document_id, "protected", message, hint) from error
        raise OLD_WORKBOOK.damaged(document_id, error) from error
    tables, issues = tables_and_issues(sheets, document_id)
    return Reading(sha256=sha256, kind="xls", tables=tables, issues=(*_issues(data, document_id), *issues))
