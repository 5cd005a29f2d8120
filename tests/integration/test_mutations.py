"""Bad input, one case for each way of damaging each layout that must be caught, by the name of what catches it; all at gate 1 at once.

The benchmark (`make benchmark-mutations`) draws thousands of such cases at random; these are fixed, with the figures of the documents.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace

import pytest

from extractors.records import Reading
from tests.benchmarks.mutations.cases import Case, difference, new_issues
from tests.benchmarks.mutations.edits import cells_of, table_of, with_rows_twice, with_texts, without_row
from tests.benchmarks.mutations.gate1 import CleanJudgement, Seen, judge_cases, judge_clean
from tests.benchmarks.mutations.specimens import Bench, Specimen, load_bench
from tests.benchmarks.mutations.verdicts import Verdict, verdict

HUE, ANSWER = "sipas_2023_thua_thien_hue_ubnd", "sipas_2022_quang_nam_so_noi_vu"
TOP_TEN, QUANG_NAM = "par_index_2020_press_top10", "par_index_2022_2023_quang_nam_press"
SHEET, DIMENSIONS = "par_local_2024_synthetic_scoring", "papi_2011_2024_dimensions#2011PAPI- Bảng tổng hợp kết quả"
COMPILATION = "sipas_2017_2024_published"
LAYOUTS = (
    "sipas_provincial_plan",
    "sipas_department_answer",
    "par_component_ranking",
    "par_scoring_workbook",
    "par_scoring_sheet",
    "compilation",
    "papi_dimensions_workbook",
)

Edit = Callable[[Reading], Reading]


def cell(table: int, row: int, column: int, before: str, after: str) -> Edit:
    """One figure is another; `before` is what the document prints."""

    def edit(reading: Reading) -> Reading:
        assert cells_of(table_of(reading, table))[row, column].text == before
        return with_texts(reading, {(table, row, column): after})

    return edit


def swapped(table: int, rows: tuple[int, int], columns: tuple[int, ...]) -> Edit:
    def edit(reading: Reading) -> Reading:
        cells, (one, other) = cells_of(table_of(reading, table)), rows
        texts = {(table, one, c): cells[other, c].text for c in columns} | {
            (table, other, c): cells[one, c].text for c in columns
        }
        return with_texts(reading, texts)

    return edit


def swapped_columns(table: int, rows: tuple[int, ...], one: int, other: int) -> Edit:
    def edit(reading: Reading) -> Reading:
        cells = cells_of(table_of(reading, table))
        texts = {(table, r, one): cells[r, other].text for r in rows} | {(table, r, other): cells[r, one].text for r in rows}
        return with_texts(reading, texts)

    return edit


def shifted(table: int, column: int, rows: tuple[int, ...]) -> Edit:
    """The column stands one row too low from the first of the rows on."""

    def edit(reading: Reading) -> Reading:
        cells = cells_of(table_of(reading, table))
        texts = dict(zip(rows, ("", *(cells[row, column].text for row in rows[:-1])), strict=True))
        return with_texts(reading, {(table, row, column): text for row, text in texts.items()})

    return edit


CASES: Mapping[str, tuple[str, Edit, str]] = {
    "two digits of a plan": (HUE, cell(8, 3, 2, "82,28", "28,82"), "gate1__change__difference_of_scores"),
    "figures of two rows of a plan": (HUE, swapped(8, (5, 6), (2, 3)), "gate1__change__difference_of_scores"),
    "labels of two rows of a plan": (HUE, swapped(11, (3, 4), (1,)), "gate1__figure__table_repeats"),
    "two columns of a plan": (HUE, swapped_columns(15, (3, 4, 5, 6), 2, 4), "gate1__change__difference_of_scores"),
    "a column over the page break of a plan": (HUE, shifted(15, 2, (5, 6)), "gate1__change__difference_of_scores"),
    "0 for a score of a plan": (HUE, cell(13, 4, 2, "82,83", "0"), "gate1__score__within_scale"),
    "two digits of an answer": (ANSWER, cell(1, 5, 6, "88,30", "83,80"), "gate1__gap_to_best__difference_to_first"),
    "two columns of an answer": (ANSWER, swapped_columns(1, (3, 4, 5), 2, 4), "gate1__gap_to_mean__difference_to_nation"),
    "rows of an answer twice": (ANSWER, lambda reading: with_rows_twice(reading, 1, 4, 5), "reading_row row_twice"),
    "two digits of a ranking": (TOP_TEN, cell(1, 3, 7, "91,04", "94,01"), "gate1__total__sum_of_sources"),
    "two columns of a ranking": (TOP_TEN, swapped_columns(1, tuple(range(3, 13)), 3, 7), "gate1__total__sum_of_sources"),
    "a rank twice": (TOP_TEN, cell(1, 7, 1, "5", "7"), "gate1__rank__agrees_with_score"),
    "a lost row of a ranking": (TOP_TEN, lambda reading: without_row(reading, 1, 7), "warning rank_missing"),
    "two digits of a total": (QUANG_NAM, cell(1, 11, 4, "80,91", "90,81"), "gate1__change__difference_of_scores"),
    "a lost field": (QUANG_NAM, lambda reading: without_row(reading, 1, 7), "warning criterion_missing"),
    "points of two rows of a sheet": (SHEET, swapped(1, (2, 3), (3, 4, 5, 6)), "gate1__score__sum_of_points"),
    "rows of a sheet twice": (SHEET, lambda reading: with_rows_twice(reading, 1, 2, 14), "reading_document unknown_content"),
    "two digits of a dimension": (DIMENSIONS, cell(2, 3, 3, "5.76248", "7.56248"), "gate1__score__sum_of_children"),
    "two columns of dimensions": (DIMENSIONS, swapped_columns(2, tuple(range(3, 66)), 3, 9), "gate1__points__within_maximum"),
    "two provinces of like names": (DIMENSIONS, swapped(2, (3, 4), (2,)), "reading_row code_differs"),
    "0 for a withheld dimension": (DIMENSIONS, cell(2, 3, 3, "5.76248", "0"), "reading_row zero_score"),
    "a lost province": (DIMENSIONS, lambda reading: without_row(reading, 2, 5), "warning unit_missing"),
}


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    whole = load_bench(tmp_path_factory.mktemp("synthetic"), LAYOUTS)
    wanted = {COMPILATION, *(document for document, _, _ in CASES.values())}
    return replace(whole, specimens=tuple(specimen for specimen in whole.specimens if specimen.name in wanted))


@pytest.fixture(scope="module")
def clean(bench: Bench, tmp_path_factory: pytest.TempPathFactory) -> CleanJudgement:
    return judge_clean(bench, tmp_path_factory.mktemp("clean") / "gate1.duckdb")


def damaged(number: int, specimen: Specimen, edit: Edit) -> Case:
    outcome = specimen.understand(edit(specimen.reading))
    return Case(
        number,
        "fixed",
        specimen,
        "",
        outcome,
        difference(specimen.clean, outcome),
        new_issues(specimen.clean, outcome, "error"),
        new_issues(specimen.clean, outcome, "warning"),
    )


@pytest.fixture(scope="module")
def verdicts(bench: Bench, clean: CleanJudgement, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Verdict]:
    by_name = {specimen.name: specimen for specimen in bench.specimens}
    cases = {name: damaged(n, by_name[document], edit) for n, (name, (document, edit, _)) in enumerate(CASES.items(), start=1)}
    seen = judge_cases(bench, tuple(cases.values()), clean, tmp_path_factory.mktemp("damaged") / "gate1.duckdb")
    return {name: verdict(case, seen.get(case.number, Seen()), clean) for name, case in cases.items()}


def test_no_clean_document_is_accused(bench: Bench, clean: CleanJudgement) -> None:
    assert clean.accused == {}
    assert {HUE, ANSWER, TOP_TEN, QUANG_NAM, COMPILATION} <= {specimen.entry.id for specimen in bench.specimens}


@pytest.mark.parametrize("name", CASES)
def test_damage_is_caught_by_name(verdicts: Mapping[str, Verdict], name: str) -> None:
    found, expected = verdicts[name], CASES[name][2]
    fate, _, code = expected.rpartition(" ")
    assert found.fate == (fate or "gate1"), (found.fate, found.by)
    assert code in found.by


def test_a_point_for_a_decimal_comma_changes_no_figure(bench: Bench) -> None:
    specimen = next(specimen for specimen in bench.specimens if specimen.name == HUE)
    assert damaged(1, specimen, cell(8, 3, 2, "82,28", "82.28")).difference.is_none
