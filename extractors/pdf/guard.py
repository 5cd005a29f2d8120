"""Is this a PDF that can be read? Bytes are judged before any library sees them, because libraries take damage for emptiness."""

from __future__ import annotations

import re
from collections.abc import Collection

import pypdfium2 as pdfium
import pypdfium2.raw as pdfium_c

from extractors.records import UNSETTLED, DocumentError, Issue

_HEADER_WINDOW = 1024
"""Bytes in which "%PDF-" must begin; some producers write junk in front of it."""

_OTHER_FILES = (
    (
        re.compile(rb"\s*(?:<!--.*?-->\s*)?<(?:!doctype\s+html|html|head|body)\b", re.IGNORECASE | re.DOTALL),
        "a web page (HTML)",
    ),
    (re.compile(rb"PK\x03\x04"), "a zip container (XLSX, DOCX or a zip archive)"),
    (re.compile(rb"\xd0\xcf\x11\xe0"), "an old Office file (XLS or DOC)"),
    (re.compile(rb"\s*\{\\rtf"), "an RTF text"),
    (re.compile(rb"\x89PNG|\xff\xd8\xff|II\*\x00|MM\x00\*"), "a picture"),
)


def refusal(document_id: str, code: str, message: str, hint: str, *, expected: str = "", found: str = "") -> DocumentError:
    """The error that ends the reading of a whole document."""
    return DocumentError(
        Issue(code=code, severity="error", document_id=document_id, message=message, hint=hint, expected=expected, found=found)
    )


def check_bytes(data: bytes, document_id: str) -> None:
    """Not empty, and begins like a PDF.

    Raises:
        DocumentError: `empty_file`, `html_in_disguise` or `not_a_pdf`.
    """
    if not data:
        raise refusal(
            document_id, "empty_file", "expected a PDF, found a file of 0 bytes", "fetch the document again", found="0 bytes"
        )
    if b"%PDF-" in data[:_HEADER_WINDOW]:
        return
    found = next((name for pattern, name in _OTHER_FILES if pattern.match(data)), f"bytes that begin with {data[:8]!r}")
    is_html = "HTML" in found
    raise refusal(
        document_id,
        "html_in_disguise" if is_html else "not_a_pdf",
        f"expected a PDF (%PDF- in the first {_HEADER_WINDOW} bytes), found {found}",
        "the address answers with a page instead of the file: fetch the file itself"
        if is_html
        else "give the PDF itself; what is no PDF is read as what it is under its own name",
        expected="%PDF-",
        found=found,
    )


def open_document(data: bytes, document_id: str) -> pdfium.PdfDocument:
    """The opened document, with at least one page. The caller closes it.

    Raises:
        DocumentError: `empty_file`, `html_in_disguise`, `not_a_pdf`, `needs_password`, `damaged_pdf` or `no_pages`.
    """
    check_bytes(data, document_id)
    try:
        document = pdfium.PdfDocument(data)
    except pdfium.PdfiumError as error:
        # The library's error code may be left over from an earlier document: an encrypted file says so itself.
        if error.err_code == pdfium_c.FPDF_ERR_PASSWORD and b"/Encrypt" in data:
            raise refusal(
                document_id,
                "needs_password",
                "expected a PDF that opens without a password, found one that asks for it",
                "ask the publisher for an open copy, or save one without a password",
                found="password protection",
            ) from None
        if b"%%EOF" in data[-2048:] and re.search(rb"/Count\s+0\b", data):
            raise _no_pages(document_id) from None
        end = (
            "its end mark %%EOF is missing: the file is cut off" if b"%%EOF" not in data[-2048:] else "its structure is broken"
        )
        raise refusal(
            document_id,
            "damaged_pdf",
            f"expected a whole PDF, found {len(data)} bytes that do not open: {end}",
            "fetch the document again and compare the size with the publisher's",
            found=end,
        ) from None
    if len(document) == 0:
        document.close()
        raise _no_pages(document_id)
    return document


def _no_pages(document_id: str) -> DocumentError:
    return refusal(
        document_id,
        "no_pages",
        "expected at least one page, found a PDF with 0 pages",
        "fetch the document again",
        found="0 pages",
    )


_UNDECODED = re.compile(r"\(cid:\d+\)|[\x00-\x08\x0b\x0c\x0e-\x1f\ufffd\ufffe\uffff\ue000-\uf8ff]")
"""A sign that stands for no letter: "(cid:12)", replacement mark, control, private use, a code point without meaning."""


def unreadable_count(text: str) -> int:
    """How many printed signs of `text` could not be decoded; a "(cid:12)" is one sign."""
    is_plain = text.isprintable() and UNSETTLED not in text and "(cid:" not in text
    return 0 if is_plain else len(_UNDECODED.findall(text))


def check_text(has_text: Collection[bool], document_id: str, has_scans: bool) -> None:
    """Some page bears text. `has_text`: for each page whether it does.

    Raises:
        DocumentError: `no_text_layer`.
    """
    if not any(has_text):
        raise refusal(
            document_id,
            "no_text_layer",
            f"expected text on {len(has_text)} page{'s' * (len(has_text) != 1)}, found none"
            + (", nor in the pictures there" if has_scans else ""),
            "look at the pages: if they are not blank, give the typeset original, or a scan of better quality",
            expected="a text layer",
            found="pictures without text" if has_scans else "no text",
        )
