"""What bytes are, judged by the bytes alone: names and content types are claims of the sender."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from extractors.archive.ole import MAGIC, top_names
from extractors.files import KindedEntry
from extractors.package import DAMAGED
from extractors.records import DocumentError, Issue, Kind
from extractors.text.separated import mark_named_in, widths_below_titles

FoundKind = Kind | Literal["doc", "protected", "xml_workbook", "zip", "ole", "empty", "unknown"]

_IN_WORDS: dict[FoundKind, str] = {
    "pdf": "a PDF",
    "xlsx": "an Excel workbook (xlsx)",
    "docx": "a Word document (docx)",
    "xls": "an old Excel workbook (xls)",
    "ods": "an OpenDocument sheet (ods)",
    "csv": "a CSV table",
    "txt": "text with tables set by tabs",
    "html": "a web page (HTML)",
    "image": "a picture (PNG, JPEG, TIFF)",
    "zip": "a zip file that is damaged or holds something else",
    "doc": "an old Word document (doc)",
    "protected": "an Office file with a password",
    "xml_workbook": "a workbook in the XML of Excel 2003",
    "ole": "an old Office file that is damaged, or neither a workbook (xls) nor a document (doc)",
    "empty": "an empty file",
    "unknown": "a file of unknown kind",
}

_HINTS: dict[FoundKind, str] = {
    "doc": "Open it in Word or LibreOffice and save it as docx.",
    "xml_workbook": "Open it in Excel or LibreOffice and save it as xlsx.",
    "protected": "Open it in Excel, Word or LibreOffice, take the password off and save it as xlsx or docx.",
    "ole": "Fetch or copy the file again, or open it in Excel, Word or LibreOffice and save it as xlsx or docx.",
    "zip": "Fetch or copy the file again; if it is a parcel of files, unpack it first.",
    "empty": "Fetch or copy the file again; the transfer was probably cut off.",
    "unknown": "Open the file and look at what it is; a table of text is best saved as CSV UTF-8.",
}

_ENTRY_OF_A_PAGE = (
    "The address probably leads to a page about the document, or to an error page; put the address of the file itself "
    "into the catalogue entry. If it is a workbook saved as a web page, write `kind: html`."
)

_HTML_START = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*"
    rb"<(?:!doctype\s+html|html|head|body|script|meta|title|table|style|center|frameset)\b",
    re.I | re.S,
)
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_QUOTED = re.compile(rb'"[^"]*"')
_MIME_START = re.compile(rb"^\s*(?:MIME-Version|From|Content-Type)\s*:", re.I)
_XML_WORKBOOK = b"urn:schemas-microsoft-com:office:spreadsheet"
_PICTURE_MAGICS = (b"\x89PNG\r\n\x1a\n", b"\xff\xd8\xff", b"II*\x00", b"MM\x00*")
_WIDE_MARKS = {b"\xff\xfe": "utf-16-le", b"\xfe\xff": "utf-16-be"}
_OPEN_SHEETS = (
    b"application/vnd.oasis.opendocument.spreadsheet",
    b"application/vnd.oasis.opendocument.spreadsheet-template",
)
_TEXT_WINDOW = 1 << 18
_LINES_JUDGED = 50
_PDF_END_WINDOW = 4096


def _zip_kind(data: bytes) -> FoundKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
            is_sheet = "mimetype" in names and package.read("mimetype")[:80].strip() in _OPEN_SHEETS
    except DAMAGED:
        return "zip"
    if "xl/workbook.xml" in names:
        return "xlsx"
    if "word/document.xml" in names:
        return "docx"
    return "ods" if is_sheet else "zip"


def _ole_kind(data: bytes) -> FoundKind:
    names = top_names(data)
    if "EncryptedPackage" in names:
        return "protected"
    if names & {"Workbook", "Book"}:
        return "xls"
    return "doc" if "WordDocument" in names else "ole"


def sniff(data: bytes) -> FoundKind:
    """The kind of `data`. What is text is told by its first lines: see `_lines_kind`."""
    if not data.strip():
        return "empty"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_ZIP_MAGICS):
        return _zip_kind(data)
    if data.startswith(MAGIC):
        return _ole_kind(data)
    return "image" if data.startswith(_PICTURE_MAGICS) else _text_kind(data)


def _plain(data: bytes) -> bytes:
    """The beginning of a text, its marks and the noughts of UTF-16 taken off: enough to see tags, marks and line ends."""
    start = data[:_TEXT_WINDOW]
    wide = next((codec for mark, codec in _WIDE_MARKS.items() if start.startswith(mark)), None)
    if wide is None and start[1::2].count(0) * 4 > len(start[1::2]) and b"\x00\x00" not in start:
        wide = "utf-16-le"
    text = start if wide is None else start.decode(wide, "ignore").lstrip("\ufeff").encode("utf-8", "ignore")
    return text.removeprefix(b"\xef\xbb\xbf")


def _text_kind(data: bytes) -> FoundKind:
    text = _plain(data)
    if _HTML_START.match(text[:4096]) or (_MIME_START.match(text) and b"text/html" in text):
        return "html"
    if _XML_WORKBOOK in text[:4096]:
        return "xml_workbook"
    whole = text if len(data) <= _TEXT_WINDOW else text[: text.rfind(b"\n") + 1] or text
    if _BINARY.search(whole) or whole.lstrip()[:1] in (b"<", b"{"):
        return "unknown"
    return _lines_kind([line for line in whole.splitlines() if line.strip()])


def _lines_kind(lines: list[bytes]) -> FoundKind:
    """CSV: the first line holds a comma, semicolon, tab or bar, or names one for Excel (`sep=;`), or lines below a title are all cut
    alike. Text: tables by tabs below other lines, or lines of prose.

    Prose has commas as well; it differs by lines that no mark cuts, and by a first line that is no header of the others.
    """
    if not lines:
        return "unknown"
    bare = [_QUOTED.sub(b"", line) for line in lines[:_LINES_JUDGED]]
    counts = {mark: [line.count(mark) for line in bare] for mark in (b",", b";", b"\t", b"|")}
    cut = [mark for mark, found in counts.items() if found[0]]
    has_tables_below = not counts[b"\t"][0] and any(counts[b"\t"])
    if mark_named_in(lines[0].decode("latin-1")) or _is_cut_below_titles(counts):
        return "csv"
    if cut and not has_tables_below and (len(lines) < 3 or any(_is_even(counts[mark]) for mark in cut)):
        return "csv"
    return "txt" if len(lines) > 1 else "unknown"


def _is_cut_below_titles(counts: dict[bytes, list[int]]) -> bool:
    """A mark cuts three lines at least below titles into three fields or more, each into as many.

    A table by tabs below other lines is text: it has a reader of its own. Lines of prose are not all cut as often.
    """
    widths = ([count + 1 for count in found] for mark, found in counts.items() if mark != b"\t")
    return any(widths_below_titles(found, fields=3, rows=3) for found in widths)


def _is_even(counts: list[int]) -> bool:
    """Most lines are cut as often as the first."""
    return counts.count(counts[0]) * 2 > len(counts)


def in_words(kind: FoundKind) -> str:
    return _IN_WORDS[kind]


def wrong_kind(document_id: str, expected: str, found: FoundKind, otherwise: str, *, is_known: bool = True) -> DocumentError:
    """The error for bytes that are not what was expected.

    `otherwise`: the hint, where the kind found has none of its own, or where that does not help (`is_known` false).
    """
    return DocumentError(
        Issue(
            code="empty_file" if found == "empty" else "wrong_kind",
            severity="error",
            document_id=document_id,
            message=f"expected {expected}, found {_IN_WORDS[found]}",
            hint=_HINTS.get(found, otherwise) if is_known else otherwise,
            expected=expected,
            found=_IN_WORDS[found],
        )
    )


def check_kind(entry: KindedEntry, data: bytes) -> None:
    """Nothing if `data` are of the kind that the entry says.

    Raises:
        DocumentError: code `empty_file`, `wrong_kind` (a web page dressed as a PDF) or `cut_off` (a PDF without its end).
    """
    found = sniff(data)
    if found != entry.kind:
        edit = f"Give the right file, or correct `kind` in extractors/catalogue/entries/{entry.id}.yml."
        raise wrong_kind(entry.id, _IN_WORDS[entry.kind], found, _ENTRY_OF_A_PAGE if found == "html" else edit)
    if found == "pdf":
        check_end(entry.id, data)


def check_end(document_id: str, data: bytes) -> None:
    """Nothing if a PDF has its end. Libraries open some of those without and leave out the pages that are missing.

    Raises:
        DocumentError: code `cut_off`.
    """
    if b"%%EOF" not in data[-_PDF_END_WINDOW:]:
        raise DocumentError(
            Issue(
                code="cut_off",
                severity="error",
                document_id=document_id,
                message="expected a whole PDF, found one without its end mark %%EOF",
                hint="Fetch or copy the file again; the transfer was probably cut off.",
                expected="%%EOF",
                found=f"{len(data)} bytes without it at the end",
            )
        )
