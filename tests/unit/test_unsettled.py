"""A cell that two readings could not settle states nothing; what it would state is kept, and the rest of its row stays."""

from __future__ import annotations

from dataclasses import replace
from functools import cache
from pathlib import Path

import pytest
from pydantic import TypeAdapter

from extractors.catalogue.loader import load_entries
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import load_reference
from extractors.readers import FAMILIES, read_file
from extractors.records import UNSETTLED, Cell, Claim, Outcome, Reading

DOCUMENTS = Path(__file__).parents[2] / "extractors" / "documents"
READINGS = ("82,28", "82,23")
HUE, RANKING = "sipas_2023_thua_thien_hue_ubnd", "par_index_2020_press_top10"
LAYOUTS = (
    HUE,
    RANKING,
    "par_index_2022_2023_quang_nam_press",
    "papi_2011_2024_dimensions",
    "pci_2021_published",
    "sipas_2017_2024_published",
)


@cache
def entry_of(document_id: str) -> CatalogueEntry:
    return next(entry for entry in load_entries() if entry.id == document_id)


@cache
def reading_of(document_id: str) -> Reading:
    entry = entry_of(document_id)
    assert entry.file is not None
    data = (DOCUMENTS / entry.file).read_bytes()
    return read_file(data, entry.kind, "0" * 64, document_id, second_reading=False)


@cache
def outcome_of(document_id: str) -> Outcome:
    return outcome(reading_of(document_id), document_id)


def outcome(reading: Reading, document_id: str) -> Outcome:
    entry = entry_of(document_id)
    return FAMILIES[entry.layout](reading, entry, load_reference())


def unsettled(reading: Reading, at: Claim) -> Reading:
    """The reading with the cell of one claim left unsettled."""

    def left(cell: Cell) -> Cell:
        return replace(cell, text=UNSETTLED, confidence=0.0, readings=READINGS)

    tables = tuple(
        replace(table, cells=tuple(left(c) if table.locator(c) == at.locator else c for c in table.cells))
        for table in reading.tables
    )
    assert tables != reading.tables
    return replace(reading, tables=tables)


def meaning(claim: Claim) -> tuple[object, ...]:
    return (
        claim.edition_id,
        claim.entity_code,
        claim.criterion_code,
        claim.measure,
        claim.score_source,
        claim.stage,
        claim.locator,
    )


@pytest.mark.parametrize("document_id", LAYOUTS)
@pytest.mark.parametrize("measure", ["score", "rank"])
def test_a_figure_that_is_not_settled_states_nothing_and_the_rest_of_its_row_stays(document_id: str, measure: str) -> None:
    whole = outcome_of(document_id)
    figures = [c for c in whole.claims if c.measure == measure and c.modality != "prose" and c.value is not None]
    if not figures:
        assert (document_id, measure) == ("papi_2011_2024_dimensions", "rank")  # its publisher ranks nobody
        return
    lost = figures[len(figures) // 2]
    at_cell = {c.claim_id for c in whole.claims if c.locator == lost.locator and c.raw_text == lost.raw_text}

    damaged = outcome(unsettled(reading_of(document_id), lost), document_id)
    assert {c.claim_id for c in damaged.claims} == {c.claim_id for c in whole.claims} - at_cell
    assert {meaning(u.claim) for u in damaged.unsettled} == {meaning(c) for c in whole.claims if c.claim_id in at_cell}
    for found in damaged.unsettled:
        claim = found.claim
        assert (claim.value, claim.value_text, claim.raw_text) == (None, None, UNSETTLED)
        assert (claim.missing_reason, claim.value_status, found.readings) == ("illegible", "not_published", READINGS)
    (said,) = [i for i in damaged.issues if i.severity == "error"]
    assert (said.code, said.locator, said.found) == ("not_settled", lost.locator, "82,28 | 82,23")
    kept = TypeAdapter(Outcome)
    assert kept.validate_json(kept.dump_json(damaged)) == damaged


def test_a_text_that_is_not_settled_is_no_text() -> None:
    whole = outcome_of(HUE)
    unit = next(c for c in whole.claims if c.measure == "responsible_unit" and c.criterion_code == "S.2.1")
    damaged = outcome(unsettled(reading_of(HUE), unit), HUE)
    assert meaning(unit) in {meaning(u.claim) for u in damaged.unsettled}
    assert {c.claim_id for c in whole.claims} - {c.claim_id for c in damaged.claims} >= {unit.claim_id}
    assert all(u.claim.value_text is None for u in damaged.unsettled)


def test_a_label_that_is_not_settled_holds_its_row() -> None:
    whole, reading = outcome_of(RANKING), reading_of(RANKING)
    row = whole.claims[-1].locator.row_number
    lost = [c for c in whole.claims if c.locator.row_number == row]
    name = next(
        cell for table in reading.tables for cell in table.cells if cell.row == row and cell.text == lost[0].entity_label_raw
    )
    blurred = replace(lost[0], locator=reading.tables[0].locator(name))
    damaged = outcome(unsettled(reading, blurred), RANKING)
    assert {c.claim_id for c in damaged.claims} == {c.claim_id for c in whole.claims} - {c.claim_id for c in lost}
    assert (len(damaged.quarantined_rows), damaged.unsettled) == (1, ())
