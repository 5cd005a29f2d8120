"""Fetches one document over HTTP: politely, within bounds, and from nowhere but the addresses of its catalogue entry.

An address is data, and data may lead anywhere: only http and https, only the hosts that the entry names (redirects included),
never an address inside the own network. Nothing is stored here; the caller judges and keeps the bytes.
"""

from __future__ import annotations

import ipaddress
import random
import socket
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Literal, Protocol
from urllib.parse import urlsplit

import httpx

from extractors.archive.sniff import check_kind
from extractors.files import KindedEntry, Validators
from extractors.records import DocumentError

USER_AGENT = "cchc (open data warehouse of public-administration indices of Vietnam)"
RETRIED_STATUSES = frozenset({429, 500, 502, 503, 504})
_DEFAULT_PORTS = {"http": 80, "https": 443}


@dataclass(frozen=True, slots=True)
class Limits:
    """Bounds of one fetch. Seconds and bytes; `attempts` and `redirects` are per address."""

    max_bytes: int = 200_000_000
    total_seconds: float = 300.0
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

    `url` is the address of the entry that answered, `final_url` the one it led to.
    """

    status: Literal["fetched", "not_modified"]
    data: bytes | None
    url: str
    final_url: str
    content_type: str | None = None
    etag: str | None = None
    last_modified: str | None = None


class FetchError(Exception):
    """No address of the entry gave the document. The message says what each of them answered and what to do."""


class FetchedEntry(KindedEntry, Protocol):
    """What a fetch needs of a catalogue entry."""

    @property
    def addresses(self) -> Sequence[str]: ...


class _AddressError(Exception):
    """One address failed for good; the next mirror is tried."""


class _PassingError(Exception):
    """One attempt failed in a way that may pass; it is tried again after a while."""

    def __init__(self, message: str, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.wait_seconds = wait_seconds


@dataclass(frozen=True, slots=True)
class _Origin:
    host: str
    port: int


def _origin(url: str) -> _Origin:
    """Host and port of an address; _AddressError if it is no address of the web."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise _AddressError(f"expected an address of the web, found {url!r}") from error
    if parts.scheme not in _DEFAULT_PORTS or not parts.hostname:
        raise _AddressError(f"expected an address that begins with http:// or https://, found {url!r}")
    return _Origin(parts.hostname.lower(), port or _DEFAULT_PORTS[parts.scheme])


def _check_public(address: str, host: str, *, allow_loopback: bool) -> None:
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped if mapped is not None else ip
    if ip.is_loopback and allow_loopback:
        return
    if not ip.is_global or ip.is_multicast:
        raise _AddressError(f"expected a public address, found {host} at {ip}, which lies inside a private network")


def _check_host(origin: _Origin, *, allow_loopback: bool) -> None:
    """Every address that the name stands for must be public."""
    try:
        found = socket.getaddrinfo(origin.host, origin.port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError) as error:
        raise _PassingError(f"the name {origin.host} was not found (no internet connection, or a wrong address)") from error
    for *_, sockaddr in found:
        _check_public(str(sockaddr[0]), origin.host, allow_loopback=allow_loopback)


def _check_peer(response: httpx.Response, origin: _Origin, *, allow_loopback: bool) -> None:
    """The machine that did answer must be public too: a name may stand for another address a moment later."""
    stream = response.extensions.get("network_stream")
    peer = stream.get_extra_info("server_addr") if stream is not None else None
    if peer:
        _check_public(str(peer[0]), origin.host, allow_loopback=allow_loopback)


def _retry_after(response: httpx.Response) -> float | None:
    value = response.headers.get("retry-after", "")
    return float(value) if value.isascii() and value.isdigit() else None


class _Fetcher:
    """One fetch of one entry over all its addresses."""

    def __init__(
        self,
        entry: FetchedEntry,
        addresses: Sequence[str],
        client: httpx.Client,
        limits: Limits,
        allow_loopback: bool,
        sleep: Callable[[float], None],
        jitter: Callable[[], float],
        clock: Callable[[], float],
    ) -> None:
        self.entry = entry
        self.client = client
        self.limits = limits
        self.allow_loopback = allow_loopback
        self.sleep = sleep
        self.jitter = jitter
        self.clock = clock
        self.deadline = clock() + limits.total_seconds
        self.allowed: set[_Origin] = set()
        for address in addresses:
            parts = urlsplit(address)
            if parts.hostname and parts.scheme in _DEFAULT_PORTS:
                origin = _origin(address)
                self.allowed.add(origin)
                if origin.port == _DEFAULT_PORTS["http"]:  # the usual step from http to https on one host
                    self.allowed.add(_Origin(origin.host, _DEFAULT_PORTS["https"]))

    def get(self, url: str, headers: dict[str, str]) -> FetchResult:
        """One address, tried again while its failure may pass."""
        for attempt in range(1, self.limits.attempts + 1):
            try:
                return self._follow(url, headers)
            except (_PassingError, httpx.TransportError) as error:
                message = str(error) or type(error).__name__
                if attempt == self.limits.attempts:
                    raise _AddressError(f"{message} (tried {attempt} times)") from error
                asked = error.wait_seconds if isinstance(error, _PassingError) else None
                wait = asked if asked is not None else self.limits.backoff_seconds * 2 ** (attempt - 1) * (1 + self.jitter())
                if self.clock() + wait > self.deadline or wait > self.limits.longest_wait_seconds:
                    raise _AddressError(
                        f"{message}; it would take too long to wait {wait:.0f} seconds for the next try"
                    ) from error
                self.sleep(wait)
        raise _AddressError("no attempt was allowed")

    def _follow(self, url: str, headers: dict[str, str]) -> FetchResult:
        current = url
        for _ in range(self.limits.redirects + 1):
            origin = self._checked_origin(current, url)
            with self.client.stream("GET", current, headers=headers) as response:
                _check_peer(response, origin, allow_loopback=self.allow_loopback)
                if not response.has_redirect_location:
                    return self._answer(response, url, current, sent_validators=bool(headers))
                following = str(response.next_request.url) if response.next_request is not None else ""
            if current.startswith("https:") and following.startswith("http:"):
                raise _AddressError(f"expected to stay on https, found a redirect to {following}")
            current = following
        raise _AddressError(f"expected the document after at most {self.limits.redirects} redirects, found more")

    def _checked_origin(self, current: str, asked: str) -> _Origin:
        origin = _origin(current)
        if origin not in self.allowed:
            raise _AddressError(
                f"expected to stay on the hosts of the catalogue entry, found a redirect from {asked} to {current}; "
                "if that is right, put that address into the entry"
            )
        _check_host(origin, allow_loopback=self.allow_loopback)
        return origin

    def _answer(self, response: httpx.Response, url: str, final_url: str, *, sent_validators: bool) -> FetchResult:
        status = response.status_code
        etag, last_modified = response.headers.get("etag"), response.headers.get("last-modified")
        if status == HTTPStatus.NOT_MODIFIED and sent_validators:
            return FetchResult("not_modified", None, url, final_url, None, etag, last_modified)
        if status in RETRIED_STATUSES:
            raise _PassingError(f"the server answers {status} {response.reason_phrase}", _retry_after(response))
        if status != HTTPStatus.OK:
            raise _AddressError(f"expected the document (status 200), found status {status} {response.reason_phrase}")
        data = self._body(response)
        try:
            check_kind(self.entry, data)
        except DocumentError as error:
            raise _AddressError(f"{error.issue.message}. {error.issue.hint}") from error
        return FetchResult("fetched", data, url, final_url, response.headers.get("content-type"), etag, last_modified)

    def _body(self, response: httpx.Response) -> bytes:
        promised = response.headers.get("content-length", "")
        if promised.isascii() and promised.isdigit() and int(promised) > self.limits.max_bytes:
            raise _AddressError(f"expected at most {self.limits.max_bytes} bytes, found {promised} announced")
        received = bytearray()
        for chunk in response.iter_bytes(65536):
            received += chunk
            if len(received) > self.limits.max_bytes:
                raise _AddressError(f"expected at most {self.limits.max_bytes} bytes, found more")
            if self.clock() > self.deadline:
                raise _AddressError(
                    f"expected the document within {self.limits.total_seconds:.0f} seconds, found it still coming"
                )
        return bytes(received)


def _headers(url: str, locked: Validators | None) -> dict[str, str]:
    if locked is None or locked.url != url:
        return {}
    named = {"If-None-Match": locked.etag, "If-Modified-Since": locked.last_modified}
    return {name: value for name, value in named.items() if value}


def fetch(
    entry: FetchedEntry,
    locked: Validators | None = None,
    *,
    allow_loopback: bool = False,
    limits: Limits = DEFAULT_LIMITS,
    sleep: Callable[[float], None] = time.sleep,
    jitter: Callable[[], float] = random.random,
    clock: Callable[[], float] = time.monotonic,
) -> FetchResult:
    """The document from the first of its addresses that gives it: url, then the mirrors in their order.

    Args:
        entry: the catalogue entry; its address must be known.
        locked: what the lock knows of the last answer. Give it only while the archive still holds those bytes, because the
            server may then answer that nothing has changed.
        allow_loopback: for tests with a server on this machine.

    Raises:
        FetchError: no address gave a file of the right kind. Certificates of https are always checked.
    """
    addresses = entry.addresses
    if not addresses:
        raise FetchError(f"{entry.id}: expected an `address` in the catalogue entry, found `unknown`: there is nobody to ask")
    failures: list[str] = []
    timeout = httpx.Timeout(limits.read_seconds, connect=limits.connect_seconds)
    headers = {"User-Agent": USER_AGENT, "Accept-Encoding": "identity"}
    # trust_env off: a proxy would make the check of the answering machine meaningless.
    with httpx.Client(headers=headers, timeout=timeout, follow_redirects=False, trust_env=False) as client:
        fetcher = _Fetcher(entry, addresses, client, limits, allow_loopback, sleep, jitter, clock)
        for address in addresses:
            try:
                return fetcher.get(address, _headers(address, locked))
            except (_AddressError, httpx.HTTPError, httpx.InvalidURL) as error:
                failures.append(f"{address}: {error}")
    raise FetchError(
        f"{entry.id}: no address gave the document. {' | '.join(failures)} | "
        f"Look at the address in a browser, correct it in extractors/catalogue/entries/{entry.id}.yml or try again later; "
        "a copy of the file can also be given through the inbox."
    )
