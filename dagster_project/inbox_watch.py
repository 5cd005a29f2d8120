"""What a look at the inbox finds against the look before: which documents have a new whole file, and what a person should hear of.

No waiting and no reading of pages: a file is whole when two looks, far enough apart, find the same size and time, and its end is that
of its kind. Bytes are hashed once for each size and time.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from dagster_project.notices import Notice
from extractors.archive.fetch import DEFAULT_LIMITS
from extractors.archive.inbox import InboxMatches, match_inbox, shown_name
from extractors.archive.wholeness import FileMark, mark_of, missing_end
from extractors.files import InboxEntry

_MOST_UNKNOWN = 20
"""Unknown files that are told one by one; the others are counted."""
_PATIENCE_SECONDS = 3600.0
"""How long a file may stay unfinished before a person hears of it."""
_CHUNK = 1 << 20


@dataclass(frozen=True, slots=True)
class Seen:
    """A file of a document as it was last seen: since when (seconds of the epoch) with this mark; its sha256 once it was whole."""

    name: str
    size: int
    mtime_ns: int
    since: float
    sha256: str | None = None

    @property
    def mark(self) -> FileMark:
        return FileMark(self.size, self.mtime_ns)


@dataclass(frozen=True, slots=True)
class Memory:
    """What is carried from look to look. `seen`: by document; `reading`: documents whose reading was asked for, not yet published."""

    seen: Mapping[str, Seen]
    reading: Mapping[str, Seen]

    def as_text(self) -> str:
        return json.dumps(asdict(self), sort_keys=True)


_MEMORY = TypeAdapter(Memory)


def memory_of(text: str | None) -> Memory:
    """The memory of the last look; none if there was none, or if it is of another shape (then all is looked at anew)."""
    try:
        return _MEMORY.validate_json(text) if text else Memory({}, {})
    except ValidationError:
        return Memory({}, {})


@dataclass(frozen=True, slots=True)
class Watched:
    """One look. `new`: documents with a new whole file; `waiting`: why others are not taken yet; `is_whole`: all was seen."""

    memory: Memory
    new: Mapping[str, Seen]
    notices: tuple[Notice, ...]
    waiting: tuple[str, ...] = ()
    is_whole: bool = True


def read_key(document_id: str, seen: Seen) -> str:
    """The same bytes of the same document are read once."""
    return f"{document_id}:{seen.sha256}"


def publish_key(reading: Mapping[str, Seen]) -> str:
    """One refresh for files that came together. The time is in it: bytes that come back after others are published again."""
    parts = (f"{document_id}:{seen.sha256}:{seen.mtime_ns}" for document_id, seen in sorted(reading.items()))
    return "inbox:" + hashlib.sha256("\n".join(parts).encode()).hexdigest()[:24]


def _sha256(path: Path) -> str:
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
    return digest.hexdigest()


def _problem(code: str, document_id: str, name: str, found: str, hint: str) -> Notice:
    return Notice(code, "warning", document_id, f"{name}: expected a whole file, found {found}; it was not read", hint, name)


def _look_at(document_id: str, path: Path, name: str, before: Seen | None, settle: float, now: float) -> Seen | Notice | str:
    """The file as it stands; a notice or a reason if it is not taken. Raises OSError."""
    mark = mark_of(path)
    if before is None or (before.name, before.mark) != (name, mark):
        return Seen(name, mark.size, mark.mtime_ns, now)
    if before.sha256 is not None or now - before.since < settle:
        return before
    if mark.size > DEFAULT_LIMITS.max_bytes:
        found = f"{mark.size:,} bytes, more than {DEFAULT_LIMITS.max_bytes:,}"
        return _problem("inbox_too_large", document_id, name, found, "Look at the file; if it is right, split it.")
    lacking = missing_end(path)
    if lacking is not None:
        if now - before.since < _PATIENCE_SECONDS:
            return f"{name}: {lacking}"
        return _problem("inbox_unfinished", document_id, name, lacking, "The copy broke off: copy the file again.")
    sha256 = _sha256(path)
    return replace(before, sha256=sha256) if mark_of(path) == mark else Seen(name, mark.size, mark.mtime_ns, now)


def watch(inbox: Path, entries: Iterable[InboxEntry], memory: Memory, *, settle_seconds: float, now: float) -> Watched:
    """Look once. `now` in seconds of the epoch. Nothing in the folder can make this fail."""
    if not inbox.is_dir():
        message = f"expected the folder of the inbox at {inbox}, found none"
        hint = "Make the folder, connect its disk, or correct CCHC_INBOX."
        return Watched(memory, {}, (Notice("inbox_missing", "error", str(inbox), message, hint),), is_whole=False)
    matches = match_inbox(inbox, entries)
    seen: dict[str, Seen] = {}
    new: dict[str, Seen] = {}
    notices: list[Notice] = []
    waiting = [f"{shown_name(path, inbox)}: the name of a running download" for path in matches.unfinished]
    for document_id, path in sorted(matches.files.items()):
        name = shown_name(path, inbox)
        before = memory.seen.get(document_id)
        try:
            found = _look_at(document_id, path, name, before, settle_seconds, now)
        except FileNotFoundError:
            continue
        except OSError as error:
            hint = "Correct the rights of the file, or copy it again."
            notices.append(_problem("inbox_unreadable_file", document_id, name, f"{error.strerror}", hint))
            continue
        if isinstance(found, Seen):
            seen[document_id] = found
            if found.sha256 is None:
                waiting.append(f"{name}: seen, taken when it has not changed for {settle_seconds:g} seconds")
            elif before is None or before.sha256 is None:
                new[document_id] = found
            continue
        if before is not None:
            seen[document_id] = before
        if isinstance(found, Notice):
            notices.append(found)
        else:
            waiting.append(found)
    is_whole = not any(issue.code == "inbox_unreadable" for issue in matches.issues)
    reading = {**memory.reading, **new}
    notices += _notices(matches, inbox)
    return Watched(Memory(seen, reading), new, tuple(notices), tuple(waiting), is_whole)


def _notices(matches: InboxMatches, inbox: Path) -> list[Notice]:
    """What concerns no single known file: two files for one document, folders without rights, files that nobody knows."""
    of_files = {"inbox_unknown_file", "inbox_unfinished"}
    found = [
        Notice(issue.code, issue.severity, issue.document_id, issue.message, issue.hint, issue.found)
        for issue in matches.issues
        if issue.code not in of_files
    ]
    hint = (
        "`cchc inbox` says what it looks like; `cchc inbox propose FILE` makes a catalogue entry of it and asks what it must."
    )
    for path in matches.unknown[:_MOST_UNKNOWN]:
        name = shown_name(path, inbox)
        found.append(Notice("inbox_unknown_file", "warning", name, f"{name}: no catalogue entry knows this file", hint))
    if (others := len(matches.unknown) - _MOST_UNKNOWN) > 0:
        message = f"{others:,} more files in {inbox} that no catalogue entry knows"
        found.append(Notice("inbox_unknown_files", "warning", "inbox", message, hint))
    return found
