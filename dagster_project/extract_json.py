"""The shape of what `cchc extract --json` prints: one document, whatever becomes of the file.

`TypeAdapter(ExtractedFile)` validates it; a key that is not listed here is an error there.
"""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

from pydantic import ConfigDict, with_config
from typing_extensions import TypedDict

from extractors.records import Cell, CellSource, Claim, Issue, Severity, Table

_CLOSED = ConfigDict(extra="forbid")


@with_config(_CLOSED)
class DocumentJson(TypedDict):
    """The file. What is not known of a file that could not be read is null.

    `pages` counts those of the file, read or not; null where a file has none. `text_health`: share of signs that can be read, 0 to 1.
    `document_id`: its catalogue entry, if these bytes have one.
    """

    sha256: str | None
    kind: str | None
    pages: int | None
    producer: str
    text_health: float | None
    document_id: str | None


@with_config(_CLOSED)
class PageCellJson(TypedDict):
    """A cell on a page (pdf, image). `bbox`: x0, top, x1, bottom in points from the top left corner of the page as displayed.

    In files without pages (docx, html, txt) both are null: number of the table, row and column are the place. `readings`: what was
    read in a cell that is not settled.
    """

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    page: int | None
    bbox: tuple[float, float, float, float] | None
    confidence: float
    source: CellSource
    readings: list[str]


@with_config(_CLOSED)
class SheetCellJson(TypedDict):
    """A cell of a sheet (xlsx, xls, ods) or of a CSV, whose `sheet` is null. `a1`: "B7"; in a CSV the number of the record."""

    row: int
    column: int
    row_span: int
    column_span: int
    text: str
    sheet: str | None
    a1: str
    confidence: float
    source: CellSource
    readings: list[str]


@with_config(_CLOSED)
class TableJson(TypedDict):
    """A table, joined over page breaks; each cell once, blank ones with empty text. Rows and columns count from 1."""

    number: int
    title: str
    pages: list[int]
    sheet: str | None
    header_rows: int
    n_rows: int
    n_columns: int
    cells: list[PageCellJson | SheetCellJson]


@with_config(_CLOSED)
class IssueJson(TypedDict):
    """Something to know or to mend, and where: `table`, `row` and `column` as in `tables`, null where it is not about a cell."""

    code: str
    severity: Severity
    page: int | None
    message: str
    hint: str
    expected: str
    found: str
    table: int | None
    row: int | None
    column: int | None
    sheet: str | None
    a1: str | None


@with_config(_CLOSED)
class ExtractedFile(TypedDict):
    """`claims`: the fields of `extractors.records.Claim` and its `claim_id`; empty for a file that the catalogue does not know."""

    document: DocumentJson
    tables: list[TableJson]
    claims: list[dict[str, Any]]
    issues: list[IssueJson]


def cell_json(cell: Cell) -> PageCellJson | SheetCellJson:
    if cell.a1:
        return SheetCellJson(
            row=cell.row,
            column=cell.column,
            row_span=cell.row_span,
            column_span=cell.column_span,
            text=cell.text,
            sheet=cell.sheet,
            a1=cell.a1,
            confidence=cell.confidence,
            source=cell.source,
            readings=list(cell.readings),
        )
    return PageCellJson(
        row=cell.row,
        column=cell.column,
        row_span=cell.row_span,
        column_span=cell.column_span,
        text=cell.text,
        page=cell.page,
        bbox=cell.bbox,
        confidence=cell.confidence,
        source=cell.source,
        readings=list(cell.readings),
    )


def table_json(table: Table) -> TableJson:
    return TableJson(
        number=table.number,
        title=table.title,
        pages=list(table.pages),
        sheet=table.sheet,
        header_rows=table.header_rows,
        n_rows=table.n_rows,
        n_columns=table.n_columns,
        cells=[cell_json(cell) for cell in table.cells],
    )


def claim_json(claim: Claim) -> dict[str, Any]:
    return {"claim_id": claim.claim_id, **asdict(claim)}


def issue_json(issue: Issue) -> IssueJson:
    where = issue.locator
    return IssueJson(
        code=issue.code,
        severity=issue.severity,
        page=where.page,
        message=issue.message,
        hint=issue.hint,
        expected=issue.expected,
        found=issue.found,
        table=where.table_number,
        row=where.row_number,
        column=where.column_number,
        sheet=where.sheet,
        a1=where.a1,
    )
