"""The rules of gate 1 and the solver judge alike: the verdict of each relation's query is what `is_satisfied` says of its figures."""

from __future__ import annotations

import random
from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path

import duckdb
import pytest

from expectations.judged import filled_sql, work_out_views
from expectations.models import load_rule_book
from expectations.relations import read_relations, relation_id, relations_sql
from expectations.residuals import figures_of, is_satisfied
from extractors.catalogue.loader import load_entries
from extractors.records import Claim
from tests.benchmarks.residuals.errors import misread
from tests.benchmarks.residuals.tables import outcome_of, reference, synthetic_ranking
from warehouse.load import write_raw

LARGE = {"papi_2011_2024_dimensions"}
"""Fourteen years of the same shape: two of them do."""


@cache
def claims() -> tuple[Claim, ...]:
    """The claims of every document that ships with the repository, and of the synthetic ranking of 63 units."""
    found = list(synthetic_ranking())
    for entry in load_entries():
        if entry.file is not None:
            own = outcome_of(entry.id).claims
            found += [c for c in own if entry.id not in LARGE or c.reference_year in (2020, 2021)]
    return tuple(found)


def damaged(rng: random.Random, share: float) -> list[Claim]:
    """Every so many figures with one digit misread; a rank or a score may then stand where nobody would print it."""
    return [
        replace(c, value=misread(c.value, c.printed_decimals or 0, "uniform", rng))
        if c.value is not None and rng.random() < share
        else c
        for c in claims()
    ]


def verdicts(database: Path) -> dict[str, str]:
    """By relation id what the rule's own query says."""
    book, found = load_rule_book("gate1"), dict[str, str]()
    with duckdb.connect(str(database), read_only=True) as connection:
        work_out_views(connection, book)
        for rule in book.rules:
            if rule.relates and rule.severity == "error":
                judged = relations_sql(filled_sql(book, rule), rule)
                query = f"select document_id, relation_key, verdict from ({judged}) as relation"
                for document_id, key, verdict in connection.execute(query).fetchall():
                    found[relation_id(rule.id, document_id, key)] = verdict
    return found


def compared(path: Path, those: Sequence[Claim]) -> tuple[int, int, list[str]]:
    """How many relations pass and fail by both, and those on which they differ."""
    write_raw(path, reference=reference(), documents=[], claims=those, issues=[])
    said = verdicts(path)
    values = {figure.claim_id: figure.value for figure in figures_of(those)}
    passed = failed = 0
    differ: list[str] = []
    for relation in read_relations(path):
        verdict = said[relation.relation_id]
        if verdict == "incomplete":
            continue  # a member is contradicted elsewhere: the rule does not judge, and the relation still binds
        if is_satisfied(relation, values) is not (verdict == "pass"):
            differ.append(f"{relation.document_id} {relation.rule_id} {relation.detail}: the rule says {verdict}")
        passed += verdict == "pass"
        failed += verdict == "fail"
    return passed, failed, differ


def test_rules_and_solver_agree_on_every_document_as_printed(tmp_path: Path) -> None:
    passed, failed, differ = compared(tmp_path / "build.duckdb", claims())
    assert not differ
    assert passed > 5000
    assert failed <= 2, "one listed fault of a source"


@pytest.mark.parametrize(("seed", "share"), [(1, 0.02), pytest.param(2, 0.2, marks=pytest.mark.slow)])
def test_rules_and_solver_agree_on_damaged_documents(tmp_path: Path, seed: int, share: float) -> None:
    passed, failed, differ = compared(tmp_path / "build.duckdb", damaged(random.Random(seed), share))  # noqa: S311
    assert not differ
    assert passed > 1000
    assert failed > 20
