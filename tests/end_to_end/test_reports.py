"""The report pages as a visitor sees them: built from a real release, served on loopback, opened in Chromium with all else blocked.

Builds once (about three minutes). `CCHC_HOME` names the home whose published release is used; without it the session's own refresh is.
`CCHC_REPORTS_SITE` names a site already built from that release and saves the build. Screenshots are kept in the session's folder.
"""

from __future__ import annotations

import functools
import http.server
import json
import os
import shutil
import subprocess
import threading
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import pytest

from warehouse.bi import write_bi

pytestmark = [pytest.mark.node, pytest.mark.browser]

REPOSITORY = Path(__file__).resolve().parents[2]
REPORTS = REPOSITORY / "reports"
PHONE = 390
HUE = "/tinh/thua-thien-hue/"
RANKING_ROWS = "#bang-xep-hang tbody tr"

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
    """A published release: the warehouse file that the pages must agree with."""

    database: Path

    def rows(self, sql: str, *parameters: object) -> list[tuple[Any, ...]]:
        with duckdb.connect(str(self.database), read_only=True) as connection:
            return connection.execute(sql, list(parameters)).fetchall()


@pytest.fixture(scope="module")
def release(request: pytest.FixtureRequest) -> Release:
    home = os.environ.get("CCHC_HOME")
    if home is None:
        folder: Path = request.getfixturevalue("refreshed").release
    else:
        folder = Path(home) / "published" / "current"
    database = folder / "cchc.duckdb"
    if not database.is_file():
        pytest.skip(f"no published release at {database}: run `make refresh` first")
    return Release(database.resolve())


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
    write_bi(release.database, folder / "bi.duckdb")
    environment = os.environ | {"CCHC_BI_DB": str(folder / "bi.duckdb"), "CCHC_REPORTS_OUT": str(folder / "site")}
    done = subprocess.run(
        [str(REPORTS / "build.sh")], env=environment, capture_output=True, text=True, check=False, timeout=1800, cwd=REPOSITORY
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serves files and says nothing."""

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        return


@pytest.fixture(scope="module")
def address(site: Path) -> Iterator[str]:
    """The site on loopback."""
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), functools.partial(QuietHandler, directory=str(site)))
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def other_edition(release: Release) -> tuple[str, str, str]:
    """Index, edition and criterion of a full ranking other than the one the page opens with: PAPI's first dimension of 2023."""
    found = release.rows(
        "select index_code, edition_id, criterion_code from rpt_scores "
        "where index_code = 'PAPI' and year = 2023 and criterion_code = 'D.1' and entity_type = 'province' limit 1"
    )
    assert found, "the release has no PAPI 2023 by dimension"
    return found[0]


@pytest.fixture(scope="module")
def visits(address: str, release: Release, tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Seen]:
    """What Chromium saw on every kind of page, on a desk and on a phone, with and without JavaScript."""
    folder = tmp_path_factory.mktemp("browser")
    index, edition, criterion = other_edition(release)
    ready = "#bang-xep-hang tbody td.head"

    def wanted(name: str, path: str, **more: object) -> dict[str, object]:
        return {"name": name, "path": path, "screenshot": str(folder / f"{name}.png"), **more}

    plan: dict[str, Any] = {
        "base": address,
        "chromium": needed("chromium", "chromium-browser"),
        "profile": str(folder / "profile"),
        "visits": [
            wanted("home", "/", rows=".provinces li"),
            wanted("home_phone", "/", width=PHONE),
            wanted("home_search", "/", fill=["#tim-tinh", "da nang"], rows=".provinces"),
            wanted("ranking", "/xep-hang/", waitFor=ready, rows=RANKING_ROWS),
            wanted("ranking_phone", "/xep-hang/", width=PHONE, waitFor=ready),
            wanted(
                "ranking_changed",
                "/xep-hang/",
                waitFor=ready,
                select=[["#chi-so", index], ["#nam", edition], ["#tieu-chi", criterion]],
                awaited=f"{RANKING_ROWS}[data-shown='{edition} {criterion}']",
                rows=RANKING_ROWS,
            ),
            wanted(
                "ranking_address",
                f"/xep-hang/?bo={edition}&tieu_chi={criterion}",
                awaited=f"{RANKING_ROWS}[data-shown='{edition} {criterion}']",
                rows=RANKING_ROWS,
            ),
            wanted(
                "ranking_hue",
                "/xep-hang/?bo=sipas_2023_moha&tieu_chi=S",
                awaited=f"{RANKING_ROWS}[data-shown='sipas_2023_moha S']",
                rows=RANKING_ROWS,
            ),
            wanted("province", HUE, rows="table.figures tbody tr"),
            wanted("province_phone", HUE, width=PHONE),
            wanted("province_plain", HUE, script=False),
            wanted("sources", "/nguon/", rows="table.figures tbody tr"),
            wanted("sources_phone", "/nguon/", width=PHONE),
            wanted("conflicts", "/mau-thuan/", rows="table.figures tbody tr"),
            wanted("conflicts_phone", "/mau-thuan/", width=PHONE),
            wanted("checks", "/kiem-tra/", rows="table.checks tbody tr"),
            wanted("checks_phone", "/kiem-tra/", width=PHONE),
        ],
    }
    plan_file, report_file = folder / "plan.json", folder / "report.json"
    plan_file.write_text(json.dumps(plan), encoding="utf-8")
    done = subprocess.run(
        [needed("node", "nodejs"), str(REPORTS / "tests" / "browser.mjs"), str(plan_file), str(report_file)],
        capture_output=True,
        text=True,
        check=False,
        timeout=600,
        cwd=REPORTS,
    )
    assert report_file.is_file(), done.stderr
    report: dict[str, Seen] = json.loads(report_file.read_text(encoding="utf-8"))
    assert set(report) == {str(visit["name"]) for visit in plan["visits"]}, done.stderr
    return report


def vietnamese(number: float, decimals: int) -> str:
    return f"{number:.{decimals}f}".replace(".", ",")


def shown_scores(seen: Seen) -> dict[str, float]:
    """Place -> score, read back from the ranking table on the page; places without a score are left out."""
    found: dict[str, float] = {}
    for row in seen["rows"]:
        text = row[2].split()[0].split("\n")[0]
        if text.replace(",", "").isdigit():
            found[row[1]] = float(text.replace(",", "."))
    return found


def test_every_page_opens_clean_and_asks_nobody_else(visits: Mapping[str, Seen]) -> None:
    for name, seen in visits.items():
        assert "failure" not in seen, f"{name}: {seen.get('failure')}"
        assert seen["outside"] == [], name
        assert seen["console"] == [], name
        assert seen["errors"] == [], name
        assert seen["loading"] is False, name
        assert seen["lang"] == "vi", name
        assert seen["title"] not in ("", "Evidence"), name


def test_nothing_hangs_over_the_edge_of_a_phone(visits: Mapping[str, Seen]) -> None:
    phones = {name: seen for name, seen in visits.items() if name.endswith("_phone")}
    assert len(phones) == 6
    for name, seen in phones.items():
        assert seen["overflow"] <= 0, name
        assert all(cut <= 0 for cut in seen["cut"]), f"{name}: something is cut off at the right"


def test_the_home_page_lists_every_province_of_the_warehouse(visits: Mapping[str, Seen], release: Release) -> None:
    expected = {name for (name,) in release.rows("select distinct province from rpt_scores where entity_type = 'province'")}
    shown = {line.strip() for line in visits["home"]["text"].splitlines()}
    assert expected - shown == set()
    assert visits["home_search"]["rows"] == [["Đà Nẵng"]]


def test_the_ranking_shows_what_the_warehouse_says_before_and_after_a_change_of_filter(
    visits: Mapping[str, Seen], release: Release
) -> None:
    _, edition, criterion = other_edition(release)
    expected = release.rows(
        "select province, score from rpt_scores where edition_id = ? and criterion_code = ? "
        "and entity_type = 'province' and score is not null",
        edition,
        criterion,
    )
    for name in ("ranking_changed", "ranking_address"):
        shown = shown_scores(visits[name])
        assert len(shown) == len(expected) > 55, name
        for province, score in expected:
            assert shown[province] == pytest.approx(score, abs=0.5e-4), f"{name}: {province}"
    assert shown_scores(visits["ranking"]) != shown_scores(visits["ranking_changed"])


def test_hue_in_the_ranking_of_sipas_2023(visits: Mapping[str, Seen]) -> None:
    hue = [row for row in visits["ranking_hue"]["rows"] if row[1] == "Thừa Thiên Huế"]
    assert len(hue) == 1
    assert hue[0][0] == "32/63"
    assert hue[0][2].startswith("82,28")
    assert hue[0][4] == "không so sánh được"
    assert "216/KH-UBND" in hue[0][5]


@pytest.mark.parametrize("name", ["province", "province_phone", "province_plain"])
def test_the_province_page_shows_its_figures_even_without_javascript(
    name: str, visits: Mapping[str, Seen], release: Release
) -> None:
    text = visits[name]["text"]
    for figure in ("82,28", "32/63", "46,0415", "không so sánh được", "216/KH-UBND"):
        assert figure in text, figure
    criteria = release.rows(
        "select criterion_name_vi, score from rpt_scores where province = 'Thừa Thiên Huế' and index_code = 'SIPAS' "
        "and year = 2023 and facet = 'satisfaction' and criterion_code <> 'S' and score is not null"
    )
    assert len(criteria) == 50  # two contents, nine factors, 39 criteria
    for label, score in criteria:
        assert label in text, label
        assert vietnamese(score, 2) in text, label


def test_the_province_page_shows_its_conflicts_with_both_places(visits: Mapping[str, Seen]) -> None:
    rows = [row for row in visits["province"]["rows"] if len(row) == 7 and row[1].startswith("S.1.4 ") and "hạng" in row[1]]
    assert [(row[2], "39" in row[4]) for row in rows] == [("32", True)]
    assert all("216/KH-UBND" in row[3] and "216/KH-UBND" in row[5] for row in rows)


def test_every_document_of_the_release_is_on_the_sources_page(visits: Mapping[str, Seen], release: Release) -> None:
    for (document_id,) in release.rows("select document_id from dim_document"):
        assert document_id in visits["sources"]["text"]


def test_every_rule_of_the_release_is_on_the_checks_page_with_its_counts(visits: Mapping[str, Seen], release: Release) -> None:
    expected = {
        title: (checked, failed, tolerated, incomplete)
        for title, checked, failed, tolerated, incomplete in release.rows(
            "select title_vi, checked_count, failed_count, tolerated_count, incomplete_count from qa_results"
        )
    }
    shown: dict[str, tuple[int, ...]] = {}
    for row in visits["checks"]["rows"]:
        title = next(title for title in expected if row[0].startswith(title))
        shown[title] = tuple(int(cell.replace(".", "")) for cell in row[2:])
    assert shown == expected
    assert "Kiểm tra" in visits["home"]["text"]


def test_what_is_held_back_is_on_the_checks_page(visits: Mapping[str, Seen], release: Release) -> None:
    text = visits["checks"]["text"]
    held = release.rows("select raw_text, held_reason from rpt_quarantine where item_status = 'open'")
    assert all(raw in text and reason in text for raw, reason in held)
    assert ("Không có ô nào bị giữ lại" in text) == (not held)
