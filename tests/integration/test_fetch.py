"""Fetching against a server on this machine: what is kept, what is tried again, what is refused."""

from __future__ import annotations

import hashlib
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path

import pytest

from extractors.archive.asking import Asking
from extractors.archive.collect import Collected, collect
from extractors.archive.fetch import FetchError, FetchResult, Limits, fetch
from extractors.archive.polite import Manners
from extractors.archive.store import Archive
from extractors.catalogue.lock import EMPTY_LOCK, accept
from extractors.catalogue.models import CatalogueEntry
from extractors.records import Issue

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
ETAG = '"vintage-1"'
LOOPBACK = Asking(allow_loopback=True, manners=Manners(pause_seconds=0))


@dataclass
class Answer:
    status: int = 200
    body: bytes = PDF
    headers: dict[str, str] = field(default_factory=dict[str, str])


@dataclass
class Site:
    """A server whose paths answer what a test has written down, one answer after the other; the last one stays."""

    base: str
    answers: dict[str, list[Answer]] = field(default_factory=dict[str, list[Answer]])
    requests: list[tuple[str, dict[str, str]]] = field(default_factory=list[tuple[str, dict[str, str]]])

    def say(self, path: str, *answers: Answer) -> str:
        self.answers[path] = list(answers)
        return self.base + path

    def respond(self, path: str, headers: dict[str, str]) -> Answer:
        if path == "/robots.txt" and path not in self.answers:
            return Answer(404, b"")
        self.requests.append((path, headers))
        queue = self.answers.get(path, [Answer(404, b"<html>khong tim thay</html>")])
        answer = queue.pop(0) if len(queue) > 1 else queue[0]
        if answer.headers.get("ETag") == headers.get("if-none-match", ""):
            return Answer(304, b"", answer.headers)
        return answer

    @property
    def paths(self) -> list[str]:
        return [path for path, _ in self.requests]


@pytest.fixture
def site() -> Iterator[Site]:
    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            answer = served.respond(self.path, {name.lower(): value for name, value in self.headers.items()})
            self.send_response(answer.status)
            for name, value in {"Content-Length": str(len(answer.body)), **answer.headers}.items():
                if value:
                    self.send_header(name, value)
            self.end_headers()
            self.wfile.write(answer.body)

        def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - named so by the library
            """A test prints nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    served = Site(f"http://127.0.0.1:{server.server_address[1]}")
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    yield served
    server.shutdown()
    server.server_close()
    thread.join()


def _entry(url: str, *mirrors: str) -> CatalogueEntry:
    return CatalogueEntry.model_validate(
        {
            "id": "sipas_2023_thua_thien_hue_ubnd",
            "index_code": "SIPAS",
            "reference_years": [2023],
            "title_vi": "Kế hoạch 216/KH-UBND",
            "title_en": "Plan 216/KH-UBND",
            "publisher": "UBND tỉnh Thừa Thiên Huế",
            "cited_source": {"title": "Kế hoạch 216/KH-UBND", "publisher": "UBND tỉnh Thừa Thiên Huế"},
            "source_class": "provincial_table",
            "layout": "sipas_provincial_plan",
            "kind": "pdf",
            "licence": {"name": "not stated", "stated_at": "not stated"},
            "is_reset": False,
            "address": {"url": url, "mirrors": mirrors},
        }
    )


@dataclass
class Sleeper:
    """Notes how long it was asked to wait, and does not."""

    waits: list[float] = field(default_factory=list[float])

    def __call__(self, seconds: float) -> None:
        self.waits.append(seconds)


@dataclass(frozen=True)
class Validators:
    url: str | None
    etag: str | None = ETAG
    last_modified: str | None = "Thu, 23 May 2024 08:00:00 GMT"


@pytest.fixture
def sleeper() -> Sleeper:
    return Sleeper()


@pytest.fixture
def get(sleeper: Sleeper) -> Callable[..., FetchResult]:
    def call(entry: CatalogueEntry, locked: Validators | None = None, limits: Limits | None = None) -> FetchResult:
        manners = Manners(pause_seconds=0, sleep=sleeper)
        return fetch(entry, locked, allow_loopback=True, limits=limits or Limits(), manners=manners, jitter=lambda: 0.5)

    return call


Get = Callable[..., FetchResult]


def test_a_document_comes_with_its_validators(site: Site, get: Get) -> None:
    url = site.say("/216.pdf", Answer(headers={"ETag": ETAG, "Last-Modified": "x", "Content-Type": "application/pdf"}))
    result = get(_entry(url))
    assert replace(result, server_date=None) == FetchResult("fetched", PDF, url, url, "application/pdf", ETAG, "x")
    assert result.server_date is not None
    assert "if-none-match" not in site.requests[0][1]
    assert site.requests[0][1]["user-agent"].startswith("cchc")


def test_an_unchanged_document_is_not_sent_again(site: Site, get: Get) -> None:
    url = site.say("/216.pdf", Answer(headers={"ETag": ETAG}))
    result = get(_entry(url), Validators(url))
    assert (result.status, result.data) == ("not_modified", None)
    headers = site.requests[0][1]
    assert (headers["if-none-match"], headers["if-modified-since"]) == (ETAG, "Thu, 23 May 2024 08:00:00 GMT")


def test_validators_go_only_to_the_address_that_gave_them(site: Site, get: Get) -> None:
    url = site.say("/216.pdf", Answer(headers={"ETag": ETAG}))
    assert get(_entry(url), Validators(site.base + "/elsewhere.pdf")).status == "fetched"
    assert "if-none-match" not in site.requests[0][1]


def test_a_passing_failure_is_tried_again_after_growing_waits(site: Site, get: Get, sleeper: Sleeper) -> None:
    url = site.say("/216.pdf", Answer(500), Answer(503), Answer())
    assert get(_entry(url)).data == PDF
    assert sleeper.waits == [1.5, 3.0]


def test_the_wait_that_the_server_asks_for_is_kept(site: Site, get: Get, sleeper: Sleeper) -> None:
    url = site.say("/216.pdf", Answer(429, headers={"Retry-After": "7"}), Answer())
    assert get(_entry(url)).data == PDF
    assert sleeper.waits == [7.0]


def test_a_wait_without_end_is_not_kept(site: Site, get: Get, sleeper: Sleeper) -> None:
    url = site.say("/216.pdf", Answer(503, headers={"Retry-After": "86400"}), Answer())
    with pytest.raises(FetchError, match="it would take too long to wait 86400 seconds"):
        get(_entry(url))
    assert sleeper.waits == []


def test_a_lasting_failure_ends_after_three_tries(site: Site, get: Get) -> None:
    url = site.say("/216.pdf", Answer(500))
    with pytest.raises(FetchError, match=r"the server answers 500 Internal Server Error \(tried 3 times\)"):
        get(_entry(url))
    assert len(site.requests) == 3


def test_a_missing_document_is_not_tried_again_and_the_message_says_what_to_do(site: Site, get: Get) -> None:
    with pytest.raises(FetchError) as caught:
        get(_entry(site.base + "/gone.pdf"))
    message = str(caught.value)
    assert "found status 404" in message
    assert "extractors/catalogue/entries/sipas_2023_thua_thien_hue_ubnd.yml" in message
    assert site.paths == ["/gone.pdf"]


@pytest.mark.parametrize(
    ("answer", "words"),
    [
        (Answer(body=b"<!doctype html><title>Dang nhap</title>"), "expected a PDF, found a web page"),
        (Answer(body=b""), "found an empty file"),
        (Answer(body=PDF[:40]), "without its end mark"),
        (Answer(204, b""), "found status 204"),
        (Answer(304, b""), "found status 304"),
    ],
)
def test_what_is_not_the_document_is_refused(site: Site, get: Get, answer: Answer, words: str) -> None:
    with pytest.raises(FetchError, match=words):
        get(_entry(site.say("/216.pdf", answer)))


def test_the_mirror_is_asked_when_the_first_address_gives_no_document(site: Site, get: Get) -> None:
    url = site.say("/216.pdf", Answer(body=b"<html>bao tri</html>"))
    gone, mirror = site.base + "/gone.pdf", site.say("/copy.pdf", Answer())
    result = get(_entry(url, gone, mirror))
    assert (result.data, result.url) == (PDF, mirror)
    assert site.paths == ["/216.pdf", "/gone.pdf", "/copy.pdf"]


def test_a_redirect_on_the_same_host_is_followed(site: Site, get: Get) -> None:
    url = site.say("/old.pdf", Answer(302, b"", {"Location": "/new.pdf"}))
    final = site.say("/new.pdf", Answer())
    result = get(_entry(url))
    assert (result.data, result.url, result.final_url) == (PDF, url, final)


@pytest.mark.parametrize(
    ("location", "words"),
    [
        ("http://example.org/216.pdf", "expected to stay on the hosts of the catalogue entry"),
        ("http://127.0.0.1:1/216.pdf", "expected to stay on the hosts of the catalogue entry"),
        ("http://169.254.169.254/latest", "expected to stay on the hosts of the catalogue entry"),
        ("file:///etc/passwd", "expected an address that begins with http"),
        ("/216.pdf", "after at most 5 redirects, found more"),
    ],
)
def test_a_redirect_elsewhere_is_refused(site: Site, get: Get, location: str, words: str) -> None:
    url = site.say("/216.pdf", Answer(302, b"", {"Location": location}))
    with pytest.raises(FetchError, match=words):
        get(_entry(url))


@pytest.mark.parametrize("announced", [True, False])
def test_a_document_that_is_too_large_is_refused(site: Site, get: Get, announced: bool) -> None:
    answer = Answer(body=PDF * 100, headers={} if announced else {"Content-Length": ""})
    with pytest.raises(FetchError, match="expected at most 1000 bytes"):
        get(_entry(site.say("/216.pdf", answer)), limits=Limits(max_bytes=1000))


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "[::1]", "10.0.0.1", "192.168.1.1", "169.254.169.254", "[::ffff:127.0.0.1]", "100.64.0.1"]
)
def test_addresses_inside_the_own_network_are_refused(host: str, sleeper: Sleeper) -> None:
    with pytest.raises(FetchError, match="which lies inside a private network"):
        fetch(_entry(f"http://{host}:9/216.pdf"), manners=Manners(pause_seconds=0, sleep=sleeper))
    assert sleeper.waits == []


def test_no_server_is_told_in_words(site: Site, get: Get, sleeper: Sleeper) -> None:
    with pytest.raises(FetchError, match="tried 3 times"):
        get(_entry("http://127.0.0.1:9/216.pdf"))
    assert len(sleeper.waits) == 2


# ---------------------------------------------------------------- into the archive


def test_a_fetched_document_is_locked_asked_about_and_survives_the_loss_of_its_server(site: Site, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    url = site.say("/216.pdf", Answer(headers={"ETag": ETAG, "Content-Type": "application/pdf"}))
    entry = _entry(url)
    first = collect(entry, archive, EMPTY_LOCK, asking=LOOPBACK)
    assert isinstance(first, Collected)
    assert [issue.code for issue in first.issues] == ["not_locked"]
    assert (first.file.file_name, first.file.url, first.file.etag) == ("216.pdf", url, ETAG)
    lock = accept(EMPTY_LOCK, entry.id, first.file, "read page by page")

    second = collect(entry, archive, lock, asking=LOOPBACK)
    assert isinstance(second, Collected)
    assert (second.file.sha256, second.file.retrieved_at, second.issues) == (first.file.sha256, first.file.retrieved_at, ())
    assert site.requests[-1][1]["if-none-match"] == ETAG

    site.say("/216.pdf", Answer(404))
    third = collect(entry, archive, lock, asking=LOOPBACK)
    assert isinstance(third, Collected)
    assert third.file == second.file
    assert [(issue.code, issue.severity) for issue in third.issues] == [("fetch_failed", "warning")]
    assert "were read from the archive" in third.issues[0].message


def test_a_silent_re_issue_waits_until_somebody_accepts_it_and_the_reviewed_bytes_are_read(site: Site, tmp_path: Path) -> None:
    archive = Archive(tmp_path)
    entry = _entry(site.say("/216.pdf", Answer()))
    first = collect(entry, archive, EMPTY_LOCK, asking=LOOPBACK)
    assert isinstance(first, Collected)
    lock = accept(EMPTY_LOCK, entry.id, first.file, "read page by page")
    changed = PDF.replace(b"1.7", b"1.6")
    site.say("/216.pdf", Answer(body=changed))
    found = collect(entry, archive, lock, asking=LOOPBACK)
    assert isinstance(found, Collected)
    assert found.file == first.file
    (issue,) = found.issues
    assert (issue.code, issue.severity, issue.expected, issue.found) == (
        "new_vintage",
        "error",
        first.file.sha256,
        hashlib.sha256(changed).hexdigest(),
    )
    new = replace(first.file, sha256=issue.found, bytes_count=len(archive.get(issue.found)))
    second = collect(entry, archive, accept(lock, entry.id, new, "one typing error mended"), asking=LOOPBACK)
    assert isinstance(second, Collected)
    assert archive.get(second.file.sha256) == changed


def test_a_lock_without_archived_bytes_fetches_them_whole(site: Site, tmp_path: Path) -> None:
    entry = _entry(site.say("/216.pdf", Answer(headers={"ETag": ETAG})))
    first = collect(entry, Archive(tmp_path / "one"), EMPTY_LOCK, asking=LOOPBACK)
    assert isinstance(first, Collected)
    lock = accept(EMPTY_LOCK, entry.id, first.file, "read page by page")
    second = collect(entry, Archive(tmp_path / "two"), lock, asking=LOOPBACK)
    assert isinstance(second, Collected)
    assert "if-none-match" not in site.requests[-1][1]
    assert Archive(tmp_path / "two").get(second.file.sha256) == PDF


def test_a_document_that_cannot_be_fetched_and_was_never_kept_becomes_an_issue(site: Site, tmp_path: Path) -> None:
    issue = collect(_entry(site.base + "/gone.pdf"), Archive(tmp_path), EMPTY_LOCK, asking=LOOPBACK)
    assert isinstance(issue, Issue)
    assert (issue.code, issue.severity, str(issue.locator)) == ("fetch_failed", "error", "whole document")
