"""A PAPI table of one year, whatever its shape: provinces x criteria, and the claims it makes.

Each of the three PAPI layouts is turned into a `Panel` first; `state` is the one place where a PAPI cell becomes a claim:

* a score is at least 0.25, so 0 is none: it says what a blank says (UNDP withheld the figure of this province) in the cells that
  `withheld_zeros` of the catalogue entry names, and is a fault of the document in every other;
* a province without one of the parts has no whole: a total beside a withheld dimension is a fault, too;
* a column that is blank for every province is an indicator that the year does not have: no claim;
* values keep six decimals (UNDP's files hold binary fractions of fifteen digits); `raw_text` keeps all of them.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from extractors import statements
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference
from extractors.findings import Findings, figure_in, text_of
from extractors.records import UNSETTLED, Cell, Claim, Table, ValueStatus
from extractors.text.numbers import NumberError, PrintedNumber

INDEX = "PAPI"
INSTRUMENT = "undp"
ROOT = "D"

ENTITY_HINT = (
    "check the name; if the document is right, add it as an alias in extractors/catalogue/reference/entities_provinces.yml"
)
NUMBER_HINT = "open the cell and write one number; blank means that the figure was withheld"
WHOLE_HINT = "compare the row with the publisher's file: either the part was published, or the whole was withheld with it"


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
    """The figure, or None for a blank, for 0 and for a cell that is not settled, which are no score. NumberError for other text."""
    if cell is None or not cell.text:
        return None
    # Spreadsheets and the panel write a decimal point; a comma is read too where it can be nothing else.
    number = figure_in(cell, decimal_mark=".")
    return None if number is None or number.value == 0 else statements.stored(number)


class _ZeroError(ValueError):
    """A cell that holds 0 where nobody says that the publisher withheld the figure."""


def _is_withheld_zero(entry: CatalogueEntry, panel: Panel, line: Line, heading: Heading) -> bool:
    """Whether the catalogue entry names this cell among those in which 0 means withheld."""
    year, code = panel.edition.reference_year, line.subject.entity.entity_code
    return any(
        (zeros.year, zeros.entity_code) == (year, code) and heading.criterion.criterion_code in zeros.criterion_codes
        for zeros in entry.withheld_zeros
    )


def _claim(entry: CatalogueEntry, panel: Panel, line: Line, heading: Heading, cell: Cell) -> Claim:
    """Raises NumberError for text that is no number, _ZeroError for a 0 that stands for nothing."""
    number, who = number_in(cell), line.subject
    if number is None and cell.text and UNSETTLED not in cell.text and not _is_withheld_zero(entry, panel, line, heading):
        raise _ZeroError(f"expected a score above 0 in {panel.edition.edition_id}, found {cell.text}")
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


def _whole_beside_withheld(panel: Panel, line: Line, filled: set[int]) -> tuple[Heading, Cell, Heading] | None:
    """The first printed whole of a line one of whose parts has no figure: its heading and cell, and the heading of the part."""
    cells = {panel.headings[index].criterion.criterion_code: line.cells[index] for index in filled}
    headings = {heading.criterion.criterion_code: heading for heading in panel.headings}
    for code, cell in sorted(cells.items()):
        parent = headings[code].criterion.parent_code
        whole = None if parent is None else cells.get(parent)
        if parent is None or whole is None or UNSETTLED in text_of(cell):
            continue
        if number_in(whole) is not None and number_in(cell) is None:
            return headings[parent], whole, headings[code]
    return None


def _claims_of(entry: CatalogueEntry, panel: Panel, line: Line, filled: set[int], findings: Findings) -> list[Claim]:
    """The claims of one line; none, and the line is quarantined, if one of its cells cannot be what it says."""
    claims: list[Claim] = []
    for index in sorted(filled):
        cell = line.cells[index]
        if cell is None or (line.subject.is_mean and not cell.text):
            continue
        try:
            claims.append(_claim(entry, panel, line, panel.headings[index], cell))
        except (NumberError, _ZeroError) as error:
            is_zero = isinstance(error, _ZeroError)
            message = f"{line.subject.label}, {panel.headings[index].label}: {error}"
            hint = (
                f"write the score that the publisher prints; if the figure was withheld, name the cell under `withheld_zeros` in "
                f"extractors/catalogue/entries/{entry.id}.yml"
            )
            code = "zero_score" if is_zero else "not_a_number"
            findings.hold_row(code, message, hint if is_zero else NUMBER_HINT, panel.table, line.cells, cell)
            return []
    contradiction = None if line.subject.is_mean else _whole_beside_withheld(panel, line, filled)
    if contradiction is not None:
        whole, cell, part = contradiction
        message = (
            f"{line.subject.label}, {whole.label}: expected no figure beside {part.label}, which is withheld, found {cell.text}"
        )
        findings.hold_row("whole_without_part", message, WHOLE_HINT, panel.table, line.cells, cell)
        return []
    return claims


def state(entry: CatalogueEntry, panel: Panel, findings: Findings) -> None:
    """Add the claims of one panel. A line with a cell that cannot be, or a province named twice, is quarantined whole."""
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
        findings.claims.extend(_claims_of(entry, panel, line, filled, findings))
