"""A compilation of published figures: one figure and one address per row, several sheets of one shape."""

from __future__ import annotations

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, UnknownNameError
from extractors.compilation.hosts import UnknownHostError
from extractors.compilation.rows import ADDRESS, COLUMNS, YEAR, Row, RowError, claims_of, subject_of
from extractors.findings import Findings, is_blank, text_of
from extractors.records import Cell, Claim, Outcome, Reading, Table

INFORMATION_SHEET = "Thông tin"
WITHOUT_FIGURES_SHEET = "Không có số liệu"
HEADER_HINT = "write the columns of extractors/compilation/rows.py (COLUMNS), in any order, in one row of the sheet"
NAME_HINT = (
    "if the name is right, add it as an alias in extractors/catalogue/reference/ (entities_*.yml, criteria_*.yml) "
    "or describe the edition in editions.yml"
)
HOST_HINT = "mend the address, or list its host in extractors/compilation/hosts.py"

Grid = list[list[Cell | None]]


def _header(grid: Grid, table: Table, findings: Findings) -> tuple[int, dict[str, int]] | None:
    """(row, column by header). Every column of the layout must stand there once, and nothing else."""
    for index, row in enumerate(grid):
        labels = [text_of(cell) for cell in row]
        if YEAR not in labels:
            continue
        if sorted(label for label in labels if label) == sorted(COLUMNS):
            return index, {label: labels.index(label) for label in COLUMNS}
        wrong = (
            [label for label in labels if label and label not in COLUMNS] or [c for c in COLUMNS if c not in labels] or labels
        )
        message = f"sheet {table.sheet!r}, row {index + 1}: expected the columns {', '.join(COLUMNS)}; differs in {wrong}"
        findings.hold_document("unknown_header", message, HEADER_HINT, expected=", ".join(COLUMNS), found=", ".join(labels))
        return None
    message = f"sheet {table.sheet!r}: expected a header row with {YEAR!r}, found none"
    findings.hold_document("unknown_header", message, HEADER_HINT, found=table.title)
    return None


def _claims(row: Row, table: Table, entry: CatalogueEntry, reference: Reference) -> list[Claim]:
    """The claims of one row; RowError if a row with figures stands among those without, or the other way round."""
    if table.sheet == WITHOUT_FIGURES_SHEET:
        if row.has_figure:
            raise RowError(None, "expected no figure in this sheet, found one", "move the row to the sheet of its kind")
        return []
    if not row.has_figure:
        hint = f"move the row to sheet {WITHOUT_FIGURES_SHEET!r}"
        raise RowError(None, "expected a value, a rank or a change, found none of them", hint)
    return list(claims_of(row, subject_of(row, entry, reference), table, entry, reference))


def _read_row(
    cells: list[Cell | None], row: Row, table: Table, entry: CatalogueEntry, reference: Reference, findings: Findings
) -> None:
    """Add the claims of one row, or quarantine it with what was expected."""
    try:
        claims = _claims(row, table, entry, reference)
    except RowError as error:
        findings.hold_row("cell_not_understood", str(error), error.hint, table, cells, error.cell)
    except UnknownNameError as error:
        at = next((cell for cell in cells if cell is not None and error.label in cell.text), None)
        findings.hold_row("unknown_name", str(error), NAME_HINT, table, cells, at)
    except UnknownHostError as error:
        findings.hold_row("unknown_host", str(error), HOST_HINT, table, cells, row.cells[ADDRESS])
    else:
        findings.claims.extend(claims)


def read(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """Claims of every row with a figure; the original of each is its address, never the compilation.

    Rows of sheet 'Không có số liệu' name an address that prints no figure: they make no claim, and a figure there is an error.
    """
    findings = Findings(entry.id)
    for table in reading.tables:
        if table.sheet == INFORMATION_SHEET:
            continue
        grid = table.grid()
        header = _header(grid, table, findings)
        if header is None:
            continue
        first, columns = header
        for cells in grid[first + 1 :]:
            if not is_blank(cells):
                row = Row({label: cells[column] for label, column in columns.items()})
                _read_row(cells, row, table, entry, reference, findings)
    return findings.outcome(reading)
