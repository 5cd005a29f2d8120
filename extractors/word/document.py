"""Reads Word documents (docx): paragraphs and tables in the order of the text, as if every tracked change were accepted.

Not read, and said so in an issue: numbers that Word makes by itself (automatic numbering), text boxes. Headers, footers and
footnotes are no part of the body and are left out.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from extractors.headers import count_header_rows
from extractors.package import DOCUMENT, Package, check_package
from extractors.records import Cell, Issue, Locator, Paragraph, Reading, Table
from extractors.text.fold import nfc

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OpcError,
    SyntaxError,  # malformed XML
    ValueError,
    KeyError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What python-docx and zipfile raise on documents that are not whole."""

Element = Any
"""An XML element as python-docx gives it (lxml), which carries no types."""

_P, _TBL, _TR, _TC = qn("w:p"), qn("w:tbl"), qn("w:tr"), qn("w:tc")
_TEXT, _HYPHEN, _VALUE = qn("w:t"), qn("w:noBreakHyphen"), qn("w:val")
_BLANKS = frozenset({qn("w:tab"), qn("w:br"), qn("w:cr")})
_WRAPPERS = frozenset(qn(f"w:{name}") for name in ("sdt", "sdtContent", "customXml", "ins", "moveTo"))
_NOT_READ = frozenset(
    {
        *(qn(f"w:{name}") for name in ("pPr", "rPr", "del", "moveFrom", "drawing", "pict", "object")),
        # A text box stands in the file twice, once for each generation of Word.
        "{http://schemas.openxmlformats.org/markup-compatibility/2006}AlternateContent",
    }
)


def _children(element: Element) -> Iterator[Element]:
    """The children of an element, those inside content controls and tracked insertions included."""
    for child in element.iterchildren():
        if child.tag in _WRAPPERS:
            yield from _children(child)
        else:
            yield child


def _pieces(element: Element) -> Iterator[str]:
    for child in element.iterchildren():
        if child.tag == _TEXT:
            yield child.text or ""
        elif child.tag in _BLANKS:
            yield " "
        elif child.tag == _HYPHEN:
            yield "-"
        elif child.tag not in _NOT_READ:
            yield from _pieces(child)


def _paragraph_text(paragraph: Element) -> str:
    return nfc("".join(_pieces(paragraph)))


def _cell_text(cell: Element) -> str:
    """The paragraphs of a cell joined by blanks; a table inside the cell is read as a table of its own."""
    return nfc(" ".join(_paragraph_text(child) for child in _children(cell) if child.tag == _P))


def _property(element: Element, path: str) -> Element | None:
    """An element below, by its path of names: "tcPr/gridSpan"."""
    return element.find("/".join(qn(f"w:{name}") for name in path.split("/")))


def _count(element: Element, path: str, default: int) -> int:
    found = _property(element, path)
    return default if found is None else max(int(found.get(_VALUE, default)), 0)


def _merge(cell: Element, name: str) -> str:
    """ "" (not merged), "restart" or "continue". Word leaves the word "continue" out."""
    found = _property(cell, f"tcPr/{name}")
    return "" if found is None else found.get(_VALUE, "continue")


@dataclass(slots=True)
class _OpenCell:
    """A cell whose height and width are still growing."""

    row: int
    column: int
    text: str
    row_span: int
    column_span: int

    def closed(self) -> Cell:
        return Cell(self.row, self.column, self.text, self.row_span, self.column_span)


def _rows(table: Element) -> list[Element]:
    """The rows of a table without those that a tracked change deletes."""
    return [child for child in _children(table) if child.tag == _TR and _property(child, "trPr/del") is None]


def _row_cells(row: Element, number: int, above: dict[int, _OpenCell], cells: list[_OpenCell]) -> dict[int, _OpenCell]:
    """Adds the cells of one row to `cells`; the cells by their first column, for the merges of the next row, come back."""
    column = 1 + _count(row, "trPr/gridBefore", 0)
    current: dict[int, _OpenCell] = {}
    last: _OpenCell | None = None
    for element in (child for child in _children(row) if child.tag == _TC):
        width = max(_count(element, "tcPr/gridSpan", 1), 1)
        upper = above.get(column)
        if _merge(element, "hMerge") == "continue" and last is not None:
            last.column_span += width
        elif _merge(element, "vMerge") == "continue" and upper is not None and upper.column_span == width:
            upper.row_span += 1
            current[column] = upper
        else:
            last = _OpenCell(number, column, _cell_text(element), 1, width)
            cells.append(last)
            current[column] = last
        column += width
    return current


def _filled(cells: list[Cell], n_rows: int, n_columns: int) -> tuple[Cell, ...]:
    """The cells and, where rows are shorter than the table, blank ones; in reading order."""
    taken = {
        (row, column)
        for cell in cells
        for row in range(cell.row, cell.row + cell.row_span)
        for column in range(cell.column, cell.column + cell.column_span)
    }
    blanks = [
        Cell(row, column, "")
        for row in range(1, n_rows + 1)
        for column in range(1, n_columns + 1)
        if (row, column) not in taken
    ]
    return tuple(sorted([*cells, *blanks], key=lambda cell: (cell.row, cell.column)))


def _table(element: Element, number: int, title: str) -> Table | None:
    """None for a table without rows."""
    cells: list[_OpenCell] = []
    above: dict[int, _OpenCell] = {}
    rows = _rows(element)
    for row_number, row in enumerate(rows, start=1):
        above = _row_cells(row, row_number, above, cells)
    if not cells:
        return None
    n_columns = max(cell.column + cell.column_span - 1 for cell in cells)
    closed = _filled([cell.closed() for cell in cells], len(rows), n_columns)
    table = Table(number=number, n_rows=len(rows), n_columns=n_columns, header_rows=0, cells=closed, title=title)
    return replace(table, header_rows=count_header_rows(table))


@dataclass(slots=True)
class _BodyReader:
    """Walks through the body once; paragraphs and tables are numbered as they come."""

    document_id: str
    paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])
    tables: list[Table] = field(default_factory=list[Table])
    issues: list[Issue] = field(default_factory=list[Issue])
    title: str = ""

    def read(self, body: Element) -> None:
        for child in _children(body):
            if child.tag == _TBL:
                self._read_table(child)
            elif child.tag == _P:
                text = _paragraph_text(child)
                if text:
                    self.paragraphs.append(Paragraph(len(self.paragraphs) + 1, text))
                    self.title = text
        self._note_unread(body)

    def _read_table(self, element: Element) -> None:
        table = _table(element, len(self.tables) + 1, self.title)
        if table is None:
            return
        self.tables.append(table)
        self.title = ""
        if any(_property(child, "pPr/numPr") is not None for child in element.iter(_P)):
            self._note(
                "automatic_numbering",
                "warning",
                "the table holds numbers that Word makes by itself; these were not read",
                "If the numbers matter, turn automatic numbering into text in Word, save the document and give it again.",
                Locator(table_number=table.number),
            )
        inner = [
            nested for row in _rows(element) for cell in _children(row) for nested in _children(cell) if nested.tag == _TBL
        ]
        for nested in inner:
            self._read_table(nested)

    def _note(self, code: str, severity: Any, message: str, hint: str, locator: Locator | None = None) -> None:
        self.issues.append(Issue(code, severity, self.document_id, message, hint, locator=locator or Locator()))

    def _note_unread(self, body: Element) -> None:
        boxes = [box for box in body.iter(qn("w:txbxContent")) if any((text.text or "").strip() for text in box.iter(_TEXT))]
        if boxes:
            self._note(
                "text_box",
                "warning",
                "the document holds text boxes; their text was not read",
                "If figures stand in a text box, move them into the text in Word, save the document and give it again.",
            )
        if any(True for _ in body.iter(qn("w:ins"), qn("w:del"), qn("w:moveFrom"))):
            self._note(
                "tracked_changes",
                "info",
                "the document holds tracked changes; it was read as if all of them were accepted",
                "Ask the publisher for a clean copy if that matters.",
            )


def _open(data: bytes, document_id: str) -> tuple[Element, Package]:
    """The body, and what the package around it holds."""
    package = check_package(data, document_id, DOCUMENT)
    try:
        body: Element = docx.Document(io.BytesIO(data)).element.body  # pyright: ignore[reportAttributeAccessIssue]
    except _DAMAGED as error:
        raise DOCUMENT.damaged(document_id, error) from error
    return body, package


def read_docx(data: bytes, sha256: str, document_id: str) -> Reading:
    """Paragraphs that are not empty, and tables, each numbered from 1 in the order of the text.

    A table's `title` is the paragraph before it; "" if another table stands between. `header_rows` as `count_header_rows` says.
    Merged cells stand once, with their spans. A table inside a cell follows the table around it.

    Raises:
        DocumentError: damaged, protected by a password, far too large, or without any text.
    """
    body, package = _open(data, document_id)
    reader = _BodyReader(document_id, issues=list(package.issues))
    try:
        reader.read(body)
    except (ValueError, TypeError) as error:  # a width or a merge that is no number
        raise DOCUMENT.failure(
            document_id,
            "damaged",
            f"expected tables whose merged cells can be understood, found: {error}",
            "Open the document in Word or LibreOffice and save it as docx.",
        ) from error
    if not reader.paragraphs and not reader.tables:
        raise DOCUMENT.failure(
            document_id, "empty", "expected text or tables, found none", "Give the document that holds the text."
        )
    return Reading(
        sha256=sha256,
        kind="docx",
        tables=tuple(reader.tables),
        paragraphs=tuple(reader.paragraphs),
        issues=tuple(reader.issues),
        producer=package.producer,
    )
