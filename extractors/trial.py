"""Which layouts understand a file that no entry knows: each known document's layout is tried on what was read of it.

A trial answers "could it be read so?", never "is it that document?": the index and the year of a trial are those of the known document.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from extractors.catalogue.models import CatalogueEntry, Layout
from extractors.catalogue.reference import Reference
from extractors.readers import FAMILIES
from extractors.records import DocumentError, Issue, Reading


@dataclass(frozen=True, slots=True)
class Trial:
    """What the layout of one known document made of a reading. `errors` are its issues of that severity."""

    layout: Layout
    document_id: str
    claims: int
    errors: tuple[Issue, ...]

    @property
    def is_understood(self) -> bool:
        return self.claims > 0 and not self.errors


@dataclass(frozen=True, slots=True)
class Fit:
    """A layout that reads the file: without errors as the documents `like`, or in part (`errors` of the best trial)."""

    layout: Layout
    like: tuple[str, ...]
    claims: int
    errors: tuple[Issue, ...] = ()

    @property
    def is_whole(self) -> bool:
        return not self.errors


def try_entry(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Trial:
    as_found = entry.model_copy(update={"kind": reading.kind})
    try:
        outcome = FAMILIES[entry.layout](reading, as_found, reference)
    except DocumentError as error:
        return Trial(entry.layout, entry.id, 0, (error.issue,))
    errors = tuple(issue for issue in outcome.issues if issue.severity == "error")
    return Trial(entry.layout, entry.id, 0 if outcome.is_held_back else len(outcome.claims), errors)


def try_layouts(reading: Reading, entries: tuple[CatalogueEntry, ...], reference: Reference) -> tuple[Trial, ...]:
    """One trial per entry. Meant for a child process (`extractors.bounded.try_bounded`): any file may be tried."""
    bare = replace(reading, issues=())
    return tuple(try_entry(bare, entry, reference) for entry in entries)


def fits(trials: Iterable[Trial]) -> tuple[Fit, ...]:
    """The layouts that give claims, those without an error first, then by the number of claims."""
    by_layout: dict[Layout, list[Trial]] = {}
    for trial in trials:
        if trial.claims:
            by_layout.setdefault(trial.layout, []).append(trial)
    found: list[Fit] = []
    for layout, tried in by_layout.items():
        understood = [trial for trial in tried if trial.is_understood]
        best = max(understood or tried, key=lambda trial: (-len(trial.errors), trial.claims))
        like = tuple(trial.document_id for trial in understood) or (best.document_id,)
        found.append(Fit(layout, like, best.claims, best.errors))
    return tuple(sorted(found, key=lambda fit: (not fit.is_whole, -fit.claims, fit.layout)))
