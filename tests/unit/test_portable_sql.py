"""The SQL of models, tests and macros keeps to what DuckDB, PostgreSQL and Spark all have, with one meaning.

`make test-all` builds on each of them; this reads the text, so that a function of one engine alone is found at once.
"""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.conftest import REPOSITORY

PROJECT = REPOSITORY / "dbt_project"

_FUNCTIONS = """
    abs avg ceil coalesce concat_ws count dense_rank exp first_value floor greatest lag last_value lead least length ln lower lpad
    make_date max md5 min mod nullif ntile percent_rank power rank replace round row_number sign sqrt substring sum translate trim
    upper
"""
FUNCTIONS = frozenset(_FUNCTIONS.split())
"""What all targets have with one meaning; others only inside the macros that tame them."""

_WORDS = """
    and as between by case decimal distinct else end except exists filter from group having in intersect is join like not on or over
    select then union using values when where with
"""
WORDS = frozenset(_WORDS.split())
"""Words of the language that may stand before a bracket."""

TAMED = {
    "text.sql": {"regexp_replace", "string_agg", "listagg"},
    "dates.sql": {"extract", "datediff", "to_utc_timestamp", "current_timezone"},
    "postgres.sql": {"trim_scale"},
}
"""Functions of one engine that a macro calls on that engine alone."""

SYNTAX = {
    "a cast by ::": r"::",
    "qualify": r"\bqualify\b",
    "group by all, order by all": r"\b(?:group|order)\s+by\s+all\b",
    "select * exclude, replace or except": r"\*\s*(?:exclude|replace|except)\b",
    "an aggregate with filter": r"\bfilter\s*\(",
    "an aggregate with its own order": r"(?<!within )\(\s*(?:distinct\s+)?[\w.]+\s*,\s*''\s+order\s+by",
    "ilike": r"\bilike\b",
    "a type that not all have (varchar, text, double …)": r"\bas\s+(?:varchar|text|string|double|float|real|timestamptz)\b",
    "a list, struct or subscript": r"[\[\]]",
    "a semi, anti, asof, positional or lateral join": r"\b(?:semi|anti|asof|positional|lateral)\s+join\b",
    "integer division by //": r"//",
    "pivot, unpivot": r"\b(?:un)?pivot\b",
    "an interval": r"\binterval\b",
}


def sql_of(text: str) -> str:
    """SQL without comments, contents of literals and Jinja; a Jinja expression is one word."""
    text = re.sub(r"\{#.*?#\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{%.*?%\}", " ", text, flags=re.DOTALL)
    text = re.sub(r"\{\{.*?\}\}", " jinja ", text, flags=re.DOTALL)
    text = re.sub(r"--[^\n]*", " ", text)
    return re.sub(r"'[^']*'", "''", text).lower()


def offences(name: str, text: str) -> list[str]:
    """What of a file not every target understands."""
    sql = sql_of(text)
    allowed = FUNCTIONS | WORDS | {"cast"} | TAMED.get(name, set())
    called = set(re.findall(r"\b([a-z_][a-z_0-9]*)\s*\(", sql))
    found = [f"{function}()" for function in sorted(called - allowed)]
    if name in TAMED:
        return found
    return found + [label for label, pattern in SYNTAX.items() if re.search(pattern, sql)]


def statements() -> list[Path]:
    """Models, data tests and the macros that write SQL into them. Overrides of the adapters' own macros speak one engine's words."""
    files = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("tests/**/*.sql"), *PROJECT.glob("macros/*.sql")]
    return sorted(file for file in files if file.name not in ("contracts.sql", "spark.sql"))


@pytest.mark.parametrize("file", statements(), ids=lambda file: str(file.relative_to(PROJECT)))
def test_every_target_understands_it(file: Path) -> None:
    found = offences(file.name, file.read_text(encoding="utf-8"))
    assert not found, f"not on every target (CONTRIBUTING.md, 'SQL that runs on all four targets'): {', '.join(found)}"


@pytest.mark.parametrize(
    ("sql", "found"),
    [
        ("select min_by(value, position) from claims", "min_by()"),
        ("select strip_accents(name_vi) from entities", "strip_accents()"),
        ("select a::integer from t", "a cast by ::"),
        ("select cast(a as varchar) from t", "a type that not all have (varchar, text, double …)"),
        ("select string_agg(a, ', ' order by b) from t", "string_agg()"),
        ("select sum(a) filter (where b) from t", "an aggregate with filter"),
        ("select * exclude (a) from t", "select * exclude, replace or except"),
        ("select a, count(*) from t group by all", "group by all, order by all"),
        ("select a from t qualify row_number() over (order by a) = 1", "qualify"),
        ("select strftime(day, '%Y') from t", "strftime()"),
        ("select a[1] from t", "a list, struct or subscript"),
        ("select date '2025-07-01' + interval 1 day", "an interval"),
    ],
)
def test_what_one_engine_alone_has_is_found(sql: str, found: str) -> None:
    assert found in offences("model.sql", sql)


def test_words_in_comments_texts_and_jinja_are_not_sql() -> None:
    text = "-- min_by(a, b)\n{# qualify #}\nselect 'a::b [1]' as a, {{ joined_text('x', 'y', ', ') }} as b from {{ ref('t') }} as t"
    assert offences("model.sql", text) == []
