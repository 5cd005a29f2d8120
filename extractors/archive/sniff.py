"""What bytes are, judged by the bytes alone: names and content types are claims of the sender."""

from __future__ import annotations

import io
import re
import zipfile
from typing import Literal

from extractors.archive.ole import MAGIC, top_names
from extractors.files import KindedEntry
from extractors.records import DocumentError, Issue, Kind

FoundKind = Kind | Literal["doc", "protected", "zip", "ole", "empty", "unknown"]

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
    "ole": "an old Office file that is damaged, or neither a workbook (xls) nor a document (doc)",
    "empty": "an empty file",
    "unknown": "a file of unknown kind",
}

_HINTS: dict[FoundKind, str] = {
    "html": "The address probably leads to a page about the document, or to an error page; put the address of the file itself "
    "into the catalogue entry.",
    "doc": "Open it in Word or LibreOffice and save it as docx.",
    "protected": "Open it in Excel, Word or LibreOffice, take the password off and save it as xlsx or docx.",
    "ole": "Fetch or copy the file again, or open it in Excel, Word or LibreOffice and save it as xlsx or docx.",
    "zip": "Fetch or copy the file again; if it is a parcel of files, unpack it first.",
    "empty": "Fetch or copy the file again; the transfer was probably cut off.",
    "unknown": "Open the file and look; if it is a CSV, save it as CSV UTF-8.",
}

_HTML_START = re.compile(
    rb"^\s*(?:<\?xml[^>]*>\s*)?(?:<!--(?:(?!-->).)*-->\s*)*<(?:!doctype\s+html|html|head|body|script|meta|title)\b", re.I | re.S
)
_ZIP_MAGICS = (b"PK\x03\x04", b"PK\x05\x06")
_BINARY = re.compile(rb"[\x00-\x08\x0e-\x1f]")
_PDF_END_WINDOW = 4096


def _zip_kind(data: bytes) -> FoundKind:
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as package:
            names = set(package.namelist())
    except (zipfile.BadZipFile, ValueError, NotImplementedError):
        return "zip"
    if "xl/workbook.xml" in names:
        return "xlsx"
    return "docx" if "word/document.xml" in names else "zip"


def _ole_kind(data: bytes) -> FoundKind:
    names = top_names(data)
    if "EncryptedPackage" in names:
        return "protected"
    if names & {"Workbook", "Book"}:
        return "xls"
    return "doc" if "WordDocument" in names else "ole"


def sniff(data: bytes) -> FoundKind:
    """The kind of `data`. A CSV is text whose first line that is not blank holds a comma, semicolon or tab."""
    if not data.strip():
        return "empty"
    if b"%PDF-" in data[:1024]:
        return "pdf"
    if data.startswith(_ZIP_MAGICS):
        return _zip_kind(data)
    return _ole_kind(data) if data.startswith(MAGIC) else _text_kind(data.removeprefix(b"\xef\xbb\xbf"))


def _text_kind(text: bytes) -> FoundKind:
    if _HTML_START.match(text[:4096]):
        return "html"
    if _BINARY.search(text) or text.lstrip()[:1] in (b"<", b"{"):
        return "unknown"
    first_line = text.lstrip().splitlines()[0]
    return "csv" if any(mark in first_line for mark in (b",", b";", b"\t")) else "unknown"


def in_words(kind: FoundKind) -> str:
    return _IN_WORDS[kind]


def wrong_kind(document_id: str, expected: str, found: FoundKind, otherwise: str) -> DocumentError:
    """The error for bytes that are not what was expected. `otherwise`: the hint, where the kind found has none of its own."""
    return DocumentError(
        Issue(
            code="empty_file" if found == "empty" else "wrong_kind",
            severity="error",
            document_id=document_id,
            message=f"expected {expected}, found {_IN_WORDS[found]}",
            hint=_HINTS.get(found, otherwise),
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
        raise wrong_kind(entry.id, _IN_WORDS[entry.kind], found, edit)
    if found == "pdf" and b"%%EOF" not in data[-_PDF_END_WINDOW:]:
        raise DocumentError(
            Issue(
                code="cut_off",
                severity="error",
                document_id=entry.id,
                message="expected a whole PDF, found one without its end mark %%EOF",
                hint="Fetch or copy the file again; the transfer was probably cut off.",
                expected="%%EOF",
                found=f"{len(data)} bytes without it at the end",
            )
        )
