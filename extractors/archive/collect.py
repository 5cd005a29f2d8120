"""Brings the bytes of one catalogue entry into the archive, from wherever the entry says: the repository, the inbox, an address.

Whatever is wrong with the bytes becomes an `Issue` about the document. What is wrong with the archive itself (a full disk, no
right to write) concerns every document and is raised as `ArchiveError`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from extractors.archive.asking import Asking, Obtained, by_address, facts_of, locked_as_seen, mended_note
from extractors.archive.fetch import FetchedEntry, Limits
from extractors.archive.inbox import InboxMatches, match_inbox
from extractors.archive.sniff import check_kind
from extractors.archive.store import Archive, Facts, StoredFile
from extractors.archive.wholeness import mark_of
from extractors.files import A_FILE, CONTENT_TYPES, NOTHING, FileFacts, SourcedEntry, what_stands_at
from extractors.records import DocumentError, Issue

DOCUMENTS_DIR = Path(__file__).parent.parent / "documents"


class CollectedEntry(FetchedEntry, SourcedEntry, Protocol):
    """What collecting needs of a catalogue entry."""


class LockBook(Protocol):
    """The lock file, as `extractors.catalogue.lock.Lock` is."""

    def get(self, document_id: str) -> FileFacts | None: ...
    def verify(self, entry: CollectedEntry, facts: StoredFile) -> Issue | None: ...


@dataclass(frozen=True, slots=True)
class Collected:
    """A document whose bytes are in the archive and may be read. `issues`: warnings and notes, and what waits (`new_vintage`)."""

    file: StoredFile
    issues: tuple[Issue, ...] = ()


def _error(entry: CollectedEntry, code: str, message: str, hint: str) -> DocumentError:
    return DocumentError(Issue(code, "error", entry.id, message, hint))


def _read(entry: CollectedEntry, path: Path, max_bytes: int) -> bytes:
    """The bytes of a file on this machine."""
    try:
        if (found := what_stands_at(path)) not in (A_FILE, NOTHING):
            message = f"expected a file at {path}, found {found}"
            raise _error(entry, "file_unreadable", message, "Put the file there, or correct the catalogue entry.")
        before = mark_of(path)
        size = before.size
        if size <= max_bytes:
            data = path.read_bytes()
            if mark_of(path) == before:
                return data
            message = f"expected a file at rest at {path}, found that it changed while it was read"
            raise _error(entry, "file_changing", message, "Wait until it is copied, then run again.")
    except FileNotFoundError as error:
        message = f"expected the file {path}, found none"
        raise _error(entry, "file_missing", message, "Put the file back, or correct the catalogue entry.") from error
    except OSError as error:
        message = f"expected a file that can be read at {path}, found: {error.strerror}"
        raise _error(entry, "file_unreadable", message, "Correct the rights of the file.") from error
    raise _error(entry, "file_too_large", f"expected at most {max_bytes} bytes, found {size}", f"Look at {path}.")


def _local(entry: CollectedEntry, path: Path, limits: Limits) -> Obtained:
    data = _read(entry, path, limits.max_bytes)
    now = datetime.now(UTC).replace(microsecond=0)
    return Obtained(data, Facts(entry.id, path.name, now, CONTENT_TYPES[entry.kind]))


def _obtain(
    entry: CollectedEntry,
    archive: Archive,
    locked: FileFacts | None,
    inbox: Path | InboxMatches | None,
    documents: Path,
    asking: Asking,
) -> Obtained | None:
    if entry.file is not None:
        return _local(entry, documents / entry.file, asking.limits)
    matches = inbox if isinstance(inbox, InboxMatches) else match_inbox(inbox, [entry])
    for issue in matches.issues:
        if issue.document_id == entry.id:
            raise DocumentError(issue)
    path = matches.files.get(entry.id)
    if path is not None:
        return _local(entry, path, asking.limits)
    return by_address(entry, archive, locked, asking) if entry.addresses else None


def collect(
    entry: CollectedEntry,
    archive: Archive,
    lock: LockBook,
    inbox: Path | InboxMatches | None = None,
    *,
    asking: Asking | None = None,
    documents: Path = DOCUMENTS_DIR,
) -> Collected | Issue | None:
    """The bytes of one entry, checked for kind and against the lock, and kept in the archive.

    `inbox` is the folder, or better the matches of `match_inbox` over all entries, which also see a file that could be two
    documents. `asking`: how an address is asked; by default at once, with nothing remembered.

    Returns:
        `Collected`: they may be read. `Issue` (severity error, about the whole document): they may not, and why. None: the
        entry waits for a file of the inbox that was not given.

    Bytes that differ from the lock are kept in the archive, so that they can be looked at and accepted, but not handed on: the locked
    ones are, with an error `new_vintage` among the issues. Without these in the archive the error comes alone.

    Raises:
        ArchiveError: the archive cannot be written; that stops the whole refresh.
        OSError: what an address answered cannot be noted.
    """
    locked = lock.get(entry.id)
    try:
        obtained = _obtain(entry, archive, locked, inbox, documents, asking or Asking())
        if obtained is None:
            return None
        check_kind(entry, obtained.data)
    except DocumentError as error:
        return error.issue
    stored = archive.put(obtained.data, obtained.facts, entry.kind)
    notes = (*obtained.notes, *mended_note(stored))
    if locked is not None and locked.sha256 == stored.sha256:
        # The lock remembers when these bytes first came, on whatever machine: so equal inputs give equal releases.
        stored = replace(stored, retrieved_at=locked.retrieved_at)
    issue = lock.verify(entry, stored)
    if issue is None or issue.severity != "error":
        return Collected(stored, (*notes, *([issue] if issue is not None else [])))
    return _locked_instead(entry, archive, locked, issue, notes)


def _locked_instead(
    entry: CollectedEntry, archive: Archive, locked: FileFacts | None, issue: Issue, notes: tuple[Issue, ...]
) -> Collected | Issue:
    """The reviewed bytes from the archive while newer ones wait for a person."""
    data = archive.find(locked.sha256) if locked is not None else None
    if data is None or locked is None:
        message = f"{issue.message}; the reviewed bytes are not in the archive, so nothing of this document is read anew"
        return replace(issue, message=message)
    stored = archive.put(data, facts_of(entry.id, locked_as_seen(entry, locked)), entry.kind)
    return Collected(replace(stored, retrieved_at=locked.retrieved_at), (*notes, issue))
