"""What Dagster says a test of dbt asks."""

from __future__ import annotations

from typing import Any

import pytest

from dagster_project.dbt_tests import sentence_of


def _node(name: str, where: str | None = None, **kwargs: Any) -> dict[str, Any]:
    return {
        "attached_node": "model.cchc.fct_score",
        "config": {"where": where},
        "test_metadata": {"name": name, "kwargs": kwargs},
    }


@pytest.mark.parametrize(
    ("node", "expected"),
    [
        (_node("not_null", column_name="score_key"), "No row of fct_score lacks score_key."),
        (
            _node("unique", where="rank > 0", column_name="rank"),
            "No two rows of fct_score have the same rank. Only rows where rank > 0.",
        ),
        (
            _node("relationships", column_name="edition_id", to="ref('dim_edition')", field="edition_id"),
            "Each edition_id of fct_score is found in dim_edition as edition_id.",
        ),
        (
            _node("accepted_values", column_name="unit", values=["points", "percent"]),
            "unit of fct_score is one of: points, percent.",
        ),
        (_node("accepted_range", column_name="rank", min_value=1), "rank of fct_score is at least 1."),
        (_node("accepted_range", column_name="rank", max_value=63), "rank of fct_score is at most 63."),
        (_node("accepted_range", column_name="rank", min_value=1, max_value=63), "rank of fct_score is between 1 and 63."),
        (_node("unique_combination", columns=["a", "b"]), "No two rows of fct_score have the same a, b."),
        (
            _node("holds", expression="rank is null\n  or score is not null"),
            "In each row of fct_score: rank is null or score is not null",
        ),
        (_node("not_empty"), "fct_score has rows."),
        ({"raw_code": "-- One line,\n-- and another.\nselect 1 -- not this"}, "One line, and another."),
        (_node("not_null", column_name="x") | {"description": "Said by its author."}, "Said by its author."),
    ],
)
def test_a_test_says_what_it_asks(node: dict[str, Any], expected: str) -> None:
    assert sentence_of(node) == expected


def test_a_kind_of_test_without_a_sentence_is_noticed() -> None:
    with pytest.raises(KeyError, match="no_such_kind"):
        sentence_of(_node("no_such_kind"))
