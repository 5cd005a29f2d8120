"""The network as it is: every fault is told in words, and the vintage that was reviewed stays readable."""

from __future__ import annotations

import json
import socket
import ssl
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import httpcore
import pytest
import trustme

from dagster_project.address_notices import address_notices, last_answers
from dagster_project.settings import load_settings
from extractors.archive import addresses
from extractors.archive.asked import read_asked
from extractors.archive.asking import Asking
from extractors.archive.collect import Collected, collect
from extractors.archive.fetch import FetchError, FetchResult, Limits, fetch
from extractors.archive.polite import Manners
from extractors.archive.store import Archive
from extractors.catalogue.lock import EMPTY_LOCK, Lock, accept
from extractors.records import Issue, Kind
from tests.faults.servers import ETAG, NEWER, PDF, Call, Server, answer, serving

QUICK = Limits(total_seconds=60, look_up_seconds=30, connect_seconds=30, read_seconds=30, attempts=1, max_bytes=5000)
"""One try; a machine that is busy with other things is no fault of the network."""
STALLED = replace(QUICK, read_seconds=0.7)
DRIPPED = replace(QUICK, total_seconds=1.5)
WHEN = datetime(2026, 3, 2, 6, 0, tzinfo=UTC)
ID = "sipas_2023_synthetic"


@dataclass(frozen=True)
class Entry:
    addresses: tuple[str, ...] = ()
    id: str = ID
    kind: Kind = "pdf"
    file: str | None = None
    inbox: str | None = None


@dataclass
class Sleeper:
    waits: list[float] = field(default_factory=list[float])

    def __call__(self, seconds: float) -> None:
        self.waits.append(round(seconds, 3))


@pytest.fixture
def server() -> Iterator[Server]:
    with serving() as found:
        yield found


def get(url: str, limits: Limits = QUICK, *, sleep: Callable[[float], None] = lambda _: None, **more: Any) -> FetchResult:
    manners = more.pop("manners", None) or Manners(pause_seconds=0, sleep=sleep)
    return fetch(
        Entry((url,)), more.pop("locked", None), allow_loopback=True, limits=limits, manners=manners, jitter=lambda: 0, **more
    )


def closed_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return taken.getsockname()[1]


# ---------------------------------------------------------------- each fault in words


def begins_to_answer(call: Call) -> None:
    call.send(b"HTTP/1.1 200 OK\r\n")
    call.hang()


def drips_its_head(call: Call) -> None:
    call.drip(answer(X_Long="x" * 1000), 0.02)


def stops_in_the_middle(call: Call) -> None:
    call.send(answer()[:-20])
    call.hang()


def drips_its_body(call: Call) -> None:
    head, _, body = answer(PDF * 50).partition(b"\r\n\r\n")
    call.send(head + b"\r\n\r\n")
    call.drip(body, 0.02)


def hangs_up(call: Call) -> None:
    """Closes without a word."""


def page(text: str) -> bytes:
    return answer(f"<!doctype html><title>{text}</title>".encode())


FAULTS: dict[str, tuple[Callable[[Call], None] | bytes, str]] = {
    "no answer": (lambda call: call.hang(), "took the question and gave no answer within 0.7 seconds"),
    "hangs up": (hangs_up, "closed the connection without an answer"),
    "head stops": (begins_to_answer, "began to answer and stopped for 0.7 seconds"),
    "head drips": (
        drips_its_head,
        "expected the document within 1.5 seconds in all, found the head of the answer still coming",
    ),
    "body stops": (stops_in_the_middle, f"stopped after {len(PDF) - 20} bytes of the document: nothing came for 0.7 seconds"),
    "body drips": (drips_its_body, "expected the document within 1.5 seconds in all, found the body still coming"),
    "truncated": (
        answer()[:-20],
        rf"expected {len(PDF)} bytes as the server announced \(Content-Length\), found {len(PDF) - 20}",
    ),
    "cut off, length not announced": (answer(PDF[:40], Content_Length=""), "without its end mark"),
    "longer than announced": (
        answer(PDF + b"and more", Content_Length=str(len(PDF))),
        rf"expected {len(PDF)} bytes as the server announced \(Content-Length\), found more",
    ),
    "no HTTP": (b"220 ftp.example.org\r\n\r\n", "does not speak HTTP as it should"),
    "404": (answer(b"", "404 Not Found"), r"found status 404 Not Found \(the document is not there any more\)"),
    "403": (answer(b"", "403 Forbidden"), r"found status 403 Forbidden \(it does not let programs in\)"),
    "429 for a day": (
        answer(b"", "429 Too Many Requests", Retry_After="86400"),
        "the server answers 429 Too Many Requests",
    ),
    "500": (answer(b"", "500 Internal Server Error"), "the server answers 500 Internal Server Error"),
    "error page with status 200": (page("Trang không tồn tại"), "expected a PDF, found a web page"),
    "wrong type": (answer(b"Province,SC11\nP01,1.26411\n"), "expected a PDF, found a CSV table"),
    "empty": (answer(b""), "expected a PDF, found an empty file"),
    "oversize, announced": (answer(PDF * 100), f"expected at most 5000 bytes, found {len(PDF) * 100} announced"),
    "oversize, not announced": (answer(PDF * 100, Content_Length=""), "expected at most 5000 bytes, found more"),
    "redirect loop": (answer(b"", "302 Found", Location="/216.pdf"), "after at most 5 redirects, found more"),
    "redirect to a private address": (
        answer(b"", "302 Found", Location="http://10.0.0.1/216.pdf"),
        "expected to stay on the hosts of the catalogue entry, found a redirect",
    ),
}


_STALLING = frozenset({"no answer", "head stops", "body stops"})


@pytest.mark.parametrize("name", FAULTS)
def test_a_fault_is_told_and_the_reviewed_vintage_stays(server: Server, tmp_path: Path, name: str) -> None:
    url = server.says("/216.pdf", answer(ETag=ETAG))
    archive, entry = Archive(tmp_path / "archive"), Entry((url,))
    asking = Asking(
        tmp_path / "asked", allow_loopback=True, limits=QUICK, manners=Manners(pause_seconds=0, sleep=lambda _: None)
    )
    first = collect(entry, archive, EMPTY_LOCK, asking=asking)
    assert isinstance(first, Collected)
    lock = accept(EMPTY_LOCK, ID, first.file, "read page by page")

    script, words = FAULTS[name]
    server.says("/216.pdf", script)
    limits = DRIPPED if "drips" in name else STALLED if name in _STALLING else QUICK
    asking = replace(asking, limits=limits)
    found = collect(entry, archive, lock, asking=asking)
    assert isinstance(found, Collected)
    assert (found.file.sha256, archive.get(found.file.sha256)) == (first.file.sha256, PDF)
    (note,) = found.issues
    assert (note.code, note.severity) == ("fetch_failed", "warning")
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(note.message)
    asked = read_asked(tmp_path / "asked", ID)
    assert asked is not None
    assert (asked.answer, asked.seen and asked.seen.sha256) == ("failed", first.file.sha256)
    assert archive.verify() == ()

    if limits is not QUICK:
        return
    # Where nothing was ever kept, the document alone is held back, with the same words.
    alone = collect(entry, Archive(tmp_path / "other"), EMPTY_LOCK, asking=replace(asking, folder=None))
    assert isinstance(alone, Issue)
    assert (alone.code, alone.severity) == ("fetch_failed", "error")
    assert "inbox" in alone.hint
    with pytest.raises(AssertionError, match=words):
        raise AssertionError(alone.message)


def test_a_server_that_takes_no_connections_is_told() -> None:
    port = closed_port()
    with pytest.raises(FetchError, match=rf"127\.0\.0\.1 does not take connections \(port {port}\).*tried 1 times"):
        get(f"http://127.0.0.1:{port}/216.pdf")


def test_a_connection_that_does_not_come_about_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def never(*_: object, **__: object) -> httpcore.NetworkStream:
        raise httpcore.ConnectTimeout

    monkeypatch.setattr(httpcore.SyncBackend, "connect_tcp", never)
    with pytest.raises(FetchError, match=r"no connection to 127\.0\.0\.1 \(port 80\) within 30 seconds"):
        get("http://127.0.0.1/216.pdf")


def test_a_name_that_is_not_found_and_one_that_is_not_looked_up_in_time_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    def unknown(*_: object, **__: object) -> list[object]:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(addresses.socket, "getaddrinfo", unknown)
    with pytest.raises(FetchError, match=r"the name nobody\.invalid was not found"):
        get("http://nobody.invalid/216.pdf")
    over = threading.Event()

    def slow(*_: object, **__: object) -> list[object]:
        over.wait()
        return []

    monkeypatch.setattr(addresses.socket, "getaddrinfo", slow)
    with pytest.raises(FetchError, match=r"the name slow\.example was not looked up within 0\.2 seconds"):
        get("http://slow.example/216.pdf", replace(QUICK, look_up_seconds=0.2))
    over.set()


def test_a_name_that_leads_into_the_own_network_is_refused_before_a_byte_is_sent(
    server: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A name of the catalogue that a moment later stands for this machine: nothing may be asked there."""
    found = [(socket.AF_INET, socket.SOCK_STREAM, 6, "", ("127.0.0.1", server.port))]

    def leads_inside(*_: object, **__: object) -> list[object]:
        return list(found)

    monkeypatch.setattr(addresses.socket, "getaddrinfo", leads_inside)
    with pytest.raises(FetchError, match=r"found papi\.example at 127\.0\.0\.1, which lies inside a private network"):
        fetch(Entry((f"http://papi.example:{server.port}/216.pdf",)), limits=QUICK, manners=Manners(pause_seconds=0))
    assert server.calls == []


def test_a_redirect_to_this_machine_is_refused_even_for_a_host_of_the_entry(server: Server) -> None:
    """The entry names both hosts, but the second leads inside."""
    inside = "http://10.1.2.3/216.pdf"
    url = server.says("/216.pdf", answer(b"", "302 Found", Location=inside))
    with pytest.raises(FetchError, match=r"found 10\.1\.2\.3 at 10\.1\.2\.3, which lies inside a private network"):
        fetch(Entry((url, inside)), allow_loopback=True, limits=QUICK, manners=Manners(pause_seconds=0))


def test_500_then_200_and_429_with_a_wait_end_well(server: Server) -> None:
    sleeper = Sleeper()
    url = server.says("/216.pdf", answer(b"", "500 Oops"), answer(b"", "429 Too Many Requests", Retry_After="7"), answer())
    assert get(url, replace(QUICK, attempts=3, total_seconds=60), sleep=sleeper).data == PDF
    assert sleeper.waits == [1.0, 7.0]


@pytest.mark.parametrize(("server_clock", "asked_until"), [(WHEN, 20), (WHEN - timedelta(days=4000), 20), (WHEN, -60)])
def test_a_wait_until_a_date_is_held_against_the_clock_of_the_server(
    server: Server, server_clock: datetime, asked_until: int
) -> None:
    sleeper = Sleeper()
    stamp = "%a, %d %b %Y %H:%M:%S GMT"
    until = server_clock + timedelta(seconds=asked_until)
    busy = answer(b"", "503 Busy", Retry_After=until.strftime(stamp), Date=server_clock.strftime(stamp))
    url = server.says("/216.pdf", busy, answer())
    assert get(url, replace(QUICK, attempts=2, total_seconds=60), sleep=sleeper).data == PDF
    assert sleeper.waits == [float(max(0, asked_until))]


# ---------------------------------------------------------------- certificates


@pytest.fixture(scope="module")
def authority() -> trustme.CA:
    return trustme.CA()


def encrypted(certificate: trustme.LeafCert) -> ssl.SSLContext:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    certificate.configure_cert(context)
    return context


def trusting(authority: trustme.CA) -> ssl.SSLContext:
    context = ssl.create_default_context()
    authority.configure_trust(context)
    return context


def test_a_certificate_that_holds_is_taken(authority: trustme.CA) -> None:
    with serving(encrypted(authority.issue_cert("127.0.0.1"))) as server:
        assert get(server.says("/216.pdf", answer()), tls=trusting(authority)).data == PDF


def test_certificates_that_do_not_hold_are_told_in_words_and_nothing_is_asked(authority: trustme.CA, tmp_path: Path) -> None:
    past = datetime.now(UTC) - timedelta(days=2)
    (tmp_path / "own.pem").write_bytes(authority.private_key_pem.bytes() + authority.cert_pem.bytes())
    itself = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    itself.load_cert_chain(tmp_path / "own.pem")
    cases = {
        "has expired": (encrypted(authority.issue_cert("127.0.0.1", not_after=past)), trusting(authority)),
        "is made out to another (name|address)": (encrypted(authority.issue_cert("example.org")), trusting(authority)),
        "does not know": (encrypted(authority.issue_cert("127.0.0.1")), trusting(trustme.CA())),
        "is signed by nobody but itself": (itself, trusting(trustme.CA())),
    }
    for words, (certificate, trust) in cases.items():
        with serving(certificate) as server:
            sleeper = Sleeper()
            with pytest.raises(FetchError, match=rf"the certificate of 127\.0\.0\.1 .*{words}"):
                get(server.says("/216.pdf", answer()), replace(QUICK, attempts=3), tls=trust, sleep=sleeper)
            assert (server.calls, sleeper.waits) == ([], []), words


@pytest.mark.parametrize("greeting", [b"", b"\x16\x03\x03\x40\x00" + bytes(400)], ids=["silent", "drips"])
def test_a_server_that_never_ends_its_greeting_is_told(greeting: bytes) -> None:
    with (
        serving(greeting=greeting) as server,
        pytest.raises(FetchError, match=r"no encrypted connection to 127\.0\.0\.1 .* 0\.7 seconds"),
    ):
        get(server.says("/216.pdf", answer()), replace(QUICK, connect_seconds=0.7))


def test_a_server_that_speaks_no_tls_is_told(server: Server) -> None:
    with pytest.raises(FetchError, match=r"(no encrypted connection to|broke off the connection while it was being encrypted)"):
        get(server.says("/216.pdf", answer()).replace("http:", "https:"), replace(QUICK, connect_seconds=0.7))


# ---------------------------------------------------------------- resuming


def whole(body: bytes = PDF, etag: str = ETAG, **headers: str) -> bytes:
    return answer(body, ETag=etag, Accept_Ranges="bytes", **headers)


def broken(body: bytes = PDF, kept: int = 30, etag: str = ETAG, **headers: str) -> bytes:
    return whole(body, etag, **headers)[: kept - len(body)]


def rest(body: bytes = PDF, kept: int = 30, etag: str = ETAG) -> bytes:
    place = f"bytes {kept}-{len(body) - 1}/{len(body)}"
    return answer(body[kept:], "206 Partial Content", ETag=etag, Content_Range=place)


PATIENT = replace(QUICK, attempts=3, total_seconds=60)


def test_a_transfer_that_broke_off_is_continued_where_it_stopped(server: Server) -> None:
    url = server.says("/216.pdf", broken(), rest())
    assert get(url, PATIENT).data == PDF
    second = server.calls[-1].headers
    assert (second["range"], second["if-range"]) == ("bytes=30-", ETAG)


def test_pieces_of_two_vintages_are_never_joined(server: Server) -> None:
    # The server sends the new vintage whole, as it should when If-Range does not fit.
    assert get(server.says("/a.pdf", broken(), whole(NEWER, '"vintage-2"')), PATIENT).data == NEWER
    # A careless one sends the rest of the new vintage: it is thrown away, and the whole is asked for.
    url = server.says("/b.pdf", broken(), rest(NEWER, etag='"vintage-2"'), whole(NEWER, '"vintage-2"'))
    assert get(url, PATIENT).data == NEWER
    assert "range" not in server.calls[-1].headers
    # Another place than was asked for.
    url = server.says("/c.pdf", broken(), rest(kept=20), whole())
    assert get(url, PATIENT).data == PDF


@pytest.mark.parametrize(
    "first",
    [
        broken(etag='W/"weak"'),
        broken(etag=""),
        broken(etag="", Last_Modified="Mon, 02 Mar 2026 05:59:58 GMT", Date="Mon, 02 Mar 2026 06:00:00 GMT"),
        answer(ETag=ETAG)[:-20],
    ],
    ids=["weak mark", "no mark", "changed a moment ago", "ranges not offered"],
)
def test_without_a_strong_mark_the_document_is_fetched_anew(server: Server, first: bytes) -> None:
    assert get(server.says("/216.pdf", first, whole()), PATIENT).data == PDF
    assert "range" not in server.calls[-1].headers


# ---------------------------------------------------------------- manners


def test_what_a_robots_txt_forbids_is_not_asked_for(server: Server) -> None:
    server.says("/robots.txt", answer(b"User-agent: *\nDisallow: /private/\n"))
    with pytest.raises(FetchError, match=r"robots\.txt of that host does not allow .* put it into the inbox"):
        get(server.says("/private/216.pdf", answer()))
    assert server.asked("/private/216.pdf") == 0
    assert get(server.says("/216.pdf", answer())).data == PDF


def test_a_robots_txt_that_is_not_there_allows_and_one_out_of_order_does_not(server: Server) -> None:
    url = server.says("/216.pdf", answer())
    server.says("/robots.txt", answer(b"", "403 Forbidden"))
    assert get(url).data == PDF
    server.says("/robots.txt", answer(b"", "500 Internal Server Error"))
    with pytest.raises(FetchError, match=r"the robots\.txt of http://127\.0\.0\.1:\d+ could not be read \(status 500\)"):
        get(url)
    server.says("/robots.txt", lambda call: call.hang())
    with pytest.raises(FetchError, match="gave no answer within"):
        get(url, STALLED)
    assert server.asked("/216.pdf") == 1


def test_a_host_is_asked_for_its_robots_txt_once_a_run_and_with_its_pause(server: Server) -> None:
    server.says("/robots.txt", answer(b"User-agent: cchc\nCrawl-delay: 9\n"))
    sleeper, manners = Sleeper(), None
    manners = Manners(pause_seconds=1, longest_pause_seconds=5, sleep=sleeper, wall=lambda: 1000.0)
    for number in range(3):
        assert get(server.says(f"/{number}.pdf", answer()), manners=manners).data == PDF
    assert server.asked("/robots.txt") == 1
    assert sleeper.waits == [5.0, 5.0, 5.0]


def test_the_pause_holds_between_processes_and_a_clock_set_back_costs_one_pause_at_most(tmp_path: Path) -> None:
    origin = addresses.origin_of("https://papi.example/216.pdf")

    def waits(now: float) -> list[float]:
        sleeper = Sleeper()
        Manners(tmp_path, pause_seconds=2, sleep=sleeper, wall=lambda: now).wait_turn(origin)
        return sleeper.waits

    assert waits(1000.0) == []
    assert waits(1000.5) == [1.5]
    assert waits(2000.0) == []
    assert waits(1.0) == [2.0]
    assert waits(1.0) == [2.0]
    (tmp_path / "papi.example_443").write_text("cut o", encoding="utf-8")
    assert waits(1.0) == []


# ---------------------------------------------------------------- asking again, and clocks


@dataclass
class Instance:
    """One entry with an archive, a lock and notes; `now` is our clock."""

    folder: Path
    entry: Entry
    lock: Lock = EMPTY_LOCK
    now: datetime = WHEN
    again_minutes: float = 60

    @property
    def archive(self) -> Archive:
        return Archive(self.folder / "archive")

    def collect(self) -> Collected:
        asking = Asking(
            self.folder / "asked",
            timedelta(minutes=self.again_minutes),
            allow_loopback=True,
            limits=QUICK,
            manners=Manners(pause_seconds=0, sleep=lambda _: None),
            now=lambda: self.now,
        )
        found = collect(self.entry, self.archive, self.lock, asking=asking)
        assert isinstance(found, Collected), found
        return found

    def note(self) -> dict[str, Any]:
        return json.loads((self.folder / "asked" / f"{ID}.json").read_text(encoding="utf-8"))


def test_an_address_is_not_asked_twice_within_the_hour(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer(ETag=ETAG), answer(b"", "304 Not Modified")),)))
    first = one.collect()
    one.now += timedelta(minutes=59)
    assert one.collect().file == first.file
    assert server.asked("/216.pdf") == 1
    note = one.note()
    assert (note["asked_at"], note["status"], note["sha256"], note["etag"]) == (WHEN.isoformat(), 200, first.file.sha256, ETAG)
    one.now += timedelta(minutes=2)
    assert one.collect().file.sha256 == first.file.sha256
    assert server.asked("/216.pdf") == 2
    assert server.calls[-1].headers["if-none-match"] == ETAG
    assert (one.note()["status"], one.note()["etag"]) == (304, ETAG)
    one.again_minutes = 0
    one.collect()
    assert server.asked("/216.pdf") == 3


def test_a_new_vintage_waits_is_told_again_without_asking_and_is_not_fetched_twice(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer(ETag=ETAG)),)))
    first = one.collect()
    one.lock = accept(EMPTY_LOCK, ID, first.file, "read page by page")
    server.says("/216.pdf", answer(NEWER, ETag='"vintage-2"'), answer(b"", "304 Not Modified"))
    for minutes, asked in ((61, 2), (1, 2), (61, 3)):
        one.now += timedelta(minutes=minutes)
        found = one.collect()
        assert found.file.sha256 == first.file.sha256
        assert [issue.code for issue in found.issues] == ["new_vintage"]
        assert found.issues[0].found == Archive.name_of(NEWER)
        assert server.asked("/216.pdf") == asked
    assert server.calls[-1].headers["if-none-match"] == '"vintage-2"'
    assert one.archive.get(Archive.name_of(NEWER)) == NEWER


def test_a_failure_within_the_hour_is_told_again_without_asking(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer()),)))
    first = one.collect()
    server.says("/216.pdf", answer(b"", "404 Not Found"))
    for minutes in (61, 1):
        one.now += timedelta(minutes=minutes)
        found = one.collect()
        assert found.file.sha256 == first.file.sha256
        assert "fetch_failed" in [issue.code for issue in found.issues]
    assert server.asked("/216.pdf") == 2


def test_a_person_hears_of_an_address_that_gives_nothing_until_it_does_again(
    server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("CCHC_HOME", str(tmp_path))
    monkeypatch.setenv("CCHC_CATALOGUE", str(tmp_path / "catalogue"))
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer()),)))
    (tmp_path / "catalogue" / "entries").mkdir(parents=True)
    (tmp_path / "catalogue" / "entries" / f"{ID}.yml").touch()
    one.again_minutes = 0
    gone = answer(b"", "404 Not Found")
    for said, codes in ((answer(), []), (gone, ["fetch_failed"]), (answer(), [])):
        server.says("/216.pdf", said)
        one.now = datetime.now(UTC)
        one.collect()
        notices = address_notices(last_answers(load_settings()))
        assert [(notice.code, notice.subject) for notice in notices] == [(code, ID) for code in codes]


def test_a_server_that_asks_us_to_wait_is_left_alone_for_that_long(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer()),)))
    one.collect()
    server.says("/216.pdf", answer(b"", "429 Too Many Requests", Retry_After="14400"))
    for minutes, asked in ((61, 2), (200, 2), (60, 3)):
        one.now += timedelta(minutes=minutes)
        one.collect()
        assert server.asked("/216.pdf") == asked


def test_a_clock_that_is_wrong_is_told_and_breaks_nothing(server: Server, tmp_path: Path) -> None:
    ours_of_old = "Mon, 02 Mar 2020 06:00:00 GMT"
    changed = "Fri, 28 Feb 2020 06:00:00 GMT"
    url = server.says(
        "/216.pdf", answer(Date=ours_of_old, Last_Modified=changed), answer(b"", "304 Not Modified", Date=ours_of_old)
    )
    one = Instance(tmp_path, Entry((url,)))
    first = one.collect()
    (skew,) = [issue for issue in first.issues if issue.code == "clock_skew"]
    assert (skew.severity, "52584.0 hours behind" in skew.message) == ("warning", True)
    # Our own clock is set back by ten years: the note lies ahead of it, so the address is asked, with the server's own date.
    one.now -= timedelta(days=3650)
    second = one.collect()
    assert server.calls[-1].headers["if-modified-since"] == changed
    assert (second.file.sha256, second.file.retrieved_at) == (first.file.sha256, WHEN)
    assert one.archive.get(first.file.sha256) == PDF
    one.now += timedelta(minutes=1)
    one.collect()
    assert server.asked("/216.pdf") == 2


def test_a_note_that_cannot_be_read_is_as_good_as_none(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer()),)))
    one.collect()
    (tmp_path / "asked" / f"{ID}.json").write_text('{"asked_at": "202', encoding="utf-8")
    one.collect()
    assert server.asked("/216.pdf") == 2
    assert one.note()["sha256"] == Archive.name_of(PDF)


def test_a_copy_in_the_inbox_is_taken_instead_of_the_address_and_must_be_the_reviewed_one(
    server: Server, tmp_path: Path
) -> None:
    """A site that lets no programs in: a person fetches the file with a browser."""
    entry = Entry((server.says("/216.pdf", answer(b"", "403 Forbidden")),), inbox="216.pdf")
    archive, inbox = Archive(tmp_path / "archive"), tmp_path / "inbox"
    inbox.mkdir()
    (inbox / "216.pdf").write_bytes(PDF)
    asking = Asking(allow_loopback=True, limits=QUICK, manners=Manners(pause_seconds=0))
    first = collect(entry, archive, EMPTY_LOCK, inbox, asking=asking)
    assert isinstance(first, Collected)
    assert [issue.code for issue in first.issues] == ["not_locked"]
    lock = accept(EMPTY_LOCK, ID, first.file, "read page by page")
    (inbox / "216.pdf").write_bytes(NEWER)
    found = collect(entry, archive, lock, inbox, asking=asking)
    assert isinstance(found, Collected)
    assert (found.file.sha256, [issue.code for issue in found.issues]) == (first.file.sha256, ["new_vintage"])
    assert server.calls == []


# ---------------------------------------------------------------- a damaged archive


def damage(archive: Archive, sha256: str) -> None:
    path = archive.path(sha256)
    path.chmod(0o644)
    path.write_bytes(b"\0" * 40)


def test_a_damaged_file_is_fetched_again_though_the_address_was_asked_a_moment_ago(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer(ETag=ETAG)),)))
    first = one.collect()
    one.lock = accept(EMPTY_LOCK, ID, first.file, "read page by page")
    damage(one.archive, first.file.sha256)
    found = one.collect()
    assert (found.file.sha256, [issue.code for issue in found.issues]) == (first.file.sha256, ["archive_mended"])
    assert "if-none-match" not in server.calls[-1].headers
    assert one.collect().issues == (), "it is told once"
    assert one.archive.verify() == ()


def test_a_damaged_file_whose_server_is_gone_holds_back_its_document_alone(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer(ETag=ETAG)),)))
    first = one.collect()
    one.lock = accept(EMPTY_LOCK, ID, first.file, "read page by page")
    damage(one.archive, first.file.sha256)
    server.says("/216.pdf", answer(b"", "404 Not Found"))
    asking = Asking(tmp_path / "asked", allow_loopback=True, limits=QUICK, manners=Manners(pause_seconds=0))
    found = collect(one.entry, one.archive, one.lock, asking=asking)
    assert isinstance(found, Issue)
    assert (found.code, found.severity) == ("fetch_failed", "error")
    assert [issue.code for issue in one.archive.verify()] == ["archive_damaged"]


def test_a_damaged_file_while_a_newer_vintage_waits_is_told(server: Server, tmp_path: Path) -> None:
    one = Instance(tmp_path, Entry((server.says("/216.pdf", answer()),)))
    first = one.collect()
    one.lock = accept(EMPTY_LOCK, ID, first.file, "read page by page")
    damage(one.archive, first.file.sha256)
    server.says("/216.pdf", answer(NEWER))
    asking = Asking(tmp_path / "asked", allow_loopback=True, limits=QUICK, manners=Manners(pause_seconds=0))
    found = collect(one.entry, one.archive, one.lock, asking=asking)
    assert isinstance(found, Issue)
    assert (found.code, found.found) == ("new_vintage", Archive.name_of(NEWER))
    assert "the reviewed bytes are not in the archive" in found.message
