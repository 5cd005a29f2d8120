"""Reads CSV files: any common encoding, title lines, a header line, fields set apart by comma, semicolon, tab or bar."""

from __future__ import annotations

import csv
import io

from openpyxl.utils import get_column_letter

from extractors.encodings import decode_text
from extractors.records import Cell, DocumentError, Issue, Locator, Reading, Table
from extractors.text.fold import nfc
from extractors.text.separated import MAX_TITLES, mark_named_in, widths_below_titles

DELIMITERS = {",": "comma", ";": "semicolon", "\t": "tab", "|": "bar"}

MAX_LINE = 1_000_000
MAX_CELLS = 1_000_000
_ROWS_JUDGED = 50


def _failure(document_id: str, code: str, message: str, hint: str) -> DocumentError:
    return DocumentError(Issue(code=code, severity="error", document_id=document_id, message=message, hint=hint))


def _check_lines(text: str, document_id: str) -> None:
    """A line of a hundred megabytes is no row of a table; it is refused before anything takes it apart."""
    start = longest = 0
    while start < len(text) and longest <= MAX_LINE:
        end = text.find("\n", start)
        end = len(text) if end < 0 else end
        longest = max(longest, end - start)
        start = end + 1
    if longest > MAX_LINE:
        raise _failure(
            document_id,
            "csv_line_too_long",
            f"expected lines of at most {MAX_LINE} characters, found one of {longest}",
            "Look at the file; a CSV has one line for each row.",
        )


def _records(text: str, delimiter: str, document_id: str) -> list[list[str]]:
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
    records: list[list[str]] = []
    count = 0
    try:
        for record in reader:
            records.append(record)
            count += len(record)
            if count > MAX_CELLS:
                message = f"expected at most {MAX_CELLS} fields, found more by line {reader.line_num}"
                raise _failure(document_id, "csv_too_large", message, "Look at the file; if it is right, split it.")
    except csv.Error as error:
        raise _failure(
            document_id,
            "csv_damaged",
            f"expected quoted fields that end, found in line {reader.line_num}: {error}",
            "Mend the quotation marks in that line; a quote inside a field is written twice.",
        ) from error
    return records


def _widths(text: str, delimiter: str) -> list[int]:
    """The numbers of fields of the first rows that are not blank; rows behind damaged quotes are left to the reading itself."""
    widths: list[int] = []
    try:
        for record in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True):
            widths += [len(record)] if any(field.strip() for field in record) else []
            if len(widths) == _ROWS_JUDGED:
                break
    except csv.Error:
        return widths
    return widths


def _is_title(record: list[str]) -> bool:
    """One field alone, or with nothing but blank fields behind it, as programs write a title cell. Of two fields one may be blank."""
    return len(record) == 1 or (len(record) > 2 and bool(record[0].strip()) and not any(field.strip() for field in record[1:]))


def _titles(records: list[list[str]]) -> int:
    """How many records at the beginning are titles or blank, with a header of two fields at least below; blank ones alone are none."""
    first = next((n for n, record in enumerate(records) if any(f.strip() for f in record) and not _is_title(record)), 0)
    return first if first <= MAX_TITLES and any(field.strip() for record in records[:first] for field in record) else 0


def _said_mark(text: str) -> tuple[str | None, str]:
    """The mark that the first line names for Excel (`sep=;`), and the text without that line."""
    line, _, rest = text.partition("\n")
    mark = mark_named_in(line)
    return (mark, rest) if mark else (None, text)


def _delimiter(text: str, document_id: str) -> str:
    """The mark that cuts every row into as many fields as the header; of several, the one that cuts into most.

    Lines of titles may stand above (see `separated`): where a mark cuts the title too, rows of two fields say too little, since a comma
    is a decimal mark as well. If none does, the mark that cuts the header into most fields. Two marks that
    do equally well leave the question open: a comma may be a decimal mark.
    """
    widths = {mark: _widths(text, mark) for mark in DELIMITERS}
    cutting = {mark: found for mark, found in widths.items() if found and found[0] > 1}
    even = {mark: found for mark, found in cutting.items() if len(set(found)) == 1}
    fields = 3 if cutting else 2
    titled = {mark: below for mark, found in widths.items() if (below := widths_below_titles(found, fields=fields, rows=2))}
    candidates = even or titled or cutting
    best = max((found[0] for found in candidates.values()), default=0)
    chosen = [mark for mark, found in candidates.items() if found[0] == best]
    if len(chosen) != 1:
        header = next((line for line in text.splitlines() if line.strip()), "")
        raise _failure(
            document_id,
            "csv_delimiter",
            f"expected a header line with fields set apart by {', '.join(DELIMITERS.values())}, found {header[:80]!r}",
            "Save the file as CSV UTF-8 with one of these marks between the fields.",
        )
    return chosen[0]


def _ragged(records: list[list[str]], document_id: str) -> list[Issue]:
    """Rows that have not as many fields as the header, titles left out: a mark inside a number, or a line cut in two."""
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

    Lines above the header that hold one field are the title of the table; `a1` counts them, as a program does that opens the file. A
    first line `sep=;` names the mark and is no line of the file.

    A row with too many or too few fields is an issue of severity error at that row; its cells are read as they stand.

    Raises:
        DocumentError: an encoding that cannot be told, no header line, no single delimiter, quotation marks that do not close, far
            too large.
    """
    decoded = decode_text(data, document_id, "csv_encoding")
    _check_lines(decoded.text, document_id)
    mark, text = _said_mark(decoded.text)
    records = _records(text, mark or _delimiter(text, document_id), document_id)
    if not any(field.strip() for record in records for field in record):
        raise _failure(
            document_id, "csv_delimiter", "expected rows of fields, found none", "Give the file that holds the figures."
        )
    while not any(field.strip() for field in records[-1]):
        records.pop()
    above = _titles(records)
    title = nfc(" ".join(record[0].strip() for record in records[:above] if any(field.strip() for field in record)))
    records = records[above:]
    header_rows = next(number for number, record in enumerate(records, start=1) if record)
    n_columns = max(len(record) for record in records)
    cells = tuple(
        Cell(
            row, column, nfc(field), a1=f"{get_column_letter(column)}{row + above}", source=decoded.source if field else "text"
        )
        for row, record in enumerate(records, start=1)
        for column, field in enumerate([*record, *[""] * (n_columns - len(record))], start=1)
    )
    table = Table(number=1, n_rows=len(records), n_columns=n_columns, header_rows=header_rows, cells=cells, title=title)
    return Reading(
        sha256=sha256, kind="csv", tables=(table,), issues=(*decoded.issues(document_id), *_ragged(records, document_id))
    )
