"""A CSV cell is never a formula, and a printed figure is never spoilt; the rule says the same in Python and in SQL."""

from __future__ import annotations

import duckdb
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from warehouse.formats.safe_text import DANGEROUS, safe_sql, safe_text


@pytest.mark.parametrize(
    "text",
    [
        '=HYPERLINK("http://example.invalid","xem")',
        "=1+1",
        "+cmd|' /C calc'!A0",
        "-1+1",
        "@SUM(A1)",
        "\t=1",
        "\r=1",
        "-",
        "+1,42; giảm 2 bậc",
    ],
)
def test_what_a_spreadsheet_would_evaluate_gets_an_apostrophe(text: str) -> None:
    assert safe_text(text) == f"'{text}"


@pytest.mark.parametrize(
    "text", ["-0,28", "+3,73", "-1", "+12.02", "-5,52 %", "82,28", "", "Bảo đảm = công khai", "'=1", "– 5"]
)
def test_figures_and_plain_texts_stay_as_they_are(text: str) -> None:
    assert safe_text(text) == text


@settings(deadline=None)
@given(st.text(alphabet=st.sampled_from([*DANGEROUS, *"0123456789.,% 'ạ\n"]), max_size=8))
def test_python_and_sql_agree(text: str) -> None:
    (found,) = duckdb.execute(f"select {safe_sql('x')} from (select ?::varchar as x)", [text]).fetchone() or ("",)
    assert found == safe_text(text)
    assert not found.startswith("=")
