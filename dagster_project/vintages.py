"""Two vintages of one document: whether they say the same, and where they do not."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING

from dagster_project.outcomes import fingerprint
from extractors.archive.collect import Collected
from extractors.bounded import read_bounded
from extractors.catalogue.models import CatalogueEntry
from extractors.content import content_of
from extractors.durable import write_atomically
from extractors.readers import read_document
from extractors.records import NEW_VINTAGE, Claim, Issue, Outcome

if TYPE_CHECKING:
    from dagster_project.workbench import Workbench

_OTHER_BYTES = frozenset({NEW_VINTAGE, "lock_mismatch"})
SAME = "other bytes, same content: every text and figure that was read is the same"
OTHER = "the content differs"
UNREADABLE = "whether the content differs is not known, since one of the two cannot be read"


def content_hash(bench: Workbench, entry: CatalogueEntry, sha256: str) -> str | None:
    """Hash of what today's readers read in these bytes of the archive; None if they are not there or cannot be read.

    Kept on disk per bytes, entry and readers, so that a vintage that waits for a person is read once.
    """
    path = bench.settings.extracted / entry.id / f"{fingerprint(entry, sha256, bench.code)}.content"
    if path.is_file():
        return path.read_text(encoding="ascii") or None
    data = bench.archive.find(sha256)
    if data is None:
        return None
    found = content_of(data, entry, partial(read_bounded, limits=bench.limits))
    if found is not None:
        write_atomically(path, found.encode())
    return found


def comparison(bench: Workbench, entry: CatalogueEntry, old: str, new: str) -> str:
    """In words whether two vintages (sha256) say the same: `SAME`, `OTHER` or `UNREADABLE`."""
    newer = content_hash(bench, entry, new)
    locked = bench.lock.get(entry.id)
    # Both by the readers of today; the hash of the lock, perhaps made by earlier ones, only where the old bytes are gone.
    older = content_hash(bench, entry, old) or (locked.content_sha256 if locked and locked.sha256 == old else None)
    if newer is None or older is None:
        return UNREADABLE
    return SAME if newer == older else OTHER


def told_apart(bench: Workbench, entry: CatalogueEntry, found: Collected | Issue) -> Collected | Issue:
    """What was collected; an issue about bytes that are not the locked ones says whether they differ in content too."""

    def told(issue: Issue) -> Issue:
        if issue.code not in _OTHER_BYTES:
            return issue
        return replace(issue, message=f"{issue.message}; {comparison(bench, entry, issue.expected, issue.found)}")

    if isinstance(found, Issue):
        return told(found)
    return replace(found, issues=tuple(told(issue) for issue in found.issues))


@dataclass(frozen=True, slots=True)
class Vintage:
    """One vintage as it is read today. `outcome` has issues instead of claims if it cannot be read."""

    sha256: str
    bytes_count: int
    outcome: Outcome


def read_vintage(bench: Workbench, entry: CatalogueEntry, sha256: str) -> Vintage | None:
    """The vintage of the archive with these bytes; None if they are not there."""
    data = bench.archive.find(sha256)
    if data is None:
        return None
    read = partial(read_bounded, limits=bench.limits)
    return Vintage(sha256, len(data), read_document(data, entry, sha256, bench.reference, read))


@dataclass(frozen=True, slots=True)
class Difference:
    """A statement of which two vintages print different texts; empty text: only the other has it."""

    what: str
    old: str
    new: str


def differences(old: Outcome, new: Outcome) -> tuple[Difference, ...]:
    """What two vintages print differently, by statement, in a fixed order. Statements are known by their meaning, not their place."""
    before, after = _stated(old), _stated(new)
    return tuple(
        Difference(key, before.get(key, ""), after.get(key, ""))
        for key in sorted(before.keys() | after.keys())
        if before.get(key) != after.get(key)
    )


def _stated(outcome: Outcome) -> Mapping[str, str]:
    texts: dict[str, list[str]] = {}
    for claim in outcome.claims:
        texts.setdefault(_meaning(claim), []).append(claim.raw_text)
    return {key: " | ".join(sorted(found)) for key, found in texts.items()}


def _meaning(claim: Claim) -> str:
    parts = (claim.edition_id, claim.entity_code, claim.criterion_code, claim.measure, claim.stage, claim.score_source)
    return " ".join((*parts, *([claim.original_id] if claim.original_id != claim.document_id else [])))
