"""How each file of the inbox stands: known and whole, still being written, or known to nobody."""

from __future__ import annotations

import time
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from dagster_project.progress import report
from extractors.archive.inbox import InboxMatches, match_inbox, shown_name
from extractors.archive.wholeness import FileMark, is_download_name, mark_of, why_not_whole
from extractors.files import InboxEntry
from extractors.records import Issue

State = Literal["known", "unfinished", "unknown", "unreadable"]
_OF_A_FILE = frozenset({"inbox_unknown_file", "inbox_unfinished"})


@dataclass(frozen=True, slots=True)
class InboxFile:
    """One file. `name`: its path below the inbox, as text; `document_id`: of the entry that knows it; `why`: of the state."""

    path: Path
    name: str
    state: State
    document_id: str | None = None
    size: int | None = None
    why: str = ""


@dataclass(frozen=True, slots=True)
class InboxLook:
    """All files, and what is wrong with the inbox beside them (two files for one document, a folder without rights)."""

    files: tuple[InboxFile, ...]
    issues: tuple[Issue, ...] = ()


def settled_inbox(
    inbox: Path | None,
    entries: Iterable[InboxEntry],
    settle_seconds: float,
    *,
    sleep: Callable[[float], None] = time.sleep,
) -> InboxMatches:
    """The matches, after waiting once for files that changed just now.

    A person copies a file and starts a refresh: waiting a few seconds tells a file at rest from one that still grows. What grows
    meanwhile, or has a time in the future and changes, is left for the next look.
    """
    entries = tuple(entries)
    found = match_inbox(inbox, entries, settle_seconds=settle_seconds)
    young = {path: mark for path in found.unfinished if (mark := _young(path)) is not None}
    if inbox is None or not young:
        return found
    wait = max(min(settle_seconds, max(0.0, settle_seconds - mark.age())) for mark in young.values())
    names = ", ".join(shown_name(path, inbox) for path in list(young)[:3]) + (", …" if len(young) > 3 else "")
    report("inbox", f"waiting {wait:.0f} seconds: {names} changed just now")
    sleep(wait)
    resting = frozenset(path for path, mark in young.items() if _young(path) == mark)
    return match_inbox(inbox, entries, settle_seconds=settle_seconds, at_rest=resting)


def _young(path: Path) -> FileMark | None:
    """The mark of a file that only time can show to be whole."""
    try:
        return None if is_download_name(path.name) else mark_of(path)
    except OSError:
        return None


def look(inbox: Path, entries: Iterable[InboxEntry], settle_seconds: float) -> InboxLook:
    """Every file with its state, in the order of names. Only the ends of files are read."""
    matches = match_inbox(inbox, entries, settle_seconds=settle_seconds)
    files = [_file(path, inbox, settle_seconds, document_id) for document_id, path in matches.files.items()]
    files += [_file(path, inbox, settle_seconds, document_id) for path, document_id in matches.unfinished.items()]
    files += [_file(path, inbox, settle_seconds, None) for path in matches.unknown]
    others = tuple(issue for issue in matches.issues if issue.code not in _OF_A_FILE)
    return InboxLook(tuple(sorted(files, key=lambda file: file.name)), others)


def _file(path: Path, inbox: Path, settle_seconds: float, document_id: str | None) -> InboxFile:
    name = shown_name(path, inbox)
    try:
        size = mark_of(path).size
        reason = why_not_whole(path, settle_seconds)
    except OSError as error:
        why = f"cannot be read: {error.strerror}; correct its rights or copy it again"
        return InboxFile(path, name, "unreadable", document_id, None, why)
    if reason is not None:
        return InboxFile(path, name, "unfinished", document_id, size, f"expected a whole file, found {reason}")
    if document_id is not None:
        return InboxFile(path, name, "known", document_id, size)
    return InboxFile(path, name, "unknown", None, size, "no catalogue entry knows this name")
