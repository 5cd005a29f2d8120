"""Readers of spreadsheets: bytes in, `Reading` out."""

from extractors.spreadsheet.delimited import read_csv
from extractors.spreadsheet.workbook import read_workbook

__all__ = ["read_csv", "read_workbook"]
