"""Brings the bytes of one catalogue entry into the archive, from wherever the entry says: the repository, the inbox, an address.

Whatever is wrong with the bytes becomes an `Issue` about the document. What is wrong with the archive itself (a full disk, no
right to write) concerns every document and is raised as `ArchiveError`.
"""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from fnmatch import fnmatchcase
from pathlib import Path
from typing import Protocol

from extractors.archive.fetch import DEFAULT_LIMITS, FetchedEntry, FetchError, FetchResult, Limits, fetch
from extractors.archive.sniff import check_kind
from extractors.archive.store import Archive, Facts, StoredFile
from extractors.files import A_FILE, CONTENT_TYPES, NOTHING, FileFacts, InboxEntry, SourcedEntry, what_stands_at
from extractors.records import DocumentError, Issue

DOCUMENTS_DIR = Path(__file__).parent.parent / "documents"
_SKIPPED_PREFIXES = (".", "~$")
_SKIPPED_NAMES = frozenset({"thumbs.db", "desktop.ini"})


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


@dataclass(frozen=True, slots=True)
class InboxMatches:
    """Which file of the inbox is which document; `issues` tell of files that are none, or that could be two."""

    files: Mapping[str, Path]
    issues: tuple[Issue, ...] = ()


def _looked_at(path: Path) -> str:
    try:
        return what_stands_at(path)
    except OSError as error:
        return f"what may not be looked at ({error.strerror})"


def _walk(inbox: Path) -> tuple[list[Path], list[Issue]]:
    """Every file below the inbox, sorted, without the hidden files of file managers and office programs."""
    problems: list[Issue] = []

    def unreadable(error: OSError) -> None:
        message = f"expected a folder that can be read, found {error.filename}: {error.strerror}"
        problems.append(Issue("inbox_unreadable", "error", "inbox", message, "Correct the path or the rights of the folder."))

    files: list[Path] = []
    for folder, subfolders, names in os.walk(inbox, onerror=unreadable):
        subfolders[:] = sorted(name for name in subfolders if not name.startswith("."))
        for name in sorted(names):
            if name.startswith(_SKIPPED_PREFIXES) or name.lower() in _SKIPPED_NAMES:
                continue
            path = Path(folder) / name
            found = _looked_at(path)
            if found == A_FILE:
                files.append(path)
                continue
            message = f"{path.relative_to(inbox).as_posix()}: expected a file, found {found}; it was not opened"
            hint = "Put a copy of the file there, or take it out of the inbox."
            problems.append(Issue("inbox_no_file", "warning", "inbox", message, hint, A_FILE, found))
    return files, problems


def _is_match(path: Path, inbox: Path, pattern: str) -> bool:
    """A pattern with a slash is held against the path below the inbox, any other against the name in whatever subfolder.

    Both sides in NFC: some systems write "Nghệ An.xlsx" with marks apart.
    """
    name = path.relative_to(inbox).as_posix() if "/" in pattern else path.name
    return fnmatchcase(unicodedata.normalize("NFC", name), unicodedata.normalize("NFC", pattern))


def _listed(paths: Iterable[Path], inbox: Path) -> str:
    return ", ".join(path.relative_to(inbox).as_posix() for path in paths)


def match_inbox(inbox: Path | None, entries: Iterable[InboxEntry]) -> InboxMatches:
    """The files of the inbox and its subfolders, each with the document that it is.

    Issues: `inbox_unknown_file` (info) for a file that no entry knows; `inbox_two_files` (error) where one document has two
    files; `inbox_two_documents` (error) where one file could be two documents. Neither of the latter is matched. Without an
    inbox (None) there is nothing to match.
    """
    if inbox is None:
        return InboxMatches({})
    files, issues = _walk(inbox)
    patterns = {entry.id: entry.inbox for entry in entries if entry.inbox is not None}
    found = {document_id: [p for p in files if _is_match(p, inbox, pattern)] for document_id, pattern in patterns.items()}
    owners = {path: [document_id for document_id, paths in found.items() if path in paths] for path in files}
    matches: dict[str, Path] = {}
    for document_id, paths in found.items():
        shared = [path for path in paths if len(owners[path]) > 1]
        edit = f"extractors/catalogue/entries/{document_id}.yml"
        if len(paths) > 1:
            message = f"expected one file named {patterns[document_id]!r} in the inbox, found {_listed(paths, inbox)}"
            hint = f"Leave the right one in the inbox, or make `inbox` narrower in {edit}."
            issues.append(Issue("inbox_two_files", "error", document_id, message, hint, found=_listed(paths, inbox)))
        elif shared:
            names = ", ".join(owners[shared[0]])
            message = f"expected that {_listed(shared, inbox)} is one document, found the entries {names}"
            issues.append(
                Issue("inbox_two_documents", "error", document_id, message, f"Make `inbox` narrower in {edit}.", found=names)
            )
        elif paths:
            matches[document_id] = paths[0]
    for path in files:
        if not owners[path]:
            message = f"{_listed([path], inbox)}: no catalogue entry knows this file; it was not read"
            hint = (
                f"To have it read, write extractors/catalogue/entries/<document id>.yml with `inbox: {path.name}` "
                "`address: unknown` and with its title, publisher, licence, kind and layout; CONTRIBUTING.md says how ids are made."
            )
            issues.append(Issue("inbox_unknown_file", "info", "inbox", message, hint, found=path.name))
    return InboxMatches(matches, tuple(issues))


def _error(entry: CollectedEntry, code: str, message: str, hint: str) -> DocumentError:
    return DocumentError(Issue(code, "error", entry.id, message, hint))


def _read(entry: CollectedEntry, path: Path, max_bytes: int) -> bytes:
    """The bytes of a file on this machine."""
    try:
        if (found := what_stands_at(path)) not in (A_FILE, NOTHING):
            message = f"expected a file at {path}, found {found}"
            raise _error(entry, "file_unreadable", message, "Put the file there, or correct the catalogue entry.")
        size = path.stat().st_size
        if size <= max_bytes:
            return path.read_bytes()
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
