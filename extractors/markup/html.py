"""Reads web pages and workbooks saved as web pages (HTML, MHTML): tables of data and the text around them.

Nothing is fetched and no script runs. A table that only lays out the page is passed through: its text is text, its inner tables are
read. What is not shown inside a cell (sort keys, `display: none`) is no part of its text; neither is a raised mark behind a figure.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy

from lxml import etree
from lxml import html as lxml_html

from extractors.encodings import decode_text
from extractors.headers import count_header_rows, is_figure, ranges
from extractors.markup.grid import WebCell, place_cells
from extractors.markup.page_text import INLINE, Element, Look, fonts_of_classes, is_hidden, is_read, plain, runs_of
from extractors.records import UNSETTLED, DocumentError, Issue, Locator, Paragraph, Reading, Table
from extractors.runs import Run, RunText, Verdicts, judge, read_runs
from extractors.text.legacy_evidence import FontVerdict

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_MIME = re.compile(rb"^\s*(?:MIME-Version|From|Content-Type)\s*:", re.IGNORECASE)
_TABLE_TITLE = re.compile(r"^(?:bảng|biểu|phụ lục|table)\b", re.IGNORECASE)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WEST = {"iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
"""What browsers take these names for."""


def markup_text(data: bytes, document_id: str) -> str:
    """The text of a page: by its mark, by what it says of itself if the bytes agree, by the evidence of its words."""
    said = _META_CHARSET.search(data[:4096])
    if said is not None and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = said[1].decode("ascii").lower()
        try:
            return data.decode(_WEST.get(name, name))
        except (UnicodeDecodeError, LookupError):
            pass  # pages that lie about themselves are judged by their words
    return decode_text(data, document_id, "html_encoding", as_stored=True).text


def _rows(table: Element) -> list[Element]:
    """The rows of this table, those of inner tables left out."""
    found: list[Element] = []
    for child in table:
        if child.tag == "tr":
            found.append(child)
        elif child.tag in ("thead", "tbody", "tfoot"):
            found += [row for row in child if row.tag == "tr"]
    return found


def _cells(row: Element) -> list[Element]:
    return [cell for cell in row if cell.tag in ("td", "th")]


def _is_data(table: Element) -> bool:
    """Two rows and two columns, and something that only tables of data have: header cells, a caption or figures."""
    rows = _rows(table)
    if table.get("role") in ("presentation", "none") or len(rows) < 2 or max(len(_cells(row)) for row in rows) < 2:
        return False
    if next(table.iterdescendants("table"), None) is not None:
        return sum(1 for row in rows for cell in _cells(row) if is_figure(plain(cell))) > len(rows)
    if any(cell.tag == "th" for row in rows for cell in _cells(row)) or table.find("caption") is not None:
        return True
    return sum(1 for row in rows for cell in _cells(row) if is_figure(plain(cell))) > 1


def _marked_header_rows(rows: list[Element]) -> int:
    """Leading rows inside thead, or made of header cells alone."""
    count = 0
    for row in rows:
        if row.getparent().tag != "thead" and not all(cell.tag == "th" for cell in _cells(row)):
            break
        count += 1
    return count if count < len(rows) else 0


@dataclass(slots=True)
class _PageReader:
    """Walks through a page once, in the order of its text. `classes`: fonts by style class; `verdicts`: fonts in old encodings."""

    document_id: str
    tables: list[Table] = field(default_factory=list[Table])
    paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])
    issues: list[Issue] = field(default_factory=list[Issue])
    heading: str = ""
    line: list[Run] = field(default_factory=list[Run])
    classes: Mapping[str, str] = field(default_factory=dict[str, str])
    verdicts: Verdicts = field(default_factory=dict[str, FontVerdict])

    def read_page(self, root: Element) -> None:
        self.classes = fonts_of_classes(root)
        self.verdicts = judge(runs_of(root, self.classes, Look(), with_tables=True))
        self._read(root, Look())
        self._end_line()

    def _said(self, read: RunText, locator: Locator) -> str:
        """The text; where its letters cannot be told, the sign for that, and an issue with both readings."""
        if not read.doubt:
            return read.text
        message = f"expected text whose letters can be told, found one that cannot: {read.doubt}"
        hint = "Look at the page with its fonts, and give it saved in Unicode."
        code = "font_not_decoded"
        self.issues.append(Issue(code, "error", self.document_id, message, hint, read.text, read.other, locator))
        return UNSETTLED

    def _end_line(self) -> str:
        number = len(self.paragraphs) + 1
        text = self._said(read_runs(self.line, self.verdicts), Locator(paragraph=number))
        self.line = []
        if text:
            self.paragraphs.append(Paragraph(number, text))
        return text

    def _title(self, table: Element, look: Look) -> str:
        caption = table.find("caption")
        if caption is not None:
            return read_runs(list(runs_of(caption, self.classes, look)), self.verdicts).text
        last = self.paragraphs[-1].text if self.paragraphs else ""
        return last if _TABLE_TITLE.match(last) or not self.heading else self.heading

    def _cell(self, cell: Element, look: Look) -> WebCell:
        inside = look.inside(cell.getparent(), self.classes).inside(cell, self.classes)
        read = read_runs(list(runs_of(cell, self.classes, inside)), self.verdicts)
        return WebCell(read, cell.get("rowspan"), cell.get("colspan"))

    def _settled(self, table: Table, cells: Mapping[tuple[int, int], RunText]) -> Table:
        """The table with the sign of the unsettled in the cells whose letters cannot be told."""
        settled = tuple(
            replace(cell, text=self._said(cells[place], table.locator(cell)), confidence=0.0)
            if (place := (cell.row, cell.column)) in cells and cells[place].doubt
            else cell
            for cell in table.cells
        )
        return replace(table, cells=settled)

    def _read_table(self, element: Element, look: Look) -> None:
        rows = _rows(element)
        cells = [[self._cell(cell, look) for cell in _cells(row)] for row in rows]
        table, placed = place_cells(cells, len(self.tables) + 1, self._title(element, look), self.document_id)
        table = self._settled(table, placed)
        table = replace(table, header_rows=_marked_header_rows(rows) or count_header_rows(table))
        self.tables.append(table)
        hidden = ranges([index for index, row in enumerate(rows, start=1) if is_hidden(row)])
        if hidden:
            message = f"hidden rows were read: {hidden}"
            hint = "Nothing to do if the hidden part belongs to the table."
            locator = Locator(table_number=table.number)
            self.issues.append(Issue("hidden_rows", "info", self.document_id, message, hint, found=hidden, locator=locator))
        for cell in (cell for row in rows for cell in _cells(row)):
            for inner in cell.iterdescendants("table"):
                if next(inner.iterancestors("table")) is element:
                    self._read(inner, look)

    def _read(self, element: Element, look: Look) -> None:
        if not is_read(element):
            return
        look = look.inside(element, self.classes)
        is_block = element.tag not in INLINE
        if is_block:
            self._end_line()
        if element.tag == "table" and _is_data(element):
            self._read_table(element, look)
            return
        self.line.append(Run(element.text or "", look.font, look.is_raised))
        for child in element:
            self._read(child, look)
            self.line.append(Run(child.tail or "", look.font, look.is_raised))
        if is_block:
            text = self._end_line()
            if element.tag in _HEADINGS and text:
                self.heading = text


def _parts(data: bytes) -> list[bytes]:
    """The page itself; of a page saved with its parts (MHTML), the pages inside."""
    if not _MIME.match(data[:200]) or b"multipart" not in data[:4096].lower():
        return [data]
    message = message_from_bytes(data, policy=policy.default)
    parts = (part.get_payload(decode=True) for part in message.walk() if part.get_content_type() == "text/html")
    return [part for part in parts if isinstance(part, bytes)]


def read_html(data: bytes, sha256: str, document_id: str) -> Reading:
    """Tables of data and paragraphs, each numbered from 1 in the order of the text.

    A table's `title` is its caption, else a line above it that begins like one ("Bảng 1"), else the nearest heading. Header rows
    are those that the page marks as such, else as `count_header_rows` says.

    Raises:
        DocumentError: `html_encoding`, `html_damaged`, `html_empty` or `html_too_large`.
    """
    reader = _PageReader(document_id)
    for part in _parts(data):
        markup = _DECLARED.sub("", markup_text(part, document_id))
        if not markup.strip():
            continue
        try:
            root = lxml_html.document_fromstring(markup, parser=lxml_html.HTMLParser(no_network=True, encoding=None))
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            message = f"expected a web page that can be read, found a damaged one ({error})"
            raise DocumentError(Issue("html_damaged", "error", document_id, message, "Save the page again.")) from error
        reader.read_page(root)
    if not reader.tables and not reader.paragraphs:
        message = "expected a web page with text or tables, found none"
        raise DocumentError(Issue("html_empty", "error", document_id, message, "Give the page that holds the figures."))
    return Reading(
        sha256=sha256,
        kind="html",
        tables=tuple(reader.tables),
        paragraphs=tuple(reader.paragraphs),
        issues=tuple(reader.issues),
    )
