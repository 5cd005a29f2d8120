"""The rule book and the list of known failures: what they must say, and what they may not."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import pytest

from expectations.gates import crash_message, figure_text
from expectations.listings import KnownFailure, listings_for, listings_of
from expectations.models import RULES_DIR, GateName, RuleBookError, load_rule_book
from expectations.report import Failure, covers
from extractors.catalogue.corrections import load_decisions
from extractors.records import Locator
from scripts import rule_list

RULE = """
  - id: {id}
    severity: error
    owner: data steward
    title_vi: Điểm
    title_en: Score
    reason: because
    tolerance_source: exact
    grain: one score
    sql: {sql}
"""
HEAD = "gate: gate1\nbatch_schema: raw\nbatch_table: claim\nprelude: {a: select 1}\nrules:"


def write_book(directory: Path, text: str) -> Path:
    (directory / "gate1.yml").write_text(text, encoding="utf-8")
    return directory


@pytest.mark.parametrize("gate", ["gate1", "gate2"])
def test_every_rule_says_what_why_and_who_in_two_languages(gate: GateName) -> None:
    for rule in load_rule_book(gate).rules:
        assert rule.gate == gate
        assert len(rule.reason) > 20
        assert rule.title_vi != rule.title_en
        assert rule.owner
        assert "verdict" in rule.sql or "rolled_up" in rule.sql or "differenced" in rule.sql


@pytest.mark.parametrize(
    ("text", "complaint"),
    [
        (HEAD + RULE.format(id="gate1__score__x", sql="select 1") + "    colour: red\n", "colour"),
        (HEAD + RULE.format(id="Score is right", sql="select 1"), "expected gate1__<subject>__<claim>"),
        (HEAD + RULE.format(id="gate2__score__x", sql="select 1"), "expected rules of gate1, found gate2__score__x"),
        (HEAD + RULE.format(id="gate1__score__x", sql="select 1") * 2, "found twice: gate1__score__x"),
        (HEAD + RULE.format(id="gate1__score__x", sql='"select {column} from {batch}"'), "expected no braces but {batch}"),
        ("gate: [", "while parsing"),
    ],
)
def test_a_malformed_rule_book_is_refused_with_its_file(tmp_path: Path, text: str, complaint: str) -> None:
    with pytest.raises(RuleBookError, match=r"gate1\.yml") as caught:
        load_rule_book("gate1", write_book(tmp_path, text))
    assert complaint in str(caught.value)


def listings() -> dict[str, KnownFailure]:
    return {listing.raw_text: listing for listing in listings_of(load_decisions())}


def test_the_list_starts_with_the_two_faults_that_the_sources_print() -> None:
    found = listings()
    assert found["74,56"].edition_id == "sipas_2022_moha"
    assert "74,995" in found["74,56"].evidence
    assert found["81"].edition_id == "par_province_2018_moha"
    assert "89.06" in found["81"].evidence


def test_an_acceptance_of_a_rule_that_no_book_has_is_refused_with_its_file() -> None:
    listing = replace(listings()["74,56"], rule_id="gate1__score__mean_of_nothing")
    with pytest.raises(RuleBookError, match=r"corrections/sipas_2022_quang_nam_so_noi_vu\.yml.*gate1__score__mean_of_nothing"):
        listings_for(load_rule_book("gate1"), [listing])


FAILURE = Failure(
    rule_id="gate1__score__mean_of_children",
    document_id="sipas_2022_quang_nam_so_noi_vu",
    original_id="sipas_2022_quang_nam_so_noi_vu",
    edition_id="sipas_2022_moha",
    entity_code="49",
    criterion_code="S",
    measure="score",
    locator=Locator(page=None, table_number=2, row_number=3, column_number=4),
    raw_text="74,56",
    expected="74.995",
    found="74.56",
    tolerance="0.01",
    detail="mean of children over 2 parts",
)


def test_a_message_names_document_place_expected_found_tolerance_and_file() -> None:
    message = FAILURE.message()
    assert message.startswith(
        "sipas_2022_quang_nam_so_noi_vu: table 2, row 3, column 4: sipas_2022_moha 49 S score: "
        "expected 74.995 (tolerance 0.01), found 74.56, printed '74,56'"
    )
    assert "extractors/catalogue/corrections/sipas_2022_quang_nam_so_noi_vu.yml" in message
    assert f"cchc review show {FAILURE.item_id}" in message
    issue = FAILURE.issue("error")
    assert (issue.code, issue.expected, issue.found, issue.locator) == (FAILURE.rule_id, "74.995", "74.56", FAILURE.locator)


def test_a_listing_covers_only_the_cell_it_names() -> None:
    listing = listings()["74,56"]
    assert covers(listing, FAILURE)
    for key, other in {"entity_code": "46", "raw_text": "75", "criterion_code": "S.1", "edition_id": "sipas_2023_moha"}.items():
        assert not covers(replace(listing, **{key: other}), FAILURE)


def test_a_listing_is_in_force_on_its_last_day_and_not_after() -> None:
    listing = listings()["81"]
    assert listing.is_in_force(listing.expires_on)
    assert not listing.is_in_force(date(2028, 1, 1))


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (Decimal("74.995000"), "74.995"),
        (Decimal("100"), "100"),
        (0.1 + 0.2, "0.3"),
        (0.0, "0"),
        (None, ""),
        ("a whole number from 1 to 63", "a whole number from 1 to 63"),
        (10, "10"),
    ],
)
def test_figures_are_written_as_a_person_writes_them(value: object, text: str) -> None:
    assert figure_text(value) == text


def test_crash_message_reads_both_shapes_and_drops_the_query() -> None:
    record = {"raised_exception": True, "exception_message": "(Binder) no column\n x [SQL: select 1]"}
    assert crash_message(record) == "(Binder) no column x"
    assert crash_message({"a metric": record}) == "(Binder) no column x"
    assert crash_message({"raised_exception": False, "exception_message": None}) == ""


def test_the_list_of_rules_for_people_is_current() -> None:
    """After a change of a rule: python -m scripts.rule_list"""
    assert rule_list.TARGET.read_text(encoding="utf-8") == rule_list.rule_list()


def test_rules_of_gate_2_relate_no_claims(tmp_path: Path) -> None:
    text = (RULES_DIR / "gate2.yml").read_text(encoding="utf-8")
    (tmp_path / "gate2.yml").write_text(
        text.replace("severity: error", "severity: error\n    relates: true", 1), encoding="utf-8"
    )
    with pytest.raises(RuleBookError, match="expected relations in gate1 only"):
        load_rule_book("gate2", tmp_path)
