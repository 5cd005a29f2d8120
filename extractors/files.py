"""What archive and catalogue both say about a file: its facts, and where an entry says that its bytes come from.

Protocols, since the archive keeps these facts in its sidecars and the catalogue in its lock, and neither knows the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
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
    """A catalogue entry, as far as the places on this machine go; with neither, its bytes are fetched."""

    @property
    def file(self) -> str | None: ...
