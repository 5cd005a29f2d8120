"""The scoring workbook of a province: fields in rows, points and ranks of one or more years in columns.

Title rows, then a header that begins with STT and has one or two rows, fields numbered 1 to 8, a total, and notes. A column is
known by the path of its header ("Năm 2023" > "Vị thứ"), never by its position. The number of a field picks the criterion and its
name must be that criterion's in the method of every year of the table.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Reference, UnknownNameError
from extractors.completeness import warn_missing
from extractors.findings import CellError, Findings, is_blank, text_of
from extractors.par_index.statements import NAME_HINT, NUMBER_HINT, ROOT, figure, par_edition
from extractors.records import Cell, Claim, Measure, Outcome, Reading, Table
from extractors.statements import Source, Subject
from extractors.text.fold import fold_text

HEADER_HINT = "compare the header with extractors/par_index/scoring.py, which names the columns it knows"
ENTRY_HINT = "write the province as `entity` in the catalogue entry; the rows of the table do not name it"

NUMBER, LABEL = fold_text("STT"), {fold_text("Lĩnh vực"), fold_text("Lĩnh vực/Tiêu chí")}
MAXIMUM = fold_text("Điểm tối đa")
TOTAL_LABELS = {fold_text("Tổng điểm"), fold_text("Tổng cộng")}
OF_YEAR: dict[str, Measure] = {
    fold_text("Điểm đạt được"): "score",
    fold_text("Vị thứ"): "rank",
    fold_text("Xếp hạng"): "rank",
}
OF_CHANGE: dict[str, Measure] = {
    fold_text("Tăng/giảm điểm"): "change",
    fold_text("Tăng/giảm vị thứ"): "change_rank",
}

_YEAR = re.compile(r"^Năm (20\d\d)$", re.IGNORECASE)
_CHANGE = re.compile(r"^Năm (20\d\d)/(20\d\d)$", re.IGNORECASE)

Grid = list[list[Cell | None]]


@dataclass(frozen=True, slots=True)
class Column:
    """A figure column: what it states and of which year (of a change: the later one); the maximum holds for every year."""

    position: int
    measure: Measure
    year: int | None


def _column(position: int, path: tuple[str, ...]) -> Column | None:
    """The column that a header path names; None if the path is not known."""
    if len(path) == 1 and fold_text(path[0]) == MAXIMUM:
        return Column(position, "max_points", None)
    if len(path) != 2:
        return None
    year, change = _YEAR.match(path[0]), _CHANGE.match(path[0])
    if year is not None and fold_text(path[1]) in OF_YEAR:
        return Column(position, OF_YEAR[fold_text(path[1])], int(year[1]))
    if change is not None and int(change[1]) == int(change[2]) + 1 and fold_text(path[1]) in OF_CHANGE:
        return Column(position, OF_CHANGE[fold_text(path[1])], int(change[1]))
    return None


def _header_cell(grid: Grid) -> Cell | None:
    """The cell STT that begins the header; its height is the height of the header."""
    return next((row[0] for row in grid if row and row[0] is not None and fold_text(row[0].text) == NUMBER), None)


def _columns(table: Table, head: Cell, findings: Findings) -> list[Column] | None:
    rows = table.n_rows - head.row + 1
    body = replace(
        table,
        n_rows=rows,
        header_rows=head.row_span,
        cells=tuple(replace(cell, row=cell.row - head.row + 1) for cell in table.cells if cell.row >= head.row),
    )
    paths = body.header_paths()
    if len(paths) < 3 or fold_text(" ".join(paths[1])) not in LABEL:
        findings.hold_document(
            "unknown_header", f"expected STT, then 'Lĩnh vực' and figures, found {paths[:3]}", HEADER_HINT, found=str(paths[:3])
        )
        return None
    columns: list[Column] = []
    for position, path in enumerate(paths[2:], start=2):
        column = _column(position, path)
        if column is None:
            said = " > ".join(path)
            message = f"expected a column of points, rank, change or maximum, found {said!r} in column {position + 1}"
            findings.hold_document("unknown_header", message, HEADER_HINT, found=said)
            return None
        columns.append(column)
    keys = [(column.measure, column.year) for column in columns]
    if len(set(keys)) != len(keys):
        findings.hold_document("header_repeats", f"expected each column once, found {paths}", HEADER_HINT, found=str(paths))
        return None
    return columns


class _Rows:
    """The rows of one table under a header that is understood."""

    def __init__(self, table: Table, columns: list[Column], entry: CatalogueEntry, reference: Reference, label: str) -> None:
        self.table = table
        self.columns = columns
        self.source = Source.own_table(entry)
        self.reference = reference
        self.label = label
        years = sorted({column.year for column in columns if column.year is not None})
        self.editions: dict[int, Edition] = {year: par_edition(entry, reference, year) for year in years}

    def _criterion(self, edition: Edition, number: str, label: str) -> Criterion:
        where = f"{edition.index_code} {edition.reference_year} ({edition.methodology_code})"
        if not number:
            if fold_text(label) not in TOTAL_LABELS:
                raise UnknownNameError(label, f"a numbered field or the total of {where}")
            return self.reference.criterion(edition.index_code, edition.methodology_code, ROOT)
        candidate = self.reference.criterion(edition.index_code, edition.methodology_code, f"{ROOT}.{number}")
        return self.reference.match_criterion(label, [candidate], where)

    def claims(self, row: list[Cell | None]) -> Iterator[Claim]:
        number, label = text_of(row[0]).rstrip("."), text_of(row[1])
        for year, edition in self.editions.items():
            entity = self.reference.entity(self.label, edition)
            subject = Subject(edition, entity, self.label, self._criterion(edition, number, label), label)
            for column in self.columns:
                cell = row[column.position]
                if cell is None or column.year not in {year, None} or (column.measure != "score" and not cell.text):
                    continue
                # Workbooks hold text with a comma and true numbers with a point; both are read, a thousands mark does not occur.
                yield figure(self.source, subject, column.measure, self.table, cell, decimal_mark=".")


def _read_table(table: Table, entry: CatalogueEntry, reference: Reference, findings: Findings) -> None:
    grid = table.grid()
    head = _header_cell(grid)
    if head is None:
        message = f"sheet {table.sheet!r}: expected a header that begins with STT, found none"
        findings.hold_document("unknown_header", message, HEADER_HINT, found=table.title)
        return
    columns = _columns(table, head, findings)
    if columns is None:
        return
    if entry.entity is None:
        findings.hold_document("no_entity", "expected a catalogue entry that names its province, found none", ENTRY_HINT)
        return
    wrong = [column.year for column in columns if column.year is not None and column.year not in entry.reference_years]
    if wrong:
        message = f"expected years of {entry.reference_years} in the header, found {sorted(set(wrong))}"
        findings.hold_document("unknown_year", message, HEADER_HINT, found=str(wrong))
        return
    try:
        rows = _Rows(table, columns, entry, reference, entry.entity)
    except UnknownNameError as error:
        findings.hold_document("unknown_edition", str(error), "describe the edition in editions.yml", found=error.label)
        return
    for row in grid[head.row - 1 + head.row_span :]:
        if is_blank(row) or (row[0] is not None and row[0] is row[1]):
            continue  # a line merged over the number and the name is a note
        try:
            findings.claims.extend(list(rows.claims(row)))
        except CellError as error:
            findings.hold_row("not_a_number", str(error), NUMBER_HINT, table, row, error.cell)
        except UnknownNameError as error:
            findings.hold_row("unknown_criterion", str(error), NAME_HINT, table, row, row[1])


def read_scoring_workbook(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Points, ranks and printed differences of each field and of the total.

    A blank score is a claim "not published"; other blanks (maximum, rank, difference) say nothing and make no claim.
    """
    findings = Findings(entry.id)
    for table in reading.tables:
        _read_table(table, entry, reference, findings)
    warn_missing(findings, reference)
    return findings.outcome(reading)
