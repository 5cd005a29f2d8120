"""The scoring sheet of one unit: every criterion with its maximum, the points of each round, the evidence and who answers for it.

* A criterion is a row with a number (STT); its code is that number below the root, and its name must be that criterion's in the tree
  of the edition's method. Rows without a number and without points are options ("Hoàn thành 100%: 1") and state nothing.
* Points above the maximum quarantine the row; a bonus or penalty row stands beside the maximum, so it has none.
* "Không đánh giá" takes a criterion out of the maximum that applies (`not_applicable`), which is not the same as no points.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from openpyxl.utils.cell import coordinate_from_string

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference, UnknownNameError
from extractors.completeness import warn_missing
from extractors.findings import CellError, Findings, figure_in
from extractors.headers import is_figure
from extractors.par_index.sheet_layout import LAYOUTS_DIR, POINTS, LayoutError, Role, SheetLayout, load_layout
from extractors.par_index.statements import NAME_HINT, NUMBER_HINT, ROOT
from extractors.records import Cell, Claim, Issue, Measure, Outcome, Reading, ScoreSource, Stage, Table
from extractors.statements import Source, Subject, state
from extractors.text.fold import fold_text, nfc
from extractors.text.numbers import NumberError, PrintedNumber

LAYOUT_HINT = (
    "describe the sheet in extractors/par_index/layouts/ (CONTRIBUTING, 'A scoring sheet'); columns are never searched for"
)
MAXIMUM_HINT = "compare the points with the maximum of the row in the sheet; bonus rows are named in the layout"
OF_ROLE: dict[Role, tuple[Stage, ScoreSource]] = {
    "self": ("self", "total"),
    "appraised_1": ("appraised_1", "appraised"),
    "appraised_2": ("appraised_2", "appraised"),
    "leaders_survey": ("published", "leaders_survey"),
}


@dataclass(frozen=True, slots=True)
class _Place:
    table: Table
    cell: Cell


class _Sheet:
    """One sheet under a layout that fits it."""

    def __init__(self, layout: SheetLayout, places: dict[tuple[str, int], _Place], entry: CatalogueEntry, findings: Findings):
        self.layout = layout
        self.places = places
        self.entry = entry
        self.findings = findings

    def at(self, role: Role, row: int) -> _Place | None:
        letters = self.layout.column_of(role)
        place = None if letters is None else self.places.get((letters, row))
        return place if place is not None and place.cell.text else None

    def text(self, role: Role, row: int) -> str:
        place = self.at(role, row)
        return "" if place is None else nfc(place.cell.text)

    def fits(self) -> bool:
        """Whether every header says what the layout says, and no filled column is unknown to it."""
        fits = True
        for letters, column in self.layout.columns.items():
            place = self.places.get((letters, self.layout.header_row))
            found = "" if place is None else place.cell.text
            if fold_text(found) != fold_text(column.header):
                where = f"sheet {self.layout.sheet!r}, {letters}{self.layout.header_row}"
                self.findings.hold_document(
                    "unknown_header", f"{where}: expected {column.header!r}, found {found!r}", LAYOUT_HINT, found=found
                )
                fits = False
        for (letters, row), place in self.places.items():
            if self.layout.first_row <= row <= self.layout.last_row and letters not in self.layout.columns and place.cell.text:
                message = (
                    f"sheet {self.layout.sheet!r}: expected columns {sorted(self.layout.columns)}, found text in {letters}{row}"
                )
                self.findings.hold_document("unknown_column", message, LAYOUT_HINT, found=place.cell.text)
                return False
        return fits and self._ends()

    def _ends(self) -> bool:
        """Whether no points stand below the last row of the layout: a sheet that is longer has rows that nobody would read."""
        columns = {letters: column for letters, column in self.layout.columns.items() if column.role in POINTS}
        for (letters, row), place in sorted(self.places.items(), key=lambda item: item[0][1]):
            if row > self.layout.last_row and letters in columns and is_figure(place.cell.text):
                where = f"sheet {self.layout.sheet!r}, {letters}{row}"
                message = f"{where}: expected no points below row {self.layout.last_row}, found {place.cell.text!r}"
                self.findings.hold_document("unknown_content", message, LAYOUT_HINT, found=place.cell.text)
                return False
        return True

    def number(self, place: _Place) -> PrintedNumber | None:
        """None for a cell that is not settled."""
        try:
            return figure_in(place.cell, decimal_mark=self.layout.decimal_mark)
        except NumberError as error:
            raise CellError(place.cell, str(error)) from error

    def hold(self, code: str, message: str, hint: str, row: int, at: _Place | None) -> None:
        cells = [place.cell for (_, line), place in self.places.items() if line == row]
        where = at or self.at("number", row) or self.at("label", row)
        if where is not None:
            self.findings.hold_row(code, f"row {row}: {message}", hint, where.table, cells, where.cell)


class _Reader:
    def __init__(self, sheet: _Sheet, reference: Reference, edition: Edition, entity: Entity) -> None:
        self.sheet = sheet
        self.layout = sheet.layout
        self.reference = reference
        self.edition = edition
        self.entity = entity
        self.source = Source.own_table(sheet.entry)
        self.totals = {fold_text(label) for label in self.layout.total_labels}
        self.bonus = {fold_text(label): code for label, code in self.layout.bonus_rows.items()}
        self.not_assessed = {fold_text(text) for text in self.layout.not_assessed}

    def criterion(self, row: int) -> Criterion | None:
        """The criterion of a row; None for an option or a note. UnknownNameError for one that the method does not have."""
        number, label = self.sheet.text("number", row).rstrip("."), self.sheet.text("label", row)
        index, method = self.edition.index_code, self.edition.methodology_code
        if number:
            candidate = self.reference.criterion(index, method, f"{ROOT}.{number}")
            return self.reference.match_criterion(label, [candidate], f"{index} {method}, number {number}")
        if fold_text(label) in self.totals:
            return self.reference.criterion(index, method, ROOT)
        if fold_text(label) in self.bonus:
            return self.reference.criterion(index, method, self.bonus[fold_text(label)])
        if any(self.sheet.at(role, row) for role in POINTS):
            raise UnknownNameError(label, f"a numbered criterion, the total or a bonus row beside points ({index} {method})")
        return None

    def _claim(
        self, subject: Subject, measure: Measure, place: _Place, number: PrintedNumber | None, text: str | None
    ) -> Claim:
        locator = place.table.locator(place.cell)
        return state(self.source, subject, measure, place.cell.text, locator, number, value_text=text)

    def _points(self, subject: Subject, row: int, maximum: PrintedNumber | None) -> Iterator[Claim]:
        for role in POINTS:
            place = self.sheet.at(role, row)
            if place is None:
                continue
            stage, source = OF_ROLE[role]
            about = replace(subject, score_source=source)
            if fold_text(place.cell.text) in self.not_assessed:
                locator = place.table.locator(place.cell)
                missing = state(self.source, about, "score", place.cell.text, locator, None, missing="not_applicable")
                yield replace(missing, stage=stage)
                continue
            number = self.sheet.number(place)
            if (
                maximum is not None
                and number is not None
                and number.value > maximum.value
                and subject.criterion.criterion_code != ROOT
            ):
                raise CellError(place.cell, f"expected at most {maximum.value} points, found {place.cell.text}")
            yield replace(self._claim(about, "score", place, number, None), stage=stage)

    def claims(self, row: int, criterion: Criterion) -> Iterator[Claim]:
        """Raises CellError for a figure that is none, or that the maximum does not allow."""
        subject = Subject(self.edition, self.entity, self.sheet.entry.entity or "", criterion, self.sheet.text("label", row))
        top = self.sheet.at("max_points", row)
        maximum = None if top is None else self.sheet.number(top)
        is_bonus = criterion.criterion_code in self.layout.bonus_rows.values()
        if criterion.is_scored_leaf and top is None and not is_bonus:
            where = self.sheet.at("number", row)
            cell = where.cell if where is not None else next(iter(self.sheet.places.values())).cell
            raise CellError(cell, f"expected the maximum of the scored criterion {criterion.criterion_code}, found a blank")
        if top is not None:
            if maximum is not None and criterion.max_points is not None and float(maximum.value) != criterion.max_points:
                found = f"{criterion.criterion_code} in the tree, found {maximum.value}"
                message = f"row {row}: expected the maximum {criterion.max_points:g} of {found}"
                hint = "the sheet and the tree of the method differ; compare both with the decision"
                self.sheet.findings.issues.append(
                    Issue("maximum_differs", "warning", self.sheet.entry.id, message, hint, locator=top.table.locator(top.cell))
                )
            yield self._claim(subject, "max_points", top, maximum, None)
        yield from self._points(subject, row, None if is_bonus else maximum)
        for measure in ("evidence", "responsible_unit"):
            place = self.sheet.at(measure, row)
            if place is not None:
                yield self._claim(subject, measure, place, None, nfc(place.cell.text))

    def read(self) -> None:
        for row in range(self.layout.first_row, self.layout.last_row + 1):
            try:
                criterion = self.criterion(row)
                if criterion is not None:
                    self.sheet.findings.claims.extend(list(self.claims(row, criterion)))
            except UnknownNameError as error:
                self.sheet.hold("unknown_criterion", str(error), NAME_HINT, row, None)
            except CellError as error:
                hint = MAXIMUM_HINT if "at most" in str(error) else NUMBER_HINT
                faulty = next(place for place in self.sheet.places.values() if place.cell is error.cell)
                self.sheet.hold("points_not_understood", str(error), hint, row, faulty)


def read_scoring_sheet(reading: Reading, entry: CatalogueEntry, reference: Reference, layouts: Path = LAYOUTS_DIR) -> Outcome:
    """Maxima, points of each round and source, evidence and responsible units of every criterion of one sheet.

    A sheet that does not look as its layout says is held back whole; a row that is not understood is quarantined.
    """
    findings = Findings(entry.id)
    try:
        layout = load_layout(entry.id, layouts)
    except LayoutError as error:
        findings.hold_document("unknown_layout", str(error), LAYOUT_HINT)
        return findings.outcome(reading)
    places = {
        coordinate_from_string(cell.a1): _Place(table, cell)
        for table in reading.tables
        if nfc(table.sheet or "") == nfc(layout.sheet)
        for cell in table.cells
        if cell.a1 is not None
    }
    sheet = _Sheet(layout, places, entry, findings)
    if sheet.fits():
        try:
            edition = reference.edition(entry.index_code, layout.instrument, layout.year)
            entity = reference.entity(entry.entity or "", edition, (layout.entity_type,), layout.parent)
        except UnknownNameError as error:
            hint = "describe it in extractors/catalogue/reference/, or mend `entity` of the catalogue entry and the layout"
            findings.hold_document("unknown_reference", str(error), hint, found=error.label)
        else:
            _Reader(sheet, reference, edition, entity).read()
    warn_missing(findings, reference)
    return findings.outcome(reading)
