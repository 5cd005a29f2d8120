"""The archive gives back what it was given, tells what bytes are, and brings the bytes of an entry in."""

from __future__ import annotations

import errno
import hashlib
import io
import json
import os
import stat
import struct
import tempfile
import unicodedata
import zipfile
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path

import openpyxl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.archive.asking import Asking
from extractors.archive.collect import Collected, collect
from extractors.archive.fetch import Limits
from extractors.archive.inbox import match_inbox
from extractors.archive.sniff import check_kind, sniff
from extractors.archive.store import Archive, ArchiveError, Facts, StoredFile
from extractors.catalogue.lock import EMPTY_LOCK, accept
from extractors.files import FileFacts
from extractors.records import DocumentError, Issue, Kind

WHEN = datetime(2024, 5, 23, 8, 0, tzinfo=UTC)
PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
CSV = b"Province,SC11\nP01,1.26411\n"
FACTS = Facts("sipas_2023_thua_thien_hue_ubnd", "216.pdf", WHEN, "application/pdf", "https://example.org/216.pdf")


def _xlsx() -> bytes:
    book = openpyxl.Workbook()
    book.active.append(["Hà Nội", 5.76248])  # type: ignore[union-attr]
    file = io.BytesIO()
    book.save(file)
    return file.getvalue()


def _zip(*names: str) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as package:
        for name in names:
            package.writestr(name, "x")
    return file.getvalue()


@dataclass(frozen=True)
class Entry:
    id: str = "sipas_2023_thua_thien_hue_ubnd"
    kind: Kind = "pdf"
    file: str | None = None
    inbox: str | None = None
    addresses: tuple[str, ...] = ()


# ---------------------------------------------------------------- store


@settings(max_examples=20, deadline=None)
@given(st.lists(st.binary(max_size=2000), min_size=1, max_size=4))
def test_what_is_put_comes_back(contents: list[bytes]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        archive = Archive(Path(folder) / "archive")
        stored = [archive.put(data, FACTS, "pdf") for data in contents]
        assert [archive.get(file.sha256) for file in stored] == contents
        assert {file.sha256 for file in stored} == {hashlib.sha256(data).hexdigest() for data in contents}
        assert archive.verify() == ()


def test_a_file_lies_under_its_hash_read_only_with_its_origin_beside(tmp_path: Path) -> None:
    stored = Archive(tmp_path).put(PDF, FACTS, "pdf")
    sha256 = hashlib.sha256(PDF).hexdigest()
    assert stored.path == tmp_path / sha256[:2] / sha256
    assert stat.S_IMODE(stored.path.stat().st_mode) == 0o444
    sidecar = json.loads(stored.path.with_name(f"{sha256}.json").read_text(encoding="utf-8"))
    assert sidecar["bytes_count"] == len(PDF) == stored.bytes_count
    assert sidecar["origins"][0]["url"] == "https://example.org/216.pdf"
    assert sidecar["origins"][0]["retrieved_at"] == "2024-05-23T08:00:00+00:00"
    assert sorted(path.name for path in stored.path.parent.iterdir()) == [sha256, f"{sha256}.json"]


def test_the_same_bytes_are_kept_once_with_the_time_they_first_came(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    archive.put(PDF, FACTS, "pdf")
    again = archive.put(PDF, replace(FACTS, retrieved_at=datetime(2025, 1, 1, tzinfo=UTC)), "pdf")
    assert again.retrieved_at == WHEN
    other = archive.put(PDF, replace(FACTS, document_id="sipas_2023_hue_copy"), "pdf")
    sidecar = json.loads(other.path.with_name(f"{other.sha256}.json").read_text(encoding="utf-8"))
    assert [origin["document_id"] for origin in sidecar["origins"]] == [FACTS.document_id, "sipas_2023_hue_copy"]


def test_damaged_bytes_are_never_given_out_and_are_mended_when_they_come_again(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    stored = archive.put(PDF, FACTS, "pdf")
    stored.path.chmod(0o644)
    stored.path.write_bytes(PDF.replace(b"1.7", b"1.4"))
    with pytest.raises(ArchiveError, match=f"is damaged: expected sha256 {stored.sha256}"):
        archive.get(stored.sha256)
    (issue,) = archive.verify()
    assert (issue.code, issue.document_id) == ("archive_damaged", FACTS.document_id)
    archive.put(PDF, FACTS, "pdf")
    assert archive.get(stored.sha256) == PDF


def test_an_archive_that_is_a_file_is_not_an_empty_one(tmp_path: Path) -> None:
    (tmp_path / "archive").write_bytes(b"")
    with pytest.raises(ArchiveError, match=r"expected the folder of the archive at .*, found a file"):
        Archive(tmp_path / "archive").names()


def test_unknown_or_malformed_hashes_are_told(tmp_path: Path) -> None:
    with pytest.raises(ArchiveError, match="found none: fetch them again"):
        Archive(tmp_path).get("0" * 64)
    with pytest.raises(ArchiveError, match="expected a sha256"):
        Archive(tmp_path).get("../../etc/passwd")


def test_a_damaged_sidecar_is_told(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    stored = archive.put(PDF, FACTS, "pdf")
    stored.path.with_name(f"{stored.sha256}.json").write_text("{", encoding="utf-8")
    assert [issue.code for issue in archive.verify()] == ["archive_sidecar_damaged"]
    archive.put(PDF, FACTS, "pdf")
    assert archive.verify() == ()


def test_left_overs_of_a_run_that_was_cut_are_told(tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    stored = archive.put(PDF, FACTS, "pdf")
    (stored.path.parent / f".{stored.sha256}.0.tmp").write_bytes(b"%PDF")
    assert [issue.code for issue in archive.verify()] == ["archive_left_over"]


@pytest.mark.parametrize(
    ("number", "words"), [(errno.ENOSPC, "is full"), (errno.EROFS, "cannot be written"), (errno.EACCES, "cannot be written")]
)
def test_a_disk_that_refuses_leaves_nothing_behind(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, number: int, words: str
) -> None:
    def refuse(_: int) -> None:
        raise OSError(number, os.strerror(number))

    monkeypatch.setattr(os, "fsync", refuse)
    with pytest.raises(ArchiveError, match=words):
        Archive(tmp_path).put(PDF, FACTS, "pdf")
    assert [path for path in tmp_path.rglob("*") if path.is_file()] == []


def test_a_root_that_is_no_folder_is_told(tmp_path: Path) -> None:
    (tmp_path / "archive").write_text("a file", encoding="utf-8")
    with pytest.raises(ArchiveError, match="the archive cannot be used"):
        Archive(tmp_path / "archive").put(PDF, FACTS, "pdf")


# ---------------------------------------------------------------- sniff


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (PDF, "pdf"),
        (_xlsx(), "xlsx"),
        (_zip("word/document.xml"), "docx"),
        (_zip("a.pdf"), "zip"),
        (_xlsx()[:500], "zip"),
        (CSV, "csv"),
        (b"\xef\xbb\xbfT\xe1\xbb\x89nh;\xc4\x90i\xe1\xbb\x83m\n", "csv"),
        (b"<!DOCTYPE html><html><body>404</body></html>", "html"),
        (b"\r\n  <html lang='vi'>", "html"),
        (b"<?xml version='1.0'?>\n<html>", "html"),
        (b"<?xml version='1.0'?>\n<data>", "unknown"),
        (b'{"a": 1, "b": 2}', "unknown"),
        (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1rest", "ole"),
        (b"", "empty"),
        (b" \n\n ", "empty"),
        (b"one line of prose", "unknown"),
        ("Tỉnh,Điểm".encode("utf-16"), "csv"),
        (b"Tinh|Diem\nHue|1\nHa Noi|2\n", "csv"),
        (b'Tinh;"Diem; ty le"\nHue;1,5\nHa Noi;2,5\n', "csv"),
        (b"sep=;\nTinh;Diem;Hang\nHue;1,5;1\n", "csv"),
        (b"BANG 1\n\nTinh;Diem;Hang\nHue;1,5;1\nHa Noi;2,5;2\n", "csv"),
        ("BÁO CÁO\nTrong năm, tỉnh, huyện\nđã làm, đã nộp, đã xong\nvà tăng\n".encode(), "txt"),
        ("KẾ HOẠCH\nA\t1\nB\t2\n".encode(), "txt"),
        ("Huế, ngày 5\nTheo báo cáo\nkết quả, xếp hạng, điểm\ntăng\n".encode(), "txt"),
        (b"<table><tr><td>Hue</td></tr></table>", "html"),
        (b"MIME-Version: 1.0\r\nContent-Type: multipart/related\r\n\r\nContent-Type: text/html\r\n", "html"),
        (b"\x89PNG\r\n\x1a\n....", "image"),
        (b"\xff\xd8\xff\xe0....", "image"),
        (b"II*\x00....", "image"),
    ],
)
def test_bytes_tell_what_they_are(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


def _ole(*names: str, inside: str = "") -> bytes:
    """An OLE file of three sectors whose directory names these streams at the top, and one inside the first of them."""
    none = 0xFFFFFFFF

    def entry(name: str, kind: int, right: int, child: int) -> bytes:
        text = (name + "\0").encode("utf-16-le") if name else b""
        return text.ljust(64, b"\0") + struct.pack("<HBB3I", len(text), kind, 1, none, right, child) + bytes(48)

    entries = [entry("Root Entry", 5, none, 1)]
    entries += [
        entry(name, 1, number + 1 if number < len(names) else none, 4 if inside and number == 1 else none)
        for number, name in enumerate(names, start=1)
    ]
    entries += [entry("", 0, none, none)] * (4 - len(entries))
    entries += [entry(inside, 1, none, none)] + [entry("", 0, none, none)] * 3
    directory = b"".join(entries)
    head = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(16) + struct.pack("<5H", 0x3E, 3, 0xFFFE, 9, 6) + bytes(6)
    head += (
        struct.pack("<9I", 0, 1, 1, 0, 4096, 0xFFFFFFFE, 0, 0xFFFFFFFE, 0)
        + struct.pack("<I", 0)
        + struct.pack("<I", none) * 108
    )
    table = struct.pack("<3I", 0xFFFFFFFD, 2, 0xFFFFFFFE) + struct.pack("<I", none) * 125
    return head + table + directory


@pytest.mark.parametrize(
    ("data", "kind"),
    [
        (_ole("Workbook"), "xls"),
        (_ole("Book"), "xls"),
        (_ole("WordDocument", "1Table"), "doc"),
        (_ole("ObjectPool", "WordDocument", inside="Workbook"), "doc"),
        (_ole("EncryptedPackage", "EncryptionInfo"), "protected"),
        (_ole("PowerPoint Document"), "ole"),
    ],
)
def test_the_directory_of_an_ole_file_tells_its_kind_and_objects_inside_do_not(data: bytes, kind: str) -> None:
    assert sniff(data) == kind


@pytest.mark.parametrize(
    ("data", "code", "words"),
    [
        (b"<html>Loi 404</html>", "wrong_kind", "expected a PDF, found a web page"),
        (b"", "empty_file", "expected a PDF, found an empty file"),
        (CSV, "wrong_kind", "expected a PDF, found a CSV table"),
        (PDF[:30], "cut_off", "without its end mark"),
    ],
)
def test_a_file_in_disguise_is_refused(data: bytes, code: str, words: str) -> None:
    with pytest.raises(DocumentError) as caught:
        check_kind(Entry(), data)
    issue = caught.value.issue
    assert (issue.code, issue.severity, issue.document_id) == (code, "error", Entry().id)
    assert words in issue.message
    assert issue.hint


def test_the_right_kind_passes() -> None:
    check_kind(Entry(), PDF)
    check_kind(Entry(kind="xlsx"), _xlsx())


# ---------------------------------------------------------------- collect


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    return Archive(tmp_path / "archive")


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    made = tmp_path / "given"
    made.mkdir()
    return made


def _codes(issues: Iterable[Issue]) -> list[str]:
    return [issue.code for issue in issues]


def test_a_document_of_the_repository_is_collected_with_its_facts(archive: Archive, folder: Path) -> None:
    (folder / "hue.pdf").write_bytes(PDF)
    collected = collect(Entry(file="hue.pdf"), archive, EMPTY_LOCK, documents=folder)
    assert isinstance(collected, Collected)
    assert _codes(collected.issues) == ["not_locked"]
    file = collected.file
    assert (file.sha256, file.bytes_count, file.file_name, file.url, file.kind) == (
        hashlib.sha256(PDF).hexdigest(),
        len(PDF),
        "hue.pdf",
        None,
        "pdf",
    )
    assert archive.get(file.sha256) == PDF


def test_other_bytes_than_the_locked_ones_of_the_repository_are_read_with_a_warning(archive: Archive, folder: Path) -> None:
    """And the locked ones carry the time of the lock."""
    entry = Entry(file="hue.pdf")
    (folder / "hue.pdf").write_bytes(PDF)
    first = collect(entry, archive, EMPTY_LOCK, documents=folder)
    assert isinstance(first, Collected)
    lock = accept(EMPTY_LOCK, entry.id, replace(first.file, retrieved_at=WHEN), "looked at")
    again = collect(entry, archive, lock, documents=folder)
    assert isinstance(again, Collected)
    assert (again.issues, again.file.retrieved_at) == ((), WHEN)
    (folder / "hue.pdf").write_bytes(PDF.replace(b"1.7", b"1.6"))
    changed = collect(entry, archive, lock, documents=folder)
    assert isinstance(changed, Collected)
    (issue,) = changed.issues
    assert (issue.code, issue.severity) == ("lock_mismatch", "warning")
    assert issue.found in archive


def test_a_file_that_a_refresh_mended_is_told_once(archive: Archive, folder: Path) -> None:
    (folder / "hue.pdf").write_bytes(PDF)
    first = collect(Entry(file="hue.pdf"), archive, EMPTY_LOCK, documents=folder)
    assert isinstance(first, Collected)
    first.file.path.chmod(0o644)
    first.file.path.write_bytes(PDF[:-1])
    said: list[list[str]] = []
    for _ in range(2):
        again = collect(Entry(file="hue.pdf"), archive, EMPTY_LOCK, documents=folder)
        assert isinstance(again, Collected)
        said.append(_codes(again.issues))
    assert said == [["archive_mended", "not_locked"], ["not_locked"]]
    assert archive.get(first.file.sha256) == PDF


@pytest.mark.parametrize(
    ("content", "code"),
    [(None, "file_missing"), (b"", "empty_file"), (b"<html></html>", "wrong_kind"), (PDF * 40, "file_too_large")],
)
def test_bad_files_become_issues(archive: Archive, folder: Path, content: bytes | None, code: str) -> None:
    if content is not None:
        (folder / "hue.pdf").write_bytes(content)
    issue = collect(Entry(file="hue.pdf"), archive, EMPTY_LOCK, documents=folder, asking=Asking(limits=Limits(max_bytes=1000)))
    assert isinstance(issue, Issue)
    assert (issue.code, issue.severity, str(issue.locator)) == (code, "error", "whole document")
    assert not archive.root.exists()


def test_a_pipe_in_the_inbox_is_named_and_not_opened(archive: Archive, folder: Path) -> None:
    """Whoever opened it would wait for ever."""
    os.mkfifo(folder / "hue.pdf")
    matches = match_inbox(folder, [Entry(inbox="hue.pdf")])
    assert matches.files == {}
    (issue,) = matches.issues
    assert (issue.code, issue.found) == ("inbox_no_file", "a named pipe")
    refused = collect(Entry(file="hue.pdf"), archive, EMPTY_LOCK, documents=folder)
    assert isinstance(refused, Issue)
    assert (refused.code, refused.message) == (
        "file_unreadable",
        f"expected a file at {folder / 'hue.pdf'}, found a named pipe",
    )


def test_a_file_that_cannot_be_read_becomes_an_issue(archive: Archive, folder: Path) -> None:
    (folder / "hue.pdf").mkdir()
    issue = collect(Entry(file="hue.pdf"), archive, EMPTY_LOCK, documents=folder)
    assert isinstance(issue, Issue)
    assert issue.code == "file_unreadable"


def test_an_inbox_document_is_found_in_a_subfolder_or_simply_not_given(archive: Archive, folder: Path) -> None:
    entry = Entry(id="papi_2011_panel", kind="csv", inbox="2011.csv")
    assert collect(entry, archive, EMPTY_LOCK, None) is None
    assert collect(entry, archive, EMPTY_LOCK, folder) is None
    (folder / "papi").mkdir()
    (folder / "papi" / "2011.csv").write_bytes(CSV)
    collected = collect(entry, archive, EMPTY_LOCK, folder)
    assert isinstance(collected, Collected)
    assert (collected.file.file_name, collected.issues) == ("2011.csv", ())


def test_the_inbox_tells_of_unknown_files_and_of_two_with_one_name(archive: Archive, folder: Path) -> None:
    for name in ("papi/2011.csv", "old/2011.csv", "papi/2012.csv", "notes.txt", ".hidden", "~$open.xlsx", "Thumbs.db"):
        (folder / name).parent.mkdir(exist_ok=True)
        (folder / name).write_bytes(CSV)
    entries = [Entry(id=f"papi_{year}_panel", kind="csv", inbox=f"{year}.csv") for year in (2011, 2012, 2013)]
    matches = match_inbox(folder, entries)
    assert dict(matches.files) == {"papi_2012_panel": folder / "papi" / "2012.csv"}
    assert [(issue.code, issue.severity, issue.document_id) for issue in matches.issues] == [
        ("inbox_two_files", "error", "papi_2011_panel"),
        ("inbox_unknown_file", "info", "inbox"),
    ]
    assert "old/2011.csv, papi/2011.csv" in matches.issues[0].message
    assert "notes.txt" in matches.issues[1].message
    assert "inbox: notes.txt" in matches.issues[1].hint
    for inbox in (folder, matches):
        issue = collect(entries[0], archive, EMPTY_LOCK, inbox)
        assert isinstance(issue, Issue)
        assert issue.code == "inbox_two_files"


def test_one_file_that_could_be_two_documents_is_neither(folder: Path) -> None:
    (folder / "2011.csv").write_bytes(CSV)
    entries = [Entry(id="papi_2011_panel", inbox="2011.csv"), Entry(id="papi_2011_other", inbox="20*.csv")]
    matches = match_inbox(folder, entries)
    assert matches.files == {}
    assert _codes(matches.issues) == ["inbox_two_documents", "inbox_two_documents"]


def test_a_pattern_may_name_the_folder_and_marks_may_stand_apart(folder: Path) -> None:
    (folder / "papi").mkdir()
    (folder / "papi" / "2011.csv").write_bytes(CSV)
    (folder / unicodedata.normalize("NFD", "Nghệ An.csv")).write_bytes(CSV)
    entries = [Entry(id="papi_2011_panel", inbox="papi/2011.csv"), Entry(id="par_2022_nghe_an", inbox="Nghệ An.csv")]
    matches = match_inbox(folder, entries)
    assert set(matches.files) == {"papi_2011_panel", "par_2022_nghe_an"}
    assert matches.issues == ()


def test_a_missing_inbox_is_told(folder: Path) -> None:
    (issue,) = match_inbox(folder / "none", [Entry(inbox="2011.csv")]).issues
    assert (issue.code, issue.severity) == ("inbox_unreadable", "error")


def test_a_file_that_disappears_between_looking_and_reading_becomes_an_issue(archive: Archive, folder: Path) -> None:
    (folder / "2011.csv").write_bytes(CSV)
    entry = Entry(id="papi_2011_panel", kind="csv", inbox="2011.csv")
    matches = match_inbox(folder, [entry])
    (folder / "2011.csv").unlink()
    issue = collect(entry, archive, EMPTY_LOCK, matches)
    assert isinstance(issue, Issue)
    assert issue.code == "file_missing"


def test_a_lock_of_another_make_serves_as_well(archive: Archive, folder: Path) -> None:
    class OpenLock:
        def get(self, document_id: str) -> FileFacts | None:
            return None

        def verify(self, entry: object, facts: StoredFile) -> Issue | None:
            return None

    (folder / "hue.pdf").write_bytes(PDF)
    collected = collect(Entry(file="hue.pdf"), archive, OpenLock(), documents=folder)
    assert isinstance(collected, Collected)
    assert collected.issues == ()
