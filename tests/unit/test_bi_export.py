"""The export behind the report pages: texts, order, addresses, types, and what stops it. Figures: SIPAS of Huế, 216/KH-UBND."""

from __future__ import annotations

import re
from collections.abc import Container, Mapping
from datetime import date
from pathlib import Path

import duckdb
import pytest

from warehouse.bi import EXPORTS, PLAIN_TYPES, REQUIRED, BiExportError, write_bi

Row = Mapping[str, object]

DATES = re.compile(r"cited_published_on|valid_(from|to)|effective_date|decision_date")
INTEGERS = re.compile(
    r"(.*_)?(year|rank|rank_out_of|count|page|sort|paragraph|level)|n_(units|claims)|(.*_)?(table|row|column)_number|change_rank|sample_size"
)
DOUBLES = re.compile(r"(.*_)?(score|points|percentile|mean|best)|change|gap_to_\w+|interval_\w+|scale_(min|max)")
BOOLEANS = re.compile(r"(is|has)_\w+|(.*_)?has_conflict|change_is_comparable")
TIMES = {"published_at": "timestamptz"}


def column_type(name: str) -> str:
    if name in TIMES:
        return TIMES[name]
    for pattern, kind in ((DATES, "date"), (BOOLEANS, "boolean"), (INTEGERS, "integer"), (DOUBLES, "double")):
        if pattern.fullmatch(name):
            return kind
    return "varchar"


HUE: Row = {
    "index_code": "SIPAS",
    "index_sort": 10,
    "year": 2023,
    "edition_id": "sipas_2023_moha",
    "province": "Thừa Thiên Huế",
    "province_en": "Thua Thien Hue",
    "province_code": "46",
    "province_slug": "thua-thien-hue",
    "geography": "vn63",
    "entity_type": "province",
    "criterion_code": "S",
    "criterion_name_vi": "Chỉ số SIPAS",
    "level": 0,
    "facet": "satisfaction",
    "methodology_code": "sipas-1001",
    "entity_key": "province:46:2008-08-01",
    "criterion_key": "SIPAS:sipas-1001:S",
    "region_code": "BTB_DHMT",
    "score": 82.28,
    "unit": "index_points",
    "rank": 32,
    "rank_out_of": 63,
    "rank_kind": "official",
    "change_is_comparable": False,
    "previous_score": 78.55,
    "national_mean": 82.66,
    "n_claims": 1,
    "has_conflict": False,
    "is_known_failure": False,
    "value_status": "published",
    "document_id": "sipas_2023_thua_thien_hue_ubnd",
    "page": 4,
    "table_number": 2,
    "row_number": 3,
    "column_number": 6,
    "raw_text": "82,28",
}
CRITERION: Row = {
    **HUE,
    "criterion_code": "S.1.1",
    "criterion_name_vi": "Trách nhiệm giải trình của cơ quan nhà nước",
    "level": 2,
    "score": 81.53,
    "rank": 31,
    "change": 1.36,
    "change_rank": -2,
    "change_is_comparable": True,
    "previous_score": 80.17,
    "national_mean": None,
    "raw_text": "81,53",
    "has_conflict": True,
}


def elsewhere(name: str, slug: str, code: str, **other: object) -> Row:
    return {
        **HUE,
        "province": name,
        "province_en": slug.replace("-", " ").title(),
        "province_slug": slug,
        "province_code": code,
        "rank": None,
        "score": 90.6,
        "raw_text": "90,6",
        "previous_score": None,
        **other,
    }


SCORES: tuple[Row, ...] = (
    HUE,
    CRITERION,
    {**CRITERION, "criterion_code": "S.1.4.10", "level": 3, "criterion_name_vi": None, "has_conflict": False},
    {**CRITERION, "criterion_code": "S.1.4.2", "level": 3, "has_conflict": False},
    elsewhere("Đắk Lắk", "dak-lak", "66"),
    elsewhere("Dĩ An", "di-an", "70", sheet="Năm 2023", a1="D7", table_number=1, page=None),
    elsewhere("Zạ", "za", "71", score=None, raw_text=None, value_status="withheld"),
    elsewhere("Bắc Ninh", "bac-ninh", "27"),
    elsewhere("Bắc Ninh", "bac-ninh", "24", geography="vn34", year=2025, edition_id="sipas_2025_moha"),
)


def place(slug: str, name: str, code: str, geography: str, valid_from: date, valid_to: date | None = None) -> Row:
    """A version of a province, as dim_province has it."""
    return {
        "entity_key": f"province:{code}:{valid_from}",
        "entity_type": "province",
        "province_slug": slug,
        "geography": geography,
        "name_vi": name,
        "name_en": slug.replace("-", " ").title(),
        "entity_code": code,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


OF_63, OF_34 = date(2008, 8, 1), date(2025, 7, 1)
PLACES: tuple[Row, ...] = (
    place("thua-thien-hue", "Thừa Thiên Huế", "46", "vn63", OF_63, date(2024, 12, 31)),
    place("dak-lak", "Đắk Lắk", "66", "vn63", OF_63, date(2025, 6, 30)),
    place("dak-lak", "Đắk Lắk", "66", "vn64", date(2004, 1, 1), date(2008, 7, 31)),
    place("di-an", "Dĩ An", "70", "vn63", OF_63, date(2025, 6, 30)),
    place("za", "Zạ", "71", "vn63", OF_63, date(2025, 6, 30)),
    place("bac-ninh", "Bắc Ninh", "27", "vn63", OF_63, date(2025, 6, 30)),
    place("bac-ninh", "Bắc Ninh", "24", "vn34", OF_34),
    place("lang-le", "Lặng Lẽ", "99", "vn34", OF_34),
)
SUCCESSION: Row = {
    "predecessor_key": f"province:27:{OF_63}",
    "successor_key": f"province:24:{OF_34}",
    "predecessor_name_vi": "Bắc Ninh",
    "successor_name_vi": "Bắc Ninh",
    "effective_date": OF_34,
    "decree": "Nghị quyết 202/2025/QH15",
}
CONFLICT: Row = {
    "edition_id": "sipas_2023_moha",
    "index_code": "SIPAS",
    "year": 2023,
    "entity_type": "province",
    "province": "Thừa Thiên Huế",
    "province_slug": "thua-thien-hue",
    "province_code": "46",
    "criterion_code": "S.1.4",
    "criterion_name_vi": "Kết quả, tác động của chính sách",
    "measure": "rank",
    "stage": "published",
    "score_source": "total",
    "kind": "contradiction",
    "precedence_rule": "stronger_modality",
    "chosen_raw_text": "32",
    "other_raw_text": "39",
    "chosen_document_id": "sipas_2023_thua_thien_hue_ubnd",
    "other_document_id": "sipas_2023_thua_thien_hue_ubnd",
    "chosen_page": 8,
    "chosen_table_number": 6,
    "chosen_row_number": 2,
    "other_page": 9,
    "other_paragraph": 71,
    "is_known_failure": False,
}


def coverage(edition_id: str, year: int, geography: str, n_units: int) -> Row:
    return {
        "edition_id": edition_id,
        "index_code": "SIPAS",
        "index_name_vi": "Chỉ số hài lòng",
        "index_name_en": "Satisfaction",
        "index_sort": 10,
        "year": year,
        "geography": geography,
        "methodology_code": "sipas-1001",
        "n_units": n_units,
        "rank_kind": "official",
        "units_with_score_count": 4,
        "units_with_rank_count": 1,
        "units_withheld_count": 1,
        "units_with_criteria_count": 1,
        "criteria_with_score_count": 4,
        "claim_count": 9,
        "conflict_count": 1,
    }


METHOD = {"methodology_key": "SIPAS:sipas-1001", "index_code": "SIPAS", "methodology_code": "sipas-1001", "first_year": 2023}
MARTS: Mapping[str, tuple[Row, ...]] = {
    "release": (
        {"release_id": "v2026.11.0", "published_at": "2026-11-23 00:30:00+00", "git_revision": "abc", "citation": "cchc"},
    ),
    "dim_methodology": ({**METHOD, "decision_number": "1001/QĐ-BNV", "decision_date": date(2023, 12, 11)},),
    "dim_criterion": (
        {
            **METHOD,
            "criterion_code": "S",
            "criterion_name_vi": "Chỉ số SIPAS",
            "level": 0,
            "facet": "satisfaction",
            "unit": "index_points",
        },
        {
            **METHOD,
            "criterion_code": "S.1.1",
            "parent_code": "S.1",
            "level": 2,
            "facet": "satisfaction",
            "unit": "index_points",
        },
    ),
    "rpt_coverage": (
        {
            "index_code": "SIPAS",
            "year": 2023,
            "edition_id": "sipas_2023_moha",
            "entity_type": "province",
            "entity_key": "province:71:2008-08-01",
            "criterion_code": "S",
            "coverage_reason": "withheld_by_publisher",
            "reason_stated_by": "claim",
            "what_is_known": "nothing",
        },
    ),
    "rpt_province_profile": (),
    "dim_province": PLACES,
    "bridge_province_succession": (SUCCESSION,),
    "rpt_uncertainty": (
        {
            "edition_id": "sipas_2023_moha",
            "entity_key": "province:46:2008-08-01",
            "criterion_key": "SIPAS:sipas-1001:S",
            "interval_low_clustered": 79.98,
            "interval_high_clustered": 84.58,
        },
    ),
    "rpt_scores": SCORES,
    "rpt_conflicts": (CONFLICT,),
    "rpt_edition_coverage": (coverage("sipas_2023_moha", 2023, "vn63", 63), coverage("sipas_2025_moha", 2025, "vn34", 34)),
    "dim_index": (
        {
            "index_code": "SIPAS",
            "index_name_vi": "Chỉ số hài lòng",
            "index_name_en": "Satisfaction",
            "index_sort": 10,
            "publisher_vi": "Bộ Nội vụ",
            "publisher_en": "Ministry of Home Affairs",
            "root_criterion_code": "S",
        },
    ),
    "dim_edition": tuple(
        {"edition_id": f"sipas_{year}_moha", "instrument_name_vi": "Khảo sát của Bộ", "instrument_name_en": "Ministry's survey"}
        for year in (2023, 2025)
    ),
    "dim_document": (
        {
            "document_id": "sipas_2023_thua_thien_hue_ubnd",
            "title_vi": "Kế hoạch",
            "title_en": "Plan",
            "cited_title": "Kế hoạch nâng cao SIPAS",
            "cited_publisher": "UBND tỉnh Thừa Thiên Huế",
            "cited_decision": "216/KH-UBND",
            "cited_published_on": date(2024, 5, 23),
            "source_class": "provincial_table",
            "document_kind": "pdf",
            "licence": "không nêu",
            "is_reset": True,
            "sha256": "ab" * 32,
            "page_count": 12,
            "claim_count": 9,
            "document_status": "loaded",
        },
    ),
    "qa_results": (
        {
            "gate": "gate1",
            "rule_id": "gate1__score__mean_of_leaves",
            "severity": "error",
            "owner": "data steward",
            "title_vi": "Điểm của nút bằng trung bình cộng các tiêu chí lá của nó",
            "title_en": "The score of a node is the mean of all scored leaves under it",
            "status": "passed",
            "checked_count": 12,
            "failed_count": 0,
            "tolerated_count": 0,
            "incomplete_count": 0,
            "sample": "[]",
        },
        {
            "gate": "gate1",
            "rule_id": "gate1__score__mean_of_children",
            "severity": "error",
            "title_vi": "Điểm của nút bằng trung bình cộng các nút con trực tiếp",
            "status": "crashed",
            "checked_count": 0,
            "failed_count": 0,
            "tolerated_count": 0,
            "incomplete_count": 0,
            "sample": '["first \\"message\\"", "second"]',
        },
    ),
    "rpt_quarantine": (
        {
            "item_id": "0a1b2c3d4e",
            "document_id": "sipas_2023_thua_thien_hue_ubnd",
            "item_status": "open",
            "is_suspect": True,
            "edition_id": "sipas_2023_moha",
            "entity_label": "Thừa Thiên Huế",
            "criterion_code": "S.2.4.2",
            "measure": "score",
            "page": 6,
            "table_number": 8,
            "row_number": 30,
            "column_number": 2,
            "raw_text": "84,62",
            "held_reason": "expected 83,62",
            "broken_rules": "gate1__score__mean_of_leaves",
            "is_document_loaded": True,
        },
        {
            "item_id": "ffffffffff",
            "document_id": "sipas_2023_thua_thien_hue_ubnd",
            "item_status": "rejected",
            "is_suspect": True,
        },
    ),
}


def publish(path: Path, marts: Mapping[str, tuple[Row, ...]] = MARTS, without: Container[str] = ()) -> Path:
    """A published file with only the columns that the export reads; marts without rows are empty."""
    with duckdb.connect(str(path)) as connection:
        for table, columns in REQUIRED.items():
            if table in without:
                continue
            connection.execute(f"create table {table} ({', '.join(f'{name} {column_type(name)}' for name in columns)})")
            for row in marts.get(table, ()):
                unknown = set(row) - set(columns)
                assert not unknown, unknown
                holes = ", ".join("?" for _ in columns)
                connection.execute(f"insert into {table} values ({holes})", [row.get(name) for name in columns])
    return path


def select(bi: Path, sql: str) -> list[tuple[object, ...]]:
    with duckdb.connect(str(bi), read_only=True) as connection:
        return connection.execute(sql).fetchall()


@pytest.fixture
def bi(tmp_path: Path) -> Path:
    target = tmp_path / "release" / "bi.duckdb"
    write_bi(publish(tmp_path / "cchc.duckdb"), target)
    return target


def test_numbers_and_ranks_are_written_the_vietnamese_way(bi: Path) -> None:
    assert select(
        bi,
        "select score, score_text, rank_text, change_text, previous_text, national_mean_text, source_short, source_place "
        "from bi_scores where province_slug = 'thua-thien-hue' and is_whole_index",
    ) == [
        (82.28, "82,28", "32/63", "không so sánh được", "78,55", "82,66", "216/KH-UBND", "trang 4, bảng 2, dòng 3, cột 6"),
    ]


def test_a_change_is_shown_only_where_the_mart_says_comparable(bi: Path) -> None:
    assert select(bi, "select change_text, change_rank_text from bi_scores where criterion_code = 'S.1.1'") == [("+1,36", "−2")]
    assert select(bi, "select distinct change_text from bi_scores where province_slug = 'dak-lak'") == [("–",)]


def test_decimals_are_those_that_were_printed(bi: Path) -> None:
    assert select(bi, "select score_text from bi_scores where province_slug = 'dak-lak'") == [("90,6",)]


def test_a_rank_without_a_score_does_not_round_the_mean_of_the_nation(tmp_path: Path) -> None:
    only_rank = {**HUE, "score": None, "previous_score": None, "raw_text": "32", "national_mean": 77.56}
    target = tmp_path / "bi.duckdb"
    write_bi(publish(tmp_path / "cchc.duckdb", {**MARTS, "rpt_scores": (only_rank,)}), target)
    assert select(target, "select score_text, rank_text, national_mean_text, is_latest from bi_scores") == [
        ("chưa có điểm", "32/63", "77,56", True)
    ]


def test_a_note_that_all_rows_share_is_said_once(tmp_path: Path) -> None:
    ours = {"value_status": "derived_by_us", "rank": 1, "rank_out_of": 61, "rank_kind": "derived_by_us"}
    alike = ({**HUE, **ours}, elsewhere("Đắk Lắk", "dak-lak", "66", **ours))
    target = tmp_path / "bi.duckdb"
    write_bi(publish(tmp_path / "cchc.duckdb", {**MARTS, "rpt_scores": alike}), target)
    assert select(target, "select note from bi_choices") == [("tự tính từ số liệu đã dẫn; hạng tự tính từ điểm",)]
    assert select(target, "select distinct row_note from bi_ranking") == [("",)]

    mixed = (alike[0], {**alike[1], "value_status": "published"})
    write_bi(publish(tmp_path / "mixed.duckdb", {**MARTS, "rpt_scores": mixed}), target)
    assert select(target, "select note from bi_choices") == [("hạng tự tính từ điểm",)]
    assert select(target, "select province, row_note from bi_ranking order by province_link") == [
        ("Đắk Lắk", ""),
        ("Thừa Thiên Huế", "tự tính từ số liệu đã dẫn"),
    ]


def test_a_check_that_did_not_run_comes_first_and_says_so(bi: Path) -> None:
    assert select(
        bi, "select status_label, status_label_en, checked_count, sample_text from bi_checks order by check_sort"
    ) == [
        ("Phép kiểm tra không chạy được", "The check did not run", 0, 'first "message"\nsecond'),
        ("Đạt", "Passed", 12, ""),
    ]


def test_the_release_is_summed_up_in_one_row(bi: Path) -> None:
    assert select(bi, "select n_scores, n_conflicts, first_year, last_year, n_rules, n_checked, n_held from bi_totals") == [
        (8, 1, 2023, 2025, 2, 12, 1)
    ]


def test_only_what_waits_for_a_decision_is_shown_as_held_back(bi: Path) -> None:
    assert select(bi, "select item_id, place_name, measure_label, place, raw_text, broken_rules from bi_quarantine") == [
        ("0a1b2c3d4e", "Thừa Thiên Huế", "điểm", "trang 6, bảng 8, dòng 30, cột 2", "84,62", "gate1__score__mean_of_leaves")
    ]


def test_a_release_without_quarantine_has_a_placeholder(tmp_path: Path) -> None:
    target = tmp_path / "bi.duckdb"
    write_bi(publish(tmp_path / "cchc.duckdb", {**MARTS, "rpt_quarantine": ()}), target)
    assert select(target, "select is_placeholder, item_id from bi_quarantine") == [(True, None)]


def test_a_withheld_score_says_so_and_has_no_bar(bi: Path) -> None:
    assert select(bi, "select score, score_text, rank_text, bar_pct from bi_scores where province_slug = 'za'") == [
        (None, "nơi công bố giữ lại", "–", None)
    ]


def test_a_cell_of_a_workbook_is_named_by_sheet_and_address(bi: Path) -> None:
    assert select(bi, "select source_place from bi_scores where province_slug = 'di-an'") == [("trang tính Năm 2023, ô D7",)]


def test_names_sort_as_in_vietnamese_and_are_found_without_diacritics(bi: Path) -> None:
    rows = select(bi, "select province, search_key, province_slug from bi_provinces order by province_sort")
    assert rows == [
        ("Bắc Ninh", "bac ninh", "bac-ninh"),
        ("Bắc Ninh", "bac ninh", "bac-ninh-34"),
        ("Dĩ An", "di an", "di-an"),
        ("Đắk Lắk", "dak lak", "dak-lak"),
        ("Lặng Lẽ", "lang le", "lang-le-34"),
        ("Thừa Thiên Huế", "thua thien hue", "thua-thien-hue"),
        ("Zạ", "za", "za"),
    ]


def test_a_province_of_the_map_of_34_has_a_page_before_it_has_a_figure(bi: Path) -> None:
    assert select(
        bi,
        "select province_label, province_label_en, n_scores, first_year, ended_text from bi_provinces "
        "where province_slug = 'lang-le-34'",
    ) == [("Lặng Lẽ (từ 7/2025)", "Lang Le (since 7/2025)", 0, None, "")]


def test_an_old_province_leads_to_the_one_it_became(bi: Path) -> None:
    assert select(bi, "select old_slug, new_slug, effective_text, decree, is_merger from bi_successions") == [
        ("bac-ninh", "bac-ninh-34", "01/07/2025", "Nghị quyết 202/2025/QH15", False)
    ]


def test_figures_are_written_the_english_way_beside_the_vietnamese_one(bi: Path) -> None:
    assert select(
        bi,
        "select score_text_en, change_text_en, previous_text_en, source_place_en, interval_text, interval_text_en, region_en "
        "from bi_scores where province_slug = 'thua-thien-hue' and is_whole_index",
    ) == [
        ("82.28", "not comparable", "78.55", "page 4, table 2, row 3, column 6", "79,98–84,58", "79.98–84.58",
         "North Central and Central Coast"),
    ]  # fmt: skip


def test_a_place_has_one_page_for_the_maps_of_64_and_63(tmp_path: Path) -> None:
    """Only the map of 34 gives namesakes pages of their own; the newest figure of the page is its latest, whatever its map."""
    earlier = elsewhere("Đắk Lắk", "dak-lak", "66", geography="vn64", year=2008)
    target = tmp_path / "bi.duckdb"
    write_bi(publish(tmp_path / "cchc.duckdb", {**MARTS, "rpt_scores": (*SCORES, earlier)}), target)
    assert select(target, "select geography, first_year, last_year from bi_provinces where province_slug = 'dak-lak'") == [
        ("vn63", 2008, 2023)
    ]
    assert select(target, "select year, is_latest from bi_scores where province_slug = 'dak-lak' order by year") == [
        (2008, False),
        (2023, True),
    ]


def test_criteria_sort_by_their_numbers_and_unnamed_ones_say_so(bi: Path) -> None:
    rows = select(bi, "select criterion_code, criterion from bi_scores where province_code = '46' order by criterion_sort")
    assert [code for code, _ in rows] == ["S", "S.1.1", "S.1.4.2", "S.1.4.10"]
    assert rows[3][1] == "Tiêu chí S.1.4.10 (nguồn không nêu tên)"


def test_the_ranking_starts_with_ranked_places_and_keeps_the_rest_by_score(bi: Path) -> None:
    rows = select(
        bi,
        "select province, rank_text from bi_ranking where edition_id = 'sipas_2023_moha' and criterion_code = 'S' order by rank_sort",
    )
    assert rows == [("Thừa Thiên Huế", "32/63"), ("Bắc Ninh", "–"), ("Dĩ An", "–"), ("Đắk Lắk", "–"), ("Zạ", "–")]


def test_a_conflict_keeps_both_places(bi: Path) -> None:
    assert select(
        bi,
        "select province_link, measure_label, chosen_text, chosen_place, other_text, other_place, rule_label from bi_conflicts",
    ) == [
        (
            "/tinh/thua-thien-hue",
            "hạng",
            "32",
            "trang 8, bảng 6, dòng 2",
            "39",
            "trang 9, đoạn 71",
            "bảng đáng tin hơn lời văn",
        )
    ]


def test_ranks_of_two_provinces_that_contradict_each_other_name_both_and_are_listed_once(tmp_path: Path) -> None:
    """PAR 2023: Cà Mau 86.89 and Đồng Nai 87.04 are both ranked 32nd; the rows stand under an edition of the fixture."""
    ca_mau: Row = {
        **CONFLICT,
        "kind": "shared_rank",
        "precedence_rule": None,
        "province": "Cà Mau",
        "chosen_score": 86.89,
        "other_province": "Đồng Nai",
        "other_raw_text": "32",
        "other_score": 87.04,
    }
    dong_nai: Row = {**ca_mau, "province": "Đồng Nai", "other_province": "Cà Mau", "chosen_score": None, "other_score": 86.89}
    against: Row = {
        **ca_mau,
        "kind": "rank_against_score",
        "other_province": "Hồ Chí Minh",
        "other_raw_text": "33",
        "other_score": 86.97,
    }
    target = tmp_path / "bi.duckdb"
    write_bi(publish(tmp_path / "cchc.duckdb", {**MARTS, "rpt_conflicts": (CONFLICT, ca_mau, dong_nai, against)}), target)
    assert select(
        target,
        "select province, chosen_text, other_text, kind_label, rule_label, is_mirror from bi_conflicts "
        "where province <> 'Thừa Thiên Huế' order by conflict_sort",
    ) == [
        (
            "Cà Mau",
            "32 (điểm 86,89)",
            "Hồ Chí Minh: 33 (điểm 86,97)",
            "hạng ngược với thứ tự điểm",
            "không số nào bị thay",
            False,
        ),
        ("Cà Mau", "32 (điểm 86,89)", "Đồng Nai: 32 (điểm 87,04)", "hai nơi cùng một hạng", "không số nào bị thay", False),
        ("Đồng Nai", "32", "Cà Mau: 32 (điểm 86,89)", "hai nơi cùng một hạng", "không số nào bị thay", True),
    ]


def test_every_table_has_rows_of_plain_types(bi: Path) -> None:
    tables = {str(name) for (name,) in select(bi, "select table_name from duckdb_tables()")}
    assert tables == {export.name for export in EXPORTS}
    assert {
        str(kind) for (kind,) in select(bi, "select distinct data_type from duckdb_columns() where not internal")
    } <= PLAIN_TYPES
    for table in sorted(tables):
        assert select(bi, f"select 1 from {table} limit 1"), table


def test_no_conflicts_leave_one_placeholder_row(tmp_path: Path) -> None:
    target = tmp_path / "bi.duckdb"
    write_bi(publish(tmp_path / "cchc.duckdb", {**MARTS, "rpt_conflicts": ()}), target)
    assert select(target, "select is_placeholder, province, chosen_text from bi_conflicts") == [(True, None, None)]


def test_an_empty_mart_stops_the_export_and_keeps_the_old_file(bi: Path, tmp_path: Path) -> None:
    before = bi.read_bytes()
    with pytest.raises(BiExportError, match=r"bi_scores.*would be empty.*held back"):
        write_bi(publish(tmp_path / "empty.duckdb", {**MARTS, "rpt_scores": ()}), bi)
    assert bi.read_bytes() == before
    assert [path.name for path in bi.parent.iterdir()] == ["bi.duckdb"]


def test_a_missing_mart_column_or_file_is_named(tmp_path: Path) -> None:
    target = tmp_path / "bi.duckdb"
    with pytest.raises(BiExportError, match=r"expected table main.rpt_conflicts, found .*rpt_scores"):
        write_bi(publish(tmp_path / "a.duckdb", without=("rpt_conflicts",)), target)
    second = publish(tmp_path / "b.duckdb")
    with duckdb.connect(str(second)) as connection:
        connection.execute("alter table rpt_scores drop column rank_out_of")
    with pytest.raises(BiExportError, match="rpt_scores: expected column rank_out_of, found"):
        write_bi(second, target)
    with pytest.raises(BiExportError, match="found none -> run: cchc refresh"):
        write_bi(tmp_path / "absent.duckdb", target)
    assert not target.exists()


def test_two_codes_may_not_share_one_address(tmp_path: Path) -> None:
    twice = (*PLACES, place("thua-thien-hue", "Thừa Thiên-Huế", "99", "vn63", OF_63))
    with pytest.raises(BiExportError, match="one ASCII address per province, found 'thua-thien-hue'"):
        write_bi(publish(tmp_path / "cchc.duckdb", {**MARTS, "dim_province": twice}), tmp_path / "bi.duckdb")
