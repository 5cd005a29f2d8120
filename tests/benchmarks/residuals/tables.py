"""Tables with the relations that gate 1 reads off them: real documents, and one full ranking with synthetic scores."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from functools import cache
from pathlib import Path

from expectations.relations import Relation, read_relations
from expectations.residuals import Figure, figures_of, is_satisfied
from extractors.catalogue.loader import documents_dir, load_entries
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Edition, Reference, load_reference
from extractors.readers import read_document, read_file
from extractors.records import Claim, Locator, Outcome, Reading, ScoreSource
from warehouse.load import write_raw

SYNTHETIC = "synthetic_ranking_of_63_units"
PARTS: tuple[tuple[ScoreSource, int, int], ...] = (
    ("appraised", 4800, 6200),
    ("sipas", 750, 950),
    ("leaders_survey", 700, 900),
    ("socio_economic", 350, 550),
)
"""Score source, and the bounds of made-up points in hundredths: the four parts of a total of PAR INDEX."""


@dataclass(frozen=True)
class Table:
    """One document (or a part of it) with the relations that hold in it. `bound`: figures that a relation ties to another."""

    name: str
    claims: tuple[Claim, ...]
    relations: tuple[Relation, ...]
    figures: tuple[Figure, ...]

    @property
    def bound(self) -> tuple[str, ...]:
        tied = {claim_id for relation in self.relations if len(relation.claim_ids) > 1 for claim_id in relation.claim_ids}
        return tuple(sorted(tied))

    @property
    def values(self) -> dict[str, Decimal]:
        return {figure.claim_id: figure.value for figure in self.figures}


@cache
def reference() -> Reference:
    return load_reference()


def _one_engine(data: bytes, kind: str, sha256: str, document_id: str) -> Reading:
    return read_file(data, kind, sha256, document_id, second_reading=False)  # pyright: ignore[reportArgumentType]


@cache
def outcome_of(document_id: str) -> Outcome:
    entry: CatalogueEntry = next(entry for entry in load_entries() if entry.id == document_id)
    assert entry.file is not None
    return read_document((documents_dir() / entry.file).read_bytes(), entry, "0" * 64, reference(), _one_engine)


def table_of(name: str, claims: Iterable[Claim]) -> Table:
    """Relations that the source itself violates are left out: an error is to be told from a clean table."""
    kept = tuple(claims)
    with tempfile.TemporaryDirectory() as folder:
        database = Path(folder) / "claims.duckdb"
        write_raw(database, reference=reference(), documents=[], claims=kept, issues=[])
        relations = read_relations(database)
    figures = figures_of(kept)
    values = {figure.claim_id: figure.value for figure in figures}
    return Table(name, kept, tuple(r for r in relations if is_satisfied(r, values)), figures)


def _claim(
    edition: Edition, entity: str, row: int, column: int, number: Decimal, source: ScoreSource, *, is_rank: bool
) -> Claim:
    decimals = 0 if is_rank else 2
    return Claim(
        document_id=SYNTHETIC,
        original_id=SYNTHETIC,
        source_class="provincial_table",
        index_code=edition.index_code,
        instrument_code=edition.instrument_code,
        edition_id=edition.edition_id,
        reference_year=edition.reference_year,
        methodology_code=edition.methodology_code,
        entity_type="province",
        entity_code=entity,
        entity_label_raw=entity,
        criterion_code="P",
        criterion_label_raw="synthetic",
        measure="rank" if is_rank else "score",
        unit="places" if is_rank else "points",
        modality="table",
        raw_text=f"{number:.{decimals}f}".replace(".", ","),
        locator=Locator(page=1, table_number=1, row_number=row, column_number=column),
        value=number,
        printed_decimals=decimals,
        score_source=source,
        rank_out_of=edition.n_units if is_rank else None,
    )


def synthetic_ranking(seed: int = 63) -> list[Claim]:
    """63 made-up units with four parts, their sum, and the rank of the sum; no two totals are equal."""
    rng = random.Random(seed)  # noqa: S311
    edition = next(e for e in reference().editions if e.edition_id == "par_province_2020_moha")
    provinces = [e for e in reference().entities if e.entity_type == "province" and e.is_valid_on(edition.as_of_date)]
    codes = sorted(e.entity_code for e in provinces)
    rows: dict[int, list[int]] = {}
    while len(rows) < len(codes):
        parts = [rng.randint(low, high) for _, low, high in PARTS]
        rows.setdefault(sum(parts), parts)
    claims: list[Claim] = []
    for place, total in enumerate(sorted(rows, reverse=True), start=1):
        code, row = codes[place - 1], place + 1
        claims.append(_claim(edition, code, row, 1, Decimal(place), "total", is_rank=True))
        claims.append(_claim(edition, code, row, 3, Decimal(total) / 100, "total", is_rank=False))
        for column, ((source, _, _), points) in enumerate(zip(PARTS, rows[total], strict=True), start=4):
            claims.append(_claim(edition, code, row, column, Decimal(points) / 100, source, is_rank=False))
    return claims


def _of_year(claims: Sequence[Claim], year: int) -> list[Claim]:
    return [claim for claim in claims if claim.reference_year == year]


def reference_data() -> Path | None:
    """The folder of published files that are no part of the repository, or None."""
    folder = Path(os.environ.get("CCHC_REFERENCE_DATA", Path(__file__).resolve().parents[4] / "shared" / "data"))
    return folder if folder.is_dir() else None


def pci_claims(folder: Path, year: int) -> list[Claim]:
    """One year of a PCI workbook as its publisher gave it out."""
    entry = next(entry for entry in load_entries() if entry.id == f"pci_{year}_vcci")
    assert entry.inbox is not None
    data = (folder / "pci" / entry.inbox).read_bytes()
    return _of_year(read_document(data, entry, "0" * 64, reference(), _one_engine).claims, year)


@cache
def tables() -> tuple[Table, ...]:
    papi, folder = outcome_of("papi_2011_2024_dimensions").claims, reference_data()
    pci = () if folder is None else (table_of("PCI workbook 2014 (XLSX)", pci_claims(folder, 2014)),)
    return (
        table_of("SIPAS plan of Huế 2023 (PDF)", outcome_of("sipas_2023_thua_thien_hue_ubnd").claims),
        table_of("PAR INDEX 2020, first ten (PDF)", outcome_of("par_index_2020_press_top10").claims),
        table_of("PAR INDEX, 63 units (synthetic)", synthetic_ranking()),
        table_of("SIPAS answer of Quảng Nam 2022 (DOCX)", outcome_of("sipas_2022_quang_nam_so_noi_vu").claims),
        table_of("PAPI dimensions 2020 (XLSX)", _of_year(papi, 2020)),
        *pci,
    )
