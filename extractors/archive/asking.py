"""Bytes of one entry from its address, or from the archive where asking again would bring nothing or brought an error."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

from extractors.archive.asked import Asked, Seen, read_asked, write_asked
from extractors.archive.fetch import DEFAULT_LIMITS, FetchedEntry, FetchError, FetchResult, Limits, fetch
from extractors.archive.polite import Manners
from extractors.archive.store import Archive, Facts, StoredFile
from extractors.files import CONTENT_TYPES, FileFacts
from extractors.records import DocumentError, Issue

_CLOCKS_MAY_DIFFER = timedelta(hours=1)


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


@dataclass(frozen=True)
class Asking:
    """How addresses are asked in one run.

    Args:
        folder: where answers are remembered; None: nowhere, every question is asked.
        again_after: an address that was asked less than this ago is not asked again while the archive has its bytes.
        allow_loopback: for tests with a server on this machine.
        now: our clock, in UTC.
    """

    folder: Path | None = None
    again_after: timedelta = timedelta(0)
    allow_loopback: bool = False
    limits: Limits = DEFAULT_LIMITS
    manners: Manners = field(default_factory=Manners)
    now: Callable[[], datetime] = _now


@dataclass(frozen=True, slots=True)
class Obtained:
    """Bytes with where they came from, and what is worth telling about how they came."""

    data: bytes
    facts: Facts
    notes: tuple[Issue, ...] = ()


@dataclass(frozen=True, slots=True)
class _Kept:
    """The newest bytes of the document that the archive holds whole. `is_locked`: they are known from the lock alone."""

    data: bytes
    seen: Seen
    is_locked: bool


def name_in(url: str | None, document_id: str) -> str:
    """The file's name at the end of an address."""
    return (url or "").partition("?")[0].rpartition("/")[2] or document_id


def locked_as_seen(entry: FetchedEntry, locked: FileFacts) -> Seen:
    """What the lock says, as if the bytes had come just now."""
    return Seen(
        sha256=locked.sha256,
        url=locked.url or "",
        file_name=name_in(locked.url, entry.id),
        content_type=locked.content_type,
        seen_at=locked.retrieved_at,
        etag=locked.etag,
        last_modified=locked.last_modified,
    )


def facts_of(document_id: str, seen: Seen) -> Facts:
    """Where seen bytes came from, for the sidecar of the archive."""
    return Facts(
        document_id=document_id,
        file_name=seen.file_name,
        retrieved_at=seen.seen_at,
        content_type=seen.content_type,
        url=seen.url or None,
        etag=seen.etag,
        last_modified=seen.last_modified,
    )


def _kept(entry: FetchedEntry, archive: Archive, asked: Asked | None, locked: FileFacts | None) -> _Kept | None:
    if asked is not None and asked.seen is not None and asked.seen.url in entry.addresses:
        data = archive.find(asked.seen.sha256)
        if data is not None:
            return _Kept(data, asked.seen, is_locked=False)
    data = archive.find(locked.sha256) if locked is not None else None
    return None if data is None or locked is None else _Kept(data, locked_as_seen(entry, locked), is_locked=True)


def by_address(entry: FetchedEntry, archive: Archive, locked: FileFacts | None, asking: Asking) -> Obtained:
    """The bytes that the address gives now, or gave less than `again_after` ago; those of the archive if it gives none.

    Raises:
        DocumentError: code `fetch_failed`: no address gave the document, and the archive has no whole copy of it.
        OSError: the answer cannot be noted.
    """
    now = asking.now()
    asked = read_asked(asking.folder, entry.id)
    kept = _kept(entry, archive, asked, locked)
    if asked is not None and _is_recent(asked, now, asking.again_after):
        if kept is not None:
            return Obtained(kept.data, facts_of(entry.id, kept.seen), _notes_of(asked, kept))
        if asked.not_before is not None and asked.not_before > now:
            raise _failed(entry, asked.message)
    try:
        validators = kept.seen if kept is not None else None
        result = fetch(entry, validators, allow_loopback=asking.allow_loopback, limits=asking.limits, manners=asking.manners)
    except FetchError as error:
        asked = _note_failure(entry, error, asked, kept, now)
        write_asked(asking.folder, asked)
        if kept is None:
            raise _failed(entry, asked.message) from error
        return Obtained(kept.data, facts_of(entry.id, kept.seen), _notes_of(asked, kept))
    return _note_answer(entry, archive, result, kept, asking, now)


def _is_recent(asked: Asked, now: datetime, again_after: timedelta) -> bool:
    if again_after <= timedelta(0):
        return False
    age = asked.age_seconds(now)
    is_told_to_wait = asked.not_before is not None and now < asked.not_before < now + timedelta(days=1)
    return age is not None and (age < again_after.total_seconds() or is_told_to_wait)


def _failed(entry: FetchedEntry, message: str) -> DocumentError:
    hint = (
        f"Correct the address in extractors/catalogue/entries/{entry.id}.yml, put a copy into the inbox (`inbox` in that file names "
        "it) or try again later."
    )
    return DocumentError(Issue("fetch_failed", "error", entry.id, message, hint))


def _note_failure(entry: FetchedEntry, error: FetchError, asked: Asked | None, kept: _Kept | None, now: datetime) -> Asked:
    seen = kept.seen if kept is not None and not kept.is_locked else asked.seen if asked is not None else None
    return Asked(
        document_id=entry.id,
        asked_at=now,
        url=error.url or entry.addresses[0],
        answer="failed",
        status=error.status,
        message=str(error),
        seen=seen,
        not_before=None if error.wait_seconds is None else now + timedelta(seconds=min(error.wait_seconds, 86_400)),
    )


def _note_answer(
    entry: FetchedEntry, archive: Archive, result: FetchResult, kept: _Kept | None, asking: Asking, now: datetime
) -> Obtained:
    off = None if result.server_date is None else (result.server_date - now).total_seconds()
    if result.data is None:
        if kept is None:
            raise _failed(entry, "the server says that nothing changed, but was not asked that")
        data, status = kept.data, 304
        seen = replace(
            kept.seen,
            etag=result.etag or kept.seen.etag,
            last_modified=result.last_modified or kept.seen.last_modified,
        )
    else:
        data, status = result.data, 200
        seen = Seen(
            sha256=archive.name_of(data),
            url=result.url,
            file_name=name_in(result.final_url, entry.id),
            content_type=result.content_type or CONTENT_TYPES[entry.kind],
            seen_at=now,
            etag=result.etag,
            last_modified=result.last_modified,
        )
    facts = facts_of(entry.id, seen)
    # The bytes first, the note of them after: a note never speaks of bytes that are not there.
    stored = archive.put(data, facts, entry.kind)
    asked = Asked(entry.id, now, result.url, result.status, status, seen=seen, clock_off_seconds=off)
    write_asked(asking.folder, asked)
    return Obtained(data, facts, (*_clock_note(asked), *mended_note(stored)))


def _notes_of(asked: Asked, kept: _Kept) -> tuple[Issue, ...]:
    return (failure_issue(replace(asked, seen=kept.seen)),) if asked.answer == "failed" else _clock_note(asked)


def failure_issue(asked: Asked) -> Issue:
    """That an address gave nothing, and that the bytes that came last are read instead."""
    since = f" The bytes of {asked.seen.seen_at.date()} were read from the archive." if asked.seen is not None else ""
    hint = "Whether there is a newer vintage is not known; the next refresh asks again (docs/operations.md, Fetching)."
    return Issue("fetch_failed", "warning", asked.document_id, f"{asked.message}{since}", hint)


def mended_note(stored: StoredFile) -> tuple[Issue, ...]:
    """That a file of the archive was damaged, where its bytes came again."""
    if not stored.is_mended:
        return ()
    message = f"the archive file {stored.path} was damaged; its bytes came again and were written anew"
    hint = "If it happens again, look at the disk; `cchc archive verify` hashes everything."
    return (Issue("archive_mended", "warning", stored.document_id, message, hint),)


def _clock_note(asked: Asked) -> tuple[Issue, ...]:
    found = clock_issue(asked)
    return () if found is None else (found,)


def clock_issue(asked: Asked) -> Issue | None:
    """That the clock of a server and ours differ by more than an hour; None if they do not, or nobody knows."""
    off = asked.clock_off_seconds
    if off is None or abs(off) <= _CLOCKS_MAY_DIFFER.total_seconds():
        return None
    message = (
        f"expected that the clock of {asked.url} and ours agree within an hour, found it {abs(off) / 3600:.1f} hours "
        f"{'ahead' if off > 0 else 'behind'}"
    )
    hint = f"If ours is wrong (it said {asked.asked_at:%Y-%m-%d %H:%M} UTC), set it. The document was read all the same."
    return Issue("clock_skew", "warning", asked.document_id, message, hint)
