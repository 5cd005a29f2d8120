"""Pages stay thin: a query of a page is one plain select from one table of bi.duckdb, which is made of the published marts alone."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import sqlglot
from sqlglot import exp

from warehouse.bi import EXPORTS, Export

REPORTS = Path(__file__).parents[2] / "reports"
PAGES = {str(path.relative_to(REPORTS)): path for path in sorted((REPORTS / "pages").rglob("*.md")) if "en" not in path.parts}
TABLES = {export.name for export in EXPORTS}
QUERIES = [
    pytest.param(name, query, id=f"{name}:{name_of_query}")
    for name, path in PAGES.items()
    for name_of_query, query in re.findall(r"^```sql (\w+)\n(.*?)^```", path.read_text(encoding="utf-8"), re.M | re.S)
]
RULES = (exp.Join, exp.AggFunc, exp.Case, exp.Window, exp.Subquery, exp.Union, exp.Having, exp.Group)


def test_there_are_pages_and_queries() -> None:
    assert len(PAGES) >= 14
    assert len(QUERIES) >= 20


@pytest.mark.parametrize(("page", "query"), QUERIES)
def test_a_query_of_a_page_is_a_plain_select_from_one_table_of_the_export(page: str, query: str) -> None:
    tree = sqlglot.parse_one(re.sub(r"\$\{[^}]*\}", "x", query), read="duckdb")
    assert isinstance(tree, exp.Select), page
    tables = [f"{table.db}.{table.name}" for table in tree.find_all(exp.Table)]
    assert len(tables) == 1, f"{page}: expected one table, found {tables}"
    assert tables[0].removeprefix("warehouse.") in TABLES, f"{page}: {tables[0]} is no table of bi.duckdb"
    assert [type(node).__name__ for node in tree.find_all(*RULES)] == [], f"{page}: a rule belongs into warehouse/bi or a mart"


def test_every_table_of_the_export_is_a_source_and_nothing_else_is() -> None:
    files = {path.stem: path.read_text(encoding="utf-8").strip() for path in (REPORTS / "sources" / "warehouse").glob("*.sql")}
    assert files == {name: f"select * from {name}" for name in TABLES}


@pytest.mark.parametrize("export", EXPORTS, ids=[one.name for one in EXPORTS])
def test_a_table_of_the_export_reads_published_marts_and_earlier_tables_only(export: Export) -> None:
    names = [one.name for one in EXPORTS]
    earlier = set(names[: names.index(export.name)])
    read = [place.split(".") for place in re.findall(r"\b(?:from|join)\s+(\w+\.\w+)", export.sql)]
    assert read or "from duckdb_tables()" in export.sql, export.name
    for schema, table in read:
        if schema == "given":
            assert table == "pictures", f"{export.name} reads {table}, which nobody gives"
        elif schema == "bi":
            assert table in earlier, f"{export.name} reads {table}, which comes later"
        else:
            assert schema == "published", f"{export.name} reads {schema}.{table}"
            assert re.match(r"(rpt|dim|bridge|qa)_|release$", table), f"{export.name} reads {table}"


def test_pages_are_written_once_and_only_in_files_of_their_own() -> None:
    """A page is its queries and one component: no figure, no table and no sentence stands in it."""
    for name, path in PAGES.items():
        text = re.sub(r"^```sql.*?^```", "", path.read_text(encoding="utf-8"), flags=re.M | re.S)
        text = re.sub(r"<script>.*?</script>", "", text, flags=re.S).strip()
        assert re.fullmatch(r"<\w+( (\{\w+\}|\w+=\{[^}]*\}))* />", text), f"{name}: expected one component, found {text[:80]!r}"
