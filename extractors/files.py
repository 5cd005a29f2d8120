"""What archive and catalogue both say about a file: its facts, and where an entry says that its bytes come from; what stands at a path.

Protocols, since the archive keeps these facts in its sidecars and the catalogue in its lock, and neither knows the other.
"""

from __future__ import annotations

import stat
from collections.abc import Mapping, Sequence
from datetime import datetime
from pathlib import Path
from typing import Protocol

from extractors.records import Kind

CONTENT_TYPES: Mapping[Kind, str] = {
    "pdf": "application/pdf",
    "image": "image/*",
    "xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
    "docx": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xls": "application/vnd.ms-excel",
    "ods": "application/vnd.oasis.opendocument.spreadsheet",
    "csv": "text/csv",
    "txt": "text/plain",
    "html": "text/html",
}

A_FILE, NOTHING = "a file", "nothing"
_NO_FILES = (
    (stat.S_ISDIR, "a folder"),
    (stat.S_ISFIFO, "a named pipe"),
    (stat.S_ISSOCK, "a socket"),
    (stat.S_ISCHR, "a device"),
    (stat.S_ISBLK, "a device"),
)


def what_stands_at(path: Path) -> str:
    """`A_FILE`, `NOTHING` or what else stands there, in words. Whoever opens a pipe or a device waits, or never comes to an end.

    Raises:
        OSError: it may not be looked at.
    """
    try:
        mode = path.stat().st_mode
    except (FileNotFoundError, NotADirectoryError):
        return NOTHING
    return next((words for is_one, words in _NO_FILES if is_one(mode)), A_FILE)


class Validators(Protocol):
    """The address that gave the bytes and what its server said of them; None where nothing was fetched or nothing was said."""

    @property
    def url(self) -> str | None: ...
    @property
    def etag(self) -> str | None: ...
    @property
    def last_modified(self) -> str | None: ...


class FileFacts(Validators, Protocol):
    """Which bytes these are, and when and whence they came. `retrieved_at` is in UTC."""

    @property
    def sha256(self) -> str: ...
    @property
    def bytes_count(self) -> int: ...
    @property
    def content_type(self) -> str: ...
    @property
    def retrieved_at(self) -> datetime: ...


class KindedEntry(Protocol):
    """A catalogue entry, as far as its id and the kind of its file go."""

    @property
    def id(self) -> str: ...
    @property
    def kind(self) -> Kind: ...


class InboxEntry(Protocol):
    """A catalogue entry, as far as the inbox goes."""

    @property
    def id(self) -> str: ...
    @property
    def inbox(self) -> str | None: ...


class SourcedEntry(InboxEntry, Protocol):
    """A catalogue entry, as far as the places go that its bytes come from; `addresses` are the best first, none if unknown."""

    @property
    def file(self) -> str | None: ...
    @property
    def addresses(self) -> Sequence[str]: ...
