"""A ranking with the parts of the total: appraised points, SIPAS, survey of leaders, socio-economic points.

The four parts are score sources of the whole index, not criteria. Columns are known by the path of their header; the year is
printed in the header of the total ("Chỉ số PAR INDEX 2020") and must be the year of the catalogue entry.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Criterion, Edition, Reference, UnknownNameError
from extractors.completeness import warn_missing
from extractors.findings import CellError, Findings, is_blank, text_of
from extractors.par_index.statements import NAME_HINT, NUMBER_HINT, ROOT, figure, par_edition
from extractors.records import Cell, Claim, Outcome, Reading, ScoreSource, Table
from extractors.statements import Source, Subject
from extractors.text.fold import fold_text

HEADER_HINT = "compare the header with extractors/par_index/components.py, which names the columns it knows"

RANK, PROVINCE, TOTAL = "rank", "province", "total"
PATHS: dict[tuple[str, ...], str] = {
    (fold_text("Xếp hạng"),): RANK,
    (fold_text("Tỉnh, thành phố"),): PROVINCE,
    (fold_text("Điểm thẩm định"),): "appraised",
    (fold_text("Tác động của CCHC"), fold_text("Chỉ số hài lòng (SIPAS)")): "sipas",
    (fold_text("Tác động của CCHC"), fold_text("Khảo sát lãnh đạo, quản lý")): "leaders_survey",
    (fold_text("Tác động của CCHC"), fold_text("Phát triển kinh tế - xã hội")): "socio_economic",
}
SOURCES: tuple[ScoreSource, ...] = ("total", "appraised", "sipas", "leaders_survey", "socio_economic")
_TOTAL = re.compile(r"^Chỉ số PAR INDEX (20\d\d)$", re.IGNORECASE)


def _columns(table: Table, findings: Findings) -> tuple[dict[str, int], dict[str, str], int] | None:
    """(position by role, printed header by role, year); None (and an issue) if a column is unknown, missing or there twice."""
    found: dict[str, int] = {}
    labels: dict[str, str] = {}
    year: int | None = None
    for position, path in enumerate(table.header_paths()):
        total = _TOTAL.match(path[-1]) if path else None
        role = TOTAL if total is not None else PATHS.get(tuple(fold_text(text) for text in path))
        said = " > ".join(path)
        if role is None or role in found:
            message = f"table {table.number}: expected each known column once, found {said!r} in column {position + 1}"
            findings.hold_document("unknown_header", message, HEADER_HINT, found=said)
            return None
        if total is not None:
            year = int(total[1])
        found[role], labels[role] = position, said
    missing = sorted({RANK, PROVINCE, *SOURCES} - found.keys())
    if missing or year is None:
        message = f"table {table.number}: expected columns {', '.join((RANK, PROVINCE, *SOURCES))}, found none for {missing}"
        findings.hold_document("unknown_header", message, HEADER_HINT, expected=", ".join(missing), found=table.title)
        return None
    return found, labels, year


def _claims(
    row: list[Cell | None],
    columns: dict[str, int],
    labels: dict[str, str],
    *,
    table: Table,
    entry: CatalogueEntry,
    edition: Edition,
    criterion: Criterion,
    reference: Reference,
) -> Iterator[Claim]:
    name = text_of(row[columns[PROVINCE]])
    entity, source = reference.entity(name, edition), Source.own_table(entry)
    for part in SOURCES:
        cell = row[columns[part]]
        if cell is not None:
            subject = Subject(edition, entity, name, criterion, labels[part], part)
            yield figure(source, subject, "score", table, cell, decimal_mark=",")
    cell = row[columns[RANK]]
    if cell is not None and cell.text:
        subject = Subject(edition, entity, name, criterion, labels[TOTAL])
        yield figure(source, subject, "rank", table, cell, decimal_mark=",")


def _read_table(table: Table, entry: CatalogueEntry, reference: Reference, findings: Findings) -> None:
    header = _columns(table, findings)
    if header is None:
        return
    columns, labels, year = header
    if year not in entry.reference_years:
        message = f"table {table.number}: expected a year of {entry.reference_years}, found {labels[TOTAL]!r}"
        findings.hold_document("unknown_year", message, "check the header and reference_years in the catalogue entry")
        return
    try:
        edition = par_edition(entry, reference, year)
        criterion = reference.criterion(edition.index_code, edition.methodology_code, ROOT)
    except UnknownNameError as error:
        findings.hold_document("unknown_edition", str(error), "describe the edition in editions.yml", found=error.label)
        return
    for row in table.grid()[table.header_rows :]:
        if is_blank(row):
            continue
        try:
            claims = list(
                _claims(
                    row, columns, labels, table=table, entry=entry, edition=edition, criterion=criterion, reference=reference
                )
            )
        except CellError as error:
            findings.hold_row("not_a_number", str(error), NUMBER_HINT, table, row, error.cell)
        except UnknownNameError as error:
            findings.hold_row("unknown_province", str(error), NAME_HINT, table, row, row[columns[PROVINCE]])
        else:
            findings.claims.extend(claims)


def read_component_ranking(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Total, its four parts and the rank of each province of the table. A document without a table is held back."""
    findings = Findings(entry.id)
    if not reading.tables:
        findings.hold_document(
            "no_table", "expected a ranking table, found none", "check the file; a picture cannot be read here"
        )
    for table in reading.tables:
        _read_table(table, entry, reference, findings)
    warn_missing(findings, reference)
    return findings.outcome(reading)
