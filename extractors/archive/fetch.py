"""Fetches one document over HTTP: politely, within bounds, and from nowhere but the addresses of its catalogue entry.

An address is data, and data may lead anywhere: only http and https, only the hosts that the entry names (redirects included),
never an address inside the own network, and nothing that a robots.txt keeps from programs. Nothing is stored here; the caller
judges and keeps the bytes.
"""

from __future__ import annotations

import random
import ssl
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from http import HTTPStatus
from typing import Literal, Protocol

import httpx

from extractors.archive.addresses import (
    DEFAULT_PORTS,
    AddressError,
    ElsewhereError,
    Origin,
    PassingError,
    WrongKindError,
    origin_of,
)
from extractors.archive.network import Clockwork, GuardedBackend, GuardedTransport
from extractors.archive.polite import Manners
from extractors.archive.robots import rules_for
from extractors.archive.sniff import check_kind
from extractors.archive.transfer import RETRIED_STATUSES, BrokenOffError, Piece, http_date, read_body, retry_after
from extractors.files import KindedEntry, Validators
from extractors.records import DocumentError

USER_AGENT = "cchc (open data warehouse of public-administration indices of Vietnam)"


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch, each of them per address. Seconds and bytes.

    `look_up`, `connect` (also for the encryption) and `read_seconds` are for one step; `total_seconds` for all of them, tries and
    waits included, so that a server that drips byte after byte comes to an end too.
    """

    max_bytes: int = 200_000_000
    total_seconds: float = 300.0
    look_up_seconds: float = 15.0
    connect_seconds: float = 15.0
    read_seconds: float = 60.0
    attempts: int = 3
    redirects: int = 5
    backoff_seconds: float = 1.0
    longest_wait_seconds: float = 60.0


DEFAULT_LIMITS = Limits()


@dataclass(frozen=True, slots=True)
class FetchResult:
    """`not_modified`: the server says that the bytes of the lock are still the current ones; `data` is then None.

    `url` is the address of the entry that answered, `final_url` the one it led to; `server_date` what its clock says, in UTC.
    """

    status: Literal["fetched", "not_modified"]
    data: bytes | None
    url: str
    final_url: str
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None
    server_date: datetime | None = None


class FetchError(Exception):
    """No address of the entry gave the document. The message says what each of them answered and what to do.

    `url`, `status`: the last address that was asked and what it answered, if it did. `wait_seconds`: how long it asks us to wait.
    The cause is the `AddressError` of that address.
    """

    def __init__(
        self, message: str, url: str | None = None, status: int | None = None, wait_seconds: float | None = None
    ) -> None:
        super().__init__(message)
        self.url = url
        self.status = status
        self.wait_seconds = wait_seconds


class FetchedEntry(KindedEntry, Protocol):
    """What a fetch needs of a catalogue entry."""

    @property
    def addresses(self) -> Sequence[str]: ...


@cache
def _trusted() -> ssl.SSLContext:
    return httpx.create_ssl_context(trust_env=False)


@dataclass
class _Fetcher:
    """One fetch of one entry from one of its addresses."""

    entry: FetchedEntry
    client: httpx.Client
    limits: Limits
    manners: Manners
    time: Clockwork
    jitter: Callable[[], float]
    allowed: frozenset[Origin]
    piece: Piece | None = None

    def get(self, url: str, headers: Mapping[str, str]) -> FetchResult:
        """One address, tried again while its failure may pass."""
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._follow(url, headers)
            except (PassingError, httpx.TransportError) as error:
                passing = error if isinstance(error, PassingError) else PassingError(_words(error))
                self.piece = passing.piece if isinstance(passing, BrokenOffError) else None
                if attempt == self.limits.attempts:
                    message = f"{passing} (tried {attempt} times)"
                    raise AddressError(message, passing.status, passing.wait_seconds) from error
                asked = passing.wait_seconds
                wait = asked if asked is not None else self.limits.backoff_seconds * 2 ** (attempt - 1) * (1 + self.jitter())
                if wait > self.limits.longest_wait_seconds or self.time.clock() + wait > self.time.deadline:
                    message = f"{passing}; it would take too long to wait {wait:.0f} seconds for the next try"
                    raise AddressError(message, passing.status, asked) from error
                self.manners.sleep(wait)
        raise AddressError("no attempt was allowed")

    def _follow(self, url: str, headers: Mapping[str, str]) -> FetchResult:
        current = url
        for _ in range(self.limits.redirects + 1):
            origin = self._allowed_origin(current, url)
            rules_for(origin, self.client, self.allowed, self.limits.redirects, self.manners).check(current)
            piece = self.piece if self.piece is not None and self.piece.url == current else None
            asked = piece.headers() if piece is not None else headers
            self.manners.wait_turn(origin)
            with self.client.stream("GET", current, headers=dict(asked)) as response:
                if not response.has_redirect_location:
                    return self._answer(response, url, current, piece, sent_validators=bool(headers) and piece is None)
                following = str(response.next_request.url) if response.next_request is not None else ""
            if current.startswith("https:") and following.startswith("http:"):
                raise AddressError(f"expected to stay on https, found a redirect to {following}")
            current = following
        raise AddressError(f"expected the document after at most {self.limits.redirects} redirects, found more")

    def _allowed_origin(self, current: str, asked: str) -> Origin:
        origin = origin_of(current)
        if origin not in self.allowed:
            raise ElsewhereError(
                f"expected to stay on the hosts of the catalogue entry, found a redirect from {asked} to {current}; "
                "if that is right, put that address into the entry",
                current,
            )
        return origin

    def _answer(
        self, response: httpx.Response, url: str, final_url: str, piece: Piece | None, *, sent_validators: bool
    ) -> FetchResult:
        status = response.status_code
        said = response.headers
        result = FetchResult(
            "not_modified", None, url, final_url, None, said.get("etag"), said.get("last-modified"), http_date(said.get("date"))
        )
        if status == HTTPStatus.NOT_MODIFIED and sent_validators:
            return result
        if status in RETRIED_STATUSES:
            wait = retry_after(said, datetime.now(UTC))
            raise PassingError(f"the server answers {status} {response.reason_phrase}", status, wait)
        if piece is not None and status in (HTTPStatus.REQUESTED_RANGE_NOT_SATISFIABLE, HTTPStatus.PARTIAL_CONTENT):
            if not piece.continued_by(response):
                raise PassingError("the server has another vintage than the one that broke off; it is fetched anew")
        elif status != HTTPStatus.OK:
            message = f"expected the document (status 200), found status {status} {response.reason_phrase}"
            raise AddressError(f"{message}{_STATUS_HINTS.get(status, '')}", status)
        else:
            piece = None
        data = read_body(response, final_url, self.limits.max_bytes, piece)
        try:
            check_kind(self.entry, data)
        except DocumentError as error:
            raise WrongKindError(f"{error.issue.message}. {error.issue.hint}", status) from error
        return FetchResult(
            "fetched", data, url, final_url, said.get("content-type"), result.etag, result.last_modified, result.server_date
        )


_STATUS_HINTS = {
    401: " (it wants a password)",
    403: " (it does not let programs in)",
    404: " (the document is not there any more)",
    410: " (the document was taken away for good)",
}


def _words(error: httpx.TransportError) -> str:
    if isinstance(error, httpx.RemoteProtocolError) and "without sending a response" in str(error):
        return "the server closed the connection without an answer"
    return f"the server does not speak HTTP as it should: {error}" if str(error) else type(error).__name__


def _headers(url: str, locked: Validators | None) -> dict[str, str]:
    """What the server said of the bytes that we have, word for word: no clock of ours has a part in it."""
    if locked is None or locked.url != url:
        return {}
    named = {"If-None-Match": locked.etag, "If-Modified-Since": locked.last_modified}
    return {name: value for name, value in named.items() if value}


def _origins(addresses: Sequence[str]) -> frozenset[Origin]:
    """Whom an entry allows to be asked: its hosts, and from http also https, the usual step."""
    found: set[Origin] = set()
    for address in addresses:
        try:
            origin = origin_of(address)
        except AddressError:
            continue  # said when that address is asked
        found.add(origin)
        if origin.port == DEFAULT_PORTS["http"]:
            found.add(Origin("https", origin.host, DEFAULT_PORTS["https"]))
    return frozenset(found)


def fetch(
    entry: FetchedEntry,
    locked: Validators | None = None,
    *,
    allow_loopback: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    manners: Manners | None = None,
    jitter: Callable[[], float] = random.random,
    clock: Callable[[], float] = time.monotonic,
    tls: ssl.SSLContext | None = None,
) -> FetchResult:
    """The document from the first of its addresses that gives it: url, then the mirrors in their order.

    Args:
        entry: the catalogue entry; its address must be known.
        locked: what the lock knows of the last answer. Give it only while the archive still holds those bytes, because the
            server may then answer that nothing has changed.
        allow_loopback: for tests with a server on this machine.
        manners: shared by the fetches of a run, so that a host is asked for its robots.txt once and not too fast.
        tls: whom to trust; by default the authorities that come with `certifi`. Certificates of https are always checked.

    Raises:
        FetchError: no address gave a file of the right kind.
        OSError: the note of when a host was last asked cannot be written.
    """
    addresses = entry.addresses
    if not addresses:
        raise FetchError(f"{entry.id}: expected an `address` in the catalogue entry, found `unknown`: there is nobody to ask")
    failures: list[str] = []
    last = AddressError("")
    timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity", "Connection": "close"}
    manners = manners or Manners()
    for address in addresses:
        time_left = Clockwork(limits.total_seconds, clock)
        backend = GuardedBackend(time_left, look_up_seconds=limits.look_up_seconds, allow_loopback=allow_loopback)
        transport = GuardedTransport(backend, tls or _trusted())
        # trust_env off: a proxy would make the check of the answering machine meaningless.
        with httpx.Client(
            headers=headers, timeout=timeout, follow_redirects=False, trust_env=False, transport=transport
        ) as client:
            fetcher = _Fetcher(entry, client, limits, manners, time_left, jitter, _origins(addresses))
            try:
                return fetcher.get(address, _headers(address, locked))
            except AddressError as error:
                last = error
                failures.append(f"{address}: {error}")
            except (httpx.HTTPError, httpx.InvalidURL) as error:
                last = AddressError(str(error))
                failures.append(f"{address}: {error}")
    raise FetchError(
        f"{entry.id}: no address gave the document. {' | '.join(failures)} | "
        f"Look at the address in a browser, correct it in extractors/catalogue/entries/{entry.id}.yml or try again later; "
        "a copy of the file can also be given through the inbox.",
        addresses[-1],
        last.status,
        last.wait_seconds,
    ) from last
