"""The documents that are damaged: every layout, each document read once, with the cells that its clean reading makes claims of."""

from __future__ import annotations

import hashlib
import os
import shutil
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path

from extractors.catalogue.loader import documents_dir, load_entries
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import REFERENCE_DIR, Reference, load_reference
from extractors.par_index import read_scoring_sheet
from extractors.readers import FAMILIES, Family, read_file
from extractors.records import Claim, DocumentError, Outcome, Reading
from scripts.fixtures import scoring_sheet

Spot = tuple[int, int, int]
"""Table number, row, column: where a cell begins."""

DATA = Path(os.environ.get("CCHC_REFERENCE_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
"""Publishers' own files, which do not ship with the repository."""


A_SHEET_AN_EDITION = ("papi_dimensions_workbook", "papi_undp_workbook")


@dataclass(frozen=True)
class Specimen:
    """One clean document. `figures`: the cells that state a figure (or that there is none), with their claims."""

    entry: CatalogueEntry
    reading: Reading
    family: Family
    reference: Reference
    clean: Outcome
    figures: Mapping[Spot, tuple[Claim, ...]]

    @property
    def layout(self) -> str:
        return self.entry.layout

    @property
    def name(self) -> str:
        """The document, and its sheet where each is a specimen of its own."""
        return f"{self.entry.id}#{self.reading.tables[0].sheet}" if self.layout in A_SHEET_AN_EDITION else self.entry.id

    def understand(self, reading: Reading) -> Outcome:
        """What the family makes of a reading; a refusal is an outcome that is held back, as in a refresh."""
        return _understand(self.family, reading, self.entry, self.reference)


@dataclass(frozen=True)
class Bench:
    """All documents, the reference data they are read with, and the ids of those whose file is not on this machine."""

    specimens: tuple[Specimen, ...]
    reference: Reference
    absent: tuple[str, ...]

    def of_layout(self, layout: str) -> tuple[Specimen, ...]:
        return tuple(found for found in self.specimens if found.layout == layout)


def _understand(family: Family, reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    try:
        return family(reading, entry, reference)
    except DocumentError as error:
        return Outcome(entry.id, reading.sha256, issues=(error.issue,))


def _figures(outcome: Outcome) -> Mapping[Spot, tuple[Claim, ...]]:
    found: dict[Spot, tuple[Claim, ...]] = {}
    for claim in outcome.claims:
        at = claim.locator
        if at.table_number is None or at.row_number is None or at.column_number is None or claim.value_text is not None:
            continue
        spot = (at.table_number, at.row_number, at.column_number)
        found[spot] = (*found.get(spot, ()), claim)
    return found


def specimen(entry: CatalogueEntry, data: bytes, reference: Reference, family: Family) -> Specimen:
    """Read one document. A document that is not clean to begin with cannot be damaged on purpose: ValueError."""
    reading = read_file(data, entry.kind, hashlib.sha256(data).hexdigest(), entry.id)
    clean = _understand(family, reading, entry, reference)
    if clean.is_held_back or not clean.claims:
        raise ValueError(f"{entry.id}: expected a clean document, found {[str(issue) for issue in clean.issues]}")
    return Specimen(entry, reading, family, reference, clean, _figures(clean))


def _by_sheet(whole: Specimen) -> tuple[Specimen, ...]:
    """One specimen a sheet, where the family reads each sheet by itself and a sheet is an edition: each case is small then."""
    found: list[Specimen] = []
    for table in whole.reading.tables:
        reading = replace(whole.reading, tables=(table,))
        clean = whole.understand(reading)
        if clean.claims:
            found.append(replace(whole, reading=reading, clean=clean, figures=_figures(clean)))
    return tuple(found)


def _file_of(entry: CatalogueEntry) -> Path | None:
    if entry.file is not None:
        return documents_dir() / entry.file
    folder = DATA / ("pci" if entry.layout == "pci_workbook" else "papi")
    return next(iter(sorted(folder.glob(entry.inbox))), None) if entry.inbox else None


def _write_scoring_sheet(folder: Path) -> tuple[Reference, bytes]:
    """The made-up scoring sheet, and the reference data with the rows that it needs."""
    shutil.copytree(REFERENCE_DIR, folder / "reference")
    scoring_sheet.write_reference(folder / "reference")
    scoring_sheet.write_layout(folder)
    scoring_sheet.write_sheet(folder / "sheet.xlsx")
    return load_reference(folder / "reference"), (folder / "sheet.xlsx").read_bytes()


def load_bench(folder: Path, layouts: Sequence[str] = ()) -> Bench:
    """All documents of `layouts` (none given: of all). `folder` takes the made-up scoring sheet with what it needs.

    Every document is read with the same reference data: the project's, and the rows of the made-up sheet.
    """
    reference, sheet = _write_scoring_sheet(folder)
    found: list[Specimen] = []
    absent: list[str] = []
    for entry in load_entries():
        if layouts and entry.layout not in layouts:
            continue
        path = _file_of(entry)
        if path is None or not path.is_file():
            absent.append(entry.id)
        else:
            whole = specimen(entry, path.read_bytes(), reference, FAMILIES[entry.layout])
            found += _by_sheet(whole) if entry.layout in A_SHEET_AN_EDITION else (whole,)
    if not layouts or "par_scoring_sheet" in layouts:
        found.append(specimen(scoring_sheet.entry(), sheet, reference, partial(read_scoring_sheet, layouts=folder)))
    return Bench(tuple(found), reference, tuple(absent))
