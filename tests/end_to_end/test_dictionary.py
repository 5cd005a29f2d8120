"""The data dictionary of a release: all in both languages, every link leads somewhere, nothing is loaded from outside."""

from __future__ import annotations

import json
import re
import shutil
from collections.abc import Iterator
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import duckdb
import pytest
import yaml

from dagster_project.dictionary_parts import release_lineage, write_dbt_docs
from dagster_project.settings import load_settings
from tests.conftest import REPOSITORY, Instance
from warehouse.descriptions import described, with_link
from warehouse.dictionary import Lineage, write_dictionary
from warehouse.dictionary.texts import code_lists, read_texts, unit_of
from warehouse.release_facts import ReleaseFacts

FACTS = ReleaseFacts("v2026.11.0", datetime(2026, 11, 23, tzinfo=UTC), "0" * 40, "0" * 64, "0" * 64)
LINEAGE = Lineage(
    {("rpt_scores", "score"): (("fct_score", "score"), ("int_scores", "score"))},
    {"rpt_scores": ("fct_score", "int_scores")},
    {"rpt_scores": ("claim_id",)},
)


class Page(HTMLParser):
    """Links, loaded files and anchors of a page."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.links: list[str] = []
        self.loaded: list[str] = []
        self.anchors: set[str] = set()
        self.lang = ""
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        found = dict(attrs)
        if tag == "html":
            self.lang = found.get("lang") or ""
        if tag == "a" and found.get("href"):
            self.links.append(str(found["href"]))
        self.loaded += [str(found[name]) for name in ("src", "href") if tag != "a" and found.get(name)]
        if found.get("id"):
            assert found["id"] not in self.anchors, f"two places have the name {found['id']}"
            self.anchors.add(str(found["id"]))


@pytest.fixture(scope="module")
def release(refreshed: Instance, tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("release")
    shutil.copytree(refreshed.release, folder, dirs_exist_ok=True)
    shutil.rmtree(folder / "dictionary", ignore_errors=True)
    write_dictionary(folder / "cchc.duckdb", folder / "dictionary", facts=FACTS, lineage=LINEAGE)
    return folder


@pytest.fixture(scope="module")
def pages(release: Path) -> dict[Path, Page]:
    return {path: Page(path.read_text(encoding="utf-8")) for path in sorted((release / "dictionary").rglob("*.html"))}


@pytest.fixture(scope="module")
def content(release: Path) -> dict[str, Any]:
    return json.loads((release / "dictionary" / "dictionary.json").read_text(encoding="utf-8"))


def test_every_link_leads_to_a_file_and_a_place_in_it(pages: dict[Path, Page]) -> None:
    broken: list[str] = []
    for path, page in pages.items():
        for link in page.links:
            name, _, anchor = link.partition("#")
            target = (path.parent / name).resolve() if name else path.resolve()
            known = pages.get(target)
            if not target.is_file() or (anchor and (known is None or anchor not in known.anchors)):
                broken.append(f"{path.name}: {link}")
    assert broken == []


def test_nothing_is_loaded_from_elsewhere(pages: dict[Path, Page]) -> None:
    assert {name for page in pages.values() for name in page.loaded} == {"style.css", "../style.css"}


def test_both_languages_have_the_same_pages_and_say_which_they_are(pages: dict[Path, Page]) -> None:
    names = {lang: {path.name for path in pages if path.parent.name == lang} for lang in ("vi", "en")}
    assert names["vi"] == names["en"]
    assert {"index.html", "codes.html", "rpt_scores.html", "method-sipas-sipas-1001.html"} <= names["vi"]
    assert all(page.lang == path.parent.name for path, page in pages.items() if path.parent.name in names)


def test_every_table_and_column_is_described_in_both_languages(content: dict[str, Any]) -> None:
    missing = [
        f"{table['name']}.{entry['name']}"
        for table in content["tables"]
        for entry in (table, *table["columns"])
        if not (entry["text"]["vi"] and entry["text"]["en"])
    ]
    assert missing == []
    assert len([table for table in content["tables"] if not table["name"].startswith("bi_")]) >= 36
    assert {"bi_scores", "bi_ranking", "bi_provinces"} <= {table["name"] for table in content["tables"]}


def test_every_remark_on_a_method_or_a_criterion_is_said_in_vietnamese(release: Path) -> None:
    with duckdb.connect(str(release / "cchc.duckdb"), read_only=True) as connection:
        said = {
            str(text)
            for (text,) in connection.execute(
                """select note from dim_criterion union select note from dim_methodology
                   union select decision_date_note from dim_methodology union select counts_note from dim_methodology"""
            ).fetchall()
            if text
        }
    assert said == set(read_texts("remarks.yml")), (
        "each remark stands in warehouse/dictionary/remarks.yml, and nothing else does"
    )
    page = (release / "dictionary" / "vi" / "method-sipas-sipas-1001.html").read_text(encoding="utf-8")
    assert "So sánh được giữa các năm: một quyết định cho 2023–2026" in page
    assert "Mười mong đợi được đo" in page
    assert "one decision for 2023-2026" in (release / "dictionary" / "en" / "method-sipas-sipas-1001.html").read_text("utf-8")


def test_every_number_has_a_unit(content: dict[str, Any]) -> None:
    numbers = {
        column["name"]
        for table in content["tables"]
        for column in table["columns"]
        if column["type_name"].startswith(("INTEGER", "BIGINT", "DOUBLE", "DECIMAL"))
    }
    assert {name for name in numbers if not unit_of(name).en} == set()


def test_every_code_of_the_release_is_explained_in_both_languages(content: dict[str, Any]) -> None:
    known = {(column, code): text for one in code_lists() for column in one.columns for code, text in one.codes.items()}
    found = {(column["name"], code) for table in content["tables"] for column in table["columns"] for code in column["codes"]}
    assert ("value_status", "withheld") in found
    assert {pair for pair in found if pair not in known or not (known[pair].vi and known[pair].en)} == set()


def _allowed_codes() -> Iterator[tuple[str, str, set[str]]]:
    """Table, column and the codes that the models allow in it."""
    for path in sorted((REPOSITORY / "dbt_project/models/marts").glob("*.yml")):
        for model in yaml.safe_load(path.read_text(encoding="utf-8")).get("models") or []:
            for column in model.get("columns") or []:
                for test in column.get("data_tests") or []:
                    if isinstance(test, dict) and "accepted_values" in test:
                        yield (
                            model["name"],
                            column["name"],
                            {str(one) for one in test["accepted_values"]["arguments"]["values"]},
                        )


def test_every_code_that_a_mart_may_hold_is_explained_before_it_occurs() -> None:
    allowed = list(_allowed_codes())
    assert len(allowed) >= 40
    lists = {column: set(one.codes) for one in code_lists() for column in one.columns}
    assert [
        f"{table}.{column}: {sorted(codes - lists.get(column, set()))}"
        for table, column, codes in allowed
        if not codes <= lists.get(column, set())
    ] == []


def test_a_column_belongs_to_one_list_of_codes() -> None:
    columns = [column for one in code_lists() for column in one.columns]
    assert len(columns) == len(set(columns))


def test_an_example_is_a_value_of_this_release(release: Path, content: dict[str, Any]) -> None:
    (scores,) = [table for table in content["tables"] if table["name"] == "rpt_scores"]
    with duckdb.connect(str(release / "cchc.duckdb"), read_only=True) as connection:
        for column in scores["columns"]:
            example = column["example"]
            if isinstance(example, str | int | float) and column["type_name"] != "BOOLEAN":
                found = connection.execute(
                    f'select count(*) from rpt_scores where "{column["name"]}" = ?', [example]
                ).fetchone()
                assert found is not None
                assert found[0] > 0, column["name"]
        assert connection.execute("select count(*) from rpt_scores").fetchone() == (scores["row_count"],)


def test_a_code_of_sipas_is_explained(release: Path) -> None:
    text = (release / "dictionary" / "vi" / "method-sipas-sipas-1001.html").read_text(encoding="utf-8")
    row = text[text.index('id="E.nang_luc"') :].partition("</tr>")[0]
    assert "Nâng cao năng lực của cán bộ, công chức, viên chức" in row
    assert "Greater competence of officials" in row
    assert "Mong đợi" in row


def test_lineage_links_to_published_tables_and_names_the_others(release: Path) -> None:
    text = (release / "dictionary" / "en" / "rpt_scores.html").read_text(encoding="utf-8")
    row = text[text.index('<tr id="score">') :].partition("</tr>")[0]
    assert '<a href="fct_score.html#score"><code>fct_score.score</code></a>' in row
    assert "<i><code>int_scores.score</code></i>" in row


def test_texts_of_a_release_are_escaped(release: Path, tmp_path: Path) -> None:
    for name in ("cchc.duckdb", "bi.duckdb"):
        shutil.copy(release / name, tmp_path / name)
    with duckdb.connect(str(tmp_path / "cchc.duckdb")) as connection:
        connection.execute(
            "update dim_criterion set criterion_name_vi = '<script>alert(\"x\")</script>' where criterion_code = 'E.nang_luc'"
        )
    write_dictionary(tmp_path / "cchc.duckdb", tmp_path / "dictionary", facts=FACTS, lineage=Lineage())
    for name in ("index.html", "method-sipas-sipas-1001.html"):
        text = (tmp_path / "dictionary" / "vi" / name).read_text(encoding="utf-8")
        assert "&lt;script&gt;alert(&#34;x&#34;)&lt;/script&gt;" in text
        assert "<script>alert" not in text


def test_every_table_and_column_of_the_pages_database_is_described_and_has_a_place_in_the_dictionary(
    refreshed: Instance, pages: dict[Path, Page]
) -> None:
    bi = refreshed.release / "bi.duckdb"
    anchors = {f"{path.stem}#{name}" for path, page in pages.items() if path.parent.name == "vi" for name in page.anchors}
    with duckdb.connect(str(bi), read_only=True) as connection:
        rows = connection.execute(
            """select table_name || '.' || column_name, comment from duckdb_columns() where not internal
               union all select table_name, comment from duckdb_tables() where not internal"""
        ).fetchall()
    assert len(rows) > 200
    assert [name for name, comment in rows if not (described(comment).vi and described(comment).en)] == []
    places = {name: str(comment).rpartition("dictionary/vi/")[2].replace(".html", "") for name, comment in rows}
    assert {name for name, place in places.items() if "#" in place and place not in anchors} == set()
    assert places["bi_scores.score"] == "bi_scores#score"


def test_a_comment_ends_with_its_link_and_is_read_without_it() -> None:
    relative = with_link("VI: Điểm | EN: Score", "rpt_scores", "score")
    assert relative == "VI: Điểm | EN: Score | dictionary/vi/rpt_scores.html#score"
    absolute = with_link("VI: Điểm | EN: Score", "rpt_scores", base="https://example.org/current")
    assert absolute == "VI: Điểm | EN: Score | https://example.org/current/dictionary/vi/rpt_scores.html"
    for comment in (relative, absolute):
        assert (described(comment).vi, described(comment).en) == ("Điểm", "Score")


def test_comments_of_a_release_lead_to_its_dictionary(refreshed: Instance) -> None:
    with duckdb.connect(str(refreshed.release / "cchc.duckdb"), read_only=True) as connection:
        rows = connection.execute("select table_name, column_name, comment from duckdb_columns() where not internal").fetchall()
    assert len(rows) > 1000
    for table, column, comment in rows:
        link = re.search(r" \| (\S+)#(\w+)$", comment)
        assert link is not None, f"{table}.{column}: {comment}"
        assert f'id="{column}"' in (refreshed.release / link[1]).read_text(encoding="utf-8")


def test_lineage_of_a_build_names_the_tables_and_columns_above(refreshed: Instance, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("CCHC_HOME", str(refreshed.home))
    found = release_lineage(load_settings(), {"dim_year": ["year"]})
    assert found.columns["rpt_scores", "score"] == (("fct_score", "score"),)
    assert "dim_criterion" in found.tables["rpt_scores"]
    assert "rpt_ranking" in found.used_by("rpt_scores")
    assert found.keys == {"dim_year": ("year",)}


def test_the_page_of_dbt_asks_nothing_of_a_network_and_names_no_folder_of_this_machine(
    refreshed: Instance, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(refreshed.home))
    write_dbt_docs(load_settings(), tmp_path / "dbt_docs")
    text = (tmp_path / "dbt_docs" / "index.html").read_text(encoding="utf-8")
    policy = re.search(r'<meta http-equiv="Content-Security-Policy" content="([^"]+)">', text)
    assert policy is not None
    assert "default-src 'none'" in policy[1]
    assert "http" not in policy[1]
    assert "INLINE DATA" not in text
    assert '"model.cchc.rpt_scores"' in text
    assert str(refreshed.home) not in text
    assert list((tmp_path / "dbt_docs").iterdir()) == [tmp_path / "dbt_docs" / "index.html"]
