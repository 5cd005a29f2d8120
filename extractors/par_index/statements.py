"""How the PAR INDEX layouts read a figure cell: what both of them expect of it."""

from __future__ import annotations

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Edition, Reference
from extractors.findings import CellError, figure_in
from extractors.records import Cell, Claim, Measure, Table
from extractors.statements import Source, Subject, state
from extractors.text.numbers import DecimalMark, NumberError

INSTRUMENT = "moha"
ROOT = "P"

NAME_HINT = (
    "if the document is right, add the wording as an alias in extractors/catalogue/reference/ (criteria_par_*, entities_*)"
)
NUMBER_HINT = "compare with the source and write one number in the cell; leave it blank if the source has none"


def figure(source: Source, subject: Subject, measure: Measure, table: Table, cell: Cell, *, decimal_mark: DecimalMark) -> Claim:
    """The claim of one cell. A blank score is a claim without value: the source does not publish it. CellError for other text."""
    who = f"{subject.entity_label}, {subject.criterion_label}"
    try:
        number = figure_in(cell, decimal_mark=decimal_mark) if cell.text else None
    except NumberError as error:
        raise CellError(cell, f"{who}: {error}") from error
    whole = measure in {"rank", "change_rank"}
    if number is not None and whole and (number.decimals or (measure == "rank" and number.value < 1)):
        raise CellError(cell, f"{who}: expected whole places, found {cell.text!r}")
    return state(
        source,
        subject,
        measure,
        cell.text,
        table.locator(cell),
        number,
        # A rank of a field or of the whole index is among all units of the edition; the documents do not repeat their number.
        out_of=subject.edition.n_units,
        missing="not_published" if number is None else None,
    )


def par_edition(entry: CatalogueEntry, reference: Reference, year: int) -> Edition:
    return reference.edition(entry.index_code, INSTRUMENT, year)
