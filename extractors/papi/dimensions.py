"""The workbook of dimension scores: a sheet a year, provinces in rows to 2017, in columns since 2018."""

from __future__ import annotations

from collections.abc import Iterator

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Edition, Entity, Reference
from extractors.completeness import warn_missing
from extractors.findings import Findings, is_blank, text_of
from extractors.papi.headings import edition_of_sheet, heading_of, is_highest, subject_of
from extractors.papi.panel import Heading, Line, Panel, criteria_of, state
from extractors.records import Cell, Outcome, Reading, Table, ValueStatus
from extractors.text.fold import fold_text

INFORMATION_SHEET = "Thông tin"

CODE_LABELS = {fold_text("Mã tỉnh"), fold_text("Province code")}
PROVINCE_LABELS = {fold_text("Tỉnh/Thành phố"), fold_text("Province")}
INDICATOR_LABELS = ({fold_text("Chỉ số"), fold_text("Dimension")}, {fold_text("Tên chỉ số"), fold_text("Indicator")})
HEADER_HINT = "compare the sheet with extractors/papi/dimensions.py, which names the headers it knows"

Grid = list[list[Cell | None]]


def _code_differs(code: str, entity: Entity) -> bool:
    """The province code beside a name must be the code of that name's version; a blank says nothing."""
    return bool(code) and code.zfill(2) != entity.entity_code


def _header_rows(grid: Grid) -> list[int]:
    """Rows whose second cell heads the provinces (one per language)."""
    return [index for index, row in enumerate(grid) if len(row) > 1 and fold_text(text_of(row[1])) in PROVINCE_LABELS]


def _indicator_row(grid: Grid) -> int | None:
    for index, row in enumerate(grid):
        if len(row) > 1 and all(
            fold_text(text_of(cell)) in labels for cell, labels in zip(row[:2], INDICATOR_LABELS, strict=True)
        ):
            return index
    return None


class _Sheet:
    """One sheet of one year."""

    def __init__(self, table: Table, edition: Edition, reference: Reference, findings: Findings) -> None:
        self.table = table
        self.edition = edition
        self.reference = reference
        self.findings = findings
        self.grid = table.grid()
        self.criteria = criteria_of(reference, edition)

    def _heading(self, labels: list[Cell]) -> Heading | None:
        return heading_of(labels, self.criteria, self.table, self.reference, self.findings)

    def _line(self, name: Cell, code: Cell | None, cells: list[Cell | None]) -> Line | None:
        row = [code, name, *cells]
        subject = subject_of(name, self.edition, self.table, row, self.reference, self.findings)
        if subject is None:
            return None
        if not subject.is_mean and _code_differs(text_of(code), subject.entity):
            message = f"expected code {subject.entity.entity_code} beside {name.text!r}, found {text_of(code)!r}"
            self.findings.hold_row("code_differs", message, "mend the code or the name", self.table, row, code)
            return None
        return Line(subject, cells)

    def panel(self, value_status: ValueStatus) -> Panel | None:
        """The panel of this sheet; None (and an issue) if its header is not understood."""
        headers, indicators = _header_rows(self.grid), _indicator_row(self.grid)
        if bool(headers) == (indicators is not None):
            message = (
                f"sheet {self.table.sheet!r}: expected provinces either in rows or in columns, found neither header or both"
            )
            self.findings.hold_document("unknown_header", message, HEADER_HINT, found=self.table.title)
            return None
        if indicators is not None:
            found = self._headings_down(indicators)
            lines = list(self._lines_down(indicators))
        else:
            found = self._headings_across(headers)
            lines = list(self._lines_across(headers[-1] + 1))
        headings = [heading for heading in found if heading is not None]
        if len(headings) != len(found):
            return None
        codes = [heading.criterion.criterion_code for heading in headings]
        if len(set(codes)) != len(codes) or not codes:
            message = f"sheet {self.table.sheet!r}: expected each criterion once, found {codes}"
            self.findings.hold_document("header_repeats", message, HEADER_HINT, found=str(codes))
            return None
        return Panel(self.table, self.edition, headings, lines, value_status)

    def _headings_across(self, headers: list[int]) -> list[Heading | None]:
        """To 2017: one criterion per column from the third on, named in every header row."""
        for index in headers:
            first = text_of(self.grid[index][0])
            if fold_text(first) not in CODE_LABELS:
                message = f"sheet {self.table.sheet!r}: expected 'Mã tỉnh' or 'Province code' in A{index + 1}, found {first!r}"
                self.findings.hold_document("unknown_header", message, HEADER_HINT, found=first)
        columns = zip(*(self.grid[index][2:] for index in headers), strict=True)
        return [self._heading([cell for cell in column if cell is not None and cell.text]) for column in columns]

    def _lines_across(self, first: int) -> Iterator[Line]:
        for row in self.grid[first:]:
            code, name = row[0], row[1]
            if name is None or not name.text:
                if not is_blank(row):
                    message = "expected a province in the second column, found a row without a name"
                    self.findings.hold_row("row_without_name", message, "name the province", self.table, row, name)
                continue
            if is_highest(name.text):
                continue
            line = self._line(name, code, row[2:])
            if line is not None:
                yield line

    def _headings_down(self, header: int) -> list[Heading | None]:
        """Since 2018: one criterion per row under the header, named by number and in words."""
        return [
            self._heading([cell for cell in row[:2] if cell is not None and cell.text])
            for row in self.grid[header + 1 :]
            if not is_blank(row)
        ]

    def _lines_down(self, header: int) -> Iterator[Line]:
        """One province per column from the third on; blank columns set groups of columns apart."""
        below = [row for row in self.grid[header + 1 :] if not is_blank(row)]
        for column in range(2, self.table.n_columns):
            name = self.grid[header][column]
            cells = [row[column] for row in below]
            if name is None or not name.text:
                if not is_blank(cells):
                    message = f"expected a province in row {header + 1}, found a column without a name"
                    self.findings.hold_row("column_without_name", message, "name the province", self.table, cells, name)
                continue
            if is_highest(name.text):
                continue
            line = self._line(name, None, cells)
            if line is not None:
                yield line


def read_dimensions_workbook(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Dimension scores and totals, and the unweighted mean as a statement on the nation; all computed by this project.

    A blank, and a 0 that the entry lists, is a claim without value, withheld by the publisher. The row or column of the highest
    score is passed over: it repeats a province's cell and names no province.
    """
    findings = Findings(entry.id)
    for table in reading.tables:
        if table.sheet == INFORMATION_SHEET:
            continue
        edition = edition_of_sheet(table, entry, reference, findings)
        panel = None if edition is None else _Sheet(table, edition, reference, findings).panel("derived_by_us")
        if panel is not None:
            state(entry, panel, findings)
    warn_missing(findings, reference)
    return findings.outcome(reading)
