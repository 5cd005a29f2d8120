"""`cchc lock`: what was reviewed, what waits, how the two differ, and a person's word that new bytes are right."""

from __future__ import annotations

from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime

from dagster_project.asking import read_asking
from dagster_project.vintages import Difference, Vintage, comparison, content_hash, differences, read_vintage
from dagster_project.workbench import Workbench, open_workbench
from extractors.archive.asked import read_asked
from extractors.archive.collect import collect
from extractors.archive.sniff import check_kind
from extractors.archive.store import ArchiveError
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.lock import EMPTY_LOCK, LockEntry, LockFileError, accept, write_lock
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import ReferenceDataError
from extractors.files import CONTENT_TYPES, FileFacts
from extractors.isolation import LimitsError
from extractors.records import DocumentError, Issue


class LockingError(RuntimeError):
    """Nothing could be shown or accepted; the lock file is unchanged."""


@dataclass(frozen=True, slots=True)
class Seen:
    """Bytes of the archive that came for a document, as the lock records them."""

    sha256: str
    bytes_count: int
    content_type: str
    retrieved_at: datetime
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True)
class LockState:
    """One document in the list: what is locked, and the newer bytes that wait, if some do. `content`: whether these say the same."""

    document_id: str
    locked: LockEntry | None
    waiting: FileFacts | None
    content: str = ""
    problem: str = ""


@dataclass(frozen=True, slots=True)
class Compared:
    """Both vintages of one document as they are read today, and where they differ."""

    state: LockState
    old: Vintage | None
    new: Vintage
    differences: tuple[Difference, ...]


@contextmanager
def _in_words() -> Generator[None]:
    try:
        yield
    except (CatalogueError, LockFileError, ReferenceDataError, ArchiveError, LimitsError) as error:
        raise LockingError(str(error)) from error
    except DocumentError as error:
        raise LockingError(str(error.issue)) from error
    except OSError as error:
        raise LockingError(f"cannot use {error.filename or 'a file'}: {error.strerror or error}; correct its rights") from error


def _entry(bench: Workbench, document_id: str) -> CatalogueEntry:
    known = [entry.id for entry in bench.entries]
    if document_id not in known:
        raise LockingError(f"expected the id of a catalogue entry, found {document_id!r}; known: {', '.join(known)}")
    return bench.entry(document_id)


def _seen(bench: Workbench, entry: CatalogueEntry) -> FileFacts | Issue | None:
    """The newest bytes of a document: those that its address gave last, else its file. Nobody is asked who has answered before."""
    asked = read_asked(bench.settings.asked, entry.id)
    is_given = entry.id in bench.inbox.files
    if asked is not None and asked.seen is not None and asked.seen.url in entry.addresses and not is_given:
        data = bench.archive.find(asked.seen.sha256)
        if data is not None:
            seen = asked.seen
            return Seen(seen.sha256, len(data), seen.content_type, seen.seen_at, seen.url, seen.etag, seen.last_modified)
    asking = read_asking(bench.settings)
    found = collect(entry, bench.archive, EMPTY_LOCK, bench.inbox, asking=asking, documents=bench.settings.documents)
    return found if found is None or isinstance(found, Issue) else found.file


def _state(bench: Workbench, entry: CatalogueEntry) -> LockState:
    locked = bench.lock.get(entry.id)
    never_asked = entry.addresses and entry.id not in bench.inbox.files and read_asked(bench.settings.asked, entry.id) is None
    if never_asked:
        return LockState(entry.id, locked, None, problem="its address was not asked yet: run `cchc refresh`")
    found = _seen(bench, entry)
    if isinstance(found, Issue):
        return LockState(entry.id, locked, None, problem=found.message)
    is_by_hand = locked is None and entry.inbox is not None and not entry.addresses
    if found is None or is_by_hand or (locked is not None and locked.sha256 == found.sha256):
        return LockState(entry.id, locked, None)
    content = comparison(bench, entry, locked.sha256, found.sha256) if locked is not None else ""
    return LockState(entry.id, locked, found, content)


def lock_states() -> tuple[LockState, ...]:
    """Every document that is locked, or whose bytes wait, by id.

    Raises:
        LockingError: a broken catalogue, an archive that cannot be used.
    """
    with _in_words():
        bench = open_workbench()
        states = [_state(bench, entry) for entry in bench.entries]
    return tuple(one for one in states if one.locked is not None or one.waiting is not None or one.problem)


def compare(document_id: str) -> Compared | LockState:
    """What a person looks at to decide: both vintages, read anew. A `LockState` if nothing waits.

    Raises:
        LockingError: as `lock_states`; an unknown id.
    """
    with _in_words():
        bench = open_workbench()
        entry = _entry(bench, document_id)
        state = _state(bench, entry)
        if state.waiting is None:
            return state
        new = read_vintage(bench, entry, state.waiting.sha256)
        old = read_vintage(bench, entry, state.locked.sha256) if state.locked is not None else None
        if new is None:
            raise LockingError(f"{document_id}: the archive has no whole copy of {state.waiting.sha256}; run `cchc refresh`")
    return Compared(state, old, new, differences(old.outcome, new.outcome) if old is not None else ())


def _chosen(bench: Workbench, entry: CatalogueEntry, sha256: str) -> FileFacts:
    """Bytes of the archive that came for this document, by the beginning of their hash."""
    found = [one for one in bench.archive.of_document(entry.id) if one.sha256.startswith(sha256.lower())]
    hashes = sorted({one.sha256 for one in found})
    if len(sha256) < 12 or len(hashes) != 1:
        known = ", ".join(sorted({one.sha256[:12] for one in bench.archive.of_document(entry.id)})) or "none"
        raise LockingError(
            f"{entry.id}: expected 12 or more digits of the sha256 of bytes that came for this document, found {sha256!r}; "
            f"the archive has {known}"
        )
    newest = max(found, key=lambda one: one.retrieved_at)
    data = bench.archive.get(newest.sha256)
    check_kind(entry, data)
    return Seen(
        newest.sha256,
        len(data),
        newest.content_type or CONTENT_TYPES[entry.kind],
        newest.retrieved_at,
        newest.url,
        newest.etag,
        newest.last_modified,
    )


def accept_vintage(document_id: str, reason: str, sha256: str | None = None) -> str:
    """Record bytes of a document as the reviewed ones: those with this sha256, else the newest that were seen.

    No server is asked for bytes that came before. Earlier vintages stay in the lock's history.

    Raises:
        LockingError: unknown id or hash, no bytes to be had, no reason; a broken catalogue.
    """
    with _in_words():
        bench = open_workbench()
        entry = _entry(bench, document_id)
        found = _chosen(bench, entry, sha256) if sha256 is not None else _seen(bench, entry)
        if isinstance(found, Issue):
            raise LockingError(str(found))
        if found is None:
            raise LockingError(f"{document_id}: its file was not in the inbox; set CCHC_INBOX to the folder that holds it")
        before = bench.lock.get(document_id)
        content = content_hash(bench, entry, found.sha256)
        new = accept(bench.lock, document_id, found, reason, content=content)
        if new is not bench.lock:
            write_lock(new, bench.settings.sources_lock)
    if before is not None and before.sha256 == found.sha256:
        return f"{document_id}: sha256 {found.sha256} was accepted before, on {before.accepted_on}: {before.reason}"
    return f"{document_id}: sha256 {found.sha256} accepted; the next refresh reads it"
