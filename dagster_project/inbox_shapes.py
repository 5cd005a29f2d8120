"""What a file that no entry knows looks like: bytes known already, layouts that read it, documents it may be a re-issue of, quotes."""

from __future__ import annotations

import contextlib
import hashlib
from collections.abc import Iterable
from dataclasses import asdict, dataclass, replace
from pathlib import Path

from dagster_project.extraction import bytes_of, readable_kind
from dagster_project.workbench import Workbench
from extractors.archive.sniff import FoundKind, check_end, sniff
from extractors.archive.store import ArchiveError
from extractors.bounded import read_bounded, try_bounded
from extractors.catalogue.loader import ENTRIES_DIR, load_entries
from extractors.catalogue.models import CatalogueEntry
from extractors.evidence import Quote, quotes
from extractors.records import DocumentError, Issue, Kind, Reading
from extractors.text.fold import fold_text
from extractors.trial import Fit, fits

_SHORTEST_TITLE = 24
"""Letters of a title from which on its standing in a text says something."""


@dataclass(frozen=True, slots=True)
class Likeness:
    """A known document that this file may be a re-issue of, and why; a person decides."""

    document_id: str
    reasons: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Recognition:
    """What is known of the file. `same_bytes`: documents that had these very bytes; `failure`: why it could not be read."""

    path: Path
    sha256: str | None = None
    kind: FoundKind | None = None
    pages: int | None = None
    same_bytes: tuple[str, ...] = ()
    fits: tuple[Fit, ...] = ()
    likenesses: tuple[Likeness, ...] = ()
    quotes: tuple[Quote, ...] = ()
    failure: Issue | None = None

    @property
    def layout(self) -> str | None:
        """The one layout that reads the file without an error; None if there is none or more than one."""
        whole = [fit.layout for fit in self.fits if fit.is_whole]
        return whole[0] if len(whole) == 1 else None

    def as_dict(self) -> dict[str, object]:
        return {
            "sha256": self.sha256,
            "kind": self.kind,
            "pages": self.pages,
            "same_bytes_as": list(self.same_bytes),
            "layouts": [
                {"layout": fit.layout, "read_as": list(fit.like), "claims": fit.claims, "errors": len(fit.errors)}
                for fit in self.fits
            ],
            "may_be_a_re_issue_of": [asdict(one) for one in self.likenesses],
            "quotes": [asdict(quote) for quote in self.quotes],
            "failure": None if self.failure is None else str(self.failure),
        }


def known_vintages(bench: Workbench, sha256: str) -> tuple[str, ...]:
    """Documents that have, or had, these bytes: by the lock, and by what the archive was given."""
    found = [
        document_id
        for document_id, locked in bench.lock.entries.items()
        if sha256 in (locked.sha256, *(earlier.sha256 for earlier in locked.earlier))
    ]
    with contextlib.suppress(ArchiveError):  # `cchc archive verify` tells of a damaged sidecar; this does not depend on it
        found += [origin.document_id for origin in bench.archive.origins(sha256)]
    return tuple(dict.fromkeys(found))


def _trial_entries(bench: Workbench) -> tuple[CatalogueEntry, ...]:
    """Every known document, those that ship with the project included: a catalogue of one's own may know fewer layouts."""
    own = {entry.id for entry in bench.entries}
    shipped = load_entries(ENTRIES_DIR, must_exist=False) if bench.settings.entries != ENTRIES_DIR else ()
    return (*bench.entries, *(entry for entry in shipped if entry.id not in own))


def _text_of(reading: Reading) -> str:
    parts = [paragraph.text for paragraph in reading.paragraphs]
    parts += [table.title for table in reading.tables]
    return fold_text(" ".join(parts))


def likenesses(
    reading: Reading, found: Iterable[Fit], said: Iterable[Quote], entries: Iterable[CatalogueEntry]
) -> tuple[Likeness, ...]:
    """Known documents with the layout, the decision or the title of this file."""
    like = {fit.like[0] for fit in found if fit.is_whole and len(fit.like) == 1}
    decisions = {fold_text(quote.value) for quote in said if quote.about == "decision"}
    text = _text_of(reading)
    result: list[Likeness] = []
    for entry in entries:
        reasons: list[str] = []
        if entry.cited_source.decision is not None and fold_text(entry.cited_source.decision) in decisions:
            reasons.append(f"the text names its decision {entry.cited_source.decision}")
        for title in dict.fromkeys((entry.title_vi, entry.cited_source.title)):
            folded = fold_text(title)
            if len(folded) >= _SHORTEST_TITLE and folded in text:
                reasons.append(f"the text holds its title {title!r}")
        if entry.id in like:
            reasons.insert(0, "of all known documents, its layout alone reads the file without an error")
        if reasons:
            result.append(Likeness(entry.id, tuple(reasons)))
    return tuple(result)


def recognise(path: Path, bench: Workbench) -> Recognition:
    """Read the file, in a child process with the limits of the workbench, and say what it looks like. Nothing is decided or kept."""
    found = Recognition(path)
    try:
        data = bytes_of(path)
        sha256, sniffed = hashlib.sha256(data).hexdigest(), sniff(data)
        found = replace(found, sha256=sha256, kind=sniffed, same_bytes=known_vintages(bench, sha256))
        kind: Kind = readable_kind(path, sniffed)
        if kind == "pdf":
            check_end(path.name, data)
        # One reading is enough to see what a document is; its figures are read twice when it is in the catalogue.
        reading = read_bounded(data, kind, sha256, path.name, limits=bench.limits, second_reading=False)
        said = quotes(reading, bench.reference)
        found = replace(found, pages=reading.pages, quotes=said)
        entries = _trial_entries(bench)
        shapes = fits(try_bounded(reading, entries, bench.reference, path.name, limits=bench.limits))
        return replace(found, fits=shapes, likenesses=likenesses(reading, shapes, said, entries))
    except DocumentError as error:
        return replace(found, failure=error.issue)
