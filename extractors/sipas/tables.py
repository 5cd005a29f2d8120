"""From a table of a SIPAS document to claims: one claim per figure cell, blanks and block texts kept with their reason."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from extractors.catalogue.reference import Criterion, Edition, UnknownNameError
from extractors.findings import CellError, Findings, figure_in, text_of
from extractors.records import UNSETTLED, Cell, Claim, Measure, MissingReason, Table
from extractors.sipas.columns import Column, TableKind
from extractors.sipas.rows import Family, blocks, child_row, factors, item_row, summary_row
from extractors.sipas.speaker import Speaker
from extractors.statements import Source, Subject, state
from extractors.text.fold import fold_text
from extractors.text.numbers import NumberError, PrintedNumber

NEW_CRITERIA_TEXT = fold_text("Những tiêu chí mới của năm 2023 so với năm 2022")
_REFERENCE_FILES = "extractors/catalogue/reference/criteria_sipas_*.yml"
_MEASURES: Mapping[str, Measure] = {
    "score": "score",
    "rank": "rank",
    "change": "change",
    "change_rank": "change_rank",
    "gap_to_mean": "gap_to_mean",
    "gap_to_best": "gap_to_best",
    "national_score": "score",
    "best_score": "score",
}


def _why_blank(year: int, own: Criterion | None, home: Edition) -> MissingReason:
    """A blank in a year whose tree has the criterion is "not published"; else the criterion is newer, or was dropped since."""
    if own is not None:
        return "not_published"
    return "dropped_criterion" if year > home.reference_year else "new_criterion"


def _figure_claims(
    speaker: Speaker, table: Table, column: Column, cell: Cell, criterion: Criterion, label: str, home: Edition
) -> Iterator[Claim]:
    """Claims of one figure cell. `home` is the edition in whose tree the row was found."""
    assert column.year is not None  # noqa: S101 - figure columns always carry a year; see columns.py
    edition = home if home.reference_year == column.year else speaker.edition(column.year)
    own = speaker.criterion_in(edition, criterion.criterion_code)
    source, place = Source.own_table(speaker.entry), table.locator(cell)
    measure = _MEASURES[column.role]
    entity_label = speaker.province
    if column.role == "national_score":
        entity, entity_label = speaker.reference.entity("Cả nước", edition, ("nation",)), "Trung bình toàn quốc"
    elif column.entity_label is not None:
        entity, entity_label = speaker.reference.entity(column.entity_label, edition), column.entity_label
    else:
        entity = speaker.province_in(edition)
    subject = Subject(edition, entity, entity_label, own or criterion, label)

    text = cell.text
    if not text or fold_text(text) == NEW_CRITERIA_TEXT:
        if column.role in ("score", "rank"):
            missing = _why_blank(column.year, own, home)
            yield state(source, subject, measure, text, place, None, out_of=edition.n_units, missing=missing)
        return
    if own is None and UNSETTLED in text:
        return  # the text of a block or a figure out of place: the issue of the cell says what was read
    if own is None:
        raise CellError(
            cell,
            f"expected a blank: {criterion.criterion_code} is no criterion of {edition.methodology_code} ({edition.reference_year}), "
            f"found {text!r}",
        )
    try:
        number = figure_in(cell)
    except NumberError as error:
        raise CellError(cell, str(error)) from error
    yield state(source, subject, measure, text, place, number, out_of=edition.n_units)
    if column.role == "best_score":
        # The heading itself states who is first.
        heading = f"Đơn vị dẫn đầu ({column.entity_label})"
        first = PrintedNumber(Decimal(1), 0, False, heading)
        yield state(source, subject, "rank", heading, place, first, out_of=edition.n_units)


def _row_claims(
    speaker: Speaker,
    table: Table,
    columns: tuple[Column, ...],
    row: list[Cell | None],
    criterion: Criterion,
    label: str,
    home: Edition,
) -> Iterator[Claim]:
    for column in columns:
        cell = row[column.number - 1]
        if cell is None or column.role in ("label", "group"):
            continue
        if column.role == "responsible_unit":
            if cell.text:
                subject = Subject(home, speaker.province_in(home), speaker.province, criterion, label)
                source, place = Source.own_table(speaker.entry), table.locator(cell)
                yield state(source, subject, "responsible_unit", cell.text, place, None, value_text=cell.text)
        elif cell.text or column.role not in ("best_score", "gap_to_mean", "gap_to_best"):
            yield from _figure_claims(speaker, table, column, cell, criterion, label, home)


@dataclass
class _TableReader:
    speaker: Speaker
    table: Table
    kind: TableKind
    columns: tuple[Column, ...]
    family: Family = field(default_factory=lambda: Family(None))

    @property
    def years(self) -> list[int]:
        return sorted({c.year for c in self.columns if c.year is not None}, reverse=True)

    @property
    def group_text(self) -> str:
        """The question of a perception block. Its cell spans all rows; a page break cuts the cell, and may cut the sentence in it."""
        number = next(c.number for c in self.columns if c.role == "group")
        parts = [c for c in self.table.cells if c.column == number and c.row > self.table.header_rows]
        return " ".join(c.text for c in sorted(parts, key=lambda c: c.row) if c.text)

    def resolve(self, label: str) -> tuple[Criterion, Edition]:
        reference, newest = self.speaker.reference, self.speaker.edition(self.years[0])
        if self.kind == "perception":
            if self.family.parent is None:
                parent = reference.match_criterion(
                    self.group_text, blocks(reference, newest), "the perception blocks N.1 to N.7"
                )
                self.family = Family(parent)
            return item_row(reference, newest, self.family, label), newest
        if self.is_summary:
            return summary_row(reference, newest, label), newest
        if self.family.parent is None:
            parent = reference.match_criterion(label, factors(reference, newest), "the nine factors S.1.1 to S.2.5")
            self.family = Family(parent)
            return parent, newest
        earlier = [self.speaker.edition(year) for year in self.years[1:]]
        return child_row(reference, newest, earlier, self.family, label)

    @property
    def is_summary(self) -> bool:
        """A summary table carries the whole index in its first row (the answer of a department) or names the units in charge."""
        return self.kind == "answer" or any(c.role == "responsible_unit" for c in self.columns)


def read_table(speaker: Speaker, table: Table, kind: TableKind, columns: tuple[Column, ...], findings: Findings) -> None:
    """Add all claims of one table. A row that is not understood goes to quarantine with its reason; the other rows go on."""
    if kind == "sample":
        return
    reader = _TableReader(speaker, table, kind, columns)
    label_column = next(c.number for c in columns if c.role == "label")
    for row in table.grid()[table.header_rows :]:
        label_cell = row[label_column - 1]
        label = text_of(label_cell)
        try:
            criterion, home = reader.resolve(label)
            findings.claims.extend(list(_row_claims(speaker, table, columns, row, criterion, label, home)))
        except UnknownNameError as error:
            hint = f"if the document is right, add the wording as an alias in {_REFERENCE_FILES}"
            findings.hold_row("unknown_criterion", str(error), hint, table, row, label_cell)
        except CellError as error:
            hint = "compare with the page; if the page is right, the reader must learn this form (extractors/text/numbers.py)"
            findings.hold_row("not_a_number", f"{label!r}: {error}", hint, table, row, error.cell)
