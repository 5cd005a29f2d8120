"""The lock file: which bytes of each document were looked at by a person, so that a silent re-issue is seen.

A hash proves that bytes are the reviewed ones, not that they are right. It is therefore changed by `accept` with a reason only,
never because new bytes happen to have come.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from types import MappingProxyType
from typing import Annotated

import yaml
from pydantic import AfterValidator, AwareDatetime, Field, TypeAdapter, ValidationError

from extractors.catalogue.loader import CatalogueError, documents_dir, load_entries
from extractors.catalogue.models import CatalogueEntry, DocumentId, Strict
from extractors.durable import write_atomically
from extractors.files import CONTENT_TYPES, FileFacts, SourcedEntry
from extractors.records import NEW_VINTAGE, Issue

LOCK_NAME = "sources.lock.yml"
LOCK_FILE = Path(__file__).parent / LOCK_NAME
"""The lock of the project's own catalogue; another catalogue has its own beside its entries."""

_HEADER = """\
# The bytes of every document that were reviewed: written by `cchc lock`, not by hand.
# Bytes with another sha256 are not read until somebody accepts them: cchc lock --accept ID --reason "…"
"""


def _utc(value: datetime) -> datetime:
    return value.astimezone(UTC).replace(microsecond=0)


Utc = Annotated[AwareDatetime, AfterValidator(_utc)]
Sha256 = Annotated[str, Field(pattern=r"^[0-9a-f]{64}$")]


class EarlierVintage(Strict):
    """Bytes that were the reviewed ones until `replaced_on`."""

    sha256: Sha256
    bytes_count: int = Field(ge=0)
    retrieved_at: Utc
    replaced_on: date


class LockEntry(Strict):
    """The reviewed bytes of one document. `retrieved_at` is in UTC; `etag`, `last_modified`, `url` are None if nothing was fetched.

    `content_sha256` is of what was read on its pages (`extractors.content`), which a file that was merely saved again keeps.
    """

    sha256: Sha256
    content_sha256: Sha256 | None = None
    bytes_count: int = Field(ge=0)
    content_type: str
    retrieved_at: Utc
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    accepted_on: date
    reason: str = Field(min_length=1)
    earlier: tuple[EarlierVintage, ...] = ()


@dataclass(frozen=True)
class Lock:
    """The lock file in memory. `accept` gives a new lock; nothing is written before `write_lock`."""

    entries: Mapping[str, LockEntry]

    def get(self, document_id: str) -> LockEntry | None:
        return self.entries.get(document_id)

    def verify(self, entry: SourcedEntry, facts: FileFacts) -> Issue | None:
        return verify(entry, facts, self)


class LockFileError(ValueError):
    """A lock file that cannot be read or written, or an acceptance that cannot be recorded."""


EMPTY_LOCK = Lock(MappingProxyType({}))
_ADAPTER = TypeAdapter(dict[DocumentId, LockEntry])


def read_lock(path: Path = LOCK_FILE) -> Lock:
    """The lock file; a file that is not there is an empty lock (nothing was reviewed yet).

    Raises:
        LockFileError: not readable, not YAML, or a field is wrong; the message names file and field.
    """
    try:
        content: object = yaml.safe_load(path.read_text(encoding="utf-8"))
    except FileNotFoundError:
        return EMPTY_LOCK
    except OSError as error:
        raise LockFileError(f"{path.name} cannot be read: {error.strerror}") from error
    except (yaml.YAMLError, UnicodeDecodeError) as error:
        raise LockFileError(f"{path.name}: expected YAML in UTF-8, found: {' '.join(str(error).split())}") from error
    try:
        return Lock(MappingProxyType(_ADAPTER.validate_python(content or {})))
    except ValidationError as error:
        first = error.errors(include_url=False)[0]
        field = ".".join(str(part) for part in first["loc"])
        raise LockFileError(f"{path.name}: field {field}: {first['msg']}, found {first['input']!r}") from error


def lock_text(lock: Lock) -> str:
    """The file's text: sorted by id, fields in a fixed order, so that a diff shows what changed and nothing else."""
    rows: dict[str, object] = {}
    for document_id in sorted(lock.entries):
        row = lock.entries[document_id].model_dump(mode="json")
        rows[document_id] = {key: value for key, value in row.items() if value not in (None, [])}
    return _HEADER + (yaml.safe_dump(rows, sort_keys=False, allow_unicode=True, width=120) if rows else "{}\n")


def write_lock(lock: Lock, path: Path = LOCK_FILE) -> None:
    """Replace the lock file in one step; a run that is cut short leaves the old one."""
    try:
        write_atomically(path, lock_text(lock).encode())
    except OSError as error:
        raise LockFileError(f"{path} cannot be written: {error.strerror}") from error


def verify(entry: SourcedEntry, facts: FileFacts, lock: Lock) -> Issue | None:
    """None if these are the reviewed bytes of `entry`.

    Otherwise `new_vintage` (an error), `lock_mismatch` (a warning, for a file that ships with the repository), or a warning
    `not_locked` where nobody has reviewed any bytes of the document yet.
    Documents of the inbox alone need no lock, since the person who runs the refresh has chosen them; if they have one, it holds.
    """
    locked = lock.get(entry.id)
    if locked is None:
        if entry.inbox is not None and not entry.addresses:
            return None
        return Issue(
            code="not_locked",
            severity="warning",
            document_id=entry.id,
            message=f"expected reviewed bytes in sources.lock.yml, found none for this document; these have sha256 {facts.sha256}",
            hint=f"Look at the document, then: {accept_command(entry.id, facts.sha256)}",
            found=facts.sha256,
        )
    if locked.sha256 == facts.sha256:
        return None
    # A file of the repository changes by a reviewed commit, so it is read and judged by the gates; an address changes by itself.
    by_commit = entry.file is not None
    return Issue(
        code="lock_mismatch" if by_commit else NEW_VINTAGE,
        severity="warning" if by_commit else "error",
        document_id=entry.id,
        message=f"expected the reviewed bytes with sha256 {locked.sha256}, found other bytes with sha256 {facts.sha256}",
        hint=f"Compare them: cchc lock --show {entry.id}; if the new ones are right: {accept_command(entry.id, facts.sha256)}",
        expected=locked.sha256,
        found=facts.sha256,
    )


def accept_command(document_id: str, sha256: str) -> str:
    """What a person runs to say that these very bytes are right."""
    return f'cchc lock --accept {document_id} --reason "…" --sha256 {sha256[:12]}'


def accept(
    lock: Lock, document_id: str, facts: FileFacts, reason: str, *, content: str | None = None, today: date | None = None
) -> Lock:
    """A lock in which `facts` are the reviewed bytes of the document, with the reason and the day (UTC).

    The bytes accepted before are kept in `earlier`, newest last. Accepting the bytes that are locked already changes nothing but
    `content`, the sha256 of what was read on their pages (None: not known).

    Raises:
        LockFileError: no reason given, or the id is not one.
    """
    reason = " ".join(reason.split())
    if not reason:
        raise LockFileError(f"{document_id}: expected a reason why these bytes are right, found none")
    day = today if today is not None else datetime.now(UTC).date()
    old = lock.get(document_id)
    if old is not None and old.sha256 == facts.sha256:
        same = old.model_copy(update={"content_sha256": content or old.content_sha256})
        return lock if same == old else replace(lock, entries=MappingProxyType({**lock.entries, document_id: same}))
    earlier = () if old is None else (*old.earlier, _as_earlier(old, day))
    new = LockEntry(
        sha256=facts.sha256,
        content_sha256=content,
        bytes_count=facts.bytes_count,
        content_type=facts.content_type,
        retrieved_at=facts.retrieved_at,
        url=facts.url,
        etag=facts.etag,
        last_modified=facts.last_modified,
        accepted_on=day,
        reason=reason,
        earlier=earlier,
    )
    try:
        checked = _ADAPTER.validate_python({document_id: new})
    except ValidationError as error:
        raise LockFileError(f"{document_id!r}: {error.errors(include_url=False)[0]['msg']}") from error
    return replace(lock, entries=MappingProxyType({**lock.entries, **checked}))


def _as_earlier(old: LockEntry, day: date) -> EarlierVintage:
    return EarlierVintage(sha256=old.sha256, bytes_count=old.bytes_count, retrieved_at=old.retrieved_at, replaced_on=day)


@dataclass(frozen=True, slots=True)
class _EmbeddedFacts:
    sha256: str
    bytes_count: int
    content_type: str
    retrieved_at: datetime
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None


def embedded_facts(entry: CatalogueEntry, documents: Path, now: datetime) -> FileFacts:
    """Facts of a document that ships with the repository.

    Raises:
        CatalogueError: the file is not there or cannot be read.
    """
    path = documents / str(entry.file)
    try:
        data = path.read_bytes()
    except OSError as error:
        raise CatalogueError(
            [f"{entry.id}.yml: field file: expected a readable file {path}, found: {error.strerror}"]
        ) from error
    return _EmbeddedFacts(hashlib.sha256(data).hexdigest(), len(data), CONTENT_TYPES[entry.kind], now)


def write_embedded(
    reason: str,
    content: Callable[[bytes, CatalogueEntry], str | None],
    *,
    path: Path = LOCK_FILE,
    entries: tuple[CatalogueEntry, ...] | None = None,
    documents: Path | None = None,
) -> tuple[str, ...]:
    """Maintenance: lock the documents of the repository as they are now; the ids whose lock changed come back.

    For whoever has made one of these documents anew and has looked at it: `write_embedded("why", content_of)`, with `content_of` of
    `extractors.content`. Locks of fetched and inbox documents stay as they are.
    """
    lock = read_lock(path)
    before = lock
    now = datetime.now(UTC)
    folder = documents if documents is not None else documents_dir()
    for entry in entries if entries is not None else load_entries():
        if entry.file is not None:
            facts = embedded_facts(entry, folder, now)
            held = lock.get(entry.id)
            is_known = held is not None and held.sha256 == facts.sha256 and held.content_sha256 is not None
            known = None if is_known else content((folder / str(entry.file)).read_bytes(), entry)
            lock = accept(lock, entry.id, facts, reason, content=known)
    changed = tuple(one for one in sorted(lock.entries) if lock.get(one) != before.get(one))
    if changed:
        write_lock(lock, path)
    return changed
