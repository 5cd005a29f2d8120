"""The README's command on the documents that ship with the repository, and the answers a person gets afterwards."""

from __future__ import annotations

import csv
import json
import re
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest

from tests.conftest import REPOSITORY, UNTESTED, Instance, copy_of


def ask(instance: Instance, sql: str) -> list[dict[str, Any]]:
    done = instance.run("query", sql, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


def test_hue_sipas_2023_is_82_28_rank_32_of_63(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        "select score, rank, rank_out_of, rank_kind, raw_text, document_id from rpt_scores "
        "where index_code = 'SIPAS' and year = 2023 and province = 'Thừa Thiên Huế' and criterion_code = 'S'",
    )
    assert rows == [
        {
            "score": 82.28,
            "rank": 32,
            "rank_out_of": 63,
            "rank_kind": "official",
            "raw_text": "82,28",
            "document_id": "sipas_2023_thua_thien_hue_ubnd",
        }
    ]


def test_the_table_wins_over_the_prose_and_the_conflict_stays_visible(refreshed: Instance) -> None:
    where = "edition_id = 'sipas_2023_moha' and province = 'Thừa Thiên Huế'"
    (row,) = ask(refreshed, f"select score, rank, has_conflict from rpt_scores where {where} and criterion_code = 'S.1.4'")
    assert row == {"score": 82.44, "rank": 32, "has_conflict": True}
    conflicts = ask(
        refreshed,
        "select criterion_code, measure, other_value, chosen_value from rpt_conflicts "
        f"where {where} and kind in ('contradiction', 'truncation') order by 1",
    )
    assert [(c["criterion_code"], c["measure"], float(c["other_value"]), float(c["chosen_value"])) for c in conflicts] == [
        ("N.6.2", "score", 12.4, 12.48),
        ("S.1.1.1", "score", 81.23, 81.29),
        ("S.1.4", "rank", 39, 32),
        ("S.2.1", "change", -0.28, 0.28),
    ]


def test_exactly_one_satisfaction_node_of_hue_fell_against_2022(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        "select criterion_code, previous_score, score, change, change_rank from rpt_scores where edition_id = 'sipas_2023_moha' "
        "and province_code = '46' and facet = 'satisfaction' and score < previous_score",
    )
    assert rows == [{"criterion_code": "S.2.1.1", "previous_score": 85.25, "score": 82.83, "change": -2.42, "change_rank": -5}]


def test_no_change_is_stated_over_a_changed_roll_up_or_family(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        "select criterion_code, change, printed_change from rpt_scores where edition_id = 'sipas_2023_moha' and province_code = '46' "
        "and criterion_code in ('S', 'S.1', 'S.2', 'S.1.3', 'S.1.4', 'S.2.1', 'S.2.3') order by 1",
    )
    assert [row["change"] for row in rows] == [None] * 7
    assert {row["criterion_code"]: row["printed_change"] for row in rows}["S"] == 3.73


def test_the_roll_up_of_2023_holds_on_twelve_parents_and_2022_where_complete(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        "select edition_id, criterion_code, verdict from rpt_rollup where province_code = '46' and document_id = "
        "'sipas_2023_thua_thien_hue_ubnd' and criterion_code like 'S%' order by 1, 2",
    )
    verdicts = {(row["edition_id"], row["criterion_code"]): row["verdict"] for row in rows}
    of_2023 = {code: verdict for (edition, code), verdict in verdicts.items() if edition == "sipas_2023_moha"}
    of_2022 = {code: verdict for (edition, code), verdict in verdicts.items() if edition == "sipas_2022_moha"}
    assert len(of_2023) == 12
    assert set(of_2023.values()) == {"holds"}
    assert sorted(code for code, verdict in of_2022.items() if verdict == "incomplete") == ["S.1.4", "S.2.1", "S.2.3"]
    assert {verdict for code, verdict in of_2022.items() if code not in ("S.1.4", "S.2.1", "S.2.3")} == {"holds"}


def test_quang_nam_2022_keeps_all_its_claims(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        "select edition_id, score, is_known_failure from rpt_scores where index_code = 'SIPAS' and year = 2022 "
        "and province = 'Quảng Nam' and criterion_code = 'S' order by 1",
    )
    assert rows == [
        {"edition_id": "sipas_2022_moha", "score": 74.56, "is_known_failure": True},
        {"edition_id": "sipas_2022_provincial_survey", "score": 85.5, "is_known_failure": False},
    ]
    claims = ask(
        refreshed,
        "select distinct value from fct_claim where edition_id = 'sipas_2022_moha' and entity_code = '49' and criterion_code = 'S' "
        "and measure = 'score' order by 1",
    )
    assert [float(row["value"]) for row in claims] == [74.56, 75.0]


def test_papi_ranks_are_ours_and_withheld_is_not_low(refreshed: Instance) -> None:
    (hue,) = ask(
        refreshed,
        "select score, rank, rank_out_of, rank_kind, value_status from rpt_scores where index_code = 'PAPI' and year = 2023 "
        "and province = 'Thừa Thiên Huế' and criterion_code = 'D'",
    )
    assert hue == {
        "score": 46.0415,
        "rank": 1,
        "rank_out_of": 61,
        "rank_kind": "derived_by_us",
        "value_status": "derived_by_us",
    }
    (bac_giang,) = ask(
        refreshed,
        "select score, rank, value_status, missing_reason from rpt_scores where index_code = 'PAPI' and year = 2022 "
        "and province = 'Bắc Giang' and criterion_code = 'D'",
    )
    assert bac_giang == {"score": None, "rank": None, "value_status": "withheld", "missing_reason": "withheld_by_publisher"}
    years = ask(
        refreshed,
        "select year, count(*) as n, count(distinct rank) as n_ranks, min(rank) as low, max(rank) as high, max(rank_out_of) as out_of "
        "from rpt_scores where index_code = 'PAPI' and entity_type = 'province' and criterion_code = 'D' and rank is not null "
        "group by year order by year",
    )
    assert len(years) == 14
    assert all((y["n_ranks"], y["low"], y["high"], y["out_of"]) == (y["n"], 1, y["n"], y["n"]) for y in years)


def test_explain_walks_to_document_page_table_row_column_box_and_raw_text(refreshed: Instance) -> None:
    done = refreshed.run("explain", "SIPAS", "2023", "Thua Thien Hue")
    assert done.returncode == 0, done.stderr
    for expected in ("sipas_2023_thua_thien_hue_ubnd", "sha256", "page ", "table ", "row ", "column 2", "box (", "'82,28'"):
        assert expected in done.stdout
    found = json.loads(refreshed.run("explain", "SIPAS", "2023", "46", "S", "--json").stdout)
    chosen = next(c for c in found[0]["claims"] if c["claim_id"] == found[0]["score"]["claim_id"])
    stored = refreshed.home / "archive" / chosen["sha256"][:2] / chosen["sha256"]
    assert stored.read_bytes() == (REPOSITORY / "extractors/documents/sipas_2023_thua_thien_hue_ubnd.pdf").read_bytes()


def test_every_published_column_is_described_in_both_languages(refreshed: Instance) -> None:
    with duckdb.connect(str(refreshed.release / "cchc.duckdb"), read_only=True) as connection:
        columns = connection.execute(
            "select table_name, column_name, comment from duckdb_columns() where not internal"
        ).fetchall()
        tables = connection.execute("select table_name, comment from duckdb_tables() where not internal").fetchall()
    assert len(columns) > 150
    assert [name for *name, comment in columns if not comment or "VI:" not in comment or "EN:" not in comment] == []
    assert [name for name, comment in tables if not comment or "VI:" not in comment or "EN:" not in comment] == []


def test_parquet_and_csv_hold_the_same_rows_as_the_database(refreshed: Instance) -> None:
    manifest = json.loads((refreshed.release / "manifest.json").read_text(encoding="utf-8"))
    with duckdb.connect() as connection:
        for table, count in manifest["row_counts"].items():
            for kind in ("parquet", "csv"):
                path = refreshed.release / kind / f"{table}.{kind}"
                (found,) = connection.execute(f"select count(*) from '{path}'").fetchone() or (None,)
                assert found == count, f"{table}.{kind}"


def test_refreshes_leave_their_lines_in_the_history(
    refreshed: Instance, refreshed_again: subprocess.CompletedProcess[str]
) -> None:
    lines = (refreshed.home / "runs" / "history.jsonl").read_text(encoding="utf-8").splitlines()
    runs = [event for event in map(json.loads, lines) if event["kind"] == "run"]
    assert [event["outcome"] for event in runs][:2] == ["published", "unchanged"]
    assert not (refreshed.home / "runs" / "running.json").exists()
    told = [one["code"] for event in map(json.loads, lines) if event["kind"] == "alert" for one in event["new"]]
    assert told.count("release_published") == 1


def test_a_second_refresh_reads_nothing_and_says_so(refreshed_again: subprocess.CompletedProcess[str]) -> None:
    assert "nothing re-extracted" in refreshed_again.stdout
    assert "Nothing changed" in refreshed_again.stdout
    assert "(gate 1; gate 2 stands as in the release)" in refreshed_again.stdout


def test_queries_cannot_write_or_read_files(refreshed: Instance) -> None:
    for sql in ("create table t as select 1", "select * from read_csv('/etc/passwd')", "attach '/tmp/x.duckdb'"):
        done = refreshed.run("query", sql)
        assert done.returncode == 2
        assert "Traceback" not in done.stderr


@dataclass(frozen=True)
class Damaged:
    """A home whose last refresh found two documents damaged, and what that refresh said."""

    instance: Instance
    said: str
    published: list[dict[str, Any]]
    """Statements of the damaged workbook before."""


WORKBOOK = "par_index_2012_2024_published"
STATEMENTS = f"select claim_id, value from fct_claim where document_id = '{WORKBOOK}' order by claim_id"


@pytest.fixture(scope="module")
def damaged(refreshed: Instance, tmp_path_factory: pytest.TempPathFactory) -> Damaged:
    """A copy of the Huế document in which S.2.4.2 reads 84,62 instead of 83,62 (one point more); in the workbook of PAR INDEX a
    province misspelt and a figure that is none."""
    instance = copy_of(refreshed, tmp_path_factory.mktemp("damaged"))
    assert instance.catalogue is not None
    before, published = instance.release, ask(instance, STATEMENTS)
    documents = instance.catalogue / "documents"
    leaf = REPOSITORY / "tests/fixtures/sipas_2023_hue_leaf_s_2_4_2_one_point_off.pdf"
    shutil.copyfile(leaf, documents / "sipas_2023_thua_thien_hue_ubnd.pdf")
    book = openpyxl.load_workbook(documents / f"{WORKBOOK}.xlsx")
    sheet = book["Tỉnh"]
    sheet["B8"], sheet["E9"] = "Quảng Nimh", "abc"
    book.save(documents / f"{WORKBOOK}.xlsx")
    done = instance.run("refresh", environment=UNTESTED)
    assert done.returncode == 1, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert instance.release != before, "what is held back is published too"
    return Damaged(instance, done.stdout, published)


def test_a_damaged_leaf_is_stopped_at_gate_1_and_its_published_figure_stays(damaged: Damaged) -> None:
    for expected in ("sipas_2023_thua_thien_hue_ubnd", "page ", "table ", "row ", "expected", "found", "S.2.4"):
        assert expected in damaged.said
    assert "its published figures stay" in damaged.said
    copied = damaged.instance
    held = ask(copied, "select criterion_code, raw_text from rpt_quarantine where item_status = 'open' and is_suspect")
    assert {"criterion_code": "S.2.4.2", "raw_text": "84,62"} in held
    (row,) = ask(
        copied,
        "select score from rpt_scores where edition_id='sipas_2023_moha' and province_code='46' and criterion_code='S.2.4.2'",
    )
    assert row["score"] == 83.62
    pictures = list((copied.home / "quarantine" / "sipas_2023_thua_thien_hue_ubnd").glob("page_*_table_*_row_*_column_*.png"))
    assert pictures, "a person sees the cell on its page"
    assert copied.run("status").returncode == 1


def test_one_damaged_cell_takes_no_published_figure_away(damaged: Damaged) -> None:
    """The document is published: its published figures stay, whole."""
    for expected in (f"{WORKBOOK} (its published figures stay)", "cell B8", "Quảng Nimh", "cell E9", "abc"):
        assert expected in damaged.said
    copied = damaged.instance
    assert ask(copied, STATEMENTS) == damaged.published
    report = json.loads((copied.home / "quarantine" / f"{WORKBOOK}.json").read_text(encoding="utf-8"))
    assert len(report["rows"]) == 2


_ENTRY = """
id: {document_id}
index_code: SIPAS
reference_years: [2023]
title_vi: Tệp hỏng (synthetic)
title_en: Synthetic damaged file
publisher: synthetic
cited_source:
  title: Synthetic test file
  publisher: synthetic
  url: null
source_class: provincial_table
layout: sipas_provincial_plan
kind: {kind}
language: vi
licence:
  name: synthetic
  stated_at: synthetic
is_reset: false
address: unknown
inbox: {name}
"""

HOSTILE = {
    "recursive_forms_bomb.pdf": "reader_out_of_memory",
    "page_tree_loop.pdf": "damaged_page",
    "entity_bomb.xlsx": "workbook_unsafe",
}


def _into_the_inbox(catalogue: Path, inbox: Path) -> dict[str, str]:
    """Hostile files for which the catalogue waits: document id -> why it is held back."""
    inbox.mkdir()
    found: dict[str, str] = {}
    for name, reason in HOSTILE.items():
        document_id = f"sipas_2023_synthetic_{name.partition('.')[0]}"
        entry = _ENTRY.format(document_id=document_id, kind=name.rpartition(".")[2], name=name)
        (catalogue / "entries" / f"{document_id}.yml").write_text(entry, encoding="utf-8")
        shutil.copyfile(REPOSITORY / "tests/fixtures/bad" / name, inbox / name)
        found[document_id] = reason
    return found


def test_mended_documents_come_back_and_bad_ones_are_held_back_while_everything_else_goes_on(
    damaged: Damaged, tmp_path: Path
) -> None:
    """After the damage of before was mended: a document that disappeared, an empty one, a page of a web server and no PDF at all in
    the place of four published ones, and three hostile files in the inbox."""
    instance = copy_of(damaged.instance, tmp_path)  # the same home, with the catalogue of the repository
    assert instance.catalogue is not None
    damage = {
        "ict_index_2019_published": (None, "found none"),
        "sipas_2022_quang_nam_so_noi_vu": (b"", "an empty file"),
        "par_index_2022_2023_quang_nam_press": (b"<!DOCTYPE html><html><body>404</body></html>", "HTML"),
        "par_index_2020_press_top10": (b"%PDF-1.7\nnot really\n%%EOF\n", "PDF"),
    }
    for name, (content, _) in damage.items():
        (path,) = (instance.catalogue / "documents").glob(f"{name}.*")
        path.unlink()
        if content is not None:
            path.write_bytes(content)
    shutil.rmtree(instance.home / "extracted" / "sipas_2023_thua_thien_hue_ubnd")  # which has to be read anew
    hostile = _into_the_inbox(instance.catalogue, tmp_path / "inbox")
    before = instance.release
    done = instance.run(
        "refresh", "--inbox", str(tmp_path / "inbox"), "--json", environment=UNTESTED | {"CCHC_READ_MEMORY_MB": "1024"}
    )
    assert done.returncode == 1, done.stdout[-3000:] + done.stderr[-3000:]
    assert "Traceback" not in done.stdout + done.stderr
    summary = json.loads(done.stdout)
    assert set(summary["held_back"]) == {*damage, *hostile}
    assert {"sipas_2023_thua_thien_hue_ubnd", *hostile} <= set(summary["documents_extracted"])
    assert instance.release != before, "what is held back is published too"
    assert {name: found["count"] for name, found in summary["report"]["scores"].items() if found["count"]} == {}
    reports = {
        path.stem: json.loads(path.read_text(encoding="utf-8")) for path in (instance.home / "quarantine").glob("*.json")
    }
    assert set(reports) == {*damage, *hostile}
    for name, (_, expected) in damage.items():
        assert expected in " ".join(reports[name]["messages"])
    assert {name: [issue["code"] for issue in reports[name]["issues"]] for name in hostile} == {
        name: [reason] for name, reason in hostile.items()
    }
    held = ask(instance, "select document_id, reason_code from rpt_quarantine where item_status = 'open'")
    assert {row["document_id"] for row in held} == {*damage, *hostile}
    assert {row["document_id"]: row["reason_code"] for row in held if row["document_id"] in hostile} == hostile
    for sql, count in (
        ("select count(*) as n from rpt_score_components where year = 2020", 40),
        ("select count(*) as n from rpt_scores where index_code = 'ICT_INDEX'", 1),
    ):
        assert ask(instance, sql)[0]["n"] >= count, "published figures stay"


def test_a_second_refresh_beside_a_running_one_is_told_so(copied: Instance) -> None:
    holder = subprocess.Popen(
        [
            sys.executable,
            "-c",
            "import sys, time; from pathlib import Path; from dagster_project.lockfile import only_one\n"
            f"with only_one(Path({str(copied.home / 'refresh.lock')!r})):\n    print('held', flush=True); time.sleep(60)",
        ],
        stdout=subprocess.PIPE,
        text=True,
        cwd=REPOSITORY,
    )
    try:
        assert holder.stdout is not None
        assert holder.stdout.readline().strip() == "held"
        done = copied.run("refresh")
    finally:
        holder.kill()
        holder.wait()
    assert done.returncode == 2
    assert f"another refresh is running (process {holder.pid} on " in done.stderr


def test_a_read_only_home_is_said_in_words(tmp_path: Path) -> None:
    """A file where the folder should be: no user, root included, can write below it."""
    (tmp_path / "occupied").write_text("not a folder", encoding="utf-8")
    done = Instance(tmp_path / "occupied" / "home").run("refresh")
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "CCHC_HOME" in done.stderr
    assert "Traceback" not in done.stderr


def test_a_home_that_is_a_file_is_said_in_words(tmp_path: Path) -> None:
    (tmp_path / "home").write_text("not a folder", encoding="utf-8")
    for command in (("refresh",), ("status",), ("query", "select 1")):
        done = Instance(tmp_path / "home").run(*command)
        assert (done.returncode, done.stderr.count("\n")) == (2, 1), done.stderr
        assert f"expected a folder in the variable CCHC_HOME, found a file: {tmp_path / 'home'}" in done.stderr


def test_explain_knows_a_province_by_its_other_names(refreshed: Instance) -> None:
    for label in ("TP. Hồ Chí Minh", "Ho Chi Minh City", "79"):
        done = refreshed.run("explain", "PAR_PROVINCE", "2023", label)
        assert done.returncode == 0, done.stderr
        assert "Hồ Chí Minh, " in done.stdout
        assert "= 86.97 points, rank 33 of 63" in done.stdout


def test_explain_says_that_a_figure_is_a_known_failure_of_its_source(refreshed: Instance) -> None:
    done = refreshed.run("explain", "SIPAS", "2022", "Quảng Nam")
    assert "KNOWN FAILURE OF THE SOURCE" in done.stdout
    assert "74,995" in done.stdout.replace("74.995", "74,995")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("explain", "SIPSA", "2023", "Huế"),
            "expected one of the indices ICT_INDEX, PAPI, PAR_MINISTRY, PAR_PROVINCE, PCI, SIPAS, found 'SIPSA'",
        ),
        (("explain", "SIPAS", "2030", "Huế"), "expected a reference year of SIPAS with data"),
        (("explain", "SIPAS", "2023", "Thừa Thiên Hu"), "near: Thừa Thiên Huế"),
        (("explain", "SIPAS", "2023", "46", "S.9"), "found 'S.9'; there are S, S.1, S.2"),
        (("query", "select nothing_here from rpt_scores"), "nothing_here"),
        (("query", "select 1; select 2"), "expected one SQL statement"),
        (("extract", "docs/flow.svg"), "expected a PDF, a picture (PNG, JPEG, TIFF), a workbook"),
        (("extract", "no/such/file.pdf"), "expected a file at no/such/file.pdf, found nothing"),
        (("refresh", "--inbox", "no/such/folder"), "expected a folder with documents"),
        (("lock", "--accept", "nobody", "--reason", "because"), "expected the id of a catalogue entry, found 'nobody'"),
    ],
)
def test_a_wrong_word_is_answered_in_words_with_exit_code_2(
    refreshed: Instance, arguments: tuple[str, ...], expected: str
) -> None:
    done = refreshed.run(*arguments)
    assert done.returncode == 2
    assert expected in done.stderr
    assert "Traceback" not in done.stdout + done.stderr


def test_the_readmes_queries_give_the_readmes_answers(refreshed: Instance) -> None:
    """Each SQL block that a table follows is run; the table must be its answer."""
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    examples = re.findall(r"```sql\n(select [^`]*)```\n\n((?:\|[^\n]*\n)+)", text)
    assert len(examples) == 6
    for sql, table in examples:
        rows = [[cell.strip() for cell in line.strip("|\n").split("|")] for line in table.splitlines()]
        header, _, *printed = rows
        answer = list(csv.reader(refreshed.run("query", sql, "--csv").stdout.splitlines()))
        assert answer[0] == header
        assert answer[1:] == printed
