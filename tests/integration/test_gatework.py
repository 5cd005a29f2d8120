"""What is loaded of a document that gate 1 refuses, and what waits in quarantine, on real documents and decisions."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from dagster_project.gatework import Verdict, content_fingerprint, decide
from dagster_project.outcomes import Extracted, SourceFacts, derived
from dagster_project.settings import Settings
from expectations import listings_of
from extractors.catalogue.corrections import Decisions, load_decisions
from extractors.catalogue.loader import documents_dir, load_entries
from extractors.catalogue.reference import load_reference
from extractors.quarantine import item_id_of_claim
from extractors.readers import FAMILIES, read_document
from extractors.records import Claim, Reading
from tests.benchmarks.mutations.edits import cells_of, table_of, with_texts
from tests.benchmarks.mutations.specimens import Specimen, specimen

QUANG_NAM = "sipas_2022_quang_nam_so_noi_vu"
HUE, PAPI = "sipas_2023_thua_thien_hue_ubnd", "papi_2011_2024_dimensions"
IN_FORCE, ENDED = date(2027, 12, 31), date(2028, 1, 1)


@cache
def quang_nam() -> Extracted:
    """The answer of Quảng Nam, whose total 74,56 is not the mean of its parts 73,87 and 76,12, as it is read."""
    entry = next(one for one in load_entries() if one.id == QUANG_NAM)
    data = (documents_dir() / str(entry.file)).read_bytes()
    outcome = read_document(data, entry, hashlib.sha256(data).hexdigest(), load_reference())
    facts = SourceFacts(str(entry.file), len(data), datetime(2026, 11, 22, tzinfo=UTC))
    return Extracted(entry, outcome, facts, "fingerprint", "version")


@cache
def clean(document_id: str) -> Specimen:
    """A clean document, to be damaged on the level of its cells."""
    entry = next(one for one in load_entries() if one.id == document_id)
    return specimen(entry, (documents_dir() / str(entry.file)).read_bytes(), load_reference(), FAMILIES[entry.layout])


def read_again(document_id: str, reading: Reading) -> Extracted:
    entry = clean(document_id).entry
    facts = SourceFacts(str(entry.file), 0, datetime(2026, 11, 22, tzinfo=UTC))
    return Extracted(entry, clean(document_id).understand(reading), facts, "fingerprint", "version")


@cache
def misread_plan() -> Extracted:
    """The plan of Huế, with 28,82 for the 82,28 that it prints in table 8."""
    reading = clean(HUE).reading
    assert cells_of(table_of(reading, 8))[3, 2].text == "82,28"
    return read_again(HUE, with_texts(reading, {(8, 3, 2): "28,82"}))


def judged(
    folder: Path,
    candidate: Extracted,
    published: Extracted | None = None,
    *,
    decisions: Decisions | None = None,
    today: date = IN_FORCE,
) -> Verdict:
    settings = Settings(home=folder, entries=folder, documents=folder, corrections=folder, inbox=None)
    listings = listings_of(load_decisions() if decisions is None else decisions)
    before: Mapping[str, Extracted] = {published.entry.id: published} if published else {}
    return decide(settings, {candidate.entry.id: candidate}, before, load_reference(), "test", listings, today)


def the(candidate: Extracted, criterion: str, measure: str = "score") -> Claim:
    return next(
        claim
        for claim in candidate.outcome.claims
        if (claim.edition_id, claim.entity_code, claim.criterion_code, claim.measure)
        == ("sipas_2022_moha", "49", criterion, measure)
    )


@pytest.fixture(scope="module")
def never_published(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    return judged(tmp_path_factory.mktemp("never"), misread_plan(), decisions={})


@pytest.fixture(scope="module")
def contradicting(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    return judged(tmp_path_factory.mktemp("contradicting"), quang_nam(), decisions={})


def test_around_one_wrong_cell_every_table_with_a_broken_relation_is_held_back(never_published: Verdict) -> None:
    claims = set(misread_plan().outcome.claims)
    loaded = set(never_published.accepted[HUE].outcome.claims)
    assert never_published.partial == (HUE,)
    assert loaded < claims
    assert {item.item_id for item in never_published.items[HUE]} == {item_id_of_claim(claim) for claim in claims - loaded}
    broken = {item.locator.table_number for item in never_published.items[HUE] if item.broken}
    assert 8 in broken
    assert not broken & {claim.locator.table_number for claim in loaded}
    assert {1, 2, 3, 4, 5, 6} <= {claim.locator.table_number for claim in loaded}, "they have nothing to do with table 8"
    assert not never_published.report.failing_documents()


def test_a_cell_that_waits_for_where_it_stands_says_with_which(never_published: Verdict) -> None:
    items = never_published.items[HUE]
    at_odds = {f"held back with {item.locator}: ": item for item in items if item.code != "held_back_with"}
    beside = [item for item in items if item.code == "held_back_with"]
    assert beside
    for item in beside:
        (other,) = (found for words, found in at_odds.items() if item.message.startswith(words))
        assert other.broken
        assert item.locator.table_number == other.locator.table_number
        assert (item.is_suspect, item.broken, item.status) == (False, (), "open")


def test_where_two_cells_explain_what_is_broken_the_whole_document_is_held_back(contradicting: Verdict) -> None:
    assert contradicting.accepted == {}
    assert contradicting.partial == ()
    assert {(item.criterion_code, item.measure) for item in contradicting.items[QUANG_NAM]} == {
        ("S", "score"),
        ("S", "gap_to_mean"),
    }


def test_each_cell_that_may_be_at_fault_is_an_item_with_what_would_explain_it(contradicting: Verdict) -> None:
    items = {(item.criterion_code, item.measure): item for item in contradicting.items[QUANG_NAM]}
    total, gap = items["S", "score"], items["S", "gap_to_mean"]
    assert total.item_id == item_id_of_claim(the(quang_nam(), "S"))
    assert (total.raw_text, total.kind, total.status) == ("74,56", "cell", "open")
    assert [(one.rule_id, one.is_judged_here) for one in total.broken] == [("gate1__score__mean_of_children", True)]
    (explanation,) = total.explanations
    assert set(explanation.item_ids) == {total.item_id, gap.item_id}, (
        "the gap agrees with 74,56, so both would have to be wrong"
    )
    assert total.proposals == ("74.99 to 75.00",), "the mean of the parts is 74,995"
    assert (total.is_suspect, gap.is_suspect) == (True, True)


def test_a_column_of_papi_2020_one_row_too_high_of_which_one_cell_breaks_a_rule(tmp_path: Path) -> None:
    """From dimension 5 on, Thái Bình's figures stand one row too high; only 43,370655 for a dimension is beyond its maximum."""
    reading = clean(PAPI).reading
    sheets = replace(reading, tables=tuple(table for table in reading.tables if table.number in (11, 12)))
    texts = {row: cells_of(table_of(sheets, 11))[row, 24].text for row in range(6, 11)}
    assert (texts[6], texts[10]) == ("7.321022", "43.370655")
    shifted = with_texts(sheets, {(11, row, 24): texts.get(row + 1, "") for row in texts})
    candidate = read_again(PAPI, shifted)
    verdict = judged(tmp_path, candidate)
    right = set(read_again(PAPI, sheets).outcome.claims)
    wrong = set(candidate.outcome.claims) - right
    assert len([claim for claim in wrong if claim.value is not None]) == 4
    loaded = set(verdict.accepted[PAPI].outcome.claims)
    assert loaded <= right
    assert {claim.locator.sheet for claim in loaded} == {"2021_VIE_ENG"}, "the other sheet has nothing to do with it"


def test_nothing_leaves_quarantine_by_time(never_published: Verdict, tmp_path: Path) -> None:
    published = never_published.accepted[HUE]
    later = judged(tmp_path, misread_plan(), published, decisions={}, today=date(2035, 1, 1))
    assert later.items == never_published.items
    assert later.accepted == never_published.accepted
    fingerprints = {content_fingerprint(one.accepted, one.items[HUE]) for one in (never_published, later)}
    assert len(fingerprints) == 1, "nothing new to publish"


def test_an_acceptance_that_ended_holds_back_and_takes_nothing_published_away(tmp_path: Path) -> None:
    verdict = judged(tmp_path, quang_nam(), quang_nam(), today=ENDED)
    assert verdict.accepted == {QUANG_NAM: quang_nam()}
    (issue,) = verdict.refused[QUANG_NAM]
    assert f"accepted as printed until 2027-12-31 ({QUANG_NAM}:total_against_its_parts), which is past" in issue.message
    assert {item.status for item in verdict.items[QUANG_NAM]} == {"open"}
    assert [row["raw_text"] for row in verdict.report.known_failure_rows()] == ["74,56"], "it keeps its flag"


def test_a_published_document_stays_whole_while_a_newer_one_fails(tmp_path: Path) -> None:
    """A part misread by one point in new bytes: the published outcome stays, and the cell is named."""
    sound = quang_nam()
    part = the(sound, "S.1")
    wrong = replace(part, value=(part.value or Decimal(0)) + 1, raw_text="74,87")
    outcome = replace(sound.outcome, claims=tuple(wrong if c == part else c for c in sound.outcome.claims), sha256="0" * 64)
    verdict = judged(tmp_path, derived(sound, outcome, ()), sound)
    assert verdict.accepted == {QUANG_NAM: sound}
    assert verdict.kept_old == (QUANG_NAM,)
    assert item_id_of_claim(wrong) in {item.item_id for item in verdict.items[QUANG_NAM]}


def test_the_fingerprint_of_a_release_knows_its_quarantine(never_published: Verdict) -> None:
    accepted, items = never_published.accepted, never_published.items[HUE]
    decided = tuple(replace(item, status="rejected") for item in items)
    assert content_fingerprint(accepted, items) != content_fingerprint(accepted, decided)
