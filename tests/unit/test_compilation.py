"""Compilations: every row keeps its address, its class of source and its printed decimals."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from decimal import Decimal
from functools import cache
from pathlib import Path

import pytest
import yaml
from hypothesis import given
from hypothesis import strategies as st

from extractors import compilation
from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference, load_reference
from extractors.compilation.hosts import HOSTS, UnknownHostError, source_class_of
from extractors.compilation.rows import COLUMNS
from extractors.records import Cell, Claim, Outcome, Reading, Table
from extractors.spreadsheet import read_workbook

ROOT = Path(__file__).resolve().parents[2]
SHA = "0" * 64
PAR, SIPAS = "par_index_2012_2024_published", "sipas_2017_2024_published"
PAPI, PCI, ICT = "papi_2015_2024_published", "pci_2021_published", "ict_index_2019_published"
HUE = "par_index_2012_2023_thua_thien_hue_published"
PRESS = "https://viet-jo.com/news/social/190528080825.html"


@cache
def reference() -> Reference:
    return load_reference()


@cache
def entry(document_id: str) -> CatalogueEntry:
    path = ROOT / "extractors" / "catalogue" / "entries" / f"{document_id}.yml"
    return CatalogueEntry.model_validate(yaml.safe_load(path.read_text(encoding="utf-8")))


@cache
def shipped(document_id: str) -> Outcome:
    data = (ROOT / "extractors" / "documents" / f"{document_id}.xlsx").read_bytes()
    return compilation.read(read_workbook(data, SHA, document_id), entry(document_id), reference())


ROW = {
    "Năm": "2018",
    "Đối tượng": "Quảng Ninh",
    "Loại": "Tỉnh",
    "Tiêu chí": "Toàn bộ chỉ số",
    "Giá trị": "89,06",
    "Đơn vị": "%",
    "Điểm tối đa": "100",
    "Xếp hạng": "1",
    "Trên tổng số": "63",
    "Tăng giảm điểm": "",
    "Tăng giảm hạng": "",
    "Công cụ đo": "moha",
    "Địa chỉ nguồn": PRESS,
    "Ghi chú": "",
}


def table_of(*rows: dict[str, str], columns: tuple[str, ...] = COLUMNS, sheet: str = "Tỉnh") -> Table:
    lines = [dict.fromkeys(columns[:1], "Tiêu đề"), dict(zip(columns, columns, strict=True)), *rows]
    cells = tuple(
        Cell(row=number, column=position, text=line.get(label, ""), sheet=sheet, a1=f"{chr(64 + position)}{number}")
        for number, line in enumerate(lines, start=1)
        for position, label in enumerate(columns, start=1)
    )
    return Table(1, len(lines), len(columns), 0, cells, "Tiêu đề", sheet=sheet)


def read(*tables: Table, document_id: str = PAR) -> Outcome:
    return compilation.read(Reading(SHA, "xlsx", tables), entry(document_id), reference())


def scores(outcome: Outcome, year: int, code: str, criterion: str = "P") -> list[Claim]:
    return [
        claim
        for claim in outcome.claims
        if (claim.reference_year, claim.entity_code, claim.criterion_code, claim.measure) == (year, code, criterion, "score")
        and claim.score_source == "total"
    ]


@pytest.mark.parametrize(("document_id", "claims"), [(PAR, 650), (SIPAS, 147), (PAPI, 82), (PCI, 2), (ICT, 2), (HUE, 11)])
def test_shipped_compilation_is_understood_whole(document_id: str, claims: int) -> None:
    outcome = shipped(document_id)
    assert outcome.issues == ()
    assert len(outcome.claims) == claims == len({claim.claim_id for claim in outcome.claims})
    assert {claim.modality for claim in outcome.claims} == {"compilation"}
    assert all(claim.original_id == claim.source_url != outcome.document_id for claim in outcome.claims)


def test_hue_2022_is_implied_by_the_figures_and_the_rise_of_2023() -> None:
    of_2022 = [claim for claim in shipped(HUE).claims if claim.reference_year == 2022]
    assert {(claim.measure, claim.value, claim.value_status) for claim in of_2022} == {
        ("score", Decimal("86.56"), "implied"),
        ("rank", Decimal(19), "implied"),
    }
    later = {claim.measure: claim.value for claim in shipped(HUE).claims if claim.reference_year == 2023}
    assert later["score"] == Decimal("86.56") + Decimal("1.82")
    assert (later["change"], later["change_rank"]) == (Decimal("1.82"), 2)


def test_three_addresses_claim_three_scores_of_quang_ninh_2018() -> None:
    found = {claim.original_id: (claim.value, claim.printed_decimals) for claim in scores(shipped(PAR), 2018, "22")}
    assert found == {
        PRESS: (Decimal("89.06"), 2),
        "https://en.vietnamplus.vn/da-nang-remains-in-top-4-in-administrative-reforms/157078.vnp": (Decimal("89.6"), 1),
        "https://e.vnexpress.net/news/news/central-bank-quang-ninh-admin-reform-leaders-in-vietnam-3928987.html": (
            Decimal(81),
            0,
        ),
    }


def test_parts_of_the_total_are_score_sources_of_the_whole_index() -> None:
    hue = {
        claim.score_source: claim.value
        for claim in shipped(PAR).claims
        if (claim.reference_year, claim.entity_code, claim.measure) == (2020, "46", "score") and claim.criterion_code == "P"
    }
    assert hue == {
        "appraised": Decimal("56.78"),
        "sipas": Decimal("8.57"),
        "leaders_survey": Decimal("20.11"),
        "socio_economic": Decimal("3.01"),
        "total": Decimal("88.47"),
    }


def test_ministries_and_their_means_are_another_index() -> None:
    by_type = {(claim.entity_type, claim.index_code) for claim in shipped(PAR).claims}
    assert by_type == {
        ("province", "PAR_PROVINCE"),
        ("region", "PAR_PROVINCE"),
        ("ministry", "PAR_MINISTRY"),
        ("nation", "PAR_PROVINCE"),
        ("nation", "PAR_MINISTRY"),
    }
    means = {
        (c.measure, c.value)
        for c in shipped(PAR).claims
        if c.entity_type == "nation" and c.edition_id == "par_ministry_2023_moha"
    }
    assert means == {("score", Decimal("84.38")), ("change", Decimal("0.33"))}


def test_percent_means_points_of_the_total_and_share_of_a_field() -> None:
    claims = shipped(PAR).claims
    assert {c.unit for c in claims if c.measure == "score" and c.criterion_code == "P"} == {"points"}
    shares = {(c.criterion_code, c.value) for c in claims if c.unit == "percent_of_maximum"}
    assert shares == {("P.7", Decimal("90.48")), ("P.8", Decimal("92.58")), ("P.3", Decimal(100)), ("P.5", Decimal(100))}


def test_maximum_is_claimed_only_where_the_source_prints_points() -> None:
    maxima = {
        (c.reference_year, c.index_code, c.criterion_code, c.score_source, c.value)
        for c in shipped(PAR).claims
        if c.measure == "max_points"
    }
    assert maxima == {
        (2015, "PAR_MINISTRY", "P.1", "total", Decimal(16)),
        (2015, "PAR_MINISTRY", "P.2", "total", Decimal("16.5")),
        (2015, "PAR_MINISTRY", "P.4", "total", Decimal("12.5")),
        (2015, "PAR_MINISTRY", "P.6", "total", Decimal("10.5")),
        (2020, "PAR_PROVINCE", "P", "sipas", Decimal(10)),
        (2024, "PAR_PROVINCE", "P.1", "total", Decimal("9.5")),
    }


def test_listed_ranks_are_implied_and_printed_ranks_published() -> None:
    ranks = {c.entity_code: c.value_status for c in shipped(PAR).claims if c.reference_year == 2012 and c.measure == "rank"}
    assert (ranks["48"], ranks["77"], ranks["22"]) == ("published", "implied", "published")
    kinds = {(c.value_status, c.rank_kind) for c in shipped(PAR).claims if c.measure == "rank"}
    assert kinds == {("published", "official"), ("implied", "derived_by_third_party")}


def test_printed_changes_are_claims_with_their_sign() -> None:
    found = {
        (c.reference_year, c.entity_code, c.measure, c.raw_text, c.value)
        for c in shipped(PAR).claims
        if c.measure in ("change", "change_rank") and c.entity_code == "01"
    }
    assert found == {
        (2021, "01", "change_rank", "-2", Decimal(-2)),
        (2021, "01", "change_rank", "+2", Decimal(2)),
        (2024, "01", "change", "+1,32", Decimal("1.32")),
    }


def test_ranks_of_papi_are_of_whoever_printed_them_among_their_own_universe() -> None:
    ranks = [c for c in shipped(PAPI).claims if c.measure == "rank"]
    assert {(c.rank_kind, c.value_status) for c in ranks} == {("derived_by_third_party", "published")}
    khanh_hoa = {(c.reference_year, c.criterion_code, c.value, c.rank_out_of) for c in ranks if c.entity_code == "56"}
    assert khanh_hoa == {(2022, "D", 16, 61), (2023, "D", 8, 61), (2023, "D.2", 1, 61)}
    assert Counter(c.rank_out_of for c in ranks) == {61: 16, 63: 11}


def test_the_scale_of_papi_is_no_claim_of_the_press() -> None:
    assert {c.measure for c in shipped(PAPI).claims} == {"score", "rank", "change", "change_rank"}
    dimensions = {c.criterion_code for c in shipped(PAPI).claims if c.entity_code == "24"}
    assert dimensions == {"D", *(f"D.{n}" for n in range(1, 9))}


def test_an_index_from_0_to_1_is_a_ratio_and_its_scale_no_claim() -> None:
    found = [(c.measure, c.value, c.unit, c.rank_out_of) for c in shipped(ICT).claims]
    assert found == [("score", Decimal("0.735"), "ratio", None), ("rank", Decimal(3), "places", 63)]


def test_rank_universe_comes_from_the_row() -> None:
    found = {
        c.rank_out_of
        for c in shipped(PAR).claims
        if c.measure == "rank" and c.reference_year == 2018 and c.entity_type == "ministry"
    }
    assert found == {18}


def test_sipas_items_keep_their_own_units() -> None:
    units = {
        (c.criterion_code, c.unit, c.value)
        for c in shipped(SIPAS).claims
        if c.reference_year == 2023 and c.entity_type == "nation"
    }
    assert ("S", "index_points", Decimal("82.66")) in units
    assert ("S.2.3", "index_points", Decimal("83.12")) in units
    assert ("N.5.1", "percent", Decimal("88.88")) in units


def test_unconfirmed_instrument_is_another_edition() -> None:
    (claim,) = scores(shipped(SIPAS), 2018, "48", "S")
    assert (claim.instrument_code, claim.value) == ("unconfirmed", Decimal("87.43"))
    assert claim.edition_id != "sipas_2018_moha"


def test_columns_are_found_by_name_not_by_place() -> None:
    outcome = read(table_of(ROW, columns=tuple(reversed(COLUMNS))))
    assert outcome.issues == ()
    assert [(c.measure, c.value) for c in outcome.claims] == [("score", Decimal("89.06")), ("rank", Decimal(1))]


@pytest.mark.parametrize(
    ("change", "code", "place"),
    [
        ({"Đối tượng": "Atlantis"}, "unknown_name", "B3"),
        ({"Tiêu chí": "Hạnh phúc"}, "unknown_name", "D3"),
        ({"Tiêu chí": "3 Cải cách tài chính công"}, "unknown_name", "D3"),
        ({"Công cụ đo": "undp"}, "unknown_name", None),
        ({"Giá trị": "tám chín"}, "cell_not_understood", "E3"),
        ({"Giá trị": "89.060"}, "cell_not_understood", "E3"),
        ({"Đơn vị": "phiếu"}, "cell_not_understood", "F3"),
        ({"Loại": "Huyện"}, "cell_not_understood", "C3"),
        ({"Năm": "2031"}, "cell_not_understood", "A3"),
        ({"Xếp hạng": "1,5"}, "cell_not_understood", "H3"),
        ({"Giá trị": "", "Xếp hạng": ""}, "cell_not_understood", None),
        ({"Tăng giảm hạng": "+1,5"}, "cell_not_understood", "K3"),
        ({"Địa chỉ nguồn": "https://example.gov.vn/a"}, "unknown_host", "M3"),
        ({"Địa chỉ nguồn": "Báo Đầu tư"}, "unknown_host", "M3"),
    ],
)
def test_bad_row_is_quarantined_and_the_others_go_on(change: dict[str, str], code: str, place: str | None) -> None:
    outcome = read(table_of(ROW | change, ROW | {"Đối tượng": "Hà Nội"}))
    (issue,) = outcome.issues
    assert (issue.code, issue.severity, issue.locator.sheet) == (code, "error", "Tỉnh")
    assert place is None or issue.locator.a1 == place
    assert "expected" in issue.message
    assert issue.hint
    assert not outcome.is_held_back
    assert len(outcome.quarantined_rows) == 1
    assert {claim.entity_code for claim in outcome.claims} == {"01"}


def test_unknown_header_holds_the_document() -> None:
    outcome = read(table_of(ROW, columns=(*COLUMNS[:-1], "Chú thích")))
    (issue,) = outcome.issues
    assert issue.code == "unknown_header"
    assert "Chú thích" in issue.message
    assert outcome.is_held_back
    assert outcome.claims == ()


def test_sheet_without_header_holds_the_document() -> None:
    table = table_of(ROW)
    headless = replace(table, cells=tuple(replace(cell, text="") if cell.row == 2 else cell for cell in table.cells))
    assert read(headless).is_held_back


def test_rows_without_figures_make_no_claim_and_may_hold_none() -> None:
    name = "Không có số liệu"
    blank = ROW | {"Giá trị": "", "Xếp hạng": "", "Đơn vị": "", "Đối tượng": "Số tỉnh theo nhóm điểm"}
    assert read(table_of(blank, sheet=name)).issues == ()
    assert [issue.code for issue in read(table_of(ROW, sheet=name)).issues] == ["cell_not_understood"]


@pytest.mark.parametrize(
    ("address", "expected"),
    [
        ("https://www.quangninh.gov.vn/So/sonoivu/a", "provincial_prose"),
        ("https://eng.binhduong.gov.vn/a", "provincial_prose"),
        ("http://news.gov.vn/a", "press_prose"),
        ("https://en.baochinhphu.vn/a", "press_prose"),
        ("https://infographics.vn/a", "press_table"),
        ("http://211.88.39.63/a", "press_table"),
        ("https://viet-jo.com/a", "press_prose"),
        ("https://notinfographics.vn/a", "press_prose"),
    ],
)
def test_class_of_source_is_the_class_of_the_address(address: str, expected: str) -> None:
    assert source_class_of(address, "press_prose") == expected


def test_classes_of_the_shipped_rows() -> None:
    counts = Counter(claim.source_class for claim in shipped(PAR).claims)
    assert counts == {"press_prose": 532, "press_table": 88, "provincial_prose": 30}
    assert all(rule.reason for rule in HOSTS.values())


@given(st.from_regex(r"[a-z]{1,12}", fullmatch=True).filter(lambda name: f"{name}.gov.vn" not in HOSTS))
def test_unlisted_state_host_is_never_taken_for_press(name: str) -> None:
    with pytest.raises(UnknownHostError, match=r"hosts\.py"):
        source_class_of(f"https://{name}.gov.vn/tin", "press_prose")


@given(st.decimals(min_value=0, max_value=100, places=2))
def test_printed_value_comes_back_digit_by_digit(value: Decimal) -> None:
    printed = f"{value:.2f}".replace(".", ",")
    outcome = read(table_of(ROW | {"Giá trị": printed, "Xếp hạng": ""}))
    (claim,) = outcome.claims
    assert (claim.value, claim.printed_decimals, claim.raw_text) == (value, 2, printed)
