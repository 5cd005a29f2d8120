"""A PAPI table of one year, whatever its shape: provinces x criteria, and the claims it makes.

Each of the three PAPI layouts is turned into a `Panel` first; `state` is the one place where a PAPI cell becomes a claim:

* a score is at least 0.25, so a cell that holds 0 says what a blank says: UNDP withheld the figure of this province;
* a column that is blank for every province is an indicator that the year does not have: no claim;
* values keep six decimals (UNDP's files hold binary fractions of fifteen digits); `raw_text` keeps all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors import statements
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference
from extractors.findings import Findings, text_of
from extractors.records import Cell, Claim, Table, ValueStatus
from extractors.text.numbers import NumberError, PrintedNumber, parse_number

INDEX = "PAPI"
INSTRUMENT = "undp"
ROOT = "D"

ENTITY_HINT = (
    "check the name; if the document is right, add it as an alias in extractors/catalogue/reference/entities_provinces.yml"
)
NUMBER_HINT = "open the cell and write one number; blank (or 0) means that the figure was withheld"


@dataclass(frozen=True, slots=True)
class Subject:
    """Whom a line of a panel speaks of. `is_mean`: a statistic over the provinces, computed, said of the nation."""

    entity: Entity
    label: str
    is_mean: bool = False


@dataclass(frozen=True, slots=True)
class Line:
    """One province (or the mean) with its cells, one per criterion of the panel, in the same order."""

    subject: Subject
    cells: Sequence[Cell | None]


@dataclass(frozen=True, slots=True)
class Heading:
    """A criterion and the label that names it in the document."""

    criterion: Criterion
    label: str


@dataclass(frozen=True, slots=True)
class Panel:
    """One year. `value_status`: `published` for the publisher's own figures, `derived_by_us` for sums of this project."""

    table: Table
    edition: Edition
    headings: Sequence[Heading]
    lines: Sequence[Line]
    value_status: ValueStatus


def papi_edition(reference: Reference, year: int) -> Edition:
    return reference.edition(INDEX, INSTRUMENT, year)


def criteria_of(reference: Reference, edition: Edition) -> tuple[Criterion, ...]:
    """The criteria of the edition's year; English names count as aliases, since UNDP's files head columns in both languages."""
    return tuple(
        criterion.model_copy(update={"aliases": (*criterion.aliases, *filter(None, (criterion.name_en,)))})
        for criterion in reference.criteria
        if criterion.index_code == INDEX
        and criterion.methodology_code == edition.methodology_code
        and criterion.is_in_year(edition.reference_year)
    )


def number_in(cell: Cell | None) -> PrintedNumber | None:
    """The figure, or None for a blank and for 0, which is how UNDP marks a withheld figure. NumberError for other text."""
    text = text_of(cell)
    if not text:
        return None
    # Spreadsheets and the panel write a decimal point; a comma is read too where it can be nothing else.
    number = parse_number(text, decimal_mark=".")
    return None if number.value == 0 else statements.stored(number)


def _claim(entry: CatalogueEntry, panel: Panel, line: Line, heading: Heading, cell: Cell) -> Claim:
    number, who = number_in(cell), line.subject
    return statements.state(
        statements.Source.own_table(entry),
        statements.Subject(panel.edition, who.entity, who.label, heading.criterion, heading.label),
        "score",
        cell.text,
        panel.table.locator(cell),
        number,
        value_status="derived_by_us" if who.is_mean else panel.value_status,
        missing="withheld_by_publisher" if number is None else None,
    )


def _filled_columns(lines: Iterable[Line], count: int) -> set[int]:
    return {index for line in lines for index in range(count) if text_of(line.cells[index])}


def state(entry: CatalogueEntry, panel: Panel, findings: Findings) -> None:
    """Add the claims of one panel. A line with a cell that is no number, or a province named twice, is quarantined whole."""
    provinces = [line for line in panel.lines if not line.subject.is_mean]
    filled = _filled_columns(provinces, len(panel.headings))
    seen: set[str] = set()
    for line in panel.lines:
        key = f"{line.subject.entity.entity_type} {line.subject.entity.entity_code}"
        if key in seen:
            message = f"expected each province once in {panel.edition.edition_id}, found {line.subject.label!r} again"
            findings.hold_row(
                "province_twice", message, "take the wrong line out of the document", panel.table, line.cells, None
            )
            continue
        seen.add(key)
        claims: list[Claim] = []
        for index in sorted(filled):
            cell = line.cells[index]
            if cell is None or (line.subject.is_mean and not cell.text):
                continue
            try:
                claims.append(_claim(entry, panel, line, panel.headings[index], cell))
            except NumberError as error:
                message = f"{line.subject.label}, {panel.headings[index].label}: {error}"
                findings.hold_row("not_a_number", message, NUMBER_HINT, panel.table, line.cells, cell)
                break
        else:
            findings.claims.extend(claims)
