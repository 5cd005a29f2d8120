"""Brings the bytes of one catalogue entry into the archive, from wherever the entry says: the repository, the inbox, an address.

Whatever is wrong with the bytes becomes an `Issue` about the document. What is wrong with the archive itself (a full disk, no
right to write) concerns every document and is raised as `ArchiveError`.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Protocol

from extractors.archive.fetch import DEFAULT_LIMITS, FetchedEntry, FetchError, FetchResult, Limits, fetch
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
    """A document whose bytes are in the archive and may be read. `issues` hold warnings and notes only."""

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


def _local(entry: CollectedEntry, path: Path, limits: Limits) -> tuple[bytes, Facts]:
    data = _read(entry, path, limits.max_bytes)
    return data, Facts(entry.id, path.name, datetime.now(UTC).replace(microsecond=0), CONTENT_TYPES[entry.kind])


def _result_facts(entry: CollectedEntry, result: FetchResult) -> Facts:
    return Facts(
        document_id=entry.id,
        file_name=result.final_url.partition("?")[0].rpartition("/")[2] or entry.id,
        retrieved_at=datetime.now(UTC).replace(microsecond=0),
        content_type=result.content_type or CONTENT_TYPES[entry.kind],
        url=result.url,
        etag=result.etag,
        last_modified=result.last_modified,
    )


def _locked_facts(entry: CollectedEntry, locked: FileFacts) -> Facts:
    return Facts(
        document_id=entry.id,
        file_name=(locked.url or "").partition("?")[0].rpartition("/")[2] or entry.id,
        retrieved_at=locked.retrieved_at,
        content_type=locked.content_type,
        url=locked.url,
        etag=locked.etag,
        last_modified=locked.last_modified,
    )


def _fetched(
    entry: CollectedEntry, archive: Archive, locked: FileFacts | None, limits: Limits, *, allow_loopback: bool
) -> tuple[bytes, Facts, tuple[Issue, ...]]:
    """From the address, or from the archive if the server says that nothing changed or cannot be reached."""
    kept = locked if locked is not None and locked.sha256 in archive else None
    try:
        result = fetch(entry, kept, allow_loopback=allow_loopback, limits=limits)
    except FetchError as error:
        if kept is None:
            hint = f"Correct the address in extractors/catalogue/entries/{entry.id}.yml or try again later."
            raise _error(entry, "fetch_failed", str(error), hint) from error
        note = Issue(
            code="fetch_failed",
            severity="warning",
            document_id=entry.id,
            message=f"{error} The reviewed bytes of {kept.retrieved_at.date()} were read from the archive.",
            hint="Try again later; whether there is a newer vintage is not known.",
        )
        return archive.get(kept.sha256), _locked_facts(entry, kept), (note,)
    if result.data is not None:
        return result.data, _result_facts(entry, result), ()
    if kept is None:
        raise _error(entry, "fetch_failed", "the server says that nothing changed, but was not asked", "Try again later.")
    return archive.get(kept.sha256), _locked_facts(entry, kept), ()


def _obtain(
    entry: CollectedEntry,
    archive: Archive,
    locked: FileFacts | None,
    inbox: Path | InboxMatches | None,
    documents: Path,
    limits: Limits,
    *,
    allow_loopback: bool,
) -> tuple[bytes, Facts, tuple[Issue, ...]] | None:
    if entry.file is not None:
        return *_local(entry, documents / entry.file, limits), ()
    matches = inbox if isinstance(inbox, InboxMatches) else match_inbox(inbox, [entry])
    for issue in matches.issues:
        if issue.document_id == entry.id:
            raise DocumentError(issue)
    path = matches.files.get(entry.id)
    if path is not None:
        return *_local(entry, path, limits), ()
    return _fetched(entry, archive, locked, limits, allow_loopback=allow_loopback) if entry.addresses else None


def collect(
    entry: CollectedEntry,
    archive: Archive,
    lock: LockBook,
    inbox: Path | InboxMatches | None = None,
    *,
    allow_loopback: bool = False,
    documents: Path = DOCUMENTS_DIR,
    limits: Limits = DEFAULT_LIMITS,
) -> Collected | Issue | None:
    """The bytes of one entry, checked for kind and against the lock, and kept in the archive.

    `inbox` is the folder, or better the matches of `match_inbox` over all entries, which also see a file that could be two
    documents. `allow_loopback` is for tests.

    Returns:
        `Collected`: they may be read. `Issue` (severity error, about the whole document): they may not, and why. None: the
        entry waits for a file of the inbox that was not given.

    Bytes that differ from the lock are kept in the archive too, so that they can be looked at and accepted, but not handed on.

    Raises:
        ArchiveError: the archive cannot be written or is damaged; that stops the whole refresh.
    """
    locked = lock.get(entry.id)
    try:
        obtained = _obtain(entry, archive, locked, inbox, documents, limits, allow_loopback=allow_loopback)
        if obtained is None:
            return None
        data, facts, notes = obtained
        check_kind(entry, data)
    except DocumentError as error:
        return error.issue
    stored = archive.put(data, facts, entry.kind)
    if locked is not None and locked.sha256 == stored.sha256:
        # The lock remembers when these bytes first came, on whatever machine: so equal inputs give equal releases.
        stored = replace(stored, retrieved_at=locked.retrieved_at)
    issue = lock.verify(entry, stored)
    if issue is not None and issue.severity == "error":
        return issue
    return Collected(stored, (*notes, *([issue] if issue is not None else [])))
