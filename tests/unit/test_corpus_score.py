"""The scorer: what counts as right, wrong, missing and noise."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from extractors.records import Cell, Table
from tests.benchmarks.extraction.score import UNSETTLED, Grid, GridCell, Score, grid_of_rows, grid_of_table, number_of, score

TRUTH = grid_of_rows(
    [
        ["STT", "Tỉnh", "Chỉ số", "Xếp hạng"],
        ["1", "Hà Nội", "88,09", "2"],
        ["2", "Hà Giang", "85,32", ""],
        ["3", "Cao Bằng", "91,5", "1"],
    ]
)


def changed(row: int, column: int, text: str) -> Grid:
    return Grid(TRUTH.n_rows, TRUTH.n_columns, {**TRUTH.cells, (row, column): GridCell(text)})


def test_the_same_table_scores_one() -> None:
    result = score([TRUTH], [TRUTH])
    assert (result.f1, result.adjacency_f1, result.tables_exact, result.noise_tables) == (1.0, 1.0, 1, 0)
    assert (result.numbers_right, result.numbers_wrong, result.numbers_missing) == (8, 0, 0)


@pytest.mark.parametrize(
    ("text", "wrong", "missing"),
    [("88,094", 1, 0), ("88,9", 1, 0), ("", 0, 1), ("88,09 4", 0, 1), (UNSETTLED, 0, 1), ("−88,09", 1, 0)],
)
def test_another_number_is_wrong_and_no_number_is_missing(text: str, wrong: int, missing: int) -> None:
    result = score([TRUTH], [changed(2, 3, text)])
    assert (result.numbers_wrong, result.numbers_missing, result.numbers_right) == (wrong, missing, 7)
    assert result.f1 < 1


def test_a_number_in_a_blank_place_is_wrong() -> None:
    assert score([TRUTH], [changed(3, 4, "7")]).numbers_wrong == 1


def test_a_lost_row_costs_its_own_cells_only() -> None:
    rows = [["STT", "Tỉnh", "Chỉ số", "Xếp hạng"], ["1", "Hà Nội", "88,09", "2"], ["3", "Cao Bằng", "91,5", "1"]]
    result = score([TRUTH], [grid_of_rows(rows)])
    assert (result.numbers_wrong, result.numbers_missing, result.cells_right) == (0, 2, 12)


def test_a_shifted_row_is_wrong() -> None:
    rows = [
        ["STT", "Tỉnh", "Chỉ số", "Xếp hạng"],
        ["1", "Hà Nội", "2", "88,09"],
        ["2", "Hà Giang", "85,32", ""],
        ["3", "Cao Bằng", "91,5", "1"],
    ]
    assert score([TRUTH], [grid_of_rows(rows)]).numbers_wrong == 2


def test_a_chart_that_is_read_as_a_table_is_noise() -> None:
    result = score([], [grid_of_rows([["20", "40"], ["60", "80"]])])
    assert (result.noise_tables, result.f1) == (1, 0.0)
    assert score([], []).f1 == 1.0


def test_a_table_that_is_not_found_is_missing() -> None:
    result = score([TRUTH], [])
    assert (result.f1, result.numbers_missing, result.tables_true) == (0.0, 8, 1)


def test_spans_count_at_their_anchor_and_join_their_neighbours() -> None:
    cells = (Cell(1, 1, "Năm 2023", column_span=2), Cell(2, 1, "Chỉ số"), Cell(2, 2, "Vị thứ"))
    table = grid_of_table(Table(number=1, n_rows=2, n_columns=2, header_rows=2, cells=cells))
    assert score([table], [table]).spans_right == 1
    loose = grid_of_rows([["Năm 2023", ""], ["Chỉ số", "Vị thứ"]])
    result = score([table], [loose])
    assert (result.f1, result.spans_right, result.relations_true, result.relations_right) == (1.0, 0, 3, 2)


def test_combining_marks_and_blanks_do_not_count() -> None:
    spaced = grid_of_rows([["Hà Giang ", "1\u00a0234"]])
    composed = grid_of_rows([["Ha\u0300  Giang", "1 234"]])
    assert score([spaced], [composed]).f1 == 1.0


@pytest.mark.parametrize("text", ["88,09", "-0,28", "–0,28", "39.765", "641 142", "42,5%", "+3", "7"])
def test_numbers(text: str) -> None:
    assert number_of(text) is not None


@pytest.mark.parametrize("text", ["", "Hà Nội", "88,09 4", "1.2.", "2022/2023", "40,1 - 50,2", "8,5 điểm", UNSETTLED])
def test_not_numbers(text: str) -> None:
    assert number_of(text) is None


@given(st.lists(st.lists(st.sampled_from(["", "1", "2,5", "a", "b c"]), min_size=3, max_size=3), min_size=1, max_size=6))
def test_a_reading_never_scores_better_than_the_truth(rows: list[list[str]]) -> None:
    read = grid_of_rows(rows)
    result = score([TRUTH], [read])
    assert result.cells_right <= min(result.cells_read, result.cells_true)
    assert result.numbers_right + result.numbers_missing <= 8
    same = score([read], [read])
    assert same.numbers_wrong == 0
    assert same.f1 == 1.0


def test_scores_add_up() -> None:
    one = score([TRUTH], [TRUTH])
    assert (one + one).cells_true == 2 * one.cells_true
    assert Score() + one == one
