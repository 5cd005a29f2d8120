"""What is no readable PDF is refused with the document's id, what was expected, what was found, and what to do."""

from __future__ import annotations

from pathlib import Path

import pytest

from extractors.pdf import read_pdf
from extractors.pdf.guard import unreadable_count
from extractors.records import DocumentError, Issue, Locator

FIXTURES = Path(__file__).parents[1] / "fixtures" / "pdf"
HUE = Path(__file__).parents[2] / "extractors" / "documents" / "sipas_2023_thua_thien_hue_ubnd.pdf"


def refused(data: bytes) -> Issue:
    with pytest.raises(DocumentError) as caught:
        read_pdf(data, "0" * 64, "sipas_2023_test")
    issue = caught.value.issue
    assert (issue.document_id, issue.severity, issue.locator) == ("sipas_2023_test", "error", Locator())
    assert issue.message.startswith("expected ")
    assert ", found " in issue.message
    assert issue.hint
    assert "sipas_2023_test" in str(caught.value)
    return issue


@pytest.mark.parametrize(
    ("data", "code", "found"),
    [
        (b"", "empty_file", "0 bytes"),
        (b"<!DOCTYPE html>\n<html><body>404</body></html>", "html_in_disguise", "a web page (HTML)"),
        (b"\n  <HTML><head></head></HTML>", "html_in_disguise", "a web page (HTML)"),
        (b"PK\x03\x04" + bytes(40), "not_a_pdf", "a zip container (XLSX, DOCX or a zip archive)"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", "not_a_pdf", "an old Office file (XLS or DOC)"),
        (b"{\\rtf1 text}", "not_a_pdf", "an RTF text"),
        (b"\x89PNG\r\n\x1a\n", "not_a_pdf", "a picture"),
        (b"STT;Diem", "not_a_pdf", "bytes that begin with b'STT;Diem'"),
    ],
)
def test_other_files_are_named(data: bytes, code: str, found: str) -> None:
    issue = refused(data)
    assert (issue.code, issue.found) == (code, found)


@pytest.mark.parametrize(
    ("fixture", "code"),
    [
        ("password", "needs_password"),
        ("no_pages", "no_pages"),
        ("no_text_layer", "no_text_layer"),
    ],
)
def test_pdfs_without_readable_pages(fixture: str, code: str) -> None:
    assert refused((FIXTURES / f"{fixture}.pdf").read_bytes()).code == code


def test_a_pdf_that_is_cut_off_is_no_empty_document() -> None:
    data = HUE.read_bytes()
    issue = refused(data[: len(data) * 6 // 10])
    assert issue.code == "damaged_pdf"
    assert "%%EOF is missing" in issue.found


def test_a_header_without_a_document_is_damage() -> None:
    assert refused(b"%PDF-1.7\n" + b"\x00" * 500).code == "damaged_pdf"


def test_junk_before_the_header_is_read_over() -> None:
    reading = read_pdf(b"HTTP/1.1 200 OK\r\n\r\n" + (FIXTURES / "plain_grid.pdf").read_bytes(), "0" * 64, "doc")
    assert [table.n_rows for table in reading.tables] == [3]


def test_signs_that_stand_for_nothing_are_counted() -> None:
    assert unreadable_count("8\ue0012\x03 (cid:50)") == 3
    assert unreadable_count("Chỉ số 82,28") == 0
