"""What a release changes against the one before it, as those who read it see it: old, new, why; in JSON, text and HTML."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import UTC, datetime
from html.parser import HTMLParser
from pathlib import Path

import duckdb
import pytest

from tests.integration.small_marts import HUE, MADE_OF, MARTS, PAPI
from warehouse.diff import Provenance
from warehouse.release_diff import (
    REASONS,
    DiffError,
    ReleaseDiff,
    ScoreLine,
    diff_json,
    diff_of_releases,
    diff_of_staged,
    diff_page,
    diff_text,
    write_diff,
)
from warehouse.release_facts import ReleaseFacts
from warehouse.releases import Release, read_manifest

FACTS = ReleaseFacts("v2026.11.1", datetime(2026, 11, 23, tzinfo=UTC), "b" * 40, "cc", "g")
KEYS = {"dim_document": ["document_id"], "fct_claim": ["claim_id"]}
SCORE = ["index_code", "edition_id", "entity_type", "province_code", "criterion_code", "methodology_code"]
S14 = "edition_id = 'sipas_2023_moha' and criterion_code = 'S.1.4'"


def _database(path: Path, *statements: str) -> Path:
    path.parent.mkdir(parents=True)
    with duckdb.connect(str(path)) as connection:
        connection.execute(MARTS.format(schema="main").replace("create schema main;", ""))
        for statement in statements:
            connection.execute(statement)
    return path


@pytest.fixture
def before(tmp_path: Path) -> Release:
    folder = tmp_path / "v2026.11.0"
    _database(folder / "cchc.duckdb")
    facts = {
        "release_id": "v2026.11.0",
        "fingerprint": "f",
        "row_counts": {},
        "code": "code",
        "readings": dict(MADE_OF.readings),
    }
    facts |= {"published_at": "2026-11-22T06:00:00+00:00", "git_revision": "a" * 40}
    (folder / "manifest.json").write_text(json.dumps(facts), encoding="utf-8")
    return read_manifest(folder)


Made = Callable[..., ReleaseDiff]


@pytest.fixture
def made(before: Release, tmp_path: Path) -> Made:
    """The comparison with a release in which these statements changed something."""

    def make(*statements: str, made_of: Provenance = MADE_OF, because: str | None = None) -> ReleaseDiff:
        database = _database(tmp_path / "staged" / "cchc.duckdb", *statements)
        keys = {**KEYS, "rpt_scores": SCORE}
        return diff_of_staged(database, before, facts=FACTS, made_of=made_of, keys=keys, accepted_because=because)

    return make


def _one(diff: ReleaseDiff) -> ScoreLine:
    (line,) = diff.scores
    return line


def test_a_release_beside_its_equal_differs_in_nothing_and_says_so(made: Made) -> None:
    diff = made()
    assert diff.is_same_for_readers
    assert (diff.scores, diff.documents, diff.unchanged_scores, diff.unchanged_documents) == ((), (), 4, 2)
    assert "Nothing that a reader sees differs" in diff_text(diff)
    assert "Không có gì người đọc thấy khác" in diff_page(diff)


def test_a_figure_of_a_newer_vintage_names_the_document_the_old_and_the_new(made: Made) -> None:
    diff = made(
        f"update rpt_scores set score = 81.29 where {S14}", f"update dim_document set sha256 = 'xx' where document_id = '{HUE}'"
    )
    line = _one(diff)
    assert (line.state, line.previous_score, line.score) == ("changed", 81.23, 81.29)
    assert (line.reason, line.because) == ("new_vintage", (HUE,))
    assert (line.page, line.table_number, line.row_number, line.column_number) == (3, 3, 20, 6)
    text = diff_text(diff)
    assert "Thừa Thiên Huế S.1.4: 81.23 index_points → 81.29 index_points" in text
    assert f"{REASONS['new_vintage'].en}: {HUE}; {HUE}, page 3, table 3, row 20, column 6" in text
    assert "81,29" in diff_page(diff), "a Vietnamese page has decimal commas"


def test_a_document_that_supersedes_another_is_a_newer_vintage(made: Made) -> None:
    diff = made(
        f"update dim_document set document_status = 'superseded' where document_id = '{HUE}'",
        f"insert into dim_document values ('{HUE}_v2', 'Kế hoạch, bản đính chính', 'xx', '{HUE}', 'loaded')",
        f"update fct_claim set document_id = '{HUE}_v2' where document_id = '{HUE}'",
        f"update rpt_scores set document_id = '{HUE}_v2', score = score + 0.01 where document_id = '{HUE}'",
    )
    assert {line.reason for line in diff.scores} == {"new_vintage"}
    assert f"{HUE}_v2" in _named(diff)
    assert f"gone: {HUE}, superseded by {HUE}_v2" in diff_text(diff)


def _named(diff: ReleaseDiff) -> set[str]:
    return {name for line in diff.scores for name in line.because}


def test_a_new_document_explains_a_new_figure(made: Made) -> None:
    diff = made(
        "insert into dim_document values ('sipas_2024_new', 'Báo chí \"2024\", <b>đậm</b>', 'dd', null, 'loaded')",
        "insert into fct_claim values ('9', 'sipas_2024_new', 'o', 'press', false, 'sipas_2024_moha', 'province', '46', 'S', 'score')",
        "insert into rpt_scores select * replace ('sipas_2024_moha' as edition_id, 85.0 as score, 'sipas_2024_new' as document_id) "
        "from rpt_scores where criterion_code = 'S'",
    )
    line = _one(diff)
    assert (line.state, line.reason, line.because) == ("new", "new_document", ("sipas_2024_new",))
    assert (line.previous_score, line.previous_rank) == (None, None)
    assert "<b>đậm</b>" not in diff_page(diff)
    assert "&lt;b&gt;đậm&lt;/b&gt;" in diff_page(diff)
    assert diff_json(diff)["documents"][0]["title"] == 'Báo chí "2024", <b>đậm</b>'


def test_a_document_that_is_gone_explains_the_figures_that_went_with_it(made: Made) -> None:
    diff = made(*(f"delete from {table} where document_id = '{PAPI}'" for table in ("dim_document", "fct_claim", "rpt_scores")))
    assert [(line.state, line.reason, line.because) for line in diff.scores] == [("gone", "document_gone", (PAPI,))] * 2
    assert {line.raw_text for line in diff.scores} == {"5.427534", "5.2"}, "where it stood is said of what is gone"


def test_a_decision_of_a_person_is_named(made: Made) -> None:
    diff = made(
        f"update rpt_scores set score = 81.32 where {S14}",
        f"insert into dim_correction values ('{HUE}:s14', '{HUE}', 'sipas_2023_moha', '46', 'S.1.4')",
    )
    assert (_one(diff).reason, _one(diff).because) == ("correction", (f"{HUE}:s14",))


@pytest.mark.parametrize(
    ("made_of", "reason"),
    [
        (Provenance("other code", MADE_OF.readings), "code"),
        (Provenance("code", {**MADE_OF.readings, HUE: "another entry"}), "entry"),
        (MADE_OF, "none"),
    ],
)
def test_code_entry_and_no_cause_at_all_are_told_apart(made: Made, made_of: Provenance, reason: str) -> None:
    diff = made(f"update rpt_scores set score = 81.99 where {S14}", made_of=made_of)
    assert _one(diff).reason == reason
    assert diff.is_code_changed == (reason == "code")


def test_a_withheld_figure_is_no_low_score(made: Made) -> None:
    diff = made(
        "update rpt_scores set score = null, rank = null, missing_reason = 'withheld_by_publisher' where province_code = '01'",
        f"update dim_document set sha256 = 'yy' where document_id = '{PAPI}'",
    )
    line = next(line for line in diff.scores if line.province_code == "01")
    assert (line.state, line.reason, line.previous_score, line.score) == ("gone", "withheld", 5.427534, None)


def test_tables_are_counted_row_by_row_with_columns_that_came_went_and_changed(made: Made) -> None:
    diff = made(
        f"update rpt_scores set raw_text = '81,230' where {S14}",
        "insert into fct_claim select * replace ('7' as claim_id) from fct_claim where claim_id = '1'",
        "delete from fct_claim where claim_id = '5'",
        "alter table rpt_scores add column note varchar",
        "alter table rpt_scores drop column a1",
        "alter table rpt_scores alter page type bigint",
        "create table rpt_new as select 1 as one",
        "drop table dim_correction",
    )
    tables = {one.table: one for one in diff.tables}
    scores, claims = tables["rpt_scores"], tables["fct_claim"]
    assert (scores.rows_before, scores.rows_after, scores.added, scores.removed, scores.changed) == (4, 4, 0, 0, 1)
    assert (scores.columns_added, scores.columns_removed) == (("note",), ("a1",))
    assert scores.columns_retyped == ("page: INTEGER → BIGINT",)
    assert (claims.added, claims.removed, claims.changed) == (1, 1, 0)
    assert (scores.changed_columns, claims.changed_columns) == ({"raw_text": 1}, {})
    assert "rpt_scores: 4 → 4 rows, 1 changed, what differs: raw_text 1, columns added: note" in diff_text(diff)
    assert "raw_text 1" in diff_page(diff)
    assert (tables["rpt_new"].rows_before, tables["rpt_new"].rows_after) == (None, 1)
    assert (tables["dim_correction"].rows_before, tables["dim_correction"].rows_after) == (0, None)
    assert tables["dim_document"].is_same


def test_a_release_of_an_earlier_form_is_compared_as_far_as_it_goes_and_the_rest_is_said(
    before: Release, tmp_path: Path
) -> None:
    with duckdb.connect(str(before.database)) as connection:
        connection.execute("alter table rpt_scores drop column rank_kind")
    database = _database(tmp_path / "staged" / "cchc.duckdb")
    diff = diff_of_staged(database, before, facts=FACTS, made_of=MADE_OF, keys=KEYS, accepted_because=None)
    assert diff.not_compared == ("scores and documents one by one: the release before lacks rpt_scores.rank_kind",)
    assert not diff.is_same_for_readers
    assert "rpt_scores.rank_kind" in diff_text(diff)
    assert {one.table for one in diff.tables if not one.is_same} == {"rpt_scores"}


def test_a_first_release_says_so(tmp_path: Path) -> None:
    database = _database(tmp_path / "staged" / "cchc.duckdb")
    diff = diff_of_staged(database, None, facts=FACTS, made_of=MADE_OF, keys=KEYS, accepted_because=None)
    assert (diff.before, diff.scores, diff.documents) == (None, (), ())
    assert "v2026.11.1 is the first release" in diff_text(diff)
    assert "  rpt_scores: 4 rows" in diff_text(diff)
    assert "Đây là bản đầu tiên" in diff_page(diff)


def test_a_release_before_that_cannot_be_read_is_named_with_what_to_do(before: Release, tmp_path: Path) -> None:
    before.database.write_bytes(b"not a database")
    database = _database(tmp_path / "staged" / "cchc.duckdb")
    with pytest.raises(DiffError, match=r"v2026\.11\.0/cchc\.duckdb: expected the database of a release.*Put the folder back"):
        diff_of_staged(database, before, facts=FACTS, made_of=MADE_OF, keys=KEYS, accepted_because=None)


def test_a_release_beside_itself_differs_in_nothing(before: Release) -> None:
    assert diff_of_releases(before, before).is_same_for_readers


class _Tags(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.outside: list[str] = []
        self.cells = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.cells += tag == "td"
        self.outside += [str(value) for name, value in attrs if name in ("src", "href") and value and not value.startswith("#")]
        self.outside += [tag] if tag in ("script", "link", "iframe") else []


def test_three_files_are_written_and_the_page_loads_nothing(made: Made, tmp_path: Path) -> None:
    diff = made(f"update rpt_scores set score = 81.99 where {S14}", because="đã đọc lại")
    write_diff(diff, tmp_path / "diff")
    assert sorted(path.name for path in (tmp_path / "diff").iterdir()) == ["diff.html", "diff.json", "diff.txt"]
    content = json.loads((tmp_path / "diff" / "diff.json").read_text(encoding="utf-8"))
    assert content["states"] == {"gone": 0, "changed": 1, "new": 0}
    assert content["accepted_because"] == "đã đọc lại"
    assert content["scores"][0]["score"] == 81.99
    tags = _Tags()
    tags.feed((tmp_path / "diff" / "diff.html").read_text(encoding="utf-8"))
    assert tags.outside == []
    assert tags.cells > 6


def test_a_long_list_is_cut_on_the_page_and_whole_in_the_json(made: Made) -> None:
    diff = made(
        "insert into rpt_scores select * replace ('S.' || i as criterion_code) from rpt_scores, range(900) as t(i) "
        "where criterion_code = 'S'".replace("select *", "select rpt_scores.*"),
        made_of=Provenance("other code", MADE_OF.readings),
    )
    assert len(diff_json(diff)["scores"]) == 900
    assert "… and 600 more in diff.json" in diff_text(diff)
    assert "600 dòng nữa trong diff.json" in diff_page(diff)
