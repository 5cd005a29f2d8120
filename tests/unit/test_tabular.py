"""Answers at a terminal: every value can be read, whatever the width."""

from __future__ import annotations

import pytest

from dagster_project.tabular import table_text
from warehouse.query import Answer

WIDE = tuple(f"column_{number}" for number in range(85))


def _answer(rows: int, columns: tuple[str, ...] = WIDE) -> Answer:
    return Answer(columns, tuple(tuple(f"value {row}.{column}" for column in range(len(columns))) for row in range(rows)))


def _all_are_legible(text: str, answer: Answer) -> bool:
    return all(str(value) in text for row in answer.rows for value in row) and all(name in text for name in answer.columns)


@pytest.mark.parametrize("columns", ["0", "60", "130", "200"])
@pytest.mark.parametrize("rows", [1, 3, 4, 5, 20, 21, 600])
def test_no_value_of_a_wide_answer_is_lost(rows: int, columns: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Eighty-five columns of five rows once came out as a rule and nothing else, at a terminal of 130."""
    monkeypatch.setenv("COLUMNS", columns)
    answer = _answer(rows)
    text = table_text(answer)
    assert _all_are_legible(text, answer)
    assert text.endswith(f"({rows} row{'' if rows == 1 else 's'})")


def test_few_wide_rows_stand_upright_and_many_as_wide_as_they_are(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "130")
    assert "\ncolumn_1   value 0.1\n" in table_text(_answer(5))
    assert len(table_text(_answer(21)).splitlines()) == 24, "a line for each, below the names and a rule"


def test_long_texts_are_folded_where_every_column_stays_legible(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("COLUMNS", "60")
    name = "Mức độ hài lòng của người dân đối với sự phục vụ của cơ quan hành chính nhà nước"
    text = table_text(Answer(("criterion_code", "criterion_name_vi", "score"), (("S", name, 82.28),) * 4))
    assert max(len(line) for line in text.splitlines()) <= 60
    assert "82.28" in text
    assert all(word in text for word in name.split())


def test_numbers_are_aligned_to_the_right_and_an_answer_without_rows_names_its_columns() -> None:
    assert table_text(Answer(("n", "name"), ((1, "x"), (22, "yyy")))) == "   n  name\n ──────────\n   1  x\n  22  yyy\n(2 rows)"
    assert table_text(Answer(("n", "name"), ())) == "  n  name\n ─────────\n(0 rows)"
