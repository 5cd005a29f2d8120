"""Reads Excel workbooks (xlsx): every sheet as one table, cell by cell, as it stands there. What it means is not asked here.

How a cell becomes text:

* text: NFC, white space folded;
* whole number: "61"; other number: its shortest exact digits with a point, "80.91", "5.76248". Families read these with
  `decimal_mark="."`;
* number that the sheet shows as a percentage: as it is shown, with a comma: 0.8228 formatted 0.00% is "82,28%";
* date and time: ISO;
* formula: the value that the writing program stored; without one, the formula itself and an issue;
* TRUE, FALSE and errors (#N/A): their name and an issue, so that nobody takes them for a blank.
"""

from __future__ import annotations

import io
import re
import warnings
import zipfile
import zlib
from collections.abc import Iterator
from datetime import date, datetime, time, timedelta
from decimal import ROUND_HALF_UP, Decimal

import openpyxl
from openpyxl.cell.cell import Cell as SheetCell
from openpyxl.cell.cell import MergedCell
from openpyxl.utils import get_column_letter
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook.workbook import Workbook
from openpyxl.worksheet.worksheet import Worksheet

from extractors.records import Cell, DocumentError, Issue, Locator, Reading, Table
from extractors.text.fold import nfc

MAX_POSITIONS = 1_000_000
"""Rows times columns of one sheet; the largest known table of these indices has some ten thousand."""

MAX_UNPACKED_BYTES = 500_000_000

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    InvalidFileException,
    SyntaxError,  # malformed XML, in both XML libraries
    ValueError,
    TypeError,
    KeyError,
    IndexError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What openpyxl and zipfile raise on workbooks that are not whole."""

_OLE_MAGIC = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
_FORMULA = re.compile(rb"<(?:\w+:)?f[\s>/]")
_APPLICATION = re.compile(rb"<Application>([^<]*)</Application>")
_FORMAT_LITERALS = re.compile(r'"[^"]*"|\\.|_.|\*.|\[[^\]]*\]')
_FORMAT_DECIMALS = re.compile(r"\.([0#?]+)")


def _failure(document_id: str, code: str, message: str, hint: str) -> DocumentError:
    return DocumentError(Issue(code=code, severity="error", document_id=document_id, message=message, hint=hint))


def _check_package(data: bytes, document_id: str) -> tuple[bool, str]:
    """Whether any sheet holds formulas, and the program that wrote the workbook."""
    if data.startswith(_OLE_MAGIC):
        raise _failure(
            document_id,
            "workbook_protected",
            "expected an Excel workbook (xlsx), found one with a password or in the old xls format",
            "Open it in Excel or LibreOffice, take the password off and save it as xlsx.",
        )
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        unpacked = sum(member.file_size for member in package.infolist())
        if unpacked > MAX_UNPACKED_BYTES:
            raise _failure(
                document_id,
                "workbook_too_large",
                f"expected a workbook of at most {MAX_UNPACKED_BYTES} bytes unpacked, found {unpacked}",
                "Look at the file; if it is right, split it.",
            )
        sheets = [name for name in package.namelist() if name.startswith("xl/worksheets/") and name.endswith(".xml")]
        has_formulas = any(_FORMULA.search(package.read(name)) for name in sheets)
        application = (
            _APPLICATION.search(package.read("docProps/app.xml")) if "docProps/app.xml" in package.namelist() else None
        )
    return has_formulas, application[1].decode("utf-8", "replace").strip() if application else ""


def _plain_number(value: float) -> str:
    """Shortest digits that give the stored number back, never with an exponent; Excel knows no difference between 61 and 61.0."""
    if isinstance(value, int) or value.is_integer():
        return str(int(value))
    return format(Decimal(repr(value)), "f")


def _percent_decimals(number_format: str, value: float) -> tuple[int, int] | None:
    """(fixed, optional) digits behind the mark if the format shows a percentage, else None."""
    sections = number_format.split(";")
    section = sections[1] if value < 0 and len(sections) > 1 and sections[1] else sections[0]
    section = _FORMAT_LITERALS.sub("", section)
    if "%" not in section:
        return None
    decimals = _FORMAT_DECIMALS.search(section)
    places = decimals[1] if decimals else ""
    return places.count("0"), len(places) - places.count("0")


def _percentage(value: float, fixed: int, optional: int) -> str:
    shown = (Decimal(repr(value)) * 100).quantize(Decimal(1).scaleb(-fixed - optional), rounding=ROUND_HALF_UP)
    text = format(shown, "f")
    for _ in range(optional):
        text = text.removesuffix("0")
    return text.removesuffix(".").replace(".", ",") + "%"


def _number_text(value: float, number_format: str) -> str:
    places = _percent_decimals(number_format, value)
    return _plain_number(value) if places is None else _percentage(value, *places)


def _date_text(value: date | time | timedelta) -> str:
    if isinstance(value, datetime) and value.time() == time():
        return value.date().isoformat()
    return str(value) if isinstance(value, timedelta) else value.isoformat()


def _ranges(numbers: list[int]) -> str:
    """[5, 6, 7, 9] -> "5-7, 9"."""
    parts: list[list[int]] = []
    for number in sorted(set(numbers)):
        if parts and parts[-1][1] == number - 1:
            parts[-1][1] = number
        else:
            parts.append([number, number])
    return ", ".join(str(first) if first == last else f"{first}-{last}" for first, last in parts)


class _SheetReader:
    """One sheet of one document. `formulas` is the same sheet with formulas in place of their values, or None if it has none."""

    def __init__(self, sheet: Worksheet, formulas: Worksheet | None, document_id: str) -> None:
        self.sheet = sheet
        self.formulas = formulas
        self.document_id = document_id
        self.name = nfc(sheet.title)
        self.issues: list[Issue] = []

    def _note(self, code: str, message: str, hint: str, cell: SheetCell | None = None, found: str = "") -> None:
        locator = Locator(sheet=self.name)
        if cell is not None:
            locator = Locator(row_number=cell.row, column_number=cell.column, sheet=self.name, a1=cell.coordinate)
        self.issues.append(
            Issue(code, "info" if cell is None else "warning", self.document_id, message, hint, found=found, locator=locator)
        )

    def _formula(self, cell: SheetCell) -> str:
        """The formula in this place, as text, or ""."""
        if self.formulas is None:
            return ""
        other = self.formulas.cell(cell.row, cell.column)
        if other.data_type != "f":
            return ""
        return str(getattr(other.value, "text", None) or other.value or "=")

    def _text(self, cell: SheetCell) -> str:
        value = cell.value
        if value is None:
            formula = self._formula(cell)
            if formula:
                hint = "Open the workbook in Excel or LibreOffice, save it and give it again."
                self._note("formula_without_value", "expected a formula with its value, found one without", hint, cell, formula)
            return formula
        if isinstance(value, bool):
            text = "TRUE" if value else "FALSE"
            self._note(
                "cell_is_logical", f"expected text or a number, found the logical value {text}", "Look at the cell.", cell, text
            )
            return text
        if cell.data_type == "e":
            text = str(value)
            self._note(
                "cell_is_error", f"expected text or a number, found the error {text}", "Look at the formula.", cell, text
            )
            return text
        if isinstance(value, int | float | Decimal):
            return _number_text(float(value) if isinstance(value, Decimal) else value, cell.number_format)
        if isinstance(value, date | time | timedelta):
            return _date_text(value)
        return nfc(str(value))

    def _spans(self) -> dict[tuple[int, int], tuple[int, int]]:
        """Top left corner of each merged range -> (rows, columns)."""
        return {
            (merged.min_row, merged.min_col): (merged.max_row - merged.min_row + 1, merged.max_col - merged.min_col + 1)
            for merged in self.sheet.merged_cells.ranges
        }

    def _positions(self) -> Iterator[SheetCell]:
        """The cells from A1 to the end of what the file stores, without those that a merged range covers."""
        rows, columns = self.sheet.max_row, self.sheet.max_column
        if rows * columns > MAX_POSITIONS:
            raise _failure(
                self.document_id,
                "sheet_too_large",
                f"sheet {self.name!r}: expected at most {MAX_POSITIONS} cells, found {rows} rows x {columns} columns",
                "Delete the empty rows and columns that only carry a format, save and give the file again.",
            )
        for row in self.sheet.iter_rows(1, rows, 1, columns):
            for cell in row:
                if not isinstance(cell, MergedCell):
                    yield cell

    def table(self, number: int) -> Table | None:
        """The sheet as a table, with blanks from A1 to the last row and column that hold text; None if no cell holds any."""
        texts = {(cell.row, cell.column): self._text(cell) for cell in self._positions()}
        spans = self._spans()
        filled = [(place, spans.get(place, (1, 1))) for place, text in texts.items() if text]
        if not filled:
            return None
        n_rows = max(row + height - 1 for (row, _), (height, _) in filled)
        n_columns = max(column + width - 1 for (_, column), (_, width) in filled)
        cells = tuple(
            self._cell(row, column, text, spans.get((row, column), (1, 1)), (n_rows, n_columns))
            for (row, column), text in texts.items()
            if row <= n_rows and column <= n_columns
        )
        title = next(cell.text for cell in cells if cell.text)
        return Table(number, n_rows, n_columns, 0, cells, title, sheet=self.name)

    def _cell(self, row: int, column: int, text: str, span: tuple[int, int], size: tuple[int, int]) -> Cell:
        return Cell(
            row=row,
            column=column,
            text=text,
            row_span=min(span[0], size[0] - row + 1),
            column_span=min(span[1], size[1] - column + 1),
            sheet=self.name,
            a1=f"{get_column_letter(column)}{row}",
        )

    def note_hidden(self) -> None:
        """Hidden parts are read like any other; that they are hidden is something a person should know."""
        hint = "Nothing to do if the hidden part belongs to the table."
        if self.sheet.sheet_state != "visible":
            self._note("hidden_sheet", "the sheet is hidden; it was read", hint)
        rows = [number for number, row in self.sheet.row_dimensions.items() if row.hidden and number <= self.sheet.max_row]
        if rows:
            self._note("hidden_rows", f"hidden rows were read: {_ranges(rows)}", hint, found=_ranges(rows))
        columns = [
            number
            for dimension in self.sheet.column_dimensions.values()
            if dimension.hidden
            for number in range(dimension.min or 1, min(dimension.max or 1, self.sheet.max_column) + 1)
        ]
        if columns:
            names = ", ".join(get_column_letter(number) for number in sorted(set(columns)))
            self._note("hidden_columns", f"hidden columns were read: {names}", hint, found=names)


def _load(data: bytes, document_id: str) -> tuple[Workbook, Workbook | None, str]:
    """The workbook with stored values, the same with formulas if it has any, and the program that wrote it."""
    try:
        has_formulas, producer = _check_package(data, document_id)
        with warnings.catch_warnings():
            # openpyxl warns of colours and drop-down lists that it does not keep; no figure stands in them.
            warnings.simplefilter("ignore", UserWarning)
            book = openpyxl.load_workbook(io.BytesIO(data), data_only=True)
            formulas = openpyxl.load_workbook(io.BytesIO(data)) if has_formulas else None
    except _DAMAGED as error:
        raise _failure(
            document_id,
            "workbook_damaged",
            f"expected an Excel workbook (xlsx) that can be read, found a damaged one ({type(error).__name__}: {error})",
            "Fetch or copy the file again, or open it in Excel or LibreOffice and save it as xlsx.",
        ) from error
    return book, formulas, producer


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
    """Every sheet of an xlsx workbook that is not empty, as one table each, numbered in the order of the sheets.

    Rows and columns are those of the sheet, from 1, blank ones included; `header_rows` is 0, since a sheet may begin with any
    number of title rows: the index families find the header by its words. `title` is the first text of the sheet.

    Raises:
        DocumentError: damaged, protected by a password, far too large, or without any cell that is filled.
    """
    book, formulas, producer = _load(data, document_id)
    tables: list[Table] = []
    issues: list[Issue] = []
    for sheet in book.worksheets:
        twin = None if formulas is None else formulas.worksheets[book.worksheets.index(sheet)]
        reader = _SheetReader(sheet, twin, document_id)
        table = reader.table(len(tables) + 1)
        if table is not None:
            tables.append(table)
            reader.note_hidden()
        issues += reader.issues
    issues += _chart_issues(book, document_id)
    if not tables:
        raise _failure(
            document_id,
            "workbook_empty",
            "expected at least one sheet with a filled cell, found none",
            "Give the workbook that holds the figures.",
        )
    return Reading(sha256=sha256, kind="xlsx", tables=tuple(tables), issues=tuple(issues), producer=producer)
