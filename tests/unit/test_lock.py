"""Bytes that nobody reviewed are not read in silence."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from extractors.catalogue.loader import documents_dir, load_entries
from extractors.catalogue.lock import (
    EMPTY_LOCK,
    LOCK_FILE,
    Lock,
    LockFileError,
    accept,
    lock_text,
    read_lock,
    verify,
    write_embedded,
    write_lock,
)
from extractors.catalogue.models import CatalogueEntry


@dataclass(frozen=True)
class Facts:
    sha256: str
    bytes_count: int = 1000
    content_type: str = "application/pdf"
    retrieved_at: datetime = datetime(2024, 5, 23, 8, 0, tzinfo=UTC)
    url: str | None = "https://example.org/216.pdf"
    etag: str | None = '"v1"'
    last_modified: str | None = None


@dataclass(frozen=True)
class Entry:
    id: str = "sipas_2023_thua_thien_hue_ubnd"
    inbox: str | None = None
    file: str | None = None
    addresses: tuple[str, ...] = ()


FIRST, SECOND, THIRD = (Facts(digit * 64) for digit in "123")
ID = Entry().id


def _lock() -> Lock:
    return accept(EMPTY_LOCK, ID, FIRST, "read page by page", today=date(2024, 5, 24))


def test_reviewed_bytes_pass() -> None:
    assert verify(Entry(), FIRST, _lock()) is None


def test_other_bytes_are_refused_with_both_hashes_and_the_command() -> None:
    issue = verify(Entry(), SECOND, _lock())
    assert issue is not None
    assert (issue.code, issue.severity, issue.expected, issue.found) == ("new_vintage", "error", "1" * 64, "2" * 64)
    assert f'cchc lock --accept {ID} --reason "…" --sha256 222222222222' in issue.hint
    assert f"cchc lock --show {ID}" in issue.hint


def test_a_changed_file_of_the_repository_is_only_flagged_since_a_reviewed_commit_changed_it() -> None:
    issue = verify(Entry(file="hue.pdf"), SECOND, _lock())
    assert issue is not None
    assert (issue.code, issue.severity) == ("lock_mismatch", "warning")


def test_bytes_that_nobody_reviewed_are_flagged_but_a_file_given_by_hand_is_not() -> None:
    issue = verify(Entry(), FIRST, EMPTY_LOCK)
    assert issue is not None
    assert (issue.code, issue.severity) == ("not_locked", "warning")
    assert verify(Entry(inbox="hue.pdf"), FIRST, EMPTY_LOCK) is None


def test_a_locked_file_given_by_hand_must_be_the_reviewed_one() -> None:
    issue = verify(Entry(inbox="hue.pdf"), SECOND, _lock())
    assert issue is not None
    assert issue.code == "new_vintage"


def test_accepting_keeps_the_history_of_vintages(tmp_path: Path) -> None:
    path = tmp_path / "sources.lock.yml"
    lock = accept(_lock(), ID, SECOND, "re-issued with a corrected annex", today=date(2024, 6, 1))
    lock = accept(lock, ID, THIRD, "typing mended", today=date(2024, 7, 1))
    write_lock(lock, path)
    locked = read_lock(path).entries[ID]
    assert (locked.sha256, locked.reason, locked.accepted_on) == (THIRD.sha256, "typing mended", date(2024, 7, 1))
    assert [(one.sha256[0], one.replaced_on) for one in locked.earlier] == [("1", date(2024, 6, 1)), ("2", date(2024, 7, 1))]
    assert locked.retrieved_at == FIRST.retrieved_at
    assert (locked.url, locked.etag, locked.last_modified) == ("https://example.org/216.pdf", '"v1"', None)


def test_accepting_the_same_bytes_changes_nothing() -> None:
    lock = _lock()
    assert accept(lock, ID, FIRST, "again") is lock


@pytest.mark.parametrize(("document_id", "reason"), [(ID, "  "), ("Huế 2023", "looked at it")])
def test_an_acceptance_needs_a_reason_and_an_id(document_id: str, reason: str) -> None:
    with pytest.raises(LockFileError):
        accept(EMPTY_LOCK, document_id, FIRST, reason)


def test_the_file_is_stable_and_sorted(tmp_path: Path) -> None:
    one = accept(_lock(), "par_2022_quang_nam_ubnd", SECOND, "read")
    other = accept(
        accept(EMPTY_LOCK, "par_2022_quang_nam_ubnd", SECOND, "read"), ID, FIRST, "read page by page", today=date(2024, 5, 24)
    )
    assert lock_text(one) == lock_text(other)
    path = tmp_path / "sources.lock.yml"
    write_lock(one, path)
    assert lock_text(read_lock(path)) == path.read_text(encoding="utf-8")
    assert list(read_lock(path).entries) == ["par_2022_quang_nam_ubnd", ID]
    assert [file.name for file in tmp_path.iterdir()] == ["sources.lock.yml"]


def test_a_missing_file_is_an_empty_lock_and_a_damaged_one_an_error(tmp_path: Path) -> None:
    path = tmp_path / "sources.lock.yml"
    assert read_lock(path).entries == {}
    path.write_text(lock_text(_lock()).replace("1" * 64, "abc"), encoding="utf-8")
    with pytest.raises(LockFileError, match=rf"field {ID}\.sha256"):
        read_lock(path)
    path.write_text("a: [", encoding="utf-8")
    with pytest.raises(LockFileError, match="expected YAML"):
        read_lock(path)


def test_a_folder_without_rights_is_told(tmp_path: Path) -> None:
    (tmp_path / "none").write_text("a file where a folder should be", encoding="utf-8")
    with pytest.raises(LockFileError, match="cannot be written"):
        write_lock(_lock(), tmp_path / "none" / "sources.lock.yml")


def test_documents_of_the_repository_are_locked_by_one_call(tmp_path: Path) -> None:
    path = tmp_path / "sources.lock.yml"
    embedded = {entry.id for entry in load_entries() if entry.file is not None}
    read: list[str] = []

    def content(data: bytes, entry: CatalogueEntry) -> str:
        read.append(entry.id)
        return hashlib.sha256(data[::-1]).hexdigest()

    assert set(write_embedded("made anew and looked at", content, path=path)) == embedded == set(read)
    assert write_embedded("nothing is new", content, path=path) == ()
    assert len(read) == len(embedded)
    assert all(locked.content_sha256 for locked in read_lock(path).entries.values())


def test_documents_of_the_repository_are_the_reviewed_ones() -> None:
    """Whoever makes a document anew looks at it and then calls `write_embedded`."""
    lock = read_lock(LOCK_FILE)
    for entry in load_entries():
        if entry.file is not None:
            locked = lock.get(entry.id)
            assert locked is not None, f"{entry.id} is not in {LOCK_FILE.name}"
            assert locked.sha256 == hashlib.sha256((documents_dir() / entry.file).read_bytes()).hexdigest(), entry.id
