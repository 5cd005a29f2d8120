"""Building the pages of a release: what stops it, what it says, that the last site stays. The build is a script of the test."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

import httpx
import pytest

from dagster_project import reports_cli, site
from dagster_project.settings import Settings
from dagster_project.site import SiteError, build_site, read_stamp, sources_digest
from warehouse.serving.errors import ServingError
from warehouse.serving.pages import pages_server

BUILT = """#!/bin/sh
echo "reports: building $CCHC_BI_DB"
mkdir -p "$CCHC_REPORTS_OUT" && echo page > "$CCHC_REPORTS_OUT/index.html"
printf '%s' "$CCHC_REPORTS_STAMP" > "$CCHC_REPORTS_OUT/site.json"
"""


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Settings:
    """A home with a release of one file, and programs that the pages need."""
    release = tmp_path / "published" / "releases" / "v2026.11.0"
    release.mkdir(parents=True)
    (release / "bi.duckdb").write_bytes(b"bi")
    (release / "cchc.duckdb").write_bytes(b"cchc")
    (release / "rpt_scores.csv").write_bytes(b"a,b\n")
    files = {
        path.name: {
            "bytes": path.stat().st_size,
            "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
            "licence": "CC-BY-4.0",
        }
        for path in release.iterdir()
    }
    manifest = {
        "release_id": "v2026.11.0", "sequence": 1, "published_at": "2026-11-23T00:00:00+00:00", "fingerprint": "f", "row_counts": {},
        "ids_used": {"v2026.11": 0}, "files": files, "git_revision": "abc", "checks": [], "documents": {},
    }  # fmt: skip
    (release / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (tmp_path / "published" / "current").symlink_to("releases/v2026.11.0")
    monkeypatch.setattr(site, "missing_programs", list)
    nowhere = tmp_path / "nowhere"
    return Settings(home=tmp_path, entries=nowhere, documents=nowhere, corrections=nowhere, inbox=None)


@pytest.fixture
def script(tmp_path: Path) -> Callable[[str], Path]:
    def write(text: str) -> Path:
        path = tmp_path / "build.sh"
        path.write_text(text, encoding="utf-8")
        path.chmod(0o755)
        return path

    return write


def build(home: Settings, script: Path, said: list[str] | None = None, *, force: bool = False) -> site.Site:
    return build_site(home, force=force, minutes=1, tell=(said if said is not None else []).append, script=script)


def test_a_site_is_built_once_for_a_release(home: Settings, script: Callable[[str], Path]) -> None:
    said: list[str] = []
    first = build(home, script(BUILT), said)
    assert (first.release_id, first.is_new) == ("v2026.11.0", True)
    assert said == [f"reports: building {(home.published / 'releases' / 'v2026.11.0' / 'bi.duckdb').resolve()}"]
    assert read_stamp(first.folder)["release_id"] == "v2026.11.0"
    assert not build(home, script("#!/bin/sh\nexit 1\n")).is_new, "nothing is built a second time"
    assert build(home, script(BUILT), force=True).is_new


def test_a_changed_page_makes_the_site_outdated(tmp_path: Path) -> None:
    reports = tmp_path / "reports"
    (reports / "pages" / "en").mkdir(parents=True)
    (reports / "pages" / "index.md").write_text("a", encoding="utf-8")
    before = sources_digest(reports)
    (reports / "pages" / "en" / "index.md").write_text("laid out at build", encoding="utf-8")
    (reports / "build.log").write_text("log", encoding="utf-8")
    assert sources_digest(reports) == before
    (reports / "pages" / "index.md").write_text("b", encoding="utf-8")
    assert sources_digest(reports) != before


def _lost(folder: Path) -> None:
    (folder / "rpt_scores.csv").unlink()


def _longer(folder: Path) -> None:
    (folder / "rpt_scores.csv").write_bytes(b"longer than published")


def _other(folder: Path) -> None:
    (folder / "bi.duckdb").write_bytes(b"ib")


@pytest.mark.parametrize(
    ("damage", "words"),
    [
        (_lost, "rpt_scores.csv: expected 4 bytes, found nothing"),
        (_longer, "rpt_scores.csv: expected 4 bytes, found 21"),
        (_other, "bi.duckdb: expected the sha256 that the manifest"),
    ],
)
def test_a_stale_or_missing_file_of_the_release_stops_the_build_and_is_named(
    damage: Callable[[Path], None], words: str, home: Settings, script: Callable[[str], Path]
) -> None:
    damage(home.published / "releases" / "v2026.11.0")
    with pytest.raises(SiteError, match=words) as caught:
        build(home, script(BUILT))
    assert "cchc refresh" in str(caught.value)
    assert not (home.home / "site").exists()


def test_a_failed_build_leaves_the_last_site_and_passes_its_exit_code_on(home: Settings, script: Callable[[str], Path]) -> None:
    folder = build(home, script(BUILT)).folder
    said: list[str] = []
    with pytest.raises(SiteError, match="the last ones stay") as caught:
        build(home, script("#!/bin/sh\necho 'reports: a query of a page failed' >&2\nexit 1\n"), said, force=True)
    assert (caught.value.exit_code, said) == (1, ["reports: a query of a page failed"])
    with pytest.raises(SiteError) as caught:
        build(home, script("#!/bin/sh\nexit 2\n"), force=True)
    assert caught.value.exit_code == 2
    assert (folder / "index.html").read_text(encoding="utf-8") == "page\n"


def test_a_build_that_hangs_is_ended_with_all_it_started(
    home: Settings, script: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    run = site._run  # pyright: ignore[reportPrivateUsage]

    def soon(path: Path, environment: Mapping[str, str], _: float, tell: Callable[[str], None]) -> int | None:
        return run(path, environment, 0.5, tell)

    monkeypatch.setattr(site, "_run", soon)
    with pytest.raises(SiteError, match=r"not built within 1 minutes .* --minutes N"):
        build(home, script("#!/bin/sh\nsleep 60 &\nsleep 60\n"))


def test_the_build_script_ends_its_steps_when_it_is_ended(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Each step runs in a process group of its own: without care it would go on for its 20 minutes, with 2 GB and the lock."""
    reports, programs, pid = tmp_path / "reports", tmp_path / "programs", tmp_path / "pid"
    (reports / "patches").mkdir(parents=True)
    programs.mkdir()
    shutil.copy(site.REPORTS / "build.sh", reports)
    for name in ("package.json", "package-lock.json", ".npmrc", "patches/a.patch"):
        (reports / name).write_text("", encoding="utf-8")
    for name, text in {"node": "echo 20", "npm": f"echo $$ > {pid}.new; mv {pid}.new {pid}; exec sleep 60"}.items():
        (programs / name).write_text(f"#!/bin/sh\n{text}\n", encoding="utf-8")
        (programs / name).chmod(0o755)
    (tmp_path / "bi.duckdb").write_bytes(b"bi")
    monkeypatch.setenv("PATH", f"{programs}:{os.environ['PATH']}")
    environment = os.environ | {"CCHC_BI_DB": str(tmp_path / "bi.duckdb"), "CCHC_REPORTS_OUT": str(tmp_path / "site")}
    said: list[str] = []
    # Long enough for the step to have begun, also on a busy machine: what is tried is the end of a step.
    assert site._run(reports / "build.sh", environment, 8, said.append) is None  # pyright: ignore[reportPrivateUsage]
    assert said[-1] == "reports: the build was ended from outside"
    with pytest.raises(ProcessLookupError):
        os.kill(int(pid.read_text(encoding="utf-8")), 0)


def test_without_node_or_a_release_it_says_what_to_do(
    home: Settings, script: Callable[[str], Path], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(site, "missing_programs", ["node", "npm"].copy)
    with pytest.raises(SiteError, match=r"node and npm not installed: .*apt-get install nodejs npm") as caught:
        build(home, script(BUILT))
    assert caught.value.exit_code == 2
    empty = Settings(home=tmp_path / "empty", entries=tmp_path, documents=tmp_path, corrections=tmp_path, inbox=None)
    with pytest.raises(SiteError, match=r"nothing is published yet .* run `make refresh`"):
        build(empty, script(BUILT))


def test_after_a_refresh_missing_node_or_a_failed_build_is_told_and_no_more(
    home: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(home.home))
    monkeypatch.setattr(site, "missing_programs", ["node"].copy)
    reports_cli.after_refresh()
    assert "the data are published all the same" in capsys.readouterr().err

    def fails(*_: object, **__: object) -> site.Site:
        raise SiteError("the pages were not built (see above); the last ones stay")

    monkeypatch.setattr(site, "missing_programs", list)
    monkeypatch.setattr(site, "build_site", fails)
    reports_cli.after_refresh()
    assert "The refresh itself is not touched by this; repeat the pages with: make reports" in capsys.readouterr().err


def test_after_a_refresh_pages_that_cannot_even_begin_change_nothing(
    home: Settings, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    def refused(*_: object, **__: object) -> site.Site:
        raise PermissionError(13, "Permission denied", "reports/build.sh")

    monkeypatch.setenv("CCHC_HOME", str(home.home))
    monkeypatch.setattr(site, "build_site", refused)
    reports_cli.after_refresh()
    assert "Permission denied: 'reports/build.sh'. The refresh itself is not touched" in capsys.readouterr().err


@pytest.fixture
def pages(tmp_path: Path) -> Iterator[str]:
    folder = tmp_path / "site"
    (folder / "xep-hang").mkdir(parents=True)
    (folder / "_app" / "immutable").mkdir(parents=True)
    (folder / "index.html").write_text("<h1>Chỉ số</h1>" * 100, encoding="utf-8")
    (folder / "xep-hang" / "index.html").write_text("hạng", encoding="utf-8")
    (folder / "404.html").write_text("Không có trang này", encoding="utf-8")
    (folder / "_app" / "immutable" / "a.wasm").write_bytes(b"\0" * 5000)
    (folder / "data.parquet").write_bytes(b"PAR1" * 300)
    server = pages_server(folder, "127.0.0.1", 0)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_address[1]}"
    server.shutdown()
    server.server_close()
    thread.join(timeout=10)


def test_the_server_compresses_names_types_and_keeps_what_never_changes(pages: str) -> None:
    with httpx.Client(base_url=pages, trust_env=False) as client:
        home = client.get("/", headers={"Accept-Encoding": "gzip"})
        assert (home.headers["Content-Encoding"], home.headers["Content-Type"]) == ("gzip", "text/html; charset=utf-8")
        assert home.text.startswith("<h1>Chỉ số</h1>")
        assert home.headers["Cache-Control"] == "no-cache"
        engine = client.get("/_app/immutable/a.wasm", headers={"Accept-Encoding": "identity"})
        assert engine.headers["Content-Type"] == "application/wasm"
        assert "immutable" in engine.headers["Cache-Control"]
        assert client.get("/xep-hang/?bo=x").text == "hạng"
        assert client.get("/data.parquet").headers["Content-Type"] == "application/vnd.apache.parquet"
        lost = client.get("/tinh/o'hara/")
        assert (lost.status_code, lost.text) == (404, "Không có trang này")
        assert client.get("/../../etc/passwd").status_code == 404


def test_a_browser_that_hangs_up_is_nothing_to_tell(pages: str, capsys: pytest.CaptureFixture[str]) -> None:
    with socket.create_connection(("127.0.0.1", int(pages.rpartition(":")[2]))) as connection:
        connection.sendall(b"GET / HTTP/1.1\r\nHost: a\r\n")
        # Closed by a reset, not by a farewell, as a browser does with what it needs no more.
        connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    assert httpx.get(f"{pages}/xep-hang/", trust_env=False).text == "hạng"
    time.sleep(0.2)
    assert capsys.readouterr().err == ""


def test_a_folder_without_pages_and_a_taken_port_are_told(pages: str, tmp_path: Path) -> None:
    with pytest.raises(ServingError, match="run `make reports` first"):
        pages_server(tmp_path / "nothing", "127.0.0.1", 0)
    with pytest.raises(ServingError, match="choose another with --port"):
        pages_server(tmp_path / "site", "127.0.0.1", int(pages.rpartition(":")[2]))
