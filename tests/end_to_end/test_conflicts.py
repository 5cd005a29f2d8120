"""Every disagreement of the sources is found by the model itself, and nothing else is called one.

Each is expected by name: the rule that found it, the rule that decided, both figures and both places.
"""

from __future__ import annotations

import csv
from collections import Counter, defaultdict
from pathlib import Path
from typing import Any

import duckdb
import openpyxl
import pytest
from openpyxl.utils.cell import coordinate_to_tuple

from scripts.documents.workbook import DOCUMENTS
from tests.conftest import Instance

Row = tuple[Any, ...]

# The figures of one entity that are printed differently:
# index, year, entity, measure, chosen value, other value, kind, rule that decided
PRINTED_DIFFERENTLY: frozenset[Row] = frozenset(
    {
        ("PAR_MINISTRY", 2018, "Cả nước", "score", 82.68, 83.0, "rounding", "more_decimals"),
        ("PAR_MINISTRY", 2018, "Ngân hàng Nhà nước Việt Nam", "score", 90.57, 91.0, "rounding", "more_decimals"),
        ("PAR_PROVINCE", 2018, "Quảng Ninh", "score", 89.06, 89.6, "contradiction", "more_decimals"),
        ("PAR_PROVINCE", 2018, "Quảng Ninh", "score", 89.06, 81.0, "contradiction", "known_failure_last"),
        ("PAR_PROVINCE", 2018, "Hà Nội", "score", 83.98, 83.9, "truncation", "more_decimals"),
        ("PAR_PROVINCE", 2023, "Đồng bằng sông Hồng", "score", 88.33, 88.32, "rounding", "stronger_source"),
        ("PAR_PROVINCE", 2023, "Đông Nam Bộ", "score", 87.79, 87.45, "contradiction", "stronger_source"),
        (
            "PAR_PROVINCE",
            2023,
            "Bắc Trung Bộ và Duyên hải miền Trung",
            "score",
            86.82,
            87.72,
            "contradiction",
            "stronger_source",
        ),
        ("PAR_PROVINCE", 2023, "Hải Phòng", "score", 91.87, 91.81, "contradiction", "more_originals"),
        ("PAR_PROVINCE", 2023, "Long An", "rank", 7.0, 8.0, "contradiction", "undecided"),
    }
)

# criterion, measure, chosen and other text, kind: what Plan 216/KH-UBND of Thừa Thiên Huế says twice
WITHIN_THE_PLAN: frozenset[Row] = frozenset(
    {
        ("S.1.1.1", "score", "81,29", "đạt 81,23%", "contradiction", "stronger_source"),
        ("S.1.4", "rank", "32", "xếp thứ 39 toàn quốc", "contradiction", "stronger_source"),
        ("S.2.1", "change", "0,28", "giảm 0,28% so với năm 2022", "contradiction", "stronger_source"),
        ("N.6.2", "score", "12,48%", "đạt 12,4%", "truncation", "stronger_source"),
    }
)

# found by, index, year, entity, measure, printed value, reckoned value, other entity, kind
BY_A_SECOND_RELATION: frozenset[Row] = frozenset(
    {
        ("shared_rank", "PAR_PROVINCE", 2015, "Hồ Chí Minh", "rank", 3.0, 3.0, "Đồng Nai", "shared_rank"),
        ("shared_rank", "PAR_PROVINCE", 2015, "Đồng Nai", "rank", 3.0, 3.0, "Hồ Chí Minh", "shared_rank"),
        ("shared_rank", "PAR_PROVINCE", 2023, "Long An", "rank", 7.0, 7.0, "Lào Cai", "shared_rank"),
        ("shared_rank", "PAR_PROVINCE", 2023, "Lào Cai", "rank", 7.0, 7.0, "Long An", "shared_rank"),
        ("shared_rank", "PAR_PROVINCE", 2023, "Cà Mau", "rank", 32.0, 32.0, "Đồng Nai", "shared_rank"),
        ("shared_rank", "PAR_PROVINCE", 2023, "Đồng Nai", "rank", 32.0, 32.0, "Cà Mau", "shared_rank"),
        ("rank_against_score", "PAR_PROVINCE", 2023, "Cà Mau", "rank", 32.0, 33.0, "Hồ Chí Minh", "rank_against_score"),
        ("rank_against_score", "PAR_PROVINCE", 2023, "Hồ Chí Minh", "rank", 33.0, 32.0, "Cà Mau", "rank_against_score"),
        ("change_against_scores", "PAR_PROVINCE", 2024, "Hà Nội", "change", 1.32, 1.14, None, "contradiction"),
        ("change_rank_against_ranks", "PAR_PROVINCE", 2021, "Hà Nội", "change_rank", 2.0, -2.0, None, "contradiction"),
        ("parts_against_whole", "SIPAS", 2022, "Quảng Nam", "score", 74.56, 74.995, None, "contradiction"),
        ("converted_sipas", "PAR_PROVINCE", 2022, "Quảng Nam", "score", 7.58, 7.456, None, "unreconciled"),
    }
)

# year, entity, criterion, value of the panel, value of the press, kind: where rounding does not explain the difference
PRESS_AGAINST_PANEL: frozenset[Row] = frozenset(
    {
        (2018, "Cả nước", "D", 44.0777, 43.78, "contradiction"),
        (2019, "Cả nước", "D", 43.6163, 43.61, "truncation"),
        (2019, "Quảng Ninh", "D", 46.6628, 44.66, "contradiction"),
        (2021, "Bà Rịa - Vũng Tàu", "D", 40.6146, 40.62, "contradiction"),
        (2022, "Bình Dương", "D", 47.4488, 47.448, "truncation"),
        (2022, "Bình Phước", "D", 39.9344, 39.935, "contradiction"),
        (2023, "Lào Cai", "D.2", 5.3572, 5.35, "truncation"),
        (2023, "Lào Cai", "D.3", 4.2258, 4.22, "truncation"),
        (2023, "Lào Cai", "D.5", 7.4679, 7.46, "truncation"),
        (2023, "Lào Cai", "D.6", 7.167, 7.16, "truncation"),
        (2024, "Hà Nội", "D", 43.7747, 43.7, "truncation"),
    }
)

REST: frozenset[Row] = frozenset(
    {
        # Two newspapers tell the move of Hà Nội from 8th to 10th as "up 2" and as "down 2".
        ("PAR_PROVINCE", 2021, "Hà Nội", "change_rank", "+2", "-2", "contradiction", "undecided"),
        # "75 %" in one answer of Quảng Nam, 74,56 in the other.
        ("SIPAS", 2022, "Quảng Nam", "score", "74,56", "đạt 75%", "rounding", "stronger_source"),
    }
)


@pytest.fixture(scope="module")
def release(refreshed: Instance) -> Path:
    return refreshed.release / "cchc.duckdb"


def rows(release: Path, sql: str) -> list[Row]:
    with duckdb.connect(str(release), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_groups_printed_differently_are_found_with_their_rule(release: Path) -> None:
    found = rows(
        release,
        "select index_code, year, province, measure, chosen_value, other_value, kind, precedence_rule from rpt_conflicts "
        "where found_by = 'same_cell' and measure in ('score', 'rank') and other_document_id like '%published'",
    )
    assert Counter(found) == Counter(PRINTED_DIFFERENTLY)


def test_those_groups_are_the_ones_of_the_cited_figures(reference_data: Path) -> None:
    """Counted anew from the figures: every group of one entity whose score or rank is printed differently, and its values."""
    groups: dict[Row, set[float]] = defaultdict(set)
    with (reference_data / "published_figures.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            for measure in ("score", "rank"):
                if row[measure]:
                    groups[row["index"], int(row["year"]), row["entity"], row["criterion"], measure].add(float(row[measure]))
    differing = {key: values for key, values in groups.items() if len(values) > 1}
    expected: dict[Row, set[float]] = defaultdict(set)
    for _, year, entity, measure, chosen, other, _, _ in PRINTED_DIFFERENTLY:
        name = "Trung bình 18 bộ" if entity == "Cả nước" else entity
        expected["PAR INDEX", year, name, "TOTAL", measure] |= {chosen, other}
    assert differing == expected
    assert len(differing) == 9


def test_both_places_of_each_group_hold_the_printed_text(release: Path) -> None:
    places = rows(
        release,
        "select chosen_document_id, chosen_sheet, chosen_a1, chosen_raw_text, chosen_source_url, "
        "other_document_id, other_sheet, other_a1, other_raw_text, other_source_url from rpt_conflicts "
        "where other_document_id like '%published' and chosen_document_id like '%published'",
    )
    books = {
        name: openpyxl.load_workbook(DOCUMENTS / f"{name}.xlsx") for name in {p[0] for p in places} | {p[5] for p in places}
    }
    assert len(places) >= len(PRINTED_DIFFERENTLY)
    for place in places:
        for document_id, sheet, cell, text, address in (place[:5], place[5:]):
            row, column = coordinate_to_tuple(cell)
            assert str(books[document_id][sheet].cell(row, column).value) == text
            assert str(address).startswith("http")
        assert (place[1], place[2]) != (place[6], place[7])


def test_the_plan_contradicts_itself_where_its_prose_left_its_tables(release: Path) -> None:
    found = rows(
        release,
        "select criterion_code, measure, chosen_raw_text, other_raw_text, kind, precedence_rule from rpt_conflicts "
        "where province = 'Thừa Thiên Huế' and index_code = 'SIPAS' and chosen_table_number is not null and other_page is not null",
    )
    assert Counter(found) == Counter(WITHIN_THE_PLAN)


def test_contradictions_that_need_a_second_relation_say_which(release: Path) -> None:
    found = rows(
        release,
        "select found_by, index_code, year, province, measure, chosen_value, other_value, other_province, kind from rpt_conflicts "
        "where found_by not in ('same_cell', 'press_against_panel')",
    )
    assert Counter(found) == Counter(BY_A_SECOND_RELATION)


def test_a_reckoning_is_told_in_the_words_of_the_source(release: Path) -> None:
    told = dict(rows(release, "select found_by, relation_text from rpt_conflicts where relation_text is not null"))
    assert told["change_against_scores"] == "+1,32 <> 92,57 - 91,43"
    assert told["change_rank_against_ranks"] == "+2 <> 8 - 10"
    assert told["parts_against_whole"] == "74,56 <> mean_of_children (73,87, ...)"


def test_the_press_never_outranks_the_panel_and_its_cut_digits_are_called_so(release: Path) -> None:
    found = rows(
        release,
        "select year, province, criterion_code, chosen_value, other_value, kind from rpt_conflicts "
        "where found_by = 'press_against_panel' and kind <> 'rounding'",
    )
    assert Counter(found) == Counter(PRESS_AGAINST_PANEL)
    # 53 scores are printed by press and provinces; what is no contradiction and no truncation is the panel's figure rounded.
    assert rows(release, "select count(*) from rpt_conflicts where found_by = 'press_against_panel' and kind = 'rounding'") == [
        (53 - len(PRESS_AGAINST_PANEL),)
    ]
    assert rows(
        release,
        "select distinct document_id from rpt_scores where index_code = 'PAPI' and score is not null",
    ) == [("papi_2011_2024_dimensions",)]


def test_ranks_of_papi_that_somebody_printed_are_third_party_ranks_of_their_own_universe(release: Path) -> None:
    assert rows(
        release,
        "select value, rank_out_of, rank_kind from fct_claim "
        "where edition_id = 'papi_2022_undp' and entity_code = '56' and measure = 'rank'",
    ) == [(16, 61, "derived_by_third_party")]
    assert rows(
        release, "select rank, rank_out_of, rank_kind from rpt_scores where edition_id = 'papi_2022_undp' and province = 'Khánh Hòa' "
        "and criterion_code = 'D'"
    ) == [(16, 61, "derived_by_us")]  # fmt: skip


def test_nothing_else_is_called_a_disagreement(release: Path) -> None:
    other = rows(
        release,
        "select index_code, year, province, measure, chosen_raw_text, other_raw_text, kind, precedence_rule from rpt_conflicts "
        "where found_by = 'same_cell' and not (measure in ('score', 'rank') and other_document_id like '%published') "
        "and province <> 'Thừa Thiên Huế'",
    )
    assert Counter(other) == Counter(REST)


def test_a_score_is_in_conflict_exactly_where_one_is_listed(release: Path) -> None:
    """Rounding and what no source lets us reckon are no conflicts; a score that is not listed has none."""
    flagged = rows(
        release, "select edition_id, entity_type, entity_code, criterion_code, score_source from fct_score where has_conflict"
    )
    listed = rows(
        release,
        "select distinct edition_id, entity_type, province_code, criterion_code, score_source from rpt_conflicts "
        "where kind not in ('rounding', 'unreconciled')",
    )
    assert sorted(flagged) == sorted(listed)
    assert len(flagged) > 20


def test_what_was_published_by_a_day_is_one_query(release: Path) -> None:
    then = (
        "select score, rank, document_id from fct_score_vintage where edition_id = 'sipas_2023_moha' and entity_code = '46' "
        "and criterion_code = 'S' and known_from <= date '{0}' and (known_to is null or known_to > date '{0}')"
    )
    assert rows(release, then.format("2024-05-22")) == [(None, 32, "sipas_2017_2024_published")]
    (today,) = rows(release, then.format("2024-05-23"))
    assert (float(today[0]), today[1:]) == (82.28, (32, "sipas_2023_thua_thien_hue_ubnd"))


def test_the_regional_mean_of_2023_stands_though_an_article_of_a_year_later_prints_another(release: Path) -> None:
    """86,82 of the table of the year of publication; an article with 87,72 tells of 2024 too, so it is of 2025 at the earliest."""
    cell = "edition_id = 'par_province_2023_moha' and entity_code = 'BTB_DHMT'"
    assert [float(v) for (v,) in rows(release, f"select score from fct_score_vintage where {cell}")] == [86.82]
    assert [
        (float(value), str(day), stated)
        for value, day, stated in rows(
            release,
            f"select value, known_from, is_known_from_stated from fct_claim where {cell} and measure = 'score' order by value",
        )
    ] == [(86.82, "2024-01-01", False), (87.72, "2025-01-01", False)]
