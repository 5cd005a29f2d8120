"""What the archive holds, seen from the catalogue: which bytes must be there, and which vintage of a document is which."""

from __future__ import annotations

from collections.abc import Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime

from dagster_project.outcomes import OutcomeStore
from dagster_project.settings import Settings
from extractors.archive.store import Archive, DamagedSidecarError
from extractors.catalogue.loader import load_entries
from extractors.catalogue.lock import Lock, read_lock
from warehouse.query import NotPublishedError, QueryError, ask
from warehouse.releases import published_documents


def published_bytes(settings: Settings) -> Mapping[str, str]:
    """Document id -> sha256 of the bytes that its published figures were read from."""
    store = OutcomeStore(settings)
    found = {document_id: store.accepted(document_id) for document_id in published_documents(settings.published)}
    known = {document_id: one.outcome.sha256 for document_id, one in found.items() if one is not None}
    return known if len(known) == len(found) else known | _said_by_the_release(settings, found.keys() - known.keys())


def _said_by_the_release(settings: Settings, documents: AbstractSet[str]) -> dict[str, str]:
    """The same of documents whose outcome is lost. What a release that cannot be read would say is lost too, and told as its damage."""
    try:
        answer = ask(settings.published, "select document_id, sha256 from dim_document")
    except (NotPublishedError, QueryError):
        return {}
    return {str(document_id): str(sha256) for document_id, sha256 in answer.rows if document_id in documents and sha256}


def needed_bytes(settings: Settings) -> Mapping[str, str]:
    """sha256 -> document, of everything that the lock or the published release names.

    Documents that ship with the repository are left out of the lock's part: their bytes are there, and their history is git's.

    Raises:
        CatalogueError, LockFileError: the catalogue or its lock cannot be read.
    """
    lock = read_lock(settings.sources_lock)
    embedded = {entry.id for entry in load_entries(settings.entries, settings.documents, must_exist=False) if entry.file}
    needed: dict[str, str] = {}
    for document_id, locked in lock.entries.items():
        if document_id not in embedded:
            needed |= dict.fromkeys((locked.sha256, *(one.sha256 for one in locked.earlier)), document_id)
    return needed | {sha256: document_id for document_id, sha256 in published_bytes(settings).items()}


@dataclass(frozen=True, slots=True)
class ArchivedVintage:
    """Bytes that came for a document once. `roles`: locked, published, earlier."""

    document_id: str
    sha256: str
    bytes_count: int
    retrieved_at: datetime
    file_name: str
    url: str | None
    roles: tuple[str, ...]


def vintages(settings: Settings) -> tuple[ArchivedVintage, ...]:
    """All of them, by document and time. Bytes whose sidecar cannot be read are left out; `verify` tells them.

    Raises:
        ArchiveError, LockFileError: the archive or the lock cannot be read.
    """
    archive, lock, published = Archive(settings.archive), read_lock(settings.sources_lock), published_bytes(settings)
    rows: list[ArchivedVintage] = []
    for sha256 in archive.names():
        try:
            origins = archive.origins(sha256)
        except DamagedSidecarError:
            continue
        for one in origins:
            roles = _roles(one.document_id, sha256, lock, published)
            rows.append(
                ArchivedVintage(one.document_id, sha256, one.bytes_count, one.retrieved_at, one.file_name, one.url, roles)
            )
    return tuple(sorted(rows, key=lambda row: (row.document_id, row.retrieved_at, row.sha256)))


def _roles(document_id: str, sha256: str, lock: Lock, published: Mapping[str, str]) -> tuple[str, ...]:
    locked = lock.get(document_id)
    found = [
        ("locked", locked is not None and locked.sha256 == sha256),
        ("published", published.get(document_id) == sha256),
        ("earlier", locked is not None and sha256 in {one.sha256 for one in locked.earlier}),
    ]
    return tuple(name for name, holds in found if holds)
