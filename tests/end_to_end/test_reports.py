"""The report pages as a visitor sees them: built from a real release, served on loopback, opened in Chromium with all else blocked.

Builds once (about a minute and a half). `CCHC_HOME` names the home whose published release is used; without it the refresh of these
tests is. `CCHC_REPORTS_SITE` names a site already built from that release and saves the build. Screenshots are kept in a folder of the
tests, or where `CCHC_REPORTS_SHOTS` says.
"""

from __future__ import annotations

import json
import os
import re
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import httpx
import openpyxl
import pypdfium2
import pytest

from warehouse.serving.pages import pages_server

pytestmark = [pytest.mark.node, pytest.mark.browser]

REPOSITORY = Path(__file__).resolve().parents[2]
REPORTS = REPOSITORY / "reports"
PHONE = 390
HUE = "/tinh/thua-thien-hue/"
RANKING_ROWS = "#bang-xep-hang tbody tr"

KINDS: Mapping[str, tuple[str, str]] = {
    "home": ("/", "/en/"),
    "ranking": ("/xep-hang/", "/en/ranking/"),
    "provinces": ("/tinh/", "/en/province/"),
    "province": (HUE, "/en/province/thua-thien-hue/"),
    "merged": ("/tinh/da-nang-34/", "/en/province/da-nang-34/"),
    "compare": ("/so-sanh/", "/en/compare/"),
    "map": ("/ban-do/", "/en/map/"),
    "movers": ("/bien-dong/", "/en/movers/"),
    "criteria": ("/tieu-chi/", "/en/criterion/"),
    "criterion": ("/tieu-chi/sipas-s-1-3-9/", "/en/criterion/sipas-s-1-3-9/"),
    "cross": ("/lien-chi-so/", "/en/indices/"),
    "coverage": ("/do-phu/", "/en/coverage/"),
    "conflicts": ("/mau-thuan/", "/en/conflicts/"),
    "methods": ("/phuong-phap/", "/en/methods/"),
    "sources": ("/nguon/", "/en/sources/"),
    "source": ("/nguon/sipas_2023_thua_thien_hue_ubnd/", "/en/sources/sipas_2023_thua_thien_hue_ubnd/"),
    "workbook": ("/nguon/par_index_2012_2024_published/", "/en/sources/par_index_2012_2024_published/"),
    "downloads": ("/tai-du-lieu/", "/en/download/"),
    "checks": ("/kiem-tra/", "/en/checks/"),
}
"""Every kind of page: its Vietnamese and its English address."""

Seen = Mapping[str, Any]


def needed(program: str, *others: str) -> str:
    """Path of a program. Where it is missing: a skip with a hint on a laptop, a failure where CI=true."""
    for name in (program, *others):
        path = shutil.which(name)
        if path is not None:
            return path
    hint = f"{program} is not installed (Debian: apt-get install {program}); the report pages were not tried"
    if os.environ.get("CI") == "true":
        pytest.fail(hint)
    pytest.skip(hint)


@dataclass(frozen=True)
class Release:
    """A published release: the folder that the pages must agree with."""

    folder: Path

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.folder / "cchc.duckdb"), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()


@pytest.fixture(scope="module")
def release(request: pytest.FixtureRequest) -> Release:
    home = os.environ.get("CCHC_HOME")
    folder: Path = request.getfixturevalue("refreshed").release if home is None else Path(home) / "published" / "current"
    if not (folder / "cchc.duckdb").is_file():
        pytest.skip(f"no published release at {folder}: run `make refresh` first")
    return Release(folder.resolve())


@pytest.fixture(scope="module")
def site(release: Release, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the built site."""
    needed("node", "nodejs")
    needed("npm")
    needed("chromium", "chromium-browser")
    ready = os.environ.get("CCHC_REPORTS_SITE")
    if ready is not None:
        return Path(ready)
    folder = tmp_path_factory.mktemp("reports")
    environment = os.environ | {"CCHC_BI_DB": str(release.folder / "bi.duckdb"), "CCHC_REPORTS_OUT": str(folder / "site")}
    done = subprocess.run(
        [str(REPORTS / "build.sh")], env=environment, capture_output=True, text=True, check=False, timeout=1800, cwd=REPOSITORY
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on loopback, as `cchc serve pages` serves it."""
    server = pages_server(site, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


@pytest.fixture(scope="module")
def shots(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Where screenshots and printed pages are kept."""
    kept = os.environ.get("CCHC_REPORTS_SHOTS")
    folder = Path(kept) if kept else tmp_path_factory.mktemp("browser")
    folder.mkdir(parents=True, exist_ok=True)
    return folder


def browse(address: str, folder: Path, visits: list[dict[str, object]]) -> Mapping[str, Seen]:
    """What Chromium saw on each visit."""
    plan = {
        "base": address,
        "chromium": needed("chromium", "chromium-browser"),
        "profile": str(folder / "profile"),
        "visits": visits,
    }
    plan_file, report_file = folder / "plan.json", folder / "report.json"
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    report_file.unlink(missing_ok=True)
    done = subprocess.run(
        [needed("node", "nodejs"), str(REPORTS / "tests" / "browser.mjs"), str(plan_file), str(report_file)],
        capture_output=True, text=True, check=False, timeout=900, cwd=REPORTS,
    )  # fmt: skip
    assert report_file.is_file(), done.stderr
    report: dict[str, Seen] = json.loads(report_file.read_text(encoding="utf-8"))
    assert set(report) == {str(visit["name"]) for visit in visits}, done.stderr
    return report


def shown(edition: str, criterion: str) -> str:
    return f"{RANKING_ROWS}[data-shown='{edition} {criterion}']"


@pytest.fixture(scope="module")
def visits(address: str, shots: Path) -> Mapping[str, Seen]:
    """Every kind of page: in Vietnamese on a desk in the light, on a phone in the dark, in English, without JavaScript; then what a
    visitor does on them."""
    plan: list[dict[str, object]] = []
    for kind, (vi, en) in KINDS.items():
        seen_so: list[dict[str, object]] = [
            {"name": kind, "path": vi, "axe": True, "screenshot": str(shots / f"{kind}.png"), "fullPage": False},
            {"name": f"{kind}_phone", "path": vi, "width": PHONE, "dark": True, "axe": True,
             "screenshot": str(shots / f"{kind}_phone.png"), "fullPage": False},
            {"name": f"{kind}_en", "path": en, "axe": kind in ("province", "ranking", "source")},
            {"name": f"{kind}_plain", "path": vi, "script": False},
        ]  # fmt: skip
        plan += seen_so
    done_by_visitors: list[dict[str, object]] = [
        {
            "name": "ranking_changed", "path": "/xep-hang/", "rows": RANKING_ROWS,
            "steps": [["select", "#chi-so", "PAPI"], ["select", "#nam", "papi_2023_undp"], ["select", "#tieu-chi", "D.1"],
                      ["await", shown("papi_2023_undp", "D.1")]],
        },
        {
            "name": "ranking_address", "path": "/en/ranking/?bo=papi_2023_undp&tieu_chi=D.1&vung=T%C3%A2y+Nguy%C3%AAn",
            "rows": RANKING_ROWS, "steps": [["await", shown("papi_2023_undp", "D.1")]],
        },
        {
            "name": "ranking_hue", "path": "/xep-hang/?bo=sipas_2023_moha&tieu_chi=S", "rows": RANKING_ROWS,
            "steps": [["await", shown("sipas_2023_moha", "S")]],
        },
        {
            "name": "ranking_of_cities", "path": "/xep-hang/?loai=city", "rows": RANKING_ROWS, "steps": [["await", RANKING_ROWS]],
        },
        {
            "name": "ranking_found", "path": "/xep-hang/", "rows": RANKING_ROWS, "steps": [["fill", "#ten", "ba ria"]],
        },
        {
            "name": "ranking_without_ranks", "path": "/xep-hang/?bo=sipas_2018_moha&tieu_chi=S", "rows": RANKING_ROWS,
            "steps": [["await", shown("sipas_2018_moha", "S")]],
        },
        {"name": "ranking_of_no_edition", "path": "/xep-hang/?bo=sipas_1999_moha&tieu_chi=S", "steps": [["await", ".empty"]]},
        {"name": "home_found", "path": "/", "rows": ".provinces li", "steps": [["fill", "#tim-tinh", "da nang"]]},
        {
            "name": "map_of_2023", "path": "/ban-do/?bo=par_province_2023_moha", "links": "a[data-class]:not([data-class=''])",
            "steps": [["await", "tr[data-shown='par_province_2023_moha P']"]],
        },
        {"name": "map_of_34", "path": "/ban-do/?ban_do=vn34", "links": "a[data-province]", "steps": [["await", ".empty"]]},
        {
            "name": "compare_chosen", "path": "/so-sanh/?tinh=quang-nam,da-nang-34,nowhere,thua-thien-hue", "rows": "#so-sanh tbody tr",
            "pick": {"heads": "#so-sanh thead th", "notes": ".empty"}, "steps": [["await", "#so-sanh thead th:nth-child(4)"]],
        },
        {"name": "compare_too_many", "path": "/so-sanh/?tinh=ha-noi,hai-phong,da-nang,can-tho,ho-chi-minh,quang-nam",
         "pick": {"heads": "#so-sanh thead th", "notes": ".empty"}, "steps": [["await", "#so-sanh thead th:nth-child(6)"]]},
        {"name": "compare_one", "path": "/en/compare/?tinh=ha-noi", "pick": {"notes": ".empty"}, "steps": [["await", ".empty"]]},
        {
            "name": "compare_added", "path": "/so-sanh/", "pick": {"heads": "#so-sanh thead th"},
            "steps": [["fill", "#them-tinh", "ha noi"], ["click", "[data-add='ha-noi']"], ["await", "#so-sanh thead th:nth-child(5)"]],
        },
        {
            "name": "movers_2023", "path": "/bien-dong/?bo=papi_2023_undp&tieu_chi=D", "rows": ".movers tbody tr",
            "pick": {"parts": "#thanh-phan tbody tr td:nth-child(5)"},
            "steps": [["await", ".movers tr[data-shown='papi_2023_undp D']"]],
        },
        {"name": "cross_2020", "path": "/lien-chi-so/?nam=2020", "rows": "#lien-chi-so tbody tr",
         "steps": [["await", "#lien-chi-so tr[data-year='2020']"]]},
        {"name": "criteria_found", "path": "/tieu-chi/?ten=tham+nhung", "pick": {"names": ".tree li a"}},
        {"name": "keyboard", "path": "/xep-hang/", "keys": 26},
        {"name": "print_hue", "path": HUE, "print": str(shots / "print_hue.pdf")},
        {"name": "print_ha_noi", "path": "/en/province/ha-noi/", "print": str(shots / "print_ha_noi.pdf")},
        {"name": "print_quang_nam", "path": "/tinh/quang-nam/", "print": str(shots / "print_quang_nam.pdf")},
        {"name": "print_new", "path": "/tinh/hue-34/", "print": str(shots / "print_new.pdf")},
        {"name": "print_ranking", "path": "/xep-hang/?vung=T%C3%A2y+Nguy%C3%AAn", "steps": [["await", RANKING_ROWS]],
         "print": str(shots / "print_ranking.pdf")},
        {"name": "workbook_download", "path": HUE, "download": "a[href$='thua-thien-hue.xlsx']"},
        {"name": "csv_download", "path": "/tai-du-lieu/", "download": "a[href$='/rpt_scores.csv']"},
        {"name": "nowhere", "path": "/tinh/o'hara/"},
        {"name": "source_page", "path": "/nguon/sipas_2023_thua_thien_hue_ubnd/#trang-6", "links": "#trang-6 img, #trang-6 a",
         "rows": "#trang-6 tbody tr", "screenshot": str(shots / "source_page.png"), "fullPage": False},
    ]  # fmt: skip
    return browse(address, shots, [*plan, *done_by_visitors])


def vietnamese(number: float, decimals: int) -> str:
    return f"{number:.{decimals}f}".replace(".", ",")


def scores_of(seen: Seen, mark: str = ",") -> dict[str, float]:
    """Place -> score, read back from the ranking table on the page; places without a score are left out."""
    found: dict[str, float] = {}
    for row in seen["rows"]:
        text = row[2].split()[0]
        if text.replace(mark, "").isdigit():
            found[row[1]] = float(text.replace(mark, "."))
    return found


def test_every_page_opens_clean_and_asks_nobody_else(visits: Mapping[str, Seen]) -> None:
    for name, seen in visits.items():
        assert "failure" not in seen, f"{name}: {seen.get('failure')}"
        assert seen["outside"] == [], name
        assert seen["errors"] == [], name
        if name != "nowhere":
            assert seen["console"] == [], name
            assert seen["status"] == 200, name


def test_every_page_has_one_heading_a_title_of_its_own_and_a_description_in_its_language(visits: Mapping[str, Seen]) -> None:
    for language, suffix in (("vi", ""), ("en", "_en")):
        pages = [visits[f"{kind}{suffix}"] for kind in KINDS]
        assert {page["lang"] for page in pages} == {language}
        assert all(len(page["heading"]) == 1 for page in pages)
        assert all(page["description"] for page in pages)
        assert len({page["title"] for page in pages}) == len(pages)
    assert visits["ranking"]["heading"] == ["Bảng xếp hạng"]
    assert visits["ranking_en"]["heading"] == ["Ranking"]


def test_axe_finds_nothing_to_mend(visits: Mapping[str, Seen]) -> None:
    looked_at = {name: seen["axe"] for name, seen in visits.items() if "axe" in seen}
    assert len(looked_at) >= 2 * len(KINDS)
    assert {name: found for name, found in looked_at.items() if found} == {}


def test_nothing_hangs_over_the_edge_of_a_phone_and_it_is_dark_where_the_phone_is(visits: Mapping[str, Seen]) -> None:
    for kind in KINDS:
        assert visits[f"{kind}_phone"]["overflow"] <= 0, kind
        assert visits[f"{kind}_phone"]["theme"] == "dark", kind


def test_no_page_starts_the_engine_before_a_filter_is_changed(visits: Mapping[str, Seen]) -> None:
    assert {kind for kind in KINDS if visits[kind]["engine"]} == set()
    assert visits["ranking_changed"]["engine"]
    assert all(visits[kind]["bytes"] < 2_000_000 for kind in KINDS)
    assert visits["ranking_changed"]["bytes"] < 8_000_000


FACTS: Mapping[str, tuple[str, str]] = {
    # What stands on each kind of page, in Vietnamese and in English; each figure is checked against the marts below.
    "ranking": ("47,8212", "47.8212"),
    "province": ("82,28", "82.28"),
    "merged": ("Nghị quyết 202/2025/QH15", "Nghị quyết 202/2025/QH15"),
    "compare": ("82,28", "82.28"),
    "map": ("47,8212", "47.8212"),
    "movers": ("+8,1089", "+8.1089"),
    "cross": ("17/63", "17/63"),
    "coverage": ("60/60", "60/60"),
    "conflicts": ("81,23%", "81,23%"),
    "methods": ("1001/QĐ-BNV", "1001/QĐ-BNV"),
    "sources": ("sipas_2023_thua_thien_hue_ubnd", "sipas_2023_thua_thien_hue_ubnd"),
    "source": ("82,28", "82.28"),
    "workbook": ("88,38", "88.38"),
    "downloads": ("rpt_scores", "rpt_scores"),
}


@pytest.mark.parametrize("kind", FACTS)
def test_the_figures_are_in_the_page_itself_in_both_languages(kind: str, visits: Mapping[str, Seen]) -> None:
    vietnamese_figure, english_figure = FACTS[kind]
    for name in (kind, f"{kind}_phone", f"{kind}_plain"):
        assert vietnamese_figure in visits[name]["text"], name
    assert english_figure in visits[f"{kind}_en"]["text"]


def test_the_facts_above_are_those_of_the_warehouse(release: Release) -> None:
    score = "select score from rpt_scores where edition_id = ? and criterion_code = ? and province = ?"
    assert release.rows(score, "papi_2024_undp", "D", "Quảng Ninh") == [(47.8212,)]
    assert release.rows(score, "sipas_2023_moha", "S", "Thừa Thiên Huế") == [(82.28,)]
    assert release.rows(score.replace("select score", "select change"), "papi_2024_undp", "D", "Tây Ninh") == [(8.1089,)]
    assert release.rows(
        "select par_rank, par_rank_out_of from rpt_cross_index where year = 2023 and province = 'Thừa Thiên Huế'"
    ) == [(17, 63)]
    assert release.rows(
        "select units_with_score_count, n_units from rpt_edition_coverage where edition_id = 'papi_2021_undp'"
    ) == [(60, 60)]


def test_the_ranking_shows_what_the_warehouse_says_before_and_after_a_change_of_filter(
    visits: Mapping[str, Seen], release: Release
) -> None:
    expected = release.rows(
        "select province, province_en, score, region_vi from rpt_scores where edition_id = 'papi_2023_undp' and "
        "criterion_code = 'D.1' and entity_type = 'province' and score is not null"
    )
    found = scores_of(visits["ranking_changed"])
    assert len(found) == len(expected) > 55
    for province, _, score, _ in expected:
        assert found[province] == pytest.approx(score, abs=0.5e-4), province
    highlands = scores_of(visits["ranking_address"], ".")
    assert highlands == {
        english: pytest.approx(score, abs=0.5e-4) for _, english, score, region in expected if region == "Tây Nguyên"
    }
    assert len(highlands) == 5
    assert "bo=papi_2023_undp" in visits["ranking_changed"]["address"]
    assert "tieu_chi=D.1" in visits["ranking_changed"]["address"]


def test_the_page_says_without_javascript_which_table_it_shows(visits: Mapping[str, Seen], site: Path) -> None:
    assert "Có điểm của 61/61 nơi, hạng của 61 nơi" in visits["ranking_plain"]["text"]
    assert "59 nơi có thay đổi so sánh được với kỳ trước" in visits["movers_plain"]["text"]
    assert "PAPI 2024 — Chỉ số PAPI (không có trọng số)" in visits["map_plain"]["text"]
    for page in ("xep-hang", "bien-dong", "ban-do", "so-sanh", "lien-chi-so"):
        assert "undefined" not in re.sub(
            r"<script.*?</script>", "", (site / page / "index.html").read_text(encoding="utf-8"), flags=re.S
        )


def test_hue_in_the_ranking_of_sipas_2023(visits: Mapping[str, Seen]) -> None:
    hue = [row for row in visits["ranking_hue"]["rows"] if row[1] == "Thừa Thiên Huế"]
    assert len(hue) == 1
    assert hue[0][0] == "32/63"
    assert hue[0][2].startswith("82,28 (79,98–84,58)")
    assert hue[0][4] == "không so sánh được"
    assert "216/KH-UBND" in hue[0][5]


def test_the_centrally_run_cities_alone(visits: Mapping[str, Seen]) -> None:
    assert {row[1] for row in visits["ranking_of_cities"]["rows"]} == {
        "Hà Nội",
        "Hải Phòng",
        "Đà Nẵng",
        "Hồ Chí Minh",
        "Cần Thơ",
    }
    assert "Thành phố trực thuộc trung ương" in visits["ranking_of_cities"]["text"]


def test_names_are_found_without_diacritics(visits: Mapping[str, Seen]) -> None:
    assert [row[1] for row in visits["ranking_found"]["rows"]] == ["Bà Rịa - Vũng Tàu"]
    assert [row[0] for row in visits["home_found"]["rows"]] == ["Đà Nẵng (từ 7/2025)", "Đà Nẵng"]
    assert "Kiểm soát tham nhũng trong khu vực công" in visits["criteria_found"]["picked"]["names"]


def test_a_year_without_ranks_says_so_and_makes_none_up(visits: Mapping[str, Seen]) -> None:
    seen = visits["ranking_without_ranks"]
    assert "không tự đặt hạng" in seen["text"]
    assert {row[0] for row in seen["rows"]} == {"–"}


def test_an_old_link_to_an_edition_that_is_not_there_says_so(visits: Mapping[str, Seen]) -> None:
    assert "Địa chỉ hỏi một kỳ không có ở đây: sipas_1999_moha" in visits["ranking_of_no_edition"]["text"]


def test_a_withheld_score_is_called_withheld(visits: Mapping[str, Seen], release: Release) -> None:
    withheld = release.rows(
        "select province from rpt_scores where edition_id = 'papi_2023_undp' and criterion_code = 'D.1' and value_status = 'withheld'"
    )
    rows = {row[1]: row[2] for row in visits["ranking_changed"]["rows"]}
    assert withheld
    assert all(rows[province].startswith("nơi công bố giữ lại") for (province,) in withheld)


@pytest.mark.parametrize("name", ["province", "province_phone", "province_plain"])
def test_the_province_page_shows_its_figures_even_without_javascript(
    name: str, visits: Mapping[str, Seen], release: Release
) -> None:
    text = visits[name]["text"]
    for figure in (
        "82,28",
        "79,98–84,58",
        "32/63",
        "46,0415",
        "không so sánh được",
        "216/KH-UBND",
        "chưa có kết quả của năm đặt mục tiêu",
    ):
        assert figure in text, figure
    criteria = release.rows(
        "select criterion_name_vi, score from rpt_scores where province = 'Thừa Thiên Huế' and index_code = 'SIPAS' "
        "and year = 2023 and facet = 'satisfaction' and criterion_code <> 'S' and score is not null"
    )
    assert len(criteria) == 50  # two contents, nine factors, 39 criteria
    for label, score in criteria:
        assert label in text, label
        assert vietnamese(score, 2) in text, label


def test_a_province_after_a_merger_has_no_score_made_up(visits: Mapping[str, Seen]) -> None:
    text = visits["merged"]["text"]
    assert "hợp thành từ Đà Nẵng, Quảng Nam" in text
    assert "Chưa có chỉ số nào được công bố cho tỉnh sau hợp nhất" in text
    for score in ("43,2121", "41,0045"):  # PAPI 2024 of either, each by itself
        assert score in text
    assert "42,1083" not in text  # their mean


def test_the_map_colours_what_has_a_score_and_links_every_province(visits: Mapping[str, Seen], release: Release) -> None:
    expected = release.rows(
        "select count(*) from rpt_scores where edition_id = 'par_province_2023_moha' and criterion_code = 'P' "
        "and entity_type = 'province' and score is not null"
    )
    assert len(visits["map_of_2023"]["links"]) == expected[0][0]
    assert "/tinh/thua-thien-hue/" in visits["map_of_2023"]["links"]
    assert len(visits["map_of_34"]["links"]) == 34
    assert all(link.endswith("-34/") for link in visits["map_of_34"]["links"])
    assert "không được cộng hay lấy trung bình" in visits["map_of_34"]["text"]


def test_two_to_five_provinces_are_compared_and_an_unknown_one_is_named(visits: Mapping[str, Seen]) -> None:
    seen = visits["compare_chosen"]
    assert seen["picked"]["heads"] == ["Chỉ số, năm", "Quảng Nam", "Đà Nẵng (từ 7/2025)", "Thừa Thiên Huế"]
    assert any("nowhere" in note for note in seen["picked"]["notes"])
    assert any("hai bản đồ" in note for note in seen["picked"]["notes"])
    sipas = next(row for row in seen["rows"] if row[0] == "SIPAS 2023")
    assert (sipas[1][:5], sipas[2], sipas[3][:5]) == ("78,44", "–", "82,28")
    assert len(visits["compare_too_many"]["picked"]["heads"]) == 6
    assert any("đã bỏ qua: Quảng Nam" in note for note in visits["compare_too_many"]["picked"]["notes"])
    assert any("It takes two places; added: Thua Thien Hue" in note for note in visits["compare_one"]["picked"]["notes"])
    assert visits["compare_added"]["picked"]["heads"][-1] == "Hà Nội"
    assert "ha-noi" in visits["compare_added"]["address"]


def test_movers_are_those_of_the_warehouse_and_the_parts_add_up(visits: Mapping[str, Seen], release: Release) -> None:
    changes = release.rows(
        "select province, change from rpt_scores where edition_id = 'papi_2023_undp' and criterion_code = 'D' and "
        "entity_type = 'province' and change_is_comparable and change is not null order by change desc, province_code"
    )
    rows = visits["movers_2023"]["rows"]
    assert [row[0] for row in rows] == [province for province, _ in changes[:10]] + [
        province for province, _ in changes[::-1][:10]
    ]
    parts = [float(text.replace("−", "-").replace(",", ".")) for text in visits["movers_2023"]["picked"]["parts"]]
    assert sum(parts) == pytest.approx(changes[0][1], abs=5e-4)


def test_ranks_across_indices_are_those_of_the_warehouse(visits: Mapping[str, Seen], release: Release) -> None:
    expected = release.rows(
        "select province, par_rank, papi_rank from rpt_cross_index where year = 2020 and par_rank is not null and papi_rank is not null"
    )
    rows = {row[0]: row for row in visits["cross_2020"]["rows"]}
    assert expected
    for province, par, papi in expected:
        assert rows[province][1].startswith(f"{par}/"), province
        assert rows[province][3].startswith(f"{papi}/"), province


def test_a_criterion_without_a_value_in_2022_says_so(visits: Mapping[str, Seen], release: Release) -> None:
    assert release.rows(
        "select count(*) from rpt_scores where criterion_code = 'S.1.3.9' and year = 2022 and score is not null"
    ) == [(0,)]
    text = visits["criterion"]["text"]
    assert "Chính sách cải cách hành chính" in text
    assert "2022: không so sánh được — Tiêu chí mới của kỳ này" in text


def test_a_figure_leads_to_the_picture_of_its_page(visits: Mapping[str, Seen], site: Path) -> None:
    province = (site / "tinh" / "thua-thien-hue" / "index.html").read_text(encoding="utf-8")
    assert 'href="/nguon/sipas_2023_thua_thien_hue_ubnd/#trang-6"' in province
    seen = visits["source_page"]
    assert "/trang/sipas_2023_thua_thien_hue_ubnd/6.webp" in seen["links"]
    assert (site / "trang" / "sipas_2023_thua_thien_hue_ubnd" / "6.webp").stat().st_size > 10_000
    assert any("82,28" in row[1] and "dòng 3" in row[2] for row in seen["rows"])


def test_every_document_of_the_release_is_on_the_sources_page(visits: Mapping[str, Seen], release: Release) -> None:
    for (document_id,) in release.rows("select document_id from dim_document"):
        assert document_id in visits["sources"]["text"]


def test_conflicts_show_both_figures_with_their_places(visits: Mapping[str, Seen]) -> None:
    text = visits["conflicts"]["text"]
    for words in ("xếp thứ 39 toàn quốc", "81,29", "đạt 81,23%", "trang 7, đoạn 56"):
        assert words in text, words


def test_every_rule_of_the_release_is_on_the_checks_page(visits: Mapping[str, Seen], release: Release) -> None:
    for title_vi, title_en in release.rows("select title_vi, title_en from qa_results"):
        assert title_vi in visits["checks"]["text"], title_vi
        assert title_en in visits["checks_en"]["text"], title_en
    held = release.rows("select raw_text from rpt_quarantine where item_status = 'open'")
    assert ("Không có ô nào bị giữ lại" in visits["checks"]["text"]) == (not held)


def test_downloads_open_and_hold_what_the_page_shows(visits: Mapping[str, Seen], release: Release, site: Path) -> None:
    seen = visits["workbook_download"]
    assert seen["downloadName"] == "thua-thien-hue.xlsx"
    with (site / "tai-ve" / "xlsx" / "thua-thien-hue.xlsx").open("rb") as file:
        book = openpyxl.load_workbook(file, read_only=True)
    assert book.sheetnames
    assert visits["csv_download"]["downloadName"] == "rpt_scores.csv"
    rows = duckdb.execute("select count(*) from read_csv(?)", [str(site / "tai-ve" / "csv" / "rpt_scores.csv")]).fetchall()
    assert rows == release.rows("select count(*) from rpt_scores")
    for page in ("tai-du-lieu", "en/download"):
        text = (site / page / "index.html").read_text(encoding="utf-8")
        links = re.findall(r'href="/(tai-ve/[^"]+)"', text)
        assert len(links) > 180
        assert [link for link in links if not (site / link).is_file()] == []


def test_a_province_prints_on_two_sheets_with_what_a_reader_of_paper_needs(visits: Mapping[str, Seen], shots: Path) -> None:
    assert "failure" not in visits["print_hue"]
    for name in ("print_hue", "print_quang_nam", "print_ha_noi", "print_new"):
        document = pypdfium2.PdfDocument(shots / f"{name}.pdf")
        assert 1 <= len(document) <= 2, name
        text = " ".join(page.get_textpage().get_text_range() for page in document)
        assert "bản công bố v" in text or "release v" in text, name
        document.close()
    ranking = pypdfium2.PdfDocument(shots / "print_ranking.pdf")
    first = ranking[0].get_textpage().get_text_range()
    assert "Tây Nguyên" in first, "the filters are said in words"
    ranking.close()


def test_the_keyboard_reaches_what_the_mouse_does(visits: Mapping[str, Seen]) -> None:
    focused = visits["keyboard"]["focused"]
    assert focused[0]["text"] == "Bỏ qua đến nội dung"
    assert all(one["visible"] for one in focused if one["tag"] != "BODY")
    assert {"chi-so", "nam", "tieu-chi", "vung", "ten"} <= {one["id"] for one in focused}


def test_an_address_that_is_no_page_says_what_to_do(visits: Mapping[str, Seen]) -> None:
    assert visits["nowhere"]["status"] == 404
    assert "Không có trang này" in visits["nowhere"]["text"]


def test_both_languages_have_the_same_pages(site: Path) -> None:
    english = {path.relative_to(site / "en") for path in (site / "en").rglob("index.html")}
    vietnamese_pages = [
        path for path in site.rglob("index.html") if "en" not in path.relative_to(site).parts and "tai-ve" not in path.parts
    ]
    assert len(english) == len(vietnamese_pages) > 200


def test_a_page_of_text_is_sent_compressed(address: str) -> None:
    answer = httpx.get(f"{address}/xep-hang/", headers={"Accept-Encoding": "gzip"}, trust_env=False)
    assert answer.headers["Content-Encoding"] == "gzip"
    assert "47,8212" in answer.text


@pytest.mark.slow
def test_every_single_page_opens_clean(address: str, site: Path, tmp_path: Path) -> None:
    """All pages, one by one; a page that only one province or criterion has is among them."""
    pages = sorted(
        f"/{path.parent.relative_to(site).as_posix()}/".replace("/./", "/")
        for path in site.rglob("index.html")
        if "tai-ve" not in path.parts
    )
    report = browse(address, tmp_path, [{"name": page, "path": page} for page in pages])
    assert len(report) > 400
    for page, seen in report.items():
        assert "failure" not in seen, f"{page}: {seen.get('failure')}"
        assert (seen["outside"], seen["console"], seen["errors"], seen["overflow"]) == ([], [], [], 0), page
