"""The 22 questions a reader asks, each one query in `dbt_project/analyses/`, run on the published release.

Expected answers are those the sources print; where they print none, the query itself must say so.
"""

from __future__ import annotations

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from tests.conftest import REPOSITORY, Instance

PROJECT = REPOSITORY / "dbt_project"
QUESTIONS = sorted(path.stem for path in (PROJECT / "analyses").glob("q*.sql"))
MART = re.compile(r'"\w+"\."marts"\."(\w+)"')
"""A relation as dbt compiles it for the build database; the published file has the same tables in its own schema."""

Row = tuple[Any, ...]


@dataclass(frozen=True)
class Questions:
    """The compiled queries and the release they are asked of."""

    compiled: Path
    release: Path

    def ask(self, name: str) -> tuple[list[str], list[Row]]:
        sql = MART.sub(r'"\1"', (self.compiled / f"{name}.sql").read_text(encoding="utf-8"))
        with duckdb.connect(str(self.release / "cchc.duckdb"), read_only=True) as connection:
            result = connection.execute(sql)
            return [column[0] for column in result.description or []], result.fetchall()

    def answer(self, number: int, *columns: str) -> list[Row]:
        """The named columns of the answer to question `number`."""
        (name,) = (question for question in QUESTIONS if question.startswith(f"q{number:02d}_"))
        names, rows = self.ask(name)
        return [tuple(row[names.index(column)] for column in columns) for row in rows]


@pytest.fixture(scope="module")
def questions(refreshed: Instance, tmp_path_factory: pytest.TempPathFactory) -> Questions:
    folder = tmp_path_factory.mktemp("questions")
    environment = os.environ | {
        "CCHC_BUILD_DB": str(folder / "build.duckdb"),
        "DBT_TARGET": "duckdb",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
    }
    command = [
        str(Path(sys.executable).parent / "dbt"), "--no-use-colors", "compile", "--select", "path:analyses",
        "--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT),
        "--target-path", str(folder / "target"), "--log-path", str(folder / "logs"),
    ]  # fmt: skip
    done = subprocess.run(command, env=environment, capture_output=True, text=True, check=False, timeout=600)
    assert done.returncode == 0, done.stdout + done.stderr
    return Questions(folder / "target" / "compiled" / "cchc" / "analyses", refreshed.release)


def test_there_is_one_query_for_each_of_the_22_questions_and_the_readme_links_it() -> None:
    assert [name[:4] for name in QUESTIONS] == [f"q{number:02d}_" for number in range(1, 23)]
    readme = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    assert [name for name in QUESTIONS if f"(dbt_project/analyses/{name}.sql)" not in readme] == []


@pytest.mark.parametrize("name", QUESTIONS)
def test_each_question_is_one_select_asked_in_both_languages(name: str) -> None:
    text = (PROJECT / "analyses" / f"{name}.sql").read_text(encoding="utf-8")
    head, _, query = text.partition("\nselect\n")
    assert re.match(rf"-- {int(name[1:3])}\. \S.*\n-- +\S", head), head
    assert ";" not in query
    assert query.count("select\n") == 0, "one select, plain enough to be changed by its reader"
    assert re.findall(r"ref\('(?!rpt_|fct_|dim_)", query) == []


def test_q01_one_criterion_fell_in_score(questions: Questions) -> None:
    assert questions.answer(1, "criterion_code", "previous_score", "score", "change", "change_rank") == [
        ("S.2.1.1", 85.25, 82.83, -2.42, -5)
    ]


def test_q02_one_factor_and_nine_criteria_fell_in_rank_and_eight_of_them_rose_in_score(questions: Questions) -> None:
    rows = questions.answer(2, "criterion_code", "change_rank")
    assert rows == [
        ("S.1.1", -2), ("S.1.1.1", -2), ("S.1.1.2", -1), ("S.1.3.2", -10), ("S.1.3.6", -5), ("S.1.3.7", -1),
        ("S.1.3.8", -8), ("S.2.1.1", -5), ("S.2.2.1", -1), ("S.2.2.3", -4),
    ]  # fmt: skip
    leaves = [change for is_leaf, change in questions.answer(2, "is_scored_leaf", "change") if is_leaf]
    assert (len(leaves), sum(change > 0 for change in leaves)) == (9, 8)


def test_q03_largest_gains(questions: Questions) -> None:
    assert questions.answer(3, "criterion_code", "change") == [
        ("S.1.3.5", 12.02), ("S.1.4.1", 7.75), ("S.1.3.1", 7.39), ("S.2.5.1", 6.95), ("S.2.3.1", 6.13), ("S.2.3.2", 5.85),
    ]  # fmt: skip


def test_q04_lowest_criteria(questions: Questions) -> None:
    rows = questions.answer(4, "criterion_code", "score")
    assert rows == [
        ("S.1.3.1", 79.64), ("S.1.3.5", 80.14), ("S.1.2.1", 80.25), ("S.1.2.2", 80.47), ("S.1.4.1", 80.50), ("S.1.4.2", 80.97),
    ]  # fmt: skip
    assert questions.answer(4, "rank", "rank_out_of")[:2] == [(45, 63), (40, 63)]


def test_q05_highest_criteria(questions: Questions) -> None:
    assert questions.answer(5, "criterion_code", "score", "rank") == [
        ("S.2.1.2", 84.40, 18), ("S.1.4.8", 84.08, 22), ("S.2.3.1", 83.86, 23), ("S.1.3.4", 83.72, 25),
    ]  # fmt: skip


def test_q06_no_criterion_is_in_the_top_10(questions: Questions) -> None:
    rows = questions.answer(6, "criterion_code", "rank", "is_in_top_10")
    assert rows[0] == ("S.2.1.2", 18, False)
    assert len(rows) == 51
    assert not any(is_in for _, _, is_in in rows)


def test_q07_two_factors_stand_above_the_mean_and_the_means_of_four_are_not_in_the_sources(questions: Questions) -> None:
    absent = "not in the sources: national mean of the factor"
    assert questions.answer(7, "criterion_code", "gap_to_mean", "answer") == [
        ("S.2.4", -0.39, "below"), ("S.2.2", -0.30, "below"), ("S.2.5", -0.23, "below"),
        ("S.2.3", 0.24, "not below"), ("S.2.1", 0.36, "not below"),
        ("S.1.1", None, absent), ("S.1.2", None, absent), ("S.1.3", None, absent), ("S.1.4", None, absent),
    ]  # fmt: skip


def test_q08_gaps_to_mean_and_first_and_a_target_whose_score_is_not_in_the_sources(questions: Questions) -> None:
    assert questions.answer(
        8, "score", "rank", "gap_to_mean", "gap_to_best", "target_year", "target_rank", "ranks_to_climb"
    ) == [(82.28, 32, -0.38, -8.33, 2024, 10, 22)]
    assert questions.answer(8, "target_outcome", "rank_10_score", "answer") == [
        ("result_of_an_earlier_year", None, "not in the sources: score at rank 10")
    ]


def test_q09_the_merged_cell_answers_for_the_lowest_factor(questions: Questions) -> None:
    ((code, score, rank, unit),) = questions.answer(9, "criterion_code", "score", "rank", "responsible_unit")
    assert (code, score, rank) == ("S.1.2", 80.36, 40)
    assert unit == "Các sở, ban, ngành; UBND các huyện, thị xã, thành phố; UBND các xã, phường, thị trấn"


def test_q10_eleven_criteria_are_new_and_a_document_says_so(questions: Questions) -> None:
    rows = questions.answer(10, "criterion_code", "coverage_reason", "document_id")
    assert [code for code, _, _ in rows] == ["S.1.3.9", *(f"S.1.4.{n}" for n in range(2, 11)), "S.2.1.2"]
    assert {(reason, document) for _, reason, document in rows} == {("new_criterion", "sipas_2023_thua_thien_hue_ubnd")}


def test_q11_one_criterion_vanished_by_name_and_two_are_implied(questions: Questions) -> None:
    rows = questions.answer(11, "previous_criterion_code", "criterion_name_vi")
    assert [code for code, _ in rows] == ["S.1.4.X1", "S.2.1.X1", "S.2.3.X1"]
    assert rows[0][1] == "CS đã góp phần giúp cho chất lượng cuộc sống của ND địa phương ngày càng tốt hơn"
    assert [name for _, name in rows[1:]] == [None, None]


def test_q12_most_of_the_change_is_real(questions: Questions) -> None:
    points = {
        component: round(value, 2) for component, value in questions.answer(12, "component", "points") if value is not None
    }
    assert points == {"total": 3.73, "comparable_criteria": 3.48, "new_criteria": 0.15, "rollup_rule": 0.10}


def test_q13_tables_win_over_prose(questions: Questions) -> None:
    rows = questions.answer(13, "criterion_code", "measure", "kind", "chosen_raw_text", "other_raw_text", "chosen_modality")
    assert rows == [
        ("N.6.2", "score", "truncation", "12,48%", "đạt 12,4%", "table"),
        ("S.1.1.1", "score", "contradiction", "81,29", "đạt 81,23%", "table"),
        ("S.1.4", "rank", "contradiction", "32", "xếp thứ 39 toàn quốc", "table"),
        ("S.2.1", "change", "contradiction", "0,28", "giảm 0,28% so với năm 2022", "table"),
    ]


def test_q14_better_but_not_proven(questions: Questions) -> None:
    assert questions.answer(14, "criterion_code", "previous_score", "score", "difference_z", "answer") == [
        ("N.5.1", 79.38, 82.70, 1.3608, "better, not proven"),
        ("N.6.1", 80.51, 85.90, 2.2952, "better, not proven"),
    ]
    assert all(z < 1.96 for (z,) in questions.answer(14, "difference_z_clustered"))


def test_q15_the_series_shows_its_breaks(questions: Questions) -> None:
    assert questions.answer(15, "year", "score", "rank", "change", "methodology_code") == [
        (2020, None, 53, None, "sipas-2640"),
        (2021, None, 57, None, "sipas-2640"),
        (2022, 74.56, 61, None, "sipas-2022"),
        (2023, 78.44, 59, None, "sipas-1001"),
    ]
    reasons = dict(questions.answer(15, "year", "comparability_reason"))
    assert (reasons[2022], reasons[2023]) == ("method_break", "changed_rollup")


def test_q16_gaps_by_part(questions: Questions) -> None:
    assert questions.answer(16, "criterion_code", "gap_to_mean", "gap_to_best", "printed_gap_to_best") == [
        ("S", -5.52, -13.03, None),
        ("S.1", -5.85, -13.02, -13.02),
        ("S.2", -4.31, -12.18, -12.18),
    ]


def test_q17_five_fields_are_named_and_no_change_is_computed_over_the_new_method(questions: Questions) -> None:
    assert questions.answer(17, "criterion_code", "printed_change", "change") == [
        ("P.3", -18, None), ("P.5", -15, None), ("P.1", -10, None), ("P.7", -5, None), ("P.6", -4, None),
    ]  # fmt: skip


def test_q18_ranks_over_the_years_neighbours_and_the_years_that_are_not_in_the_sources(questions: Questions) -> None:
    rows = questions.answer(18, "year", "province", "rank", "answer")
    own = {year: (rank, answer) for year, province, rank, answer in rows if province == "Thừa Thiên Huế"}
    assert sorted(own) == list(range(2012, 2025))
    assert {year: rank for year, (rank, _) in own.items() if rank is not None} == {
        2012: 41, 2013: 41, 2014: 19, 2015: 4, 2020: 3, 2021: 4, 2022: 19, 2023: 17,
    }  # fmt: skip
    assert {year for year, (_, answer) in own.items() if answer == "not in the sources"} == {2016, 2017, 2018, 2019, 2024}
    assert own[2022][1] == "implied by the figures of the year after"
    assert ("Nghệ An", 15) in [(province, rank) for year, province, rank, _ in rows if year == 2023]


def test_q19_places_among_n_are_compared_never_scores(questions: Questions) -> None:
    rows = questions.answer(
        19, "year", "province", "sipas_minus_par_percentile", "sipas_minus_papi_percentile", "papi_rank_kind"
    )
    found = {(year, province): gaps for year, province, *gaps in rows}
    assert found[2023, "Long An"][:2] == [-0.8065, -0.1532]
    assert found[2023, "Thừa Thiên Huế"][:2] == [-0.2419, -0.5]
    assert {kind for _, _, _, _, kind in rows} <= {"derived_by_us", None}


def test_q20_a_number_walks_back_to_its_cell(questions: Questions) -> None:
    ((raw, page, row, publisher, decision, sha256),) = questions.answer(
        20, "raw_text", "page", "row_number", "cited_publisher", "cited_decision", "sha256"
    )
    assert (raw, page, row, publisher, decision) == ("82,28", 6, 3, "UBND tỉnh Thừa Thiên Huế", "216/KH-UBND")
    assert len(sha256) == 64


def test_q21_a_difference_inside_our_interval_is_noise_and_the_interval_is_that_of_558_ballots(questions: Questions) -> None:
    rows = questions.answer(21, "province", "score_gap", "margin", "margin_clustered", "answer")
    answers = {province: (float(gap), answer) for province, gap, _, _, answer in rows}
    assert answers["Gia Lai"] == (1.56, "noise once clusters are counted")
    assert answers["Quảng Ninh"][0] == 8.33
    assert answers["Quảng Ninh"][1].endswith("ballots of the other are not in the sources")
    assert {(margin, clustered) for _, _, margin, clustered, _ in rows} == {(1.3276, 2.2994)}


def test_q22_no_scoring_sheet_is_in_the_sources(questions: Questions) -> None:
    """The mart waits for a sheet; of the points that the press prints, what was lost is not known."""
    assert questions.answer(22, "criterion_code", "lost_points", "responsible_unit", "evidence") == []
    with duckdb.connect(str(questions.release / "cchc.duckdb"), read_only=True) as connection:
        stages = connection.execute("select distinct stage from rpt_score_components").fetchall()
    assert stages == [("published",)]
