"""What a change is made of, in the published release: the figures of Plan 216/KH-UBND of Thừa Thiên Huế, and sums that must close."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import duckdb

from tests.conftest import Instance


def ask(instance: Instance, sql: str) -> Sequence[tuple[Any, ...]]:
    with duckdb.connect(str(instance.release / "cchc.duckdb"), read_only=True) as connection:
        return connection.execute(sql).fetchall()


def test_the_rise_of_hue_is_3_48_of_common_criteria_0_15_of_new_ones_and_0_10_of_the_changed_rule(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """select component, round(points, 2), criteria_count from rpt_change
           where index_code = 'SIPAS' and year = 2023 and province = 'Thừa Thiên Huế' and criterion_code = 'S'
           order by component_sort""",
    )
    assert rows == [
        ("total", 3.73, 39),
        ("comparable_criteria", 3.48, 28),
        ("new_criteria", 0.15, 11),
        # Three criteria of 2022 are gone, and what they scored was never printed.
        ("rollup_rule", 0.10, 3),
    ]


def test_a_factor_that_rose_in_print_fell_on_the_criteria_that_both_years_asked(refreshed: Instance) -> None:
    # S.2.1 is printed +0,28; its two criteria that both years asked fell by 0,125 on average.
    rows = ask(
        refreshed,
        """select component, points from rpt_change
           where edition_id = 'sipas_2023_moha' and province_code = '46' and criterion_code = 'S.2.1' order by component_sort""",
    )
    assert dict(rows) == {"total": 0.28, "comparable_criteria": -0.125, "new_criteria": 0.5167, "dropped_criteria": -0.1117}


def test_components_add_up_to_the_total_everywhere(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """select count(*), count(*) filter (where abs(total - parts) > 0.0003) from (
               select sum(points) filter (where component = 'total') as total, sum(points) filter (where component <> 'total') as parts
               from rpt_change where is_decomposed group by edition_id, entity_type, province_code, criterion_code)""",
    )
    ((wholes, open_sums),) = rows
    assert wholes > 500
    assert open_sums == 0


def test_parts_add_up_to_their_component_everywhere(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """with part as (
               select edition_id, entity_type, province_code, criterion_code, component, sum(points) as points, count(*) as parts
               from rpt_change_part group by all)
           select count(*), count(*) filter (where abs(part.points - whole.points) > 0.0001 * (parts + 1)) from part
           inner join rpt_change as whole using (edition_id, entity_type, province_code, criterion_code, component)""",
    )
    ((components, open_sums),) = rows
    assert components > 500
    assert open_sums == 0


def test_no_change_is_computed_where_nobody_compared_the_two_years(refreshed: Instance) -> None:
    # 80,91 and 84,60 points: no source says that the sets of criteria of 2022 and 2023 are the same.
    rows = ask(
        refreshed,
        """select points, component_note_en from rpt_change
           where index_code = 'PAR_PROVINCE' and year = 2023 and province = 'Quảng Nam' and criterion_code = 'P'""",
    )
    assert rows == [(None, "The method changed or nobody compared the two years: no change is computed")]


def test_each_pair_of_years_says_why_it_may_not_be_compared(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """select year, index_code, criterion_code, comparability_reason from rpt_comparability
           where (index_code, year, coalesce(criterion_code, previous_criterion_code)) in (
               ('SIPAS', 2022, 'S'), ('SIPAS', 2023, 'S'), ('SIPAS', 2023, 'S.1.4'), ('SIPAS', 2023, 'S.1.4.1'), ('SIPAS', 2024, 'S'),
               ('PAPI', 2018, 'D'), ('PAPI', 2023, 'D'), ('PAR_PROVINCE', 2016, 'P'), ('PAR_PROVINCE', 2023, 'P'))
           order by index_code, year, criterion_code""",
    )
    assert [(index, year, code, reason) for year, index, code, reason in rows] == [
        ("PAPI", 2018, "D", "changed_family"),
        ("PAPI", 2023, "D", "comparable"),
        ("PAR_PROVINCE", 2016, "P", "new_method_not_compared"),
        ("PAR_PROVINCE", 2023, "P", "same_method_not_compared"),
        ("SIPAS", 2022, "S", "method_break"),
        ("SIPAS", 2023, "S", "changed_rollup"),
        ("SIPAS", 2023, "S.1.4", "changed_family"),
        ("SIPAS", 2023, "S.1.4.1", "comparable"),
        ("SIPAS", 2024, "S", "comparable"),
    ]


def test_the_criteria_that_vanished_after_2022_are_three_and_one_has_a_name(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """select previous_criterion_code, criterion_name_vi from rpt_comparability
           where edition_id = 'sipas_2023_moha' and comparability_reason = 'dropped' order by previous_criterion_code""",
    )
    assert [code for code, _ in rows] == ["S.1.4.X1", "S.2.1.X1", "S.2.3.X1"]
    assert [name for _, name in rows if name] == [
        "CS đã góp phần giúp cho chất lượng cuộc sống của ND địa phương ngày càng tốt hơn"
    ]


def test_the_biggest_mover_is_the_one_the_press_names_though_its_scores_are_not_printed(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """select province, printed_change, printed_change_unit, points from rpt_change
           where index_code = 'PAR_PROVINCE' and year = 2024 and entity_type = 'province' and component = 'total'
           order by printed_change desc nulls last limit 2""",
    )
    assert rows == [("Bình Thuận", 6.39, "points", None), ("Hải Phòng", 4.3, "points", None)]
    (reason,) = ask(
        refreshed,
        """select what_is_known, coverage_reason from rpt_coverage
           where edition_id = 'par_province_2024_moha' and criterion_code = 'P' and province_ascii = 'binh thuan'""",
    )
    assert reason == ("change_only", "change_only")


def test_a_printed_change_says_its_own_unit(refreshed: Instance) -> None:
    # Points of a field beside percentage points of its change: 9,66 points did not fall by 18 points.
    (row,) = ask(
        refreshed,
        """select score, unit, printed_change, printed_change_unit from rpt_scores
           where index_code = 'PAR_PROVINCE' and year = 2022 and province = 'Quảng Nam' and criterion_code = 'P.3'""",
    )
    assert row == (9.66, "points", -18.0, "percent_unspecified")


def test_a_part_of_the_total_has_its_own_maximum_or_none(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        "select distinct score_source, max_points from rpt_score_components where year = 2020 order by score_source",
    )
    assert rows == [("appraised", None), ("leaders_survey", None), ("sipas", 10.0), ("socio_economic", None)]


def test_units_that_contradict_one_another_are_no_tie(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """select province, is_tied, has_conflict from rpt_ranking
           where edition_id = 'par_province_2023_moha' and criterion_code = 'P' and rank = 32 order by province_sort""",
    )
    assert rows == [("Cà Mau", False, True), ("Đồng Nai", False, True)]


def test_a_score_says_how_many_ballots_it_rests_on_where_that_is_known(refreshed: Instance) -> None:
    rows = ask(
        refreshed,
        """select criterion_code, sample_size, sample_size_status from rpt_scores
           where edition_id = 'sipas_2023_moha' and province_code = '46' and criterion_code in ('S', 'N.6.1', 'E.thai_do')
           order by criterion_code""",
    )
    assert rows == [("E.thai_do", None, None), ("N.6.1", 553, "found_by_inversion"), ("S", 558, "printed")]
