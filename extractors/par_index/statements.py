"""How the PAR INDEX layouts state a figure: one place that fills a claim."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference
from extractors.findings import text_of
from extractors.records import Cell, Claim, Measure, ScoreSource, Table, Unit
from extractors.text.numbers import DecimalMark, NumberError, parse_number

INSTRUMENT = "moha"
ROOT = "P"

UNITS: dict[Measure, Unit] = {
    "score": "points",
    "max_points": "points",
    "change": "points",
    "rank": "places",
    "change_rank": "places",
}
"""The whole index is printed as a percentage of 100 points, which is the same number of points."""

NAME_HINT = (
    "if the document is right, add the wording as an alias in extractors/catalogue/reference/ (criteria_par_*, entities_*)"
)
NUMBER_HINT = "compare with the source and write one number in the cell; leave it blank if the source has none"


class CellError(ValueError):
    """A cell that should hold one figure and does not."""

    def __init__(self, cell: Cell, message: str) -> None:
        super().__init__(message)
        self.cell = cell


@dataclass(frozen=True, slots=True)
class Statement:
    """What a figure cell is about: everything of a claim but the figure."""

    entry: CatalogueEntry
    table: Table
    edition: Edition
    entity: Entity
    entity_label: str
    criterion: Criterion
    criterion_label: str
    score_source: ScoreSource = "total"

    def claim(self, measure: Measure, cell: Cell, *, decimal_mark: DecimalMark) -> Claim:
        """The claim of one cell. A blank score is a claim without value: the source does not publish it. CellError for other text."""
        blank = not cell.text
        try:
            number = None if blank else parse_number(cell.text, decimal_mark=decimal_mark)
        except NumberError as error:
            raise CellError(cell, f"{self.entity_label}, {self.criterion_label}: {error}") from error
        whole = measure in {"rank", "change_rank"}
        if number is not None and whole and (number.decimals or (measure == "rank" and number.value < 1)):
            raise CellError(cell, f"{self.entity_label}, {self.criterion_label}: expected whole places, found {cell.text!r}")
        is_rank = measure == "rank"
        claim = Claim(
            document_id=self.entry.id,
            original_id=self.entry.id,
            source_class=self.entry.source_class,
            index_code=self.edition.index_code,
            instrument_code=self.edition.instrument_code,
            edition_id=self.edition.edition_id,
            reference_year=self.edition.reference_year,
            methodology_code=self.edition.methodology_code,
            entity_type=self.entity.entity_type,
            entity_code=self.entity.entity_code,
            entity_label_raw=self.entity_label,
            criterion_code=self.criterion.criterion_code,
            criterion_label_raw=self.criterion_label,
            measure=measure,
            unit=UNITS[measure],
            modality="table",
            raw_text=cell.text,
            locator=self.table.locator(cell),
            value=None if number is None else number.value,
            printed_decimals=None if number is None else number.decimals,
            score_source=self.score_source,
            # A rank of a field or of the whole index is among all units of the edition; the documents do not repeat their number.
            rank_out_of=self.edition.n_units if is_rank else None,
            rank_kind=self.edition.rank_kind if is_rank else None,
            source_url=None if self.entry.cited_source.url is None else str(self.entry.cited_source.url),
        )
        return claim.with_missing("not_published", "not_published") if number is None else claim


def par_edition(entry: CatalogueEntry, reference: Reference, year: int) -> Edition:
    return reference.edition(entry.index_code, INSTRUMENT, year)


def is_blank(row: Sequence[Cell | None]) -> bool:
    return not any(text_of(cell) for cell in row)
