"""Readers of spreadsheets: bytes in, `Reading` out."""

from extractors.spreadsheet.delimited import read_csv
from extractors.spreadsheet.old_workbook import read_xls
from extractors.spreadsheet.open_sheet import read_ods
from extractors.spreadsheet.workbook import read_workbook

__all__ = ["read_csv", "read_ods", "read_workbook", "read_xls"]
