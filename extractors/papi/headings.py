"""How the PAPI layouts recognise years, headings and the statistics beside the provinces."""

from __future__ import annotations

import re

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Reference, UnknownNameError
from extractors.findings import Findings
from extractors.papi.panel import ENTITY_HINT, Heading, Subject, papi_edition
from extractors.records import Cell, Table
from extractors.text.fold import fold_text

CRITERION_HINT = (
    "check the header; if the document is right, add the label as an alias in extractors/catalogue/reference/criteria_papi.yml"
)
YEAR_HINT = "check the name of the sheet and reference_years in the catalogue entry"

_YEAR = re.compile(r"^(20\d\d)(?!\d)")
_YEAR_IN_TITLE = re.compile(r"PAPI (20\d\d)(?!\d)")

MEAN_LABELS = {fold_text(label) for label in ("Trung bình (không trọng số)", "Unweighted mean")}
HIGHEST_LABELS = {fold_text(label) for label in ("Cao nhất", "Điểm cao nhất", "Highest")}
"""The highest score repeats the cell of one province and names none: it adds no statement, so it is never loaded."""


def is_mean(label: str) -> bool:
    return fold_text(label) in MEAN_LABELS


def is_highest(label: str) -> bool:
    return fold_text(label) in HIGHEST_LABELS


def edition_of_sheet(table: Table, entry: CatalogueEntry, reference: Reference, findings: Findings) -> Edition | None:
    """The edition of the year that begins the sheet's name; a title that names another year, or an unknown year, holds the document."""
    sheet = table.sheet or ""
    match = _YEAR.match(sheet)
    if match is None:
        findings.hold_document(
            "unknown_sheet", f"expected a sheet whose name begins with its year, found sheet {sheet!r}", YEAR_HINT, found=sheet
        )
        return None
    year = int(match[1])
    titled = _YEAR_IN_TITLE.search(table.title)
    if titled is not None and int(titled[1]) != year:
        findings.hold_document(
            "year_differs",
            f"sheet {sheet!r}: expected the year {year} in its title, found {table.title!r}",
            YEAR_HINT,
            expected=str(year),
            found=table.title,
        )
        return None
    if year not in entry.reference_years:
        findings.hold_document(
            "unknown_year", f"expected a year of {entry.reference_years}, found sheet {sheet!r}", YEAR_HINT, found=str(year)
        )
        return None
    try:
        return papi_edition(reference, year)
    except UnknownNameError as error:
        findings.hold_document("unknown_edition", f"sheet {sheet!r}: {error}", YEAR_HINT, found=str(year))
        return None


def heading_of(
    labels: list[Cell], candidates: tuple[Criterion, ...], table: Table, reference: Reference, findings: Findings
) -> Heading | None:
    """The one criterion that every label of a heading names ("Dimension 2", "Transparency of ..."); else the document is held."""
    where = f"PAPI, sheet {table.sheet or table.number}, header cell {labels[0].a1 or labels[0].column}" if labels else "PAPI"
    try:
        found = [reference.match_criterion(cell.text, candidates, where) for cell in labels]
    except UnknownNameError as error:
        findings.hold_document("unknown_header", str(error), CRITERION_HINT, found=error.label)
        return None
    if len({criterion.criterion_code for criterion in found}) != 1:
        said = ", ".join(f"{cell.text!r} = {c.criterion_code}" for cell, c in zip(labels, found, strict=True)) or "no label"
        findings.hold_document(
            "header_differs", f"{where}: expected labels of one criterion, found {said}", CRITERION_HINT, found=said
        )
        return None
    return Heading(found[0], labels[-1].text)


def subject_of(
    name: Cell, edition: Edition, table: Table, row: list[Cell | None], reference: Reference, findings: Findings
) -> Subject | None:
    """The province (or, for the mean, the nation) that a cell names; an unknown name quarantines its line."""
    try:
        if is_mean(name.text):
            return Subject(reference.entity("Cả nước", edition, ("nation",)), name.text, is_mean=True)
        return Subject(reference.entity(name.text, edition), name.text)
    except UnknownNameError as error:
        findings.hold_row("unknown_province", str(error), ENTITY_HINT, table, row, name)
        return None
