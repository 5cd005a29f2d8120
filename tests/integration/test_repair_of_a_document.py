"""From a cell that two engines read differently to the figure that the document's own arithmetic bears out."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from expectations.relations import Relation, read_relations
from expectations.residuals import figures_of, provisional, settle, steady
from extractors import sipas
from extractors.catalogue.loader import documents_dir, load_entries
from extractors.readers import read_file
from extractors.records import UNSETTLED, Cell, Outcome, Table
from tests.benchmarks.residuals.tables import reference
from warehouse.load import write_raw

ENTRY = next(entry for entry in load_entries() if entry.id == "sipas_2023_thua_thien_hue_ubnd")


def relations_of(database: Path, outcome: Outcome, *, is_last: bool) -> tuple[Relation, ...]:
    claims = (*outcome.claims, *provisional(outcome.claims, outcome.unsettled, is_last=is_last))
    write_raw(database, reference=reference(), documents=[], claims=claims, issues=[])
    return read_relations(database)


def test_a_score_of_hue_is_settled_and_a_rank_of_one_relation_stays_open(tmp_path: Path) -> None:
    """The score of factor S.1.1 stands in two tables; the change of a rank in one, bound by nothing else."""
    assert ENTRY.file is not None
    reading = read_file((documents_dir() / ENTRY.file).read_bytes(), "pdf", "0" * 64, ENTRY.id, second_reading=False)
    whole = sipas.read_provincial_plan(reading, ENTRY, reference())
    own = [c for c in whole.claims if (c.entity_type, c.modality, c.reference_year) == ("province", "table", 2023)]
    score = next(c for c in own if (c.measure, c.criterion_code) == ("score", "S.1.1"))
    change = next(c for c in own if c.measure == "change_rank" and c.criterion_code.count(".") == 3)
    wrong = {score.locator: score.raw_text[:-1] + ("1" if score.raw_text[-1] == "7" else "7"), change.locator: "-7"}

    def read_twice(cell: Cell, table: Table) -> Cell:
        other = wrong.get(table.locator(cell))
        return cell if other is None else replace(cell, text=UNSETTLED, confidence=0.0, readings=(other, cell.text))

    tables = tuple(replace(table, cells=tuple(read_twice(cell, table) for cell in table.cells)) for table in reading.tables)
    damaged = replace(reading, tables=tables)
    outcome = sipas.read_provincial_plan(damaged, ENTRY, reference())
    assert len(outcome.unsettled) == 2

    first, last = (relations_of(tmp_path / f"{n}.duckdb", outcome, is_last=bool(n)) for n in range(2))
    found = settle(steady(first, last), figures_of(outcome.claims, outcome.unsettled))
    assert [(one.value, one.reading) for one in found.repairs] == [(score.value, score.raw_text)]
    assert len(found.repairs[0].proof) >= 2
    assert found.diagnosis.is_clean
    (still_open,) = found.open_cells
    assert still_open in {one.claim.claim_id for one in outcome.unsettled if one.claim.measure == "change_rank"}
