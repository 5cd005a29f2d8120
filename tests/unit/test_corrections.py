"""Decisions of data stewards: their files, and what they do to what a document says."""

from __future__ import annotations

import hashlib
from dataclasses import replace
from datetime import date
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest

from extractors.catalogue.corrections import Decision, Place, Statement, load_decisions
from extractors.catalogue.loader import CatalogueError, documents_dir, load_entries
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import load_reference
from extractors.corrections import Applied, apply, number_form
from extractors.quarantine import item_id_of_claim
from extractors.readers import read_document
from extractors.records import UNSETTLED, Claim, Issue, Locator, Outcome, UnsettledClaim

QUANG_NAM = "sipas_2022_quang_nam_so_noi_vu"
TODAY = date(2026, 11, 22)


@cache
def entry(document_id: str) -> CatalogueEntry:
    return next(one for one in load_entries() if one.id == document_id)


@cache
def outcome(document_id: str = QUANG_NAM) -> Outcome:
    data = (documents_dir() / str(entry(document_id).file)).read_bytes()
    return read_document(data, entry(document_id), hashlib.sha256(data).hexdigest(), load_reference())


def total() -> Claim:
    """SIPAS 2022 of Quảng Nam: 74,56, which its own parts contradict."""
    (found,) = [c for c in outcome().claims if (c.raw_text, c.criterion_code, c.measure) == ("74,56", "S", "score")]
    return found


def decision(claim: Claim, action: str, **fields: object) -> Decision:
    place = claim.locator
    given: dict[str, object] = {
        "id": "made_by_a_test",
        "action": action,
        "cell": Place(table=place.table_number, row=place.row_number, column=place.column_number),
        "statement": Statement(
            original_id=claim.original_id,
            edition_id=claim.edition_id,
            entity_code=claim.entity_code,
            criterion_code=claim.criterion_code,
            measure=claim.measure,
        ),
        "expect": claim.raw_text,
        "why": "a test",
        "by": "a test",
        "at": TODAY,
    }
    return Decision.model_validate(given | fields)


def applied(of: Outcome, *decisions: Decision, today: date = TODAY) -> Applied:
    return apply(of, decisions, decimal_mark=",", file="corrections/x.yml", today=today)


@pytest.mark.parametrize("document_id", sorted(load_decisions()))
def test_the_decisions_of_the_catalogue_fit_their_documents(document_id: str) -> None:
    found = apply(
        outcome(document_id),
        load_decisions()[document_id],
        decimal_mark=number_form(entry(document_id)),
        file="",
        today=TODAY,
    )
    assert found.outcome == outcome(document_id), "accepted cells stay as they are, and none is stale"
    assert len(found.corrections) == len(load_decisions()[document_id])


@pytest.mark.parametrize(("text", "value", "decimals"), [("75", "75", 0), ("74,995", "74.995", 3), ("75,0", "75.0", 1)])
def test_a_corrected_claim_keeps_its_raw_text_and_its_id(text: str, value: str, decimals: int) -> None:
    found = applied(outcome(), decision(total(), "correct", value=text)).outcome
    at = outcome().claims.index(total())
    assert found.claims[:at] + found.claims[at + 1 :] == outcome().claims[:at] + outcome().claims[at + 1 :]
    changed = found.claims[at]
    assert (changed.value, changed.printed_decimals) == (Decimal(value), decimals)
    assert (changed.raw_text, changed.claim_id, changed.locator) == ("74,56", total().claim_id, total().locator)
    assert changed.correction_id == f"{QUANG_NAM}:made_by_a_test"


def test_a_rejected_claim_is_gone_and_nothing_else() -> None:
    found = applied(outcome(), decision(total(), "reject"))
    assert set(outcome().claims) - set(found.outcome.claims) == {total()}
    (correction,) = found.corrections
    assert (correction.action, correction.value, correction.item_id) == ("reject", None, item_id_of_claim(total()))


def test_the_decision_has_the_id_of_the_item() -> None:
    assert decision(total(), "reject").item_id(QUANG_NAM) == item_id_of_claim(total())


@pytest.mark.parametrize(
    ("fields", "found"),
    [({"expect": "74,65"}, "'74,56'"), ({"cell": Place(table=1, row=3, column=7)}, "no such statement in this cell")],
)
@pytest.mark.parametrize("action", ["correct", "reject", "accept"])
def test_a_stale_decision_changes_nothing_and_holds_the_document_back(
    action: str, fields: dict[str, object], found: str
) -> None:
    extra: dict[str, dict[str, object]] = {
        "correct": {"value": "75"},
        "reject": {},
        "accept": {"rules": ["gate1__score__mean_of_children"], "expires_on": TODAY},
    }
    result = applied(outcome(), decision(total(), action, **(fields | extra[action])))
    assert result.outcome.claims == outcome().claims
    assert result.corrections == ()
    assert result.outcome.is_held_back
    (issue,) = [issue for issue in result.outcome.issues if issue.severity == "error"]
    assert issue.code == "stale_correction"
    assert found in issue.message
    assert "corrections/x.yml" in issue.hint
    assert "cchc review undo" in issue.hint


def test_a_value_with_two_meanings_is_refused_in_words() -> None:
    result = applied(outcome(), decision(total(), "correct", value="74.995"))
    (issue,) = [issue for issue in result.outcome.issues if issue.severity == "error"]
    assert issue.code == "unreadable_correction"
    assert "this document writes a decimal comma" in issue.message
    assert result.outcome.is_held_back


def test_an_acceptance_that_ended_is_no_longer_in_force() -> None:
    rules = {"rules": ["gate1__score__mean_of_children"], "expires_on": TODAY}
    accepted = decision(total(), "accept", **rules)
    assert len(applied(outcome(), accepted, today=TODAY).corrections) == 1
    assert applied(outcome(), accepted, today=date(2026, 11, 23)).corrections == ()


def unsettled() -> tuple[Outcome, UnsettledClaim]:
    """Quảng Nam's answer with its total left unsettled by two readers."""
    bare = replace(total(), raw_text=UNSETTLED).with_missing("illegible", "not_published")
    one = UnsettledClaim(bare, ("74,56", "74,86"))
    issue = Issue("readings_differ", "error", QUANG_NAM, "two readings differ", locator=total().locator)
    rest = tuple(claim for claim in outcome().claims if claim != total())
    return replace(outcome(), claims=rest, unsettled=(one,), issues=(*outcome().issues, issue)), one


def test_a_correction_settles_a_cell_and_answers_the_error_of_reading() -> None:
    before, one = unsettled()
    after = applied(before, decision(one.claim, "correct", value="74,56")).outcome
    assert after.unsettled == ()
    (new,) = set(after.claims) - set(before.claims)
    assert (new.value, new.printed_decimals, new.missing_reason, new.value_status) == (Decimal("74.56"), 2, None, "published")
    assert new.raw_text == UNSETTLED
    assert [issue for issue in after.issues if issue.severity == "error"] == []


def test_a_rejected_unsettled_cell_no_longer_holds_back() -> None:
    before, one = unsettled()
    after = applied(before, decision(one.claim, "reject")).outcome
    assert (after.unsettled, after.claims) == ((), before.claims)
    assert [issue for issue in after.issues if issue.severity == "error"] == []


def test_a_row_that_was_not_understood_can_be_rejected() -> None:
    place = Locator(table_number=1, row_number=9, column_number=1)
    issue = Issue("unknown_unit", "error", QUANG_NAM, "expected a province", found="Quang Nm", locator=place)
    before = replace(outcome(), issues=(*outcome().issues, issue))
    fields = {"statement": None, "issue": "unknown_unit", "expect": "Quang Nm", "cell": Place(table=1, row=9, column=1)}
    found = applied(before, decision(total(), "reject", **fields))
    assert not found.outcome.is_held_back
    assert [one.severity for one in found.outcome.issues if one.code == "unknown_unit"] == ["info"]


ENTRY = """
  - id: {id}
    action: {action}
    cell: {{table: 1, row: 3, column: 2}}
    statement: {{original_id: o, edition_id: e, entity_code: "49", criterion_code: S, measure: score}}
    expect: "74,56"
    why: because
    by: a test
    at: 2026-11-22
"""


@pytest.mark.parametrize(
    ("name", "text", "complaint"),
    [
        ("known.yml", ENTRY.format(id="a", action="reject") + ENTRY.format(id="b", action="reject"), "expected one decision"),
        ("known.yml", ENTRY.format(id="a", action="reject") * 2, "expected each id once"),
        ("known.yml", ENTRY.format(id="a", action="accept"), "expected rules with the action accept"),
        ("known.yml", ENTRY.format(id="a", action="correct"), "expected a value with the action correct"),
        ("known.yml", ENTRY.format(id="a", action="guess"), "'guess'"),
        ("known.yml", ENTRY.format(id="a", action="reject") + "    surprise: 1\n", "expected no such field"),
        ("stranger.yml", ENTRY.format(id="a", action="reject"), "expected decisions on a document of the catalogue"),
        ("known.yaml", ENTRY.format(id="a", action="reject"), "expected a file named <document id>.yml"),
        ("known.yml", "  - [", "expected YAML"),
    ],
)
def test_a_malformed_file_is_refused_with_its_name(tmp_path: Path, name: str, text: str, complaint: str) -> None:
    (tmp_path / name).write_text("decisions:\n" + text, encoding="utf-8")
    with pytest.raises(CatalogueError) as caught:
        load_decisions(tmp_path, {"known"})
    assert name in str(caught.value)
    assert complaint in str(caught.value)


def test_a_catalogue_without_decisions_has_none(tmp_path: Path) -> None:
    assert load_decisions(tmp_path / "nowhere") == {}
