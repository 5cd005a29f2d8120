"""Looks at landing pages, against a server on this machine: what is new, gone or out of order is told once and nothing is fetched."""

from __future__ import annotations

import json
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project.cli import app
from dagster_project.discovery import Discovery, PageReport, discover, mark_seen, web_fetcher
from dagster_project.discovery_run import discovery_lines, pages_of, run_discovery
from dagster_project.season import is_season, season_cron
from dagster_project.settings import Settings, load_settings
from extractors.archive.fetch import Limits
from extractors.archive.polite import Manners
from extractors.catalogue.landing_pages import LANDING_PAGES_FILE, WatchedPage, read_index_pages, watched_pages
from extractors.catalogue.loader import CatalogueError, load_entries
from extractors.markup.links import comparable, page_links

NOW = datetime(2026, 4, 6, tzinfo=UTC)
FIRST = """<!doctype html><html><head><title>Kết quả &amp; chỉ số</title></head><body>
<h2>Ch&#7881; s&#7889; PAPI 2023</h2>
<a href="tai-lieu/PAPI%202023.xlsx?utm_source=web">Bảng điểm</a> <a href="/ket-qua/tai-lieu/PAPI 2023.xlsx"><b>Bảng điểm</b></a>
<a href="/gioi-thieu">Giới thiệu</a> <a href="Tai.aspx?tep=QD_1001.PDF">Quyết định</a>
<h2>Năm trước</h2><a href="https://kho.example.org/2022.pdf#trang=3"><img alt="Báo cáo 2022" src="a.png"></a>
<a href="mailto:a@example.org">thư</a> <a href="javascript:void(0)">x.pdf</a></body></html>"""


@dataclass
class Site:
    """What the server answers: by path status, body and headers; `asked` are the paths that came."""

    port: int = 0
    pages: dict[str, tuple[int, str, dict[str, str]]] = field(default_factory=dict[str, tuple[int, str, dict[str, str]]])
    asked: list[str] = field(default_factory=list[str])

    def put(self, body: str, status: int = 200, path: str = "/ket-qua/", **headers: str) -> None:
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.pages[path] = (status, body, {"Content-Type": "text/html; charset=utf-8", **named})

    def url(self, path: str = "/ket-qua/") -> str:
        return f"http://127.0.0.1:{self.port}{path}"

    @property
    def page(self) -> WatchedPage:
        return WatchedPage(self.url(), "a test", ("papi_2023_synthetic",))


@pytest.fixture
def site() -> Iterator[Site]:
    found = Site()

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            found.asked.append(self.path)
            status, body, headers = found.pages.get(self.path, (404, "<html>not here</html>", {}))
            if headers.get("ETag") and self.headers.get("If-None-Match") == headers["ETag"]:
                status, body = 304, ""
            data = body.encode()
            self.send_response(status)
            for name, value in headers.items():
                self.send_header(name, value)
            if status != 304:
                self.send_header("Content-Length", str(len(data)))
            self.end_headers()
            self.wfile.write(data)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Says nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        found.port = server.server_address[1]
        thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
        thread.start()
        yield found
        server.shutdown()
        thread.join()


def _look(site: Site, folder: Path, *, known: tuple[str, ...] = ()) -> PageReport:
    get = web_fetcher(manners=Manners(pause_seconds=0), allow_loopback=True, limits=Limits(attempts=1, total_seconds=20))
    (report,) = discover([site.page], folder, get, known=known, now=NOW)
    return report


def _codes(report: PageReport) -> list[str]:
    return [notice.code for notice in report.notices]


def test_the_first_look_is_one_line_and_no_alert(site: Site, tmp_path: Path) -> None:
    site.put(FIRST)
    report = _look(site, tmp_path)
    assert report.line == "seen for the first time: 3 links to documents, 5 links in all"
    assert report.notices == ()
    assert _look(site, tmp_path).line == "3 documents"
    assert all(not path.endswith((".xlsx", ".pdf", ".PDF")) for path in site.asked), "no document is ever fetched"


def test_a_new_document_is_told_until_a_person_has_seen_it(site: Site, tmp_path: Path) -> None:
    site.put(FIRST)
    _look(site, tmp_path)
    added = '<h3>Kê\u0301t quả SIPAS năm 2025</h3><a href="../sipas_2025.pdf">Phụ lục   số 1</a>'
    site.put(FIRST.replace("</body>", added + "</body>"))
    report = _look(site, tmp_path)
    (notice,) = report.notices
    assert notice.code == "new_document_link"
    assert site.url("/sipas_2025.pdf") in notice.message
    assert '"Phụ lục số 1" under "Kết quả SIPAS năm 2025"' in notice.message, "texts are NFC, blanks folded"
    assert "cchc inbox propose" in notice.hint
    again = _look(site, tmp_path)
    assert [one.key for one in again.notices] == [notice.key], "it stands, under the same key, so that it is told once"
    assert mark_seen([site.page], tmp_path) == 1
    assert _look(site, tmp_path).notices == ()


def test_a_link_that_the_catalogue_has_is_no_news(site: Site, tmp_path: Path) -> None:
    site.put(FIRST)
    _look(site, tmp_path)
    site.put(FIRST.replace("</body>", '<a href="/PAPI_2025.xlsx?utm_medium=x">2025</a></body>'))
    assert _look(site, tmp_path, known=(site.url("/PAPI_2025.xlsx"),)).notices == ()


def test_links_that_vanish_are_one_notice_and_come_back_without_being_news(site: Site, tmp_path: Path) -> None:
    site.put(FIRST)
    _look(site, tmp_path)
    site.put('<html><body><a href="/ket-qua/tai-lieu/PAPI 2023.xlsx">Bảng điểm</a></body></html>')
    report = _look(site, tmp_path)
    assert _codes(report) == ["document_link_gone"]
    assert report.notices[0].message.startswith("2 links to documents are gone")
    site.put(FIRST)
    assert _look(site, tmp_path).notices == ()


def test_an_error_page_with_status_200_is_told_and_forgets_nothing(site: Site, tmp_path: Path) -> None:
    site.put(FIRST)
    _look(site, tmp_path)
    site.put("<html><body><h1>Hệ thống đang bảo trì</h1></body></html>")
    report = _look(site, tmp_path)
    assert _codes(report) == ["landing_page_empty"]
    assert "expected its 3 links" in report.line
    site.put(FIRST.replace("</body>", '<a href="/moi.pdf">Mới</a></body>'))
    after = _look(site, tmp_path)
    assert [link.address for link in after.new] == [site.url("/moi.pdf")], "only what is new since the last good look"


@pytest.mark.parametrize(
    ("answer", "code"),
    [
        ((404, "<html>none</html>", {}), "landing_page_gone"),
        ((301, "", {"Location": "https://elsewhere.example.org/"}), "landing_page_moved"),
        ((200, "%PDF-1.7\n%%EOF\n", {"Content-Type": "text/html"}), "landing_page_changed_type"),
        ((403, "<html>no</html>", {}), "landing_page_unreachable"),
        ((503, "<html>later</html>", {"Retry-After": "0"}), "landing_page_unreachable"),
    ],
)
def test_a_page_that_is_no_longer_itself_is_told_by_what_to_do(
    site: Site, tmp_path: Path, answer: tuple[int, str, dict[str, str]], code: str
) -> None:
    site.put(FIRST)
    _look(site, tmp_path)
    site.pages["/ket-qua/"] = answer
    report = _look(site, tmp_path)
    assert _codes(report) == [code]
    assert report.notices[0].subject == site.url()
    assert report.notices[0].hint
    site.put(FIRST)
    assert _look(site, tmp_path).notices == ()


def test_a_host_that_keeps_programs_away_is_not_asked_for_its_page(site: Site, tmp_path: Path) -> None:
    site.put("User-agent: *\nDisallow: /ket-qua/\n", path="/robots.txt")
    site.put(FIRST)
    report = _look(site, tmp_path)
    assert _codes(report) == ["landing_page_forbidden"]
    assert site.asked == ["/robots.txt"]


def test_a_page_that_did_not_change_is_not_sent_again_and_keeps_its_news(site: Site, tmp_path: Path) -> None:
    site.put(FIRST, ETag='"1"')
    _look(site, tmp_path)
    site.put(FIRST.replace("</body>", '<a href="/moi.pdf">Mới</a></body>'), ETag='"2"')
    first, second = _look(site, tmp_path), _look(site, tmp_path)
    assert [notice.key for notice in first.notices] == [notice.key for notice in second.notices] != []


def test_many_new_links_are_a_few_notices(site: Site, tmp_path: Path) -> None:
    site.put(FIRST)
    _look(site, tmp_path)
    many = "".join(f'<a href="/bc/{number}.pdf">Báo cáo {number}</a>' for number in range(300))
    site.put(FIRST.replace("</body>", many + "</body>"))
    report = _look(site, tmp_path)
    assert len(report.notices) == 11
    assert len(report.new) == 300


def test_without_a_connection_there_is_one_trouble_and_not_one_per_page(tmp_path: Path) -> None:
    pages = [WatchedPage(f"http://127.0.0.1:9/{name}", "a test", ("x_2020_y",)) for name in "abc"]
    get = web_fetcher(manners=Manners(pause_seconds=0), allow_loopback=True, limits=Limits(attempts=1, total_seconds=5))
    reports = discover(pages, tmp_path, get, now=NOW)
    assert [notice.code for report in reports for notice in report.notices] == ["discovery_offline"]


def test_where_no_name_is_found_nothing_that_a_gateway_says_of_an_address_in_numbers_is_believed(
    site: Site, tmp_path: Path
) -> None:
    """Seen on a machine without names: one page with an address in numbers, answered with 404 by the gateway."""
    named = [WatchedPage(f"http://{name}.invalid/", "a test", ("x_2020_y",)) for name in "ab"]
    site.put("", 404)
    get = web_fetcher(manners=Manners(pause_seconds=0), allow_loopback=True, limits=Limits(attempts=1, total_seconds=5))
    reports = discover([site.page, *named], tmp_path, get, now=NOW)
    assert [notice.code for report in reports for notice in report.notices] == ["discovery_offline"]
    (line,) = discovery_lines(Discovery(reports))
    assert line.startswith("none of 3 landing pages could be reached: not one of 2 names of hosts was found. Is this machine")
    alone = discover([site.page, named[0]], tmp_path, get, now=NOW)
    assert _codes(alone[0]) == ["landing_page_gone"], "one name that is gone says nothing of the connection"


def test_links_are_whole_joined_and_named() -> None:
    page = '<base href="/kho/"><a href="a.PDF?fbclid=1" title="Tên"></a><a href="./a.PDF">A</a>'
    data = f'<html><head><meta charset="utf-8"></head><body>{page}</body></html>'.encode()
    found = page_links(data, "https://example.org/trang/ds.html")
    (link,) = found.documents
    assert (link.address, link.text, link.kind) == ("https://example.org/kho/a.PDF?fbclid=1", "Tên", "pdf")
    assert comparable("http://Example.org:80/kho/a.PDF") == link.key
    assert comparable("https://example.org/Tai.aspx?id=1") != comparable("https://example.org/Tai.aspx?id=2")


def test_the_catalogue_names_its_pages_and_says_where_none_is_known(tmp_path: Path) -> None:
    pages = watched_pages(load_entries(), read_index_pages())
    assert len({page.url for page in pages}) == len(pages) > 5
    assert all(page.stated_at and page.watched_for for page in pages)
    panel = next(page for page in pages if page.url == "https://github.com/hnks-gh/ml-mcdm")
    assert len(panel.watched_for) > 10, "one page of many documents is looked at once"
    unknown = {index.index_code for index in read_index_pages(LANDING_PAGES_FILE) if index.address == "unknown"}
    assert {"SIPAS", "PAPI", "PCI"} <= unknown
    (tmp_path / "landing_pages.yml").write_text("rows:\n  - index_code: PAPI\n")
    with pytest.raises(CatalogueError, match=r"landing_pages.yml, line 2: .*expected either"):
        read_index_pages(tmp_path / "landing_pages.yml")


@pytest.fixture
def own(tmp_path: Path, site: Site, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A catalogue with one index page, that of the local server."""
    (tmp_path / "catalogue" / "entries").mkdir(parents=True)
    (tmp_path / "catalogue" / "landing_pages.yml").write_text(
        f"rows:\n  - index_code: PAPI\n    pages:\n      - url: {site.url()}\n        stated_at: a synthetic page\n"
        "  - index_code: SIPAS\n    address: unknown\n"
    )
    monkeypatch.setenv("CCHC_CATALOGUE", str(tmp_path / "catalogue"))
    monkeypatch.setenv("CCHC_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("CCHC_ALLOW_LOOPBACK", "1")
    return load_settings()


def test_what_is_found_is_told_once(own: Settings, site: Site) -> None:
    get = web_fetcher(manners=Manners(pause_seconds=0), allow_loopback=True)
    site.put(FIRST)
    found, told = run_discovery(own, get)
    assert (told.new, found.unknown_indices) == ((), ("SIPAS",))
    site.put(FIRST.replace("</body>", '<a href="/moi.pdf">Mới</a></body>'))
    _, told = run_discovery(own, get)
    assert [notice.code for notice in told.new] == ["new_document_link"]
    found, told = run_discovery(own, get)
    assert (told.new, len(found.notices)) == ((), 1)
    assert "1 new" in "\n".join(discovery_lines(found))
    assert [page.url for page in pages_of(own)] == [site.url()]


def test_the_command_speaks_to_people_and_to_programs(own: Settings, site: Site) -> None:
    site.put(FIRST)
    first = CliRunner().invoke(app, ["discover", "--json"])
    assert first.exit_code == 0, first.output
    assert json.loads(first.output)["pages"][0]["first_look"] is True
    site.put("<html><body>bảo trì</body></html>")
    second = CliRunner().invoke(app, ["discover"])
    assert second.exit_code == 1
    assert "expected its 3 links" in second.output
    assert CliRunner().invoke(app, ["discover", "--seen"]).exit_code == 0


def test_the_season_is_march_to_june() -> None:
    assert season_cron(5, 30) == ("30 5 * 3-6 1", "30 5 1 1,2,7,8,9,10,11,12 *")
    assert [month for month in range(1, 13) if is_season(datetime(2026, month, 1, tzinfo=UTC).date())] == [3, 4, 5, 6]
