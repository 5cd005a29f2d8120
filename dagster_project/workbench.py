"""Everything a stage needs at hand: settings, reference data, catalogue, lock, archive; and the one way to read a document."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property, lru_cache, partial
from pathlib import Path

from dagster_project.outcomes import Extracted, OutcomeStore, SourceFacts, fingerprint
from dagster_project.progress import report
from dagster_project.settings import Settings, load_settings, read_limits
from extractors.archive.collect import Collected, InboxMatches, collect, match_inbox
from extractors.archive.store import Archive
from extractors.bounded import draw_spots_bounded, read_bounded
from extractors.catalogue.loader import load_entries
from extractors.catalogue.lock import Lock, read_lock
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from extractors.isolation import LIMIT_CODES, LIMITS, Limits
from extractors.pdf import Spot
from extractors.readers import code_fingerprint, read_document
from extractors.records import DocumentError, Issue, Locator, Outcome

_MOST_PICTURES = 100
"""Pictures drawn for one document; beyond that a person looks at the pages (`cchc extract --picture`)."""

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


def picture_name(place: Locator) -> str:
    """Name of the picture of a cell: `page_003_table_1_row_3_column_6`."""
    parts = [("table", place.table_number), ("row", place.row_number), ("column", place.column_number)]
    parts += [("paragraph", place.paragraph)]
    return "_".join([f"page_{place.page or 0:03d}", *(f"{name}_{number}" for name, number in parts if number is not None)])


def _cell_of(place: Locator) -> tuple[int | None, ...]:
    return place.page, place.table_number, place.row_number, place.column_number, place.paragraph


@dataclass(frozen=True)
class Workbench:
    settings: Settings
    entries: tuple[CatalogueEntry, ...]
    reference: Reference
    lock: Lock
    code: str
    limits: Limits = LIMITS

    @cached_property
    def archive(self) -> Archive:
        return Archive(self.settings.archive)

    @cached_property
    def store(self) -> OutcomeStore:
        return OutcomeStore(self.settings)

    @cached_property
    def inbox(self) -> InboxMatches:
        return match_inbox(self.settings.inbox, self.entries)

    def inbox_matches(self) -> tuple[Mapping[str, Path], tuple[Issue, ...]]:
        return self.inbox.files, self.inbox.issues

    def entry(self, document_id: str) -> CatalogueEntry:
        return next(entry for entry in self.entries if entry.id == document_id)

    def peek(self, entry: CatalogueEntry) -> Extraction | None:
        """What is known of the entry without reading its pages; None if it must be read (new bytes, entry, reader or reference)."""
        found = self._archived(entry)
        return found if isinstance(found, Extraction) else None

    def extract(self, entry: CatalogueEntry) -> Extraction:
        """Bytes to archive, archive to claims. Read again only if bytes, entry, readers or reference data changed."""
        found = self._archived(entry)
        if isinstance(found, Extraction):
            return found
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
        return Extraction(extracted, (*collected.issues, *outcome.issues))

    def picture(self, entry: CatalogueEntry, outcome: Outcome, issues: Iterable[Issue]) -> None:
        """Pictures of the cells that these issues are about, into the folder of the document in the quarantine.

        A person decides by the page, not by what was read of it. Without a picture the report stands all the same.
        """
        if entry.kind != "pdf":
            return
        boxes = {_cell_of(claim.locator): claim.locator.bbox for claim in outcome.claims}
        spots = [
            Spot(place.page, box, picture_name(place))
            for issue in issues
            if (place := issue.locator).page is not None and (box := place.bbox or boxes.get(_cell_of(place))) is not None
        ]
        if not spots:
            return
        try:
            folder = self.settings.quarantine / entry.id
            draw_spots_bounded(self.archive.get(outcome.sha256), spots[:_MOST_PICTURES], folder, entry.id, limits=self.limits)
        except DocumentError as error:
            report("quarantine", f"{entry.id}: no pictures: {error.issue.message}")

    def _archived(self, entry: CatalogueEntry) -> Extraction | tuple[Collected, str]:
        report("archive", entry.id)
        collected = collect(entry, self.archive, self.lock, self.inbox, documents=self.settings.documents)
        if collected is None:
            return Extraction(None, ())
        if isinstance(collected, Issue):
            return Extraction(None, (collected,))
        mark = fingerprint(entry, collected.file.sha256, self.code)
        cached = self.store.cached(entry.id, mark) or _UNFINISHED.get((mark, self.limits))
        if cached is not None:
            return Extraction(cached, (*collected.issues, *cached.outcome.issues), from_cache=True)
        return collected, mark


@lru_cache(maxsize=1)
def _reference_data() -> tuple[Reference, str]:
    return load_reference(), code_fingerprint()


def open_workbench(settings: Settings | None = None) -> Workbench:
    """A workbench for these settings (by default those of the environment).

    Raises:
        CatalogueError, LockFileError, ReferenceDataError: a file of the catalogue does not have its shape.
        LimitsError: a setting of the limits on reading is no number.
    """
    settings = settings or load_settings()
    reference, code = _reference_data()
    return Workbench(
        settings,
        load_entries(settings.entries, settings.documents, must_exist=False),
        reference,
        read_lock(),
        code,
        read_limits(),
    )
