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
from extractors.readers import read_document
from extractors.records import Claim

QUANG_NAM = "sipas_2022_quang_nam_so_noi_vu"
IN_FORCE, ENDED = date(2027, 12, 31), date(2028, 1, 1)


@cache
def quang_nam() -> Extracted:
    """The answer of Quảng Nam, whose total 74,56 is not the mean of its parts 73,87 and 76,12, as it is read."""
    entry = next(one for one in load_entries() if one.id == QUANG_NAM)
    data = (documents_dir() / str(entry.file)).read_bytes()
    outcome = read_document(data, entry, hashlib.sha256(data).hexdigest(), load_reference())
    facts = SourceFacts(str(entry.file), len(data), datetime(2026, 11, 22, tzinfo=UTC))
    return Extracted(entry, outcome, facts, "fingerprint", "version")


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
    before: Mapping[str, Extracted] = {QUANG_NAM: published} if published else {}
    return decide(settings, {QUANG_NAM: candidate}, before, load_reference(), "test", listings, today)


def the(candidate: Extracted, criterion: str, measure: str = "score") -> Claim:
    return next(
        claim
        for claim in candidate.outcome.claims
        if (claim.edition_id, claim.entity_code, claim.criterion_code, claim.measure)
        == ("sipas_2022_moha", "49", criterion, measure)
    )


@pytest.fixture(scope="module")
def never_published(tmp_path_factory: pytest.TempPathFactory) -> Verdict:
    return judged(tmp_path_factory.mktemp("never"), quang_nam(), decisions={})


def test_of_a_document_never_published_the_rest_is_loaded_without_suspects_and_witnesses(never_published: Verdict) -> None:
    held = {(item.criterion_code, item.measure) for item in never_published.items[QUANG_NAM]}
    assert held == {("S", "score"), ("S", "gap_to_mean"), ("S.1", "score"), ("S.2", "score")}
    loaded = set(never_published.accepted[QUANG_NAM].outcome.claims)
    assert {(c.criterion_code, c.measure) for c in set(quang_nam().outcome.claims) - loaded} == held
    assert never_published.partial == (QUANG_NAM,)
    assert not never_published.report.failing_documents()


def test_each_held_back_cell_is_an_item_with_what_would_explain_it(never_published: Verdict) -> None:
    items = {(item.criterion_code, item.measure): item for item in never_published.items[QUANG_NAM]}
    total, gap, part = items["S", "score"], items["S", "gap_to_mean"], items["S.1", "score"]
    assert total.item_id == item_id_of_claim(the(quang_nam(), "S"))
    assert (total.raw_text, total.kind, total.status) == ("74,56", "cell", "open")
    assert [(one.rule_id, one.is_judged_here) for one in total.broken] == [("gate1__score__mean_of_children", True)]
    (explanation,) = total.explanations
    assert set(explanation.item_ids) == {total.item_id, gap.item_id}, (
        "the gap agrees with 74,56, so both would have to be wrong"
    )
    assert total.proposals == ("74.99 to 75.00",), "the mean of the parts is 74,995"
    assert (total.is_suspect, gap.is_suspect, part.is_suspect) == (True, True, False)
    assert not any(broken.is_judged_here for broken in part.broken)


def test_nothing_leaves_quarantine_by_time(never_published: Verdict, tmp_path: Path) -> None:
    published = never_published.accepted[QUANG_NAM]
    later = judged(tmp_path, quang_nam(), published, decisions={}, today=date(2035, 1, 1))
    assert later.items == never_published.items
    assert later.accepted == never_published.accepted
    fingerprints = {content_fingerprint(one.accepted, one.items[QUANG_NAM]) for one in (never_published, later)}
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
    accepted, items = never_published.accepted, never_published.items[QUANG_NAM]
    decided = tuple(replace(item, status="rejected") for item in items)
    assert content_fingerprint(accepted, items) != content_fingerprint(accepted, decided)
