"""Reads OpenDocument sheets (ods) from their XML: every table, cell by cell, with the value that the writing program stored.

Repeated rows and columns are counted, not unrolled: LibreOffice ends a row with "this blank 16,384 times".
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

from lxml import etree

from extractors.package import DAMAGED, OPEN_SHEET, check_package
from extractors.records import DocumentError, Issue, Reading
from extractors.runs import Run
from extractors.spreadsheet.assembly import tables_and_issues
from extractors.spreadsheet.fonts import entry_of
from extractors.spreadsheet.open_styles import Styles, read_styles
from extractors.spreadsheet.sheet import MAX_CELLS, Entry, Position, Sheet, SheetIssues
from extractors.spreadsheet.values import percentage, plain_number
from extractors.text.fold import nfc

_TABLE = "{urn:oasis:names:tc:opendocument:xmlns:table:1.0}"
_OFFICE = "{urn:oasis:names:tc:opendocument:xmlns:office:1.0}"
_TEXT = "{urn:oasis:names:tc:opendocument:xmlns:text:1.0}"
_CELLS = (f"{_TABLE}table-cell", f"{_TABLE}covered-table-cell")
_BLANKS = (f"{_TEXT}s", f"{_TEXT}tab", f"{_TEXT}line-break")
_PASSED_OVER = (f"{_OFFICE}annotation", f"{_TEXT}note")
_ROW_GROUPS = tuple(f"{_TABLE}{name}" for name in ("table-header-rows", "table-row-group", "table-rows"))
_COLUMN_GROUPS = tuple(f"{_TABLE}{name}" for name in ("table-header-columns", "table-column-group", "table-columns"))
_DURATION = re.compile(r"^PT(?:(\d+)H)?(?:(\d+)M)?(?:(\d+)(?:[.,]\d+)?S)?$")
_ERROR = re.compile(r"^(?:#[A-Z/0!?]+|Err:\d+)$")
_DAMAGED = (*DAMAGED, etree.XMLSyntaxError, TypeError, AttributeError)

Element = Any
"""An element of lxml, which carries no types."""


def _count(element: Element, name: str) -> int:
    return max(int(element.get(f"{_TABLE}{name}", "1")), 1)


def _inside(element: Element, names: tuple[str, ...], groups: tuple[str, ...]) -> Iterator[Element]:
    """The children of these names, those inside groups included."""
    for child in element:
        if child.tag in names:
            yield child
        elif child.tag in groups:
            yield from _inside(child, names, groups)


def _pieces(element: Element, font: str, styles: Styles, *, is_raised: bool = False) -> Iterator[Run]:
    """The text of a paragraph by font; comments and notes are no part of the cell."""
    style = element.get(f"{_TEXT}style-name")
    font, is_raised = styles.font(style, font), is_raised or styles.is_raised(style)
    if element.text:
        yield Run(element.text, font, is_raised)
    for child in element:
        if child.tag in _BLANKS:
            yield Run(" ", font)
        elif child.tag not in _PASSED_OVER and isinstance(child.tag, str):
            yield from _pieces(child, font, styles, is_raised=is_raised)
        if child.tail:
            yield Run(child.tail, font, is_raised)


def _time_text(value: str) -> str:
    """ "PT08H30M00S" -> "08:30:00"; of a day and more, as days and hours."""
    match = _DURATION.match(value)
    if match is None:
        return value
    hours, minutes, seconds = (int(part or 0) for part in match.groups())
    if hours < 24:
        return f"{hours:02}:{minutes:02}:{seconds:02}"
    return str(timedelta(hours=hours, minutes=minutes, seconds=seconds))


@dataclass(slots=True)
class _SheetReader:
    """One table of the file."""

    styles: Styles
    issues: SheetIssues
    entries: dict[Position, Entry] = field(default_factory=dict[Position, Entry])
    spans: dict[Position, tuple[int, int]] = field(default_factory=dict[Position, tuple[int, int]])
    column_styles: list[tuple[int, str]] = field(default_factory=list[tuple[int, str]])
    """(last column, name of the style of its cells that have none), from left to right."""
    hidden_columns: list[range] = field(default_factory=list[range])
    hidden_rows: list[range] = field(default_factory=list[range])

    def _style(self, cell: Element, row: Element, column: int) -> str:
        own = cell.get(f"{_TABLE}style-name") or row.get(f"{_TABLE}default-cell-style-name")
        return own or next((name for last, name in self.column_styles if column <= last), "")

    def _runs(self, cell: Element, style: str) -> list[Run]:
        font = self.styles.font(style, "")
        runs: list[Run] = []
        for paragraph in cell.iterchildren(f"{_TEXT}p"):
            runs += [Run("\n", font)] if runs else []
            runs += _pieces(paragraph, font, self.styles)
        return runs

    def _value(self, cell: Element, style: str) -> str | None:
        """The text of a value that is no text; None for a text."""
        kind, value = cell.get(f"{_OFFICE}value-type"), cell.get(f"{_OFFICE}value")
        if kind == "boolean":
            return "TRUE" if cell.get(f"{_OFFICE}boolean-value") == "true" else "FALSE"
        if kind == "date":
            return cell.get(f"{_OFFICE}date-value", "").removesuffix("T00:00:00")
        if kind == "time":
            return _time_text(cell.get(f"{_OFFICE}time-value", ""))
        if kind not in ("float", "currency", "percentage") or value is None:
            return None
        number = float(value)
        return percentage(number, *self.styles.percent_decimals(style)) if kind == "percentage" else plain_number(number)

    def _entry(self, cell: Element, style: str, position: Position) -> Entry:
        entry, value = entry_of(self._runs(cell, style)), self._value(cell, style)
        formula = cell.get(f"{_TABLE}formula")
        if formula and _ERROR.match(entry.text):
            self.issues.add_value("error", entry.text, position)
            return Entry(entry.text)
        if formula and not entry.text and value is None and cell.get(f"{_OFFICE}value-type") is None:
            return self.issues.formula_without_value(formula, position)
        if value is not None and value in ("TRUE", "FALSE"):
            self.issues.add_value("logical", value, position)
        return entry if value is None else Entry(value)

    def _read_columns(self, table: Element) -> None:
        first = 1
        for column in _inside(table, (f"{_TABLE}table-column",), _COLUMN_GROUPS):
            after = first + _count(column, "number-columns-repeated")
            self.column_styles.append((after - 1, column.get(f"{_TABLE}default-cell-style-name", "")))
            if column.get(f"{_TABLE}visibility", "visible") != "visible":
                self.hidden_columns.append(range(first, after))
            first = after

    def _put(self, cell: Element, row: Element, rows: range, columns: range) -> None:
        """A cell at every place that it is repeated at."""
        if len(cell) == 0 and cell.get(f"{_OFFICE}value-type") is None and cell.get(f"{_TABLE}formula") is None:
            return
        entry = self._entry(cell, self._style(cell, row, columns.start), (rows.start, columns.start))
        if not entry.text:
            return
        if len(self.entries) + len(rows) * len(columns) > MAX_CELLS:
            message = f"sheet {self.issues.name!r}: expected at most {MAX_CELLS} filled cells, found more"
            hint = "Delete the rows and columns that do not belong to a table, save and give the file again."
            raise DocumentError(Issue("sheet_too_large", "error", self.issues.document_id, message, hint))
        self.entries |= {(line, column): entry for line in rows for column in columns}

    def _read_row(self, row: Element, rows: range) -> None:
        column = 1
        for cell in row.iterchildren(*_CELLS):
            columns = range(column, column + _count(cell, "number-columns-repeated"))
            if cell.tag == _CELLS[0]:
                self._put(cell, row, rows, columns)
                span = (_count(cell, "number-rows-spanned"), _count(cell, "number-columns-spanned"))
                if span != (1, 1) and len(rows) == len(columns) == 1:
                    self.spans[rows.start, columns.start] = span
            column = columns.stop

    def read(self, table: Element) -> Sheet:
        self._read_columns(table)
        number = 1
        for row in _inside(table, (f"{_TABLE}table-row",), _ROW_GROUPS):
            rows = range(number, number + _count(row, "number-rows-repeated"))
            if row.get(f"{_TABLE}visibility", "visible") != "visible":
                self.hidden_rows.append(rows)
            self._read_row(row, rows)
            number = rows.stop
        sheet = Sheet(self.issues.name, self.entries, self.spans)
        filled_rows, filled_columns = {row for row, _ in self.entries}, {column for _, column in self.entries}
        self.issues.add_hidden(
            sheet,
            is_hidden=self.styles.is_hidden(table.get(f"{_TABLE}style-name")),
            rows=[row for row in filled_rows if any(row in hidden for hidden in self.hidden_rows)],
            columns=[column for column in filled_columns if any(column in hidden for hidden in self.hidden_columns)],
        )
        return sheet


def _root(package: zipfile.ZipFile, name: str) -> Element:
    parser = etree.XMLParser(resolve_entities=False, no_network=True, huge_tree=True)
    return etree.fromstring(package.read(name), parser)


def _sheets(data: bytes, document_id: str) -> list[tuple[Sheet, SheetIssues]]:
    with zipfile.ZipFile(io.BytesIO(data)) as package:
        if b"encryption-data" in package.read("META-INF/manifest.xml"):
            message = "expected an OpenDocument sheet (ods) without a password, found one with a password"
            raise OPEN_SHEET.failure(document_id, "protected", message, "Take the password off and save it again.")
        content = _root(package, "content.xml")
        roots = [_root(package, "styles.xml"), content] if "styles.xml" in package.namelist() else [content]
    styles = read_styles(roots)
    found: list[tuple[Sheet, SheetIssues]] = []
    for table in content.iterfind(f"{_OFFICE}body/{_OFFICE}spreadsheet/{_TABLE}table"):
        issues = SheetIssues(document_id, nfc(table.get(f"{_TABLE}name", "")))
        found.append((_SheetReader(styles, issues).read(table), issues))
    return found


def read_ods(data: bytes, sha256: str, document_id: str) -> Reading:
    """The tables of every sheet of an ods file, numbered in the order of the sheets.

    Raises:
        DocumentError: damaged, protected by a password, far too large, unsafe, or without any cell that is filled.
    """
    package = check_package(data, document_id, OPEN_SHEET)
    try:
        sheets = _sheets(data, document_id)
    except _DAMAGED as error:
        raise OPEN_SHEET.damaged(document_id, error) from error
    tables, issues = tables_and_issues(sheets, document_id)
    return Reading(sha256=sha256, kind="ods", tables=tables, issues=(*package.issues, *issues), producer=package.producer)
