"""Reads CSV files: UTF-8, with a header line, fields set apart by comma, semicolon or tab."""

from __future__ import annotations

import csv
import io

from openpyxl.utils import get_column_letter

from extractors.records import Cell, DocumentError, Issue, Locator, Reading, Table
from extractors.text.fold import nfc

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab"}


def _failure(document_id: str, code: str, message: str, hint: str) -> DocumentError:
    return DocumentError(Issue(code=code, severity="error", document_id=document_id, message=message, hint=hint))


def _decode(data: bytes, document_id: str) -> str:
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data.count(b"\n", 0, error.start) + 1
        raise _failure(
            document_id,
            "csv_encoding",
            f"expected UTF-8 text, found byte {data[error.start]:#04x} in line {line}, which is none",
            "Open the file in the program that made it and save it as CSV UTF-8.",
        ) from error


def _records(text: str, delimiter: str, document_id: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    try:
        return list(reader)
    except csv.Error as error:
        raise _failure(
            document_id,
            "csv_damaged",
            f"expected quoted fields that end, found in line {reader.line_num}: {error}",
            "Mend the quotation marks in that line; a quote inside a field is written twice.",
        ) from error


def _delimiter(text: str, document_id: str) -> str:
    """The mark that cuts the first line into most fields; two marks that cut it alike leave the question open."""
    header = next((line for line in text.splitlines() if line.strip()), "")
    counts = {mark: len(_records(header, mark, document_id)[0]) - 1 if header else 0 for mark in DELIMITERS}
    best = max(counts.values())
    found = [mark for mark, count in counts.items() if count == best]
    if best == 0 or len(found) > 1:
        raise _failure(
            document_id,
            "csv_delimiter",
            f"expected a header line with fields set apart by comma, semicolon or tab, found {header[:80]!r}",
            "Save the file as CSV UTF-8 with one of these marks between the fields.",
        )
    return found[0]


def _ragged(records: list[list[str]], document_id: str) -> list[Issue]:
    """Rows that have not as many fields as the header: a mark inside a number, or a line cut in two."""
    width = len(next(record for record in records if record))
    return [
        Issue(
            code="csv_ragged_row",
            severity="error",
            document_id=document_id,
            message=f"expected {width} fields as in the header, found {len(record)}",
            hint="Mend the row: a mark inside a field needs quotation marks around the field.",
            expected=str(width),
            found=str(len(record)),
            locator=Locator(table_number=1, row_number=number),
        )
        for number, record in enumerate(records, start=1)
        if record and len(record) != width
    ]


def read_csv(data: bytes, sha256: str, document_id: str) -> Reading:
    """A CSV file as one table, whose header is its first line that is not blank; rows count from 1, blank lines included.

    A row with too many or too few fields is an issue of severity error at that row; its cells are read as they stand.

    Raises:
        DocumentError: not UTF-8, no header line, no single delimiter, quotation marks that do not close.
    """
    text = _decode(data, document_id)
    records = _records(text, _delimiter(text, document_id), document_id)
    while not any(field.strip() for field in records[-1]):
        records.pop()
    header_rows = next(number for number, record in enumerate(records, start=1) if record)
    n_columns = max(len(record) for record in records)
    cells = tuple(
        Cell(row=row, column=column, text=nfc(field), a1=f"{get_column_letter(column)}{row}")
        for row, record in enumerate(records, start=1)
        for column, field in enumerate([*record, *[""] * (n_columns - len(record))], start=1)
    )
    table = Table(number=1, n_rows=len(records), n_columns=n_columns, header_rows=header_rows, cells=cells)
    return Reading(sha256=sha256, kind="csv", tables=(table,), issues=tuple(_ragged(records, document_id)))
