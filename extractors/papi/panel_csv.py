"""The open yearly panel (github hnks-gh/ml-mcdm): one CSV a year, province codes P01..P63 and 29 columns SC11..SC83.

The file does not say its year; the catalogue entry does. A column label stands for another indicator before 2018 than its codebook
says, so labels are resolved within the tree of the year. A column that the year's tree does not have must be blank.
"""

from __future__ import annotations

from collections.abc import Mapping

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, UnknownNameError
from extractors.completeness import warn_missing
from extractors.findings import Findings, is_blank, text_of
from extractors.papi.headings import CRITERION_HINT, YEAR_HINT, heading_of
from extractors.papi.panel import ENTITY_HINT, Heading, Line, Panel, Subject, criteria_of, papi_edition, state
from extractors.records import Cell, Outcome, Reading, Table
from extractors.text.fold import fold_text

PROVINCE = "Province"

PROVINCES: tuple[str, ...] = tuple(
    """Ha Noi|Ha Giang|Cao Bang|Bac Kan|Tuyen Quang|Lao Cai|Dien Bien|Lai Chau|Son La|Yen Bai|Hoa Binh|Thai Nguyen|Lang Son
Quang Ninh|Bac Giang|Phu Tho|Vinh Phuc|Bac Ninh|Hai Duong|Hai Phong|Hung Yen|Thai Binh|Ha Nam|Nam Dinh|Ninh Binh|Thanh Hoa
Nghe An|Ha Tinh|Quang Binh|Quang Tri|Thua Thien Hue|Da Nang|Quang Nam|Quang Ngai|Binh Dinh|Phu Yen|Khanh Hoa|Ninh Thuan
Binh Thuan|Kon Tum|Gia Lai|Dak Lak|Dak Nong|Lam Dong|Binh Phuoc|Tay Ninh|Binh Duong|Dong Nai|Ba Ria - Vung Tau|Ho Chi Minh City
Long An|Tien Giang|Ben Tre|Tra Vinh|Vinh Long|Dong Thap|An Giang|Kien Giang|Can Tho|Hau Giang|Soc Trang|Bac Lieu|Ca Mau""".replace(
        "\n", "|"
    ).split("|")
)
"""Names of P01..P63 in the panel's codebook, in the order of the official province codes."""

CODES: Mapping[str, str] = {f"P{number:02d}": name for number, name in enumerate(PROVINCES, start=1)}

COLUMNS = frozenset(
    f"SC{dimension}{part}" for dimension, parts in enumerate((4, 4, 3, 4, 4, 4, 3, 3), start=1) for part in range(1, parts + 1)
)
"""The 29 column labels of the panel, the same in every year."""

Grid = list[list[Cell | None]]


def _headings(table: Table, grid: Grid, year: int, reference: Reference, findings: Findings) -> dict[int, Heading]:
    """Column position -> heading, for the columns that the year has."""
    edition = papi_edition(reference, year)
    candidates = criteria_of(reference, edition)
    known = {fold_text(alias) for criterion in candidates for alias in criterion.aliases}
    found: dict[int, Heading] = {}
    for position, cell in enumerate(grid[0][1:], start=1):
        label = text_of(cell)
        filled = next((row[position] for row in grid[1:] if text_of(row[position])), None)
        if label in COLUMNS and fold_text(label) not in known:
            if filled is not None:
                message = f"column {label}: expected a blank column, since PAPI {year} has no such part, found {filled.text!r}"
                findings.hold_document("unknown_header", message, CRITERION_HINT, found=label)
            continue
        if cell is None or label not in COLUMNS:
            message = f"expected a column SC11 to SC83 of the panel, found {label!r} in column {position + 1}"
            findings.hold_document("unknown_header", message, CRITERION_HINT, found=label)
            continue
        heading = heading_of([cell], candidates, table, reference, findings)
        if heading is not None:
            found[position] = heading
    return found


def _read(table: Table, year: int, entry: CatalogueEntry, reference: Reference, findings: Findings) -> None:
    grid = table.grid()
    first = text_of(grid[0][0])
    if first != PROVINCE:
        findings.hold_document(
            "unknown_header",
            f"expected the header {PROVINCE!r} in the first column, found {first!r}",
            CRITERION_HINT,
            found=first,
        )
        return
    headings = _headings(table, grid, year, reference, findings)
    edition = papi_edition(reference, year)
    lines: list[Line] = []
    for row in grid[1:]:
        code = text_of(row[0])
        if is_blank(row):
            continue
        try:
            entity = reference.entity(CODES[code], edition)
        except KeyError:
            message = f"expected a province code P01 to P63, found {code!r}"
            findings.hold_row("unknown_province", message, ENTITY_HINT, table, row, row[0])
            continue
        except UnknownNameError as error:
            findings.hold_row("unknown_province", str(error), ENTITY_HINT, table, row, row[0])
            continue
        lines.append(Line(Subject(entity, f"{code} {CODES[code]}"), [row[position] for position in headings]))
    state(entry, Panel(table, edition, list(headings.values()), lines, "published"), findings)


def read_panel_csv(reading: Reading, entry: CatalogueEntry, reference: Reference) -> Outcome:
    """The 29 sub-dimensions of one year. A blank cell of a column that others fill is withheld; a blank column makes no claim."""
    findings = Findings(entry.id)
    if len(entry.reference_years) != 1 or len(reading.tables) != 1:
        message = f"expected one table of one year, found {len(reading.tables)} of the years {entry.reference_years}"
        findings.hold_document("unknown_year", message, YEAR_HINT)
        return findings.outcome(reading)
    try:
        _read(reading.tables[0], entry.reference_years[0], entry, reference, findings)
    except UnknownNameError as error:
        findings.hold_document("unknown_edition", str(error), YEAR_HINT, found=error.label)
    warn_missing(findings, reference)
    return findings.outcome(reading)
