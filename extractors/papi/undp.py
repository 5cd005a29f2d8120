"""UNDP's own workbook 2011-2016: a sheet a year, 63 provinces in rows, six dimensions with their sub-dimensions and the total.

Two header rows (English, Vietnamese) name each column; both must name the same criterion of the year's tree, so the labels that
changed their indicator in 2016 (columns of vertical accountability) are told apart. The last column is headed "Un-weighted2015PAPI"
in every sheet: the year in it is a slip of the file, the sheet's name has the year.
"""

from __future__ import annotations

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Edition, Reference
from extractors.completeness import warn_missing
from extractors.findings import Findings, is_blank, text_of
from extractors.papi.headings import edition_of_sheet, heading_of, is_highest, subject_of
from extractors.papi.panel import Line, Panel, criteria_of, state
from extractors.records import Cell, Outcome, Reading, Table

CODE, ENGLISH, VIETNAMESE = "tinhid", "tentinh_eng", "tentinh_vie"
HEADER_HINT = "compare the sheet with extractors/papi/undp.py, which names the headers it knows"


def _line(row: list[Cell | None], edition: Edition, table: Table, reference: Reference, findings: Findings) -> Line | None:
    """One province; its code, its English and its Vietnamese name must be those of one province."""
    code, english, vietnamese = row[:3]
    if english is None or vietnamese is None:
        return None
    subject = subject_of(vietnamese, edition, table, row, reference, findings)
    other = None if subject is None else subject_of(english, edition, table, row, reference, findings)
    if subject is None or other is None:
        return None
    if subject.entity != other.entity or text_of(code).zfill(2) != subject.entity.entity_code:
        message = (
            f"expected one province with code {subject.entity.entity_code}, found {text_of(code)!r}, {english.text!r} "
            f"and {vietnamese.text!r}"
        )
        findings.hold_row("code_differs", message, "mend the code or the name", table, row, code)
        return None
    return Line(subject, row[3:])


def _panel(table: Table, edition: Edition, reference: Reference, findings: Findings) -> Panel | None:
    grid = table.grid()
    head = [[text_of(cell) for cell in row[:3]] for row in grid[:2]]
    if head != [[CODE, ENGLISH, VIETNAMESE]] * 2:
        message = (
            f"sheet {table.sheet!r}: expected two header rows that begin with {CODE}, {ENGLISH}, {VIETNAMESE}, found {head}"
        )
        findings.hold_document("unknown_header", message, HEADER_HINT, found=str(head))
        return None
    criteria = criteria_of(reference, edition)
    columns = zip(grid[0][3:], grid[1][3:], strict=True)
    found = [
        heading_of([cell for cell in pair if cell is not None and cell.text], criteria, table, reference, findings)
        for pair in columns
    ]
    headings = [heading for heading in found if heading is not None]
    if len(headings) != len(found):
        return None
    lines: list[Line] = []
    for row in grid[2:]:
        if is_blank(row) or is_highest(text_of(row[2])):
            continue
        line = _line(row, edition, table, reference, findings)
        if line is not None:
            lines.append(line)
    return Panel(table, edition, headings, lines, "published")


def read_undp_workbook(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Every cell of every sheet as published. The row of highest scores is passed over; the entry lists the zeros of 2014."""
    findings = Findings(entry.id)
    for table in reading.tables:
        edition = edition_of_sheet(table, entry, reference, findings)
        panel = None if edition is None else _panel(table, edition, reference, findings)
        if panel is not None:
            state(entry, panel, findings)
    warn_missing(findings, reference)
    return findings.outcome(reading)
