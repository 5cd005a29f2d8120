"""Shared helpers for workbooks that are re-set from cited sources: merged titles, borders, widths, and bytes that never change.

Two runs over the same figures give the same bytes, so that a changed hash always means a changed figure. openpyxl stamps the
time of saving into the core properties and into the zip members; both are set to one fixed date here.
"""

from __future__ import annotations

import argparse
import csv
import io
import os
import re
import zipfile
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path

from openpyxl import Workbook
from openpyxl.cell.cell import Cell, MergedCell
from openpyxl.styles import Alignment, Border, Font, PatternFill, Side
from openpyxl.utils import get_column_letter
from openpyxl.worksheet.properties import PageSetupProperties
from openpyxl.worksheet.worksheet import Worksheet

Value = str | int | float | None

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = ROOT / "extractors" / "documents"

MADE_ON = datetime(2026, 11, 22)  # noqa: DTZ001 -- a workbook's core properties carry no time zone
_ZIP_DATE = (2026, 11, 22, 0, 0, 0)
_MODIFIED = re.compile(rb"(<dcterms:modified[^>]*>)[^<]*(</dcterms:modified>)")

_THIN = Side(style="thin", color="808080")
_GRID = Border(left=_THIN, right=_THIN, top=_THIN, bottom=_THIN)
_HEADER_FILL = PatternFill("solid", fgColor="DDE6EE")
_FONT = "Times New Roman"


def reference_directory(arguments: Sequence[str] | None = None) -> Path:
    """Folder of the published figures: `--reference DIR`, else CCHC_REFERENCE_DATA, else ../shared/data beside the checkout."""
    parser = argparse.ArgumentParser(description="Write a re-set workbook from the published figures it cites.")
    parser.add_argument(
        "--reference", type=Path, default=None, metavar="DIR", help="folder with published_figures.csv and papi/"
    )
    given: Path | None = parser.parse_args(arguments).reference
    directory = given or Path(os.environ.get("CCHC_REFERENCE_DATA") or ROOT.parent / "shared" / "data")
    if not directory.is_dir():
        raise SystemExit(f"expected the folder of published figures, found no folder {directory}; give --reference DIR")
    return directory


def read_rows(path: Path) -> list[dict[str, str]]:
    """Rows of a CSV with header, every value as text."""
    if not path.is_file():
        raise SystemExit(f"expected the file {path}; give --reference DIR")
    with path.open(encoding="utf-8", newline="") as lines:
        return list(csv.DictReader(lines))


def new_workbook(title: str, description: str) -> Workbook:
    """An empty workbook without sheets and with fixed properties."""
    book = Workbook()
    book.remove(book.worksheets[0])
    properties = book.properties
    properties.title = title
    properties.description = description
    properties.creator = "cchc"
    properties.created = MADE_ON
    properties.language = "vi"
    return book


def write_cell(
    sheet: Worksheet,
    row: int,
    column: int,
    value: Value,
    *,
    bold: bool = False,
    italic: bool = False,
    align: str = "left",
    header: bool = False,
    grid: bool = True,
    number_format: str | None = None,
    size: int = 11,
    wrap: bool = True,
) -> None:
    cell = sheet.cell(row=row, column=column)
    if not isinstance(cell, MergedCell):
        cell.value = value
    cell.font = Font(name=_FONT, size=size, bold=bold or header, italic=italic)
    cell.alignment = Alignment(horizontal="center" if header else align, vertical="center", wrap_text=wrap)
    if grid:
        cell.border = _GRID
    if header:
        cell.fill = _HEADER_FILL
    if number_format is not None and isinstance(cell, Cell):
        cell.number_format = number_format


def write_line(
    sheet: Worksheet, row: int, text: str, columns: int, *, bold: bool = False, italic: bool = False, centre: bool = False
) -> None:
    """One line of text merged over `columns` columns: a title, the source line, a note."""
    write_cell(
        sheet, row, 1, text, bold=bold, italic=italic, grid=False, align="center" if centre else "left", size=13 if bold else 11
    )
    sheet.merge_cells(start_row=row, start_column=1, end_row=row, end_column=columns)


def write_header(sheet: Worksheet, row: int, labels: Sequence[str]) -> None:
    for column, label in enumerate(labels, start=1):
        write_cell(sheet, row, column, label, header=True)


def merge(sheet: Worksheet, first_row: int, first_column: int, last_row: int, last_column: int) -> None:
    sheet.merge_cells(start_row=first_row, start_column=first_column, end_row=last_row, end_column=last_column)


def set_widths(sheet: Worksheet, widths: Sequence[float]) -> None:
    """Column widths in characters; printed, the sheet is as wide as one landscape page."""
    for column, width in enumerate(widths, start=1):
        sheet.column_dimensions[get_column_letter(column)].width = width
    sheet.page_setup.orientation = "landscape"
    sheet.page_setup.paperSize = sheet.PAPERSIZE_A4
    sheet.page_setup.fitToWidth = 1
    sheet.page_setup.fitToHeight = 0
    sheet.sheet_properties.pageSetUpPr = PageSetupProperties(fitToPage=True)


def decimal_comma(number: str) -> str:
    """The figure as a Vietnamese sheet prints it, with its printed decimals kept: "84.6" -> "84,6"."""
    return number.replace(".", ",")


def save(book: Workbook, path: Path) -> None:
    """Write the workbook so that equal contents give equal bytes."""
    raw = io.BytesIO()
    book.save(raw)
    stamp = MADE_ON.strftime("%Y-%m-%dT%H:%M:%SZ").encode()
    packed = io.BytesIO()
    with zipfile.ZipFile(raw) as source, zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as target:
        for member in source.infolist():
            data = source.read(member)
            if member.filename == "docProps/core.xml":
                data = _MODIFIED.sub(rb"\g<1>" + stamp + rb"\g<2>", data)
            fixed = zipfile.ZipInfo(member.filename, _ZIP_DATE)
            fixed.compress_type = zipfile.ZIP_DEFLATED
            fixed.external_attr = 0o600 << 16
            target.writestr(fixed, data)
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(packed.getvalue())
