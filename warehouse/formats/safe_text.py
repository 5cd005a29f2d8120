"""Texts that a spreadsheet would take for a formula, made harmless in CSV files.

A cell of CSV that begins with `=`, `+`, `-`, `@`, a tab or a carriage return is evaluated by spreadsheets (OWASP: CSV injection). Such
a text gets an apostrophe before it. A printed figure with its sign (`-0,28`, `+3.73 %`) is no formula and stays as it is.
"""

from __future__ import annotations

import re

DANGEROUS = "=+-@\t\r"
FIGURE = r"[+-][0-9][0-9., ]*%?"
"""A sign, then nothing but digits, their marks and a percent sign."""

_FIGURE = re.compile(FIGURE)


def safe_text(text: str) -> str:
    """The text as a CSV cell that no spreadsheet evaluates."""
    return f"'{text}" if text[:1] in tuple(DANGEROUS) and not _FIGURE.fullmatch(text) else text


def safe_sql(column: str) -> str:
    """The same in SQL of DuckDB, for a column of texts; `column` is quoted where it must be."""
    return (
        f"case when left({column}, 1) in ('=', '+', '-', '@', chr(9), chr(13)) and not regexp_full_match({column}, '{FIGURE}') "
        f"then '''' || {column} else {column} end"
    )
