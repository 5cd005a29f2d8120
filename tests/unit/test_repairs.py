"""What becomes of a repair by arithmetic: a claim with the raw text it had, a correction with its proof, no error left."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from decimal import Decimal

from dagster_project.decided import decided_item
from dagster_project.diagnosis import settled_by
from dagster_project.outcomes import Extracted, SourceFacts
from expectations.residuals import Repair
from extractors.catalogue.loader import load_entries
from extractors.records import UNSETTLED, Claim, Issue, Locator, Outcome, UnsettledClaim

ENTRY = next(entry for entry in load_entries() if entry.id == "sipas_2023_thua_thien_hue_ubnd")
PLACE = Locator(page=6, table_number=8, row_number=3, column_number=2)
BARE = Claim(
    document_id=ENTRY.id,
    original_id=ENTRY.id,
    source_class="provincial_table",
    index_code="SIPAS",
    instrument_code="moha",
    edition_id="sipas_2023_moha",
    reference_year=2023,
    methodology_code="sipas_2022",
    entity_type="province",
    entity_code="46",
    entity_label_raw="Thừa Thiên Huế",
    criterion_code="S",
    criterion_label_raw="",
    measure="score",
    unit="index_points",
    modality="table",
    raw_text=UNSETTLED,
    locator=PLACE,
    missing_reason="illegible",
    value_status="not_published",
)
SECOND = replace(BARE, criterion_code="S.1", locator=replace(PLACE, row_number=4))
FACTS = SourceFacts("plan.pdf", 1, datetime(2026, 11, 22, tzinfo=UTC))


def extracted() -> Extracted:
    """Two cells that two engines read differently."""
    issues = tuple(
        Issue("readings_differ", "error", ENTRY.id, "two readings differ", locator=one.locator) for one in (BARE, SECOND)
    )
    unsettled = (UnsettledClaim(BARE, ("82,28", "82,23")), UnsettledClaim(SECOND, ("81,90", "81,80")))
    return Extracted(ENTRY, Outcome(ENTRY.id, "0" * 64, issues=issues, unsettled=unsettled), FACTS, "mark", "code")


REPAIR = Repair(BARE.claim_id, Decimal("82.28"), "82,28", ("relation_1", "relation_2"), "two relations refute 82,23")


def test_a_repair_is_a_claim_with_its_proof_and_answers_its_own_cell_alone() -> None:
    found = settled_by(extracted(), [REPAIR])
    (claim,) = found.outcome.claims
    assert (claim.value, claim.printed_decimals, claim.raw_text, claim.missing_reason) == (Decimal("82.28"), 2, UNSETTLED, None)
    (correction,) = found.corrections
    assert claim.correction_id == correction.correction_id
    assert correction.correction_id.startswith("arithmetic:")
    assert (correction.action, correction.decided_by, correction.decided_at) == ("repair", "arithmetic", None)
    assert (correction.proof, correction.value) == ("relation_1; relation_2", "82.28")
    assert [one.claim for one in found.outcome.unsettled] == [SECOND]
    assert [issue.severity for issue in found.outcome.issues] == ["info", "error"]


def test_the_same_repair_has_the_same_id_in_every_run_and_a_fingerprint_of_its_own() -> None:
    first, again = settled_by(extracted(), [REPAIR]), settled_by(extracted(), [REPAIR])
    assert first == again
    assert first.fingerprint != extracted().fingerprint
    assert settled_by(extracted(), []) == extracted()
    other = settled_by(extracted(), [replace(REPAIR, proof=("relation_3",))])
    assert other.corrections[0].correction_id != first.corrections[0].correction_id


def test_a_repaired_cell_is_no_longer_open() -> None:
    found = settled_by(extracted(), [REPAIR])
    item = decided_item(found.corrections[0], found.outcome)
    assert (item.status, item.decided_by, item.entity_label) == ("corrected", "arithmetic", "Thừa Thiên Huế")
