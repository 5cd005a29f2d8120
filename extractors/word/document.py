"""Reads Word documents (docx): paragraphs and tables in the order of the text, as if every tracked change were accepted.

Not read, and said so in an issue: numbers that Word makes by itself (automatic numbering), text boxes. Headers, footers and
footnotes are no part of the body and are left out.
"""

from __future__ import annotations

import io
import zipfile
import zlib
from dataclasses import dataclass, field, replace
from typing import Any

import docx
from docx.opc.exceptions import OpcError
from docx.oxml.ns import qn

from extractors.headers import count_header_rows
from extractors.package import DOCUMENT, Package, check_package
from extractors.records import UNSETTLED, Cell, Issue, Locator, Paragraph, Reading, Table
from extractors.runs import RunText
from extractors.word.texts import TBL, TC, TEXT, TR, VALUE, Element, P, Texts, children, property_of, texts_of

_DAMAGED = (
    zipfile.BadZipFile,
    zlib.error,
    OpcError,
    SyntaxError,  # malformed XML
    ValueError,
    TypeError,  # a part without its name
    KeyError,
    AttributeError,
    EOFError,
    OSError,
    RuntimeError,
)
"""What python-docx and zipfile raise on documents that are not whole."""

_FONT_HINT = "Read the place in Word, with its fonts, and give the document saved in Unicode."


def _count(element: Element, path: str, default: int) -> int:
    found = property_of(element, path)
    return default if found is None else max(int(found.get(VALUE, default)), 0)


def _merge(cell: Element, name: str) -> str:
    """ "" (not merged), "restart" or "continue". Word leaves the word "continue" out."""
    found = property_of(cell, f"tcPr/{name}")
    return "" if found is None else found.get(VALUE, "continue")


@dataclass(slots=True)
class _OpenCell:
    """A cell whose height and width are still growing."""

    row: int
    column: int
    text: RunText
    row_span: int
    column_span: int

    def closed(self) -> Cell:
        """The cell; one whose letters cannot be told is unsettled."""
        plain = Cell(self.row, self.column, self.text.text, self.row_span, self.column_span, source=self.text.source)
        return replace(plain, text=UNSETTLED, confidence=0.0) if self.text.doubt else plain


def _rows(table: Element) -> list[Element]:
    """The rows of a table without those that a tracked change deletes."""
    return [child for child in children(table) if child.tag == TR and property_of(child, "trPr/del") is None]


def _row_cells(
    row: Element, number: int, above: dict[int, _OpenCell], cells: list[_OpenCell], texts: Texts
) -> dict[int, _OpenCell]:
    """Adds the cells of one row to `cells`; the cells by their first column, for the merges of the next row, come back."""
    column = 1 + _count(row, "trPr/gridBefore", 0)
    current: dict[int, _OpenCell] = {}
    last: _OpenCell | None = None
    for element in (child for child in children(row) if child.tag == TC):
        width = max(_count(element, "tcPr/gridSpan", 1), 1)
        upper = above.get(column)
        if _merge(element, "hMerge") == "continue" and last is not None:
            last.column_span += width
        elif _merge(element, "vMerge") == "continue" and upper is not None and upper.column_span == width:
            upper.row_span += 1
            current[column] = upper
        else:
            last = _OpenCell(number, column, texts.cell(element), 1, width)
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


def _marked_header_rows(rows: list[Element], cells: list[Cell]) -> int:
    """Leading rows that Word repeats on every page, and what their merged cells reach down to."""
    marked = 0
    for row in rows:
        header = property_of(row, "trPr/tblHeader")
        if header is None or header.get(VALUE, "true") in ("0", "false", "off"):
            break
        marked += 1
    return max((cell.row + cell.row_span - 1 for cell in cells if cell.row <= marked), default=0)


def _table(element: Element, number: int, title: str, texts: Texts) -> tuple[Table, list[_OpenCell]] | None:
    """The table and its cells as they were read; None for a table without rows."""
    cells: list[_OpenCell] = []
    above: dict[int, _OpenCell] = {}
    rows = _rows(element)
    for row_number, row in enumerate(rows, start=1):
        above = _row_cells(row, row_number, above, cells, texts)
    if not cells:
        return None
    n_columns = max(cell.column + cell.column_span - 1 for cell in cells)
    closed = [cell.closed() for cell in cells]
    table = Table(number, len(rows), n_columns, 0, _filled(closed, len(rows), n_columns), title)
    marked = _marked_header_rows(rows, closed)
    return replace(table, header_rows=marked if 0 < marked < len(rows) else count_header_rows(table)), cells


@dataclass(slots=True)
class _BodyReader:
    """Walks through the body once; paragraphs and tables are numbered as they come."""

    document_id: str
    texts: Texts
    paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])
    tables: list[Table] = field(default_factory=list[Table])
    issues: list[Issue] = field(default_factory=list[Issue])
    title: str = ""

    def read(self, body: Element) -> None:
        for child in children(body):
            if child.tag == TBL:
                self._read_table(child)
            elif child.tag == P:
                self._read_paragraph(self.texts.paragraph(child))
        self._note_unread(body)

    def _read_paragraph(self, read: RunText) -> None:
        if not read.text:
            return
        paragraph = Paragraph(len(self.paragraphs) + 1, UNSETTLED if read.doubt else read.text)
        self.paragraphs.append(paragraph)
        self.title = paragraph.text
        self._note_doubt(read, paragraph.locator())

    def _read_table(self, element: Element) -> None:
        found = _table(element, len(self.tables) + 1, self.title, self.texts)
        if found is None:
            return
        table, cells = found
        self.tables.append(table)
        for cell in cells:
            self._note_doubt(cell.text, table.locator(cell.closed()))
        self.title = ""
        if any(property_of(child, "pPr/numPr") is not None for child in element.iter(P)):
            self._note(
                "automatic_numbering",
                "warning",
                "the table holds numbers that Word makes by itself; these were not read",
                "If the numbers matter, turn automatic numbering into text in Word, save the document and give it again.",
                Locator(table_number=table.number),
            )
        inner = [nested for row in _rows(element) for cell in children(row) for nested in children(cell) if nested.tag == TBL]
        for nested in inner:
            self._read_table(nested)

    def _note(self, code: str, severity: Any, message: str, hint: str, locator: Locator | None = None) -> None:
        self.issues.append(Issue(code, severity, self.document_id, message, hint, locator=locator or Locator()))

    def _note_doubt(self, read: RunText, locator: Locator) -> None:
        if read.doubt:
            message = f"expected text whose letters can be told, found one that cannot: {read.doubt}"
            self.issues.append(
                Issue("font_not_decoded", "error", self.document_id, message, _FONT_HINT, read.text, read.other, locator)
            )

    def _note_unread(self, body: Element) -> None:
        boxes = [box for box in body.iter(qn("w:txbxContent")) if any((text.text or "").strip() for text in box.iter(TEXT))]
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


def _open(data: bytes, document_id: str) -> tuple[Element, Texts, Package]:
    """The body, how to read its texts, and what the package around it holds."""
    package = check_package(data, document_id, DOCUMENT)
    try:
        document = docx.Document(io.BytesIO(data))
        root: Element = document.element
        body = root.body
        texts = texts_of(body, document.styles.element)
    except _DAMAGED as error:
        raise DOCUMENT.damaged(document_id, error) from error
    return body, texts, package


def read_docx(data: bytes, sha256: str, document_id: str) -> Reading:
    """Paragraphs that are not empty, and tables, each numbered from 1 in the order of the text.

    A table's `title` is the paragraph before it; "" if another table stands between. `header_rows` as `count_header_rows` says.
    Merged cells stand once, with their spans. A table inside a cell follows the table around it.

    Raises:
        DocumentError: damaged, protected by a password, far too large, or without any text.
    """
    body, texts, package = _open(data, document_id)
    reader = _BodyReader(document_id, texts, issues=list(package.issues))
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
