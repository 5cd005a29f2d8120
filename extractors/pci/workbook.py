"""PCI workbooks: rankings of provinces by sub-index and total, as the layout of the workbook says where they stand.

A ranking is a column of names with scores, and places, beside it; several stand side by side, each sorted by itself. So a line of the
sheet speaks of many provinces, and what is quarantined is the line of one ranking, never its neighbours'.

* A name that is printed twice in one ranking quarantines both lines: one of them is another province's, and nothing says which.
* A province with a blank score has no score (`not_published`); a province without a line has no claim.
* Scores keep the decimals that the warehouse holds; `raw_text` keeps all that the workbook stores.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from extractors import statements
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Entity, Reference, UnknownNameError
from extractors.completeness import warn_missing
from extractors.findings import CellError, Findings, figure_in
from extractors.pci.fingerprint import Place, SheetCells, cells_by_sheet, check_fingerprint, check_sheets
from extractors.pci.layout import Block, LayoutError, SheetLayout, WorkbookLayout, layout_path, load_layout
from extractors.records import UNSETTLED, Claim, Measure, Outcome, Reading, ValueStatus
from extractors.text.fold import nfc
from extractors.text.numbers import NumberError, PrintedNumber

INDEX = "PCI"
INSTRUMENT = "vcci"
ENTITY_HINT = (
    "check the name; if the workbook is right, add it as an alias in extractors/catalogue/reference/entities_provinces*.yml"
)
NUMBER_HINT = "open the cell and write one number; blank means that no score is printed"
TWICE_HINT = "find out which of the lines is another province's; until then neither is published"


@dataclass(frozen=True, slots=True)
class _Line:
    """One line of one ranking: the entity it names (province, or nation for a statistic), and its cells."""

    entity: Entity
    name: Place
    cells: tuple[Place, ...]


class _SheetReader:
    """One sheet of one year."""

    def __init__(
        self,
        layout: SheetLayout,
        workbook: WorkbookLayout,
        cells: SheetCells,
        entry: CatalogueEntry,
        reference: Reference,
        findings: Findings,
    ) -> None:
        self.layout = layout
        self.workbook = workbook
        self.cells = cells
        self.reference = reference
        self.findings = findings
        self.edition: Edition = reference.edition(INDEX, INSTRUMENT, layout.year)
        self.source = statements.Source.own_table(entry)

    def _hold(self, code: str, message: str, hint: str, cells: Sequence[Place], at: Place) -> None:
        self.findings.hold_row(code, message, hint, at.table, [place.cell for place in cells], at.cell)

    def _line(self, block: Block, row: int) -> _Line | None:
        cells = tuple(place for column in block.columns if (place := self.cells.at(column, row)) is not None)
        name = self.cells.at(block.province, row)
        where = f"{block.criterion} of {self.edition.edition_id}"
        if name is None:
            # Beside scores a place is printed for the line of the sheet, not for this ranking; alone it is the ranking's figure.
            figure = self.cells.at(block.figures[0], row)
            if figure is not None:
                message = f"{where}: expected a province in {block.province}{row}, found a figure without a name"
                self._hold("row_without_name", message, "name the province", cells, figure)
            return None
        try:
            return _Line(self.reference.entity(name.cell.text, self.edition), name, cells)
        except UnknownNameError as error:
            self._hold("unknown_province", f"{where}: {error}", ENTITY_HINT, cells, name)
            return None

    def _number(self, place: Place) -> PrintedNumber | None:
        """None for a cell that is not settled."""
        try:
            number = figure_in(place.cell, decimal_mark=self.workbook.decimal_mark)
        except NumberError as error:
            raise CellError(place.cell, str(error)) from error
        if number is None:
            return None
        if number.is_percent:
            raise CellError(place.cell, f"expected points or a place, found a percentage: {place.cell.text!r}")
        return statements.stored(number)

    def _claim(
        self, block: Block, criterion: Criterion, line: _Line, measure: Measure, place: Place | None, status: ValueStatus
    ) -> Claim:
        """Raises CellError for a cell that holds anything but one number."""
        at = place or line.name
        number = None if place is None else self._number(place)
        return statements.state(
            self.source,
            statements.Subject(self.edition, line.entity, line.name.cell.text, criterion, nfc(self.layout.header[block.label])),
            measure,
            "" if place is None else place.cell.text,
            at.table.locator(at.cell),
            number,
            out_of=self.edition.n_units,
            value_status=status,
            missing="not_published" if number is None else None,
        )

    def _claims(self, block: Block, criterion: Criterion, line: _Line, row: int) -> list[Claim]:
        claims: list[Claim] = []
        if block.score is not None:
            claims.append(self._claim(block, criterion, line, "score", self.cells.at(block.score, row), "published"))
        place = None if block.rank is None else self.cells.at(block.rank, row)
        # A place beside a blank score ranks nothing; a score that is not settled is none.
        if place is not None and all(claim.value is not None or UNSETTLED in claim.raw_text for claim in claims):
            claims.append(self._claim(block, criterion, line, "rank", place, block.rank_status))
        return claims

    def _state(self, block: Block, criterion: Criterion, line: _Line, row: int) -> None:
        try:
            self.findings.claims.extend(self._claims(block, criterion, line, row))
        except CellError as error:
            message = f"{line.name.cell.text}, {block.criterion} of {self.edition.edition_id}: {error}"
            faulty = next(place for place in line.cells if place.cell is error.cell)
            self._hold("not_a_number", message, NUMBER_HINT, line.cells, faulty)

    def _ranking(self, block: Block) -> None:
        criterion = self.reference.criterion(INDEX, self.edition.methodology_code, block.criterion)
        lines = {row: line for row in self.layout.rows_of_provinces() if (line := self._line(block, row)) is not None}
        named = Counter(line.entity.entity_code for line in lines.values())
        for row, line in lines.items():
            if named[line.entity.entity_code] > 1:
                message = (
                    f"{block.criterion} of {self.edition.edition_id}: expected each province once, found "
                    f"{line.name.cell.text!r} {named[line.entity.entity_code]} times"
                )
                self._hold("province_twice", message, TWICE_HINT, line.cells, line.name)
            else:
                self._state(block, criterion, line, row)

    def _statistics(self) -> None:
        """Lowest and highest scores, said of the nation; whether they are those of the provinces is for the gate to judge."""
        nation = self.reference.entity("Cả nước", self.edition, ("nation",))
        for statistic in self.layout.statistics:
            for block in self.layout.blocks:
                name = self.cells.at(statistic.label_column, statistic.row)
                place = None if block.score is None else self.cells.at(block.score, statistic.row)
                if name is None or place is None:
                    continue
                line = _Line(nation, name, (name, place))
                if name.cell.text != nfc(statistic.label):
                    message = f"expected {statistic.label!r} in the label of a statistic, found {name.cell.text!r}"
                    self._hold("unknown_statistic", message, f"edit {layout_path(self.findings.document_id)}", line.cells, name)
                    continue
                criterion = self.reference.criterion(INDEX, self.edition.methodology_code, block.criterion)
                try:
                    claim = self._claim(block, criterion, line, statistic.measure, place, "published")
                    self.findings.claims.append(claim)
                except CellError as error:
                    self._hold("not_a_number", f"{name.cell.text}, {block.criterion}: {error}", NUMBER_HINT, line.cells, place)

    def read(self) -> None:
        for block in self.layout.blocks:
            self._ranking(block)
        self._statistics()


def _read(
    layout: WorkbookLayout, sheets: Mapping[str, SheetCells], entry: CatalogueEntry, reference: Reference, findings: Findings
) -> None:
    for sheet in layout.sheets:
        cells = sheets.get(nfc(sheet.sheet))
        if cells is None or not check_fingerprint(sheet, cells, findings):
            continue
        if sheet.year not in entry.reference_years:
            message = f"sheet {sheet.sheet!r}: expected a year of {entry.reference_years}, found {sheet.year}"
            hint = f"mend reference_years of the catalogue entry or {layout_path(entry.id)}"
            findings.hold_document("unknown_year", message, hint, found=str(sheet.year))
            continue
        try:
            _SheetReader(sheet, layout, cells, entry, reference, findings).read()
        except UnknownNameError as error:
            hint = f"add it to the reference data, or mend {layout_path(entry.id)}"
            findings.hold_document("unknown_reference", f"sheet {sheet.sheet!r}: {error}", hint, found=error.label)


def read_workbook(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Scores and places of every ranking that the layout of the workbook names, and the lowest and highest scores at their foot.

    A workbook that does not look as its layout says is held back whole, with the sheet and the cell of every difference.
    """
    findings = Findings(entry.id)
    try:
        layout = load_layout(entry.id)
    except LayoutError as error:
        hint = f"describe the workbook in {layout_path(entry.id)}; the other files of that folder show how"
        findings.hold_document("unknown_layout", str(error), hint)
        return findings.outcome(reading)
    sheets = cells_by_sheet(reading)
    check_sheets(layout, sheets, findings)
    _read(layout, sheets, entry, reference, findings)
    warn_missing(findings, reference)
    return findings.outcome(reading)
