"""Everything a stage needs at hand: settings, reference data, catalogue, lock, archive; and the one way to read a document."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property, lru_cache, partial
from pathlib import Path

from dagster_project.asking import read_asking
from dagster_project.cell_pictures import with_pictures
from dagster_project.inbox_files import settled_inbox
from dagster_project.memory import Memory
from dagster_project.outcomes import Extracted, OutcomeStore, SourceFacts, derived, fingerprint
from dagster_project.progress import report
from dagster_project.settings import Settings, load_settings, read_limits, settle_seconds
from dagster_project.vintages import told_apart
from extractors.archive.collect import Collected, collect
from extractors.archive.inbox import InboxMatches
from extractors.archive.store import Archive
from extractors.bounded import read_bounded
from extractors.catalogue.corrections import Decision, Decisions, decision_file, load_decisions
from extractors.catalogue.loader import load_entries
from extractors.catalogue.lock import Lock, read_lock
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from extractors.catalogue.yaml_files import shown_path
from extractors.corrections import Applied, apply, number_form
from extractors.isolation import LIMIT_CODES, LIMITS, Limits
from extractors.quarantine import QuarantineItem
from extractors.readers import code_fingerprint, read_document
from extractors.records import Issue

_UNFINISHED: dict[tuple[str, Limits], Extracted] = {}
"""Outcomes of documents whose reading broke off at a limit, by fingerprint and limits, for the life of this process: a refresh does
not try three times, and the next one tries again, since another machine or another hour may have the time or the memory."""


@dataclass(frozen=True, slots=True)
class Extraction:
    """What came of one catalogue entry. `extracted` is None if no bytes could be had (the issues say why) or none were given."""

    extracted: Extracted | None
    issues: tuple[Issue, ...]
    from_cache: bool = False

    @property
    def is_held_back(self) -> bool:
        return self.extracted is None or self.extracted.outcome.is_held_back

    @property
    def is_absent(self) -> bool:
        """An inbox document whose file was not given: nothing is wrong."""
        return self.extracted is None and not self.issues


@dataclass(frozen=True)
class Workbench:
    settings: Settings
    entries: tuple[CatalogueEntry, ...]
    reference: Reference
    lock: Lock
    code: str
    decisions: Decisions
    limits: Limits = LIMITS
    memory: Memory = field(default_factory=Memory)

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.settings.archive)

    @cached_property
    def store(self) -> OutcomeStore:
        return OutcomeStore(self.settings)

    @cached_property
    def inbox(self) -> InboxMatches:
        return settled_inbox(self.settings.inbox, self.entries, settle_seconds())

    def inbox_matches(self) -> tuple[Mapping[str, Path], tuple[Issue, ...]]:
        return self.inbox.files, self.inbox.issues

    def entry(self, document_id: str) -> CatalogueEntry:
        return next(entry for entry in self.entries if entry.id == document_id)

    def peek(self, entry: CatalogueEntry) -> Extraction | None:
        """What is known of the entry without reading its pages; None if it must be read (new bytes, entry, reader or reference)."""
        found = self._archived(entry)
        return self._decided(found) if isinstance(found, Extraction) else None

    def extract(self, entry: CatalogueEntry, *, read_anew: bool = False) -> Extraction:
        """Bytes to archive, archive to claims, decisions applied to these. Read again only if bytes, entry, readers or reference
        data changed, or where a person wants it read anew."""
        found = self._archived(entry, read_anew=read_anew)
        if isinstance(found, Extraction):
            return self._decided(found)
        collected, mark = found
        stored = collected.file
        report("extract", entry.id)
        read = partial(read_bounded, limits=self.limits)
        outcome = read_document(self.archive.get(stored.sha256), entry, stored.sha256, self.reference, read)
        facts = SourceFacts(stored.file_name, stored.bytes_count, stored.retrieved_at, stored.url)
        extracted = Extracted(entry, outcome, facts, mark, self.code[:12])
        if any(issue.code in LIMIT_CODES for issue in outcome.issues):
            _UNFINISHED[mark, self.limits] = extracted
        else:
            self.store.keep(extracted)
        return self._decided(Extraction(extracted, (*collected.issues, *outcome.issues)))

    def decision_file(self, document_id: str) -> str:
        """The file of the decisions on a document, as messages name it."""
        return shown_path(decision_file(self.settings.corrections, document_id))

    def published(self, document_id: str) -> Extracted | None:
        """The outcome that is in the published release, with those decisions that fit it: a cell rejected since leaves it too.

        So does a figure that was corrected by a decision taken back since: what was read there is not known to be right.
        """
        found = self.store.accepted(document_id)
        decisions = self.decisions.get(document_id, ())
        if found is None:
            return None
        known = {decision.correction_id(document_id) for decision in decisions}
        back = {one.correction_id for one in found.corrections if one.action != "repair"} - known
        if back:
            claims = tuple(claim for claim in found.outcome.claims if claim.correction_id not in back)
            standing = tuple(one for one in found.corrections if one.correction_id not in back)
            found = derived(found, replace(found.outcome, claims=claims), standing)
        if not decisions:
            return found
        applied = self._applied(found, decisions)
        newer = {correction.correction_id for correction in applied.corrections}
        earlier = tuple(one for one in found.corrections if one.correction_id not in newer)
        # That a decision does not fit earlier bytes says nothing about it.
        outcome = replace(applied.outcome, issues=found.outcome.issues)
        return derived(found, outcome, tuple(sorted((*earlier, *applied.corrections), key=lambda one: one.correction_id)))

    def _applied(self, extracted: Extracted, decisions: tuple[Decision, ...]) -> Applied:
        return apply(
            extracted.outcome,
            decisions,
            decimal_mark=number_form(extracted.entry),
            file=self.decision_file(extracted.entry.id),
            today=datetime.now(UTC).date(),
        )

    def _decided(self, found: Extraction) -> Extraction:
        """The extraction after the decisions on its document."""
        raw = found.extracted
        decisions = self.decisions.get(raw.entry.id, ()) if raw else ()
        if raw is None or not decisions:
            return found
        applied = self._applied(raw, decisions)
        of_archive = found.issues[: len(found.issues) - len(raw.outcome.issues)]
        corrections = tuple(sorted(applied.corrections, key=lambda one: one.correction_id))
        extracted = derived(raw, applied.outcome, corrections)
        return replace(found, extracted=extracted, issues=(*of_archive, *applied.outcome.issues))

    def picture(self, entry: CatalogueEntry, sha256: str, items: Sequence[QuarantineItem]) -> tuple[QuarantineItem, ...]:
        """The items, each with the path of the picture of its cell in the quarantine folder, where one could be drawn.

        A person decides by the page, not by what was read of it. Without a picture the item stands all the same.
        """
        if entry.kind != "pdf":
            return tuple(items)
        read = partial(self.archive.get, sha256)
        return with_pictures(items, self.settings.quarantine, entry.id, sha256, read, limits=self.limits)

    def _archived(self, entry: CatalogueEntry, *, read_anew: bool = False) -> Extraction | tuple[Collected, str]:
        collected = self.memory.collected(entry, self._collect)
        if collected is None:
            return Extraction(None, ())
        collected = told_apart(self, entry, collected)
        if isinstance(collected, Issue):
            return Extraction(None, (collected,))
        mark = fingerprint(entry, collected.file.sha256, self.code)
        cached = None if read_anew else self.store.cached(entry.id, mark) or _UNFINISHED.get((mark, self.limits))
        if cached is not None:
            return Extraction(cached, (*collected.issues, *cached.outcome.issues), from_cache=True)
        return collected, mark

    def _collect(self, entry: CatalogueEntry) -> Collected | Issue | None:
        report("archive", f"{entry.id} ({self.entries.index(entry) + 1} of {len(self.entries)})")
        asking = read_asking(self.settings)
        return collect(entry, self.archive, self.lock, self.inbox, asking=asking, documents=self.settings.documents)


@lru_cache(maxsize=1)
def _reference_data() -> tuple[Reference, str]:
    return load_reference(), code_fingerprint()


def open_workbench(settings: Settings | None = None, *, memory: Memory | None = None) -> Workbench:
    """A workbench for these settings (by default those of the environment). `memory`: what the refresh it belongs to collected so far.

    Raises:
        CatalogueError, LockFileError, ReferenceDataError: a file of the catalogue does not have its shape.
        LimitsError: a setting of the limits on reading is no number.
    """
    settings = settings or load_settings()
    reference, code = _reference_data()
    entries = load_entries(settings.entries, settings.documents, must_exist=False)
    decisions = load_decisions(settings.corrections, {entry.id for entry in entries})
    return Workbench(
        settings, entries, reference, read_lock(settings.sources_lock), code, decisions, read_limits(), memory or Memory()
    )
