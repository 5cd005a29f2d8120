"""A cell that two readings could not settle states nothing: it is no blank, no figure and no text of the document."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

from extractors import sipas
from extractors.catalogue.loader import load_entries
from extractors.catalogue.reference import load_reference
from extractors.pdf import read_pdf
from extractors.records import UNSETTLED, Outcome, Reading

DOCUMENTS = Path(__file__).parents[2] / "extractors" / "documents"
ENTRY = next(entry for entry in load_entries() if entry.id == "sipas_2023_thua_thien_hue_ubnd")


def outcome(reading: Reading) -> Outcome:
    return sipas.read_provincial_plan(reading, ENTRY, load_reference())


def unsettled(reading: Reading, text: str) -> Reading:
    """The reading with every cell of the summary table of that text left unsettled."""
    tables = tuple(
        replace(
            table,
            cells=tuple(replace(cell, text=UNSETTLED, confidence=0.0) if cell.text == text else cell for cell in table.cells),
        )
        if table.n_columns == 8
        else table
        for table in reading.tables
    )
    assert tables != reading.tables
    return replace(reading, tables=tables)


def test_an_unsettled_figure_or_unit_is_held_back_and_the_rest_stays() -> None:
    reading = read_pdf((DOCUMENTS / ENTRY.file).read_bytes(), "0" * 64, ENTRY.id, second_reading=False) if ENTRY.file else None
    assert reading is not None
    whole = outcome(reading)
    (unit_text,) = {c.raw_text for c in whole.claims if c.measure == "responsible_unit" and c.criterion_code == "S.2.1"}
    (score,) = [
        c
        for c in whole.claims
        if (c.criterion_code, c.measure, c.reference_year) == ("S.1.1", "score", 2023)
        and c.locator.table_number == 8
        and c.entity_type == "province"
    ]

    without_unit = outcome(unsettled(reading, unit_text))
    lost = [c for c in whole.claims if c.measure == "responsible_unit" and c.raw_text == unit_text]
    assert len(lost) > 1
    assert {c.claim_id for c in without_unit.claims} == {c.claim_id for c in whole.claims} - {c.claim_id for c in lost}
    assert len(without_unit.quarantined_rows) == len(lost)

    without_score = outcome(unsettled(reading, score.raw_text))
    gone = {c.claim_id for c in whole.claims} - {c.claim_id for c in without_score.claims}
    assert score.claim_id in gone
    assert all(UNSETTLED not in c.raw_text for c in without_score.claims)
    assert not {c.claim_id for c in without_score.claims} - {c.claim_id for c in whole.claims}
    assert [issue.code for issue in without_score.issues if issue.severity == "error"] == ["not_a_number"]
