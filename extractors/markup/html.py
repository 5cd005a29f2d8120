"""Reads web pages and workbooks saved as web pages (HTML, MHTML): tables of data and the text around them.

Nothing is fetched and no script runs. A table that only lays out the page is passed through: its text is text, its inner tables are
read. What is not shown inside a cell (sort keys, `display: none`) is no part of its text; neither is a raised mark behind a figure.
"""

from __future__ import annotations

import codecs
import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from email import message_from_bytes, policy
from typing import Any

from lxml import etree
from lxml import html as lxml_html

from extractors.encodings import decode_text
from extractors.headers import count_header_rows, is_figure
from extractors.markup.grid import Piece, place_cells
from extractors.records import DocumentError, Issue, Paragraph, Reading, Table
from extractors.text.fold import nfc
from extractors.text.legacy_evidence import FontVerdict, calls_u_a_hyphen, detect_encoding
from extractors.text.raised import without_marks

_META_CHARSET = re.compile(rb"<meta[^>]{0,200}?charset\s*=\s*[\"']?\s*([A-Za-z0-9_:.-]+)", re.IGNORECASE)
_DECLARED = re.compile(r"^\s*<\?xml[^>]*\?>")
_HIDDEN = re.compile(r"display\s*:\s*none", re.IGNORECASE)
_MIME = re.compile(rb"^\s*(?:MIME-Version|From|Content-Type)\s*:", re.IGNORECASE)
_TABLE_TITLE = re.compile(r"^(?:bảng|biểu|phụ lục|table)\b", re.IGNORECASE)
_UNREAD = frozenset(
    {"script", "style", "noscript", "template", "head", "select", "option", "textarea", "object", "svg", "iframe"}
)
_INLINE = frozenset(
    {"a", "abbr", "b", "bdi", "bdo", "big", "cite", "code", "del", "dfn", "em", "font", "i", "ins", "kbd", "mark", "q", "s"}
    | {"samp", "small", "span", "strike", "strong", "sub", "sup", "time", "tt", "u", "var", "wbr"}
)
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_WEST = {"iso-8859-1": "cp1252", "iso8859-1": "cp1252", "latin1": "cp1252", "us-ascii": "cp1252", "ascii": "cp1252"}
"""What browsers take these names for."""

Element = Any
"""An element of lxml, which carries no types."""


def _markup(data: bytes, document_id: str) -> str:
    """The text of a page: by its mark, by what it says of itself if the bytes agree, by the evidence of its words."""
    said = _META_CHARSET.search(data[:4096])
    if said is not None and not data.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        name = said[1].decode("ascii").lower()
        try:
            return data.decode(_WEST.get(name, name))
        except (UnicodeDecodeError, LookupError):
            pass  # pages that lie about themselves are judged by their words
    return decode_text(data, document_id, "html_encoding").text


def _is_hidden(element: Element) -> bool:
    return element.get("hidden") is not None or _HIDDEN.search(element.get("style") or "") is not None


def _pieces(element: Element, *, is_raised: bool = False) -> Iterator[Piece]:
    """The shown text below an element, inner tables left out: (text, is it raised)."""
    yield element.text or "", is_raised
    for child in element:
        if isinstance(child.tag, str) and child.tag not in _UNREAD and child.tag != "table" and not _is_hidden(child):
            edge = "" if child.tag in _INLINE else " "
            yield edge, False
            yield from _pieces(child, is_raised=is_raised or child.tag == "sup")
            yield edge, False
        yield child.tail or "", is_raised


def _text(element: Element) -> str:
    return nfc(without_marks(_pieces(element)))


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
        return sum(1 for row in rows for cell in _cells(row) if is_figure(_text(cell))) > len(rows)
    if any(cell.tag == "th" for row in rows for cell in _cells(row)) or table.find("caption") is not None:
        return True
    return sum(1 for row in rows for cell in _cells(row) if is_figure(_text(cell))) > 1


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
    """Walks through a page once, in the order of its text."""

    document_id: str
    tables: list[Table] = field(default_factory=list[Table])
    paragraphs: list[Paragraph] = field(default_factory=list[Paragraph])
    issues: list[Issue] = field(default_factory=list[Issue])
    heading: str = ""
    line: list[Piece] = field(default_factory=list[Piece])

    def _end_line(self) -> str:
        text = nfc(without_marks(self.line))
        self.line = []
        if text:
            self.paragraphs.append(Paragraph(len(self.paragraphs) + 1, text))
        return text

    def _title(self, table: Element) -> str:
        caption = table.find("caption")
        if caption is not None:
            return _text(caption)
        last = self.paragraphs[-1].text if self.paragraphs else ""
        return last if _TABLE_TITLE.match(last) or not self.heading else self.heading

    def _read_table(self, element: Element) -> None:
        rows = _rows(element)
        cells = [[(_text(cell), cell.get("rowspan"), cell.get("colspan")) for cell in _cells(row)] for row in rows]
        number = len(self.tables) + 1
        table = place_cells(cells, number, self._title(element), self.document_id)
        table = replace(table, header_rows=_marked_header_rows(rows) or count_header_rows(table))
        self.tables.append(table)
        hidden = [index for index, row in enumerate(rows, start=1) if _is_hidden(row)]
        if hidden:
            message = f"hidden rows were read: {', '.join(map(str, hidden))}"
            hint = "Nothing to do if the hidden part belongs to the table."
            self.issues.append(
                Issue("hidden_rows", "info", self.document_id, message, hint, locator=table.locator(table.cells[0]))
            )
        for cell in (cell for row in rows for cell in _cells(row)):
            for inner in cell.iterdescendants("table"):
                if next(inner.iterancestors("table")) is element:
                    self.read(inner)

    def read(self, element: Element) -> None:
        if not isinstance(element.tag, str) or element.tag in _UNREAD:
            return
        is_block = element.tag not in _INLINE
        if is_block:
            self._end_line()
        if element.tag == "table" and _is_data(element):
            self._read_table(element)
            return
        self.line.append((element.text or "", element.tag == "sup"))
        for child in element:
            self.read(child)
            self.line.append((child.tail or "", element.tag == "sup"))
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


def _translate(root: Element) -> bool:
    """A page written in an old font says one thing and shows another: its text becomes Unicode in place; True if there was need.

    This comes before any text is composed, which drops the soft hyphens that are ư in TCVN3.
    """
    nodes = list(root.iter())
    spoken = [node for node in nodes if isinstance(node.tag, str) and node.tag not in _UNREAD and node.text]
    followed = [node for node in nodes if node.tail]
    text = "\n".join([*(node.text for node in spoken), *(node.tail for node in followed)])
    encoding = detect_encoding(text)
    if encoding is None:
        return False
    verdict = FontVerdict(encoding, hyphen_is_u=encoding == "tcvn3" and calls_u_a_hyphen(text))
    for node in spoken:
        node.text = str(verdict.decode(node.text))
    for node in followed:
        node.tail = str(verdict.decode(node.tail))
    return True


def _as_decoded(table: Table) -> Table:
    cells = (cell if cell.text.isascii() else replace(cell, source="legacy") for cell in table.cells)
    return replace(table, cells=tuple(cells))


def read_html(data: bytes, sha256: str, document_id: str) -> Reading:
    """Tables of data and paragraphs, each numbered from 1 in the order of the text.

    A table's `title` is its caption, else a line above it that begins like one ("Bảng 1"), else the nearest heading. Header rows
    are those that the page marks as such, else as `count_header_rows` says.

    Raises:
        DocumentError: `html_encoding`, `html_damaged`, `html_empty` or `html_too_large`.
    """
    reader, is_decoded = _PageReader(document_id), False
    for part in _parts(data):
        markup = _DECLARED.sub("", _markup(part, document_id))
        if not markup.strip():
            continue
        try:
            root = lxml_html.document_fromstring(markup, parser=lxml_html.HTMLParser(no_network=True, encoding=None))
        except (etree.ParserError, etree.XMLSyntaxError, ValueError) as error:
            message = f"expected a web page that can be read, found a damaged one ({error})"
            raise DocumentError(Issue("html_damaged", "error", document_id, message, "Save the page again.")) from error
        is_decoded |= _translate(root)
        reader.read(root)
    if not reader.tables and not reader.paragraphs:
        message = "expected a web page with text or tables, found none"
        raise DocumentError(Issue("html_empty", "error", document_id, message, "Give the page that holds the figures."))
    tables = tuple(map(_as_decoded, reader.tables) if is_decoded else reader.tables)
    return Reading(sha256=sha256, kind="html", tables=tables, paragraphs=tuple(reader.paragraphs), issues=tuple(reader.issues))
