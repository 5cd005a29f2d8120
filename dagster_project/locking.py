"""`cchc lock`: a person says that new bytes of a document are right, and why."""

from __future__ import annotations

from dataclasses import replace

from dagster_project.workbench import open_workbench
from extractors.archive.collect import collect
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.lock import EMPTY_LOCK, LockFileError, accept, write_lock
from extractors.catalogue.reference import ReferenceDataError
from extractors.records import Issue


class LockingError(RuntimeError):
    """The vintage could not be accepted; the lock file is unchanged."""


def accept_vintage(document_id: str, reason: str) -> str:
    """Record the bytes that the document has now as the reviewed ones; earlier ones stay in the lock's history.

    Raises:
        LockingError: unknown id, no bytes to be had, no reason; a broken catalogue.
    """
    try:
        bench = open_workbench()
    except (CatalogueError, LockFileError, ReferenceDataError) as error:
        raise LockingError(str(error)) from error
    known = [entry.id for entry in bench.entries]
    if document_id not in known:
        raise LockingError(f"expected the id of a catalogue entry, found {document_id!r}; known: {', '.join(known)}")
    unlocked = replace(bench, lock=EMPTY_LOCK)
    found = collect(bench.entry(document_id), unlocked.archive, EMPTY_LOCK, unlocked.inbox, documents=bench.settings.documents)
    if isinstance(found, Issue):
        raise LockingError(str(found))
    if found is None:
        raise LockingError(f"{document_id}: its file was not in the inbox; set CCHC_INBOX to the folder that holds it")
    try:
        write_lock(accept(bench.lock, document_id, found.file, reason))
    except LockFileError as error:
        raise LockingError(str(error)) from error
    return f"{document_id}: sha256 {found.file.sha256} accepted; the next refresh reads it"
