"""The body of one answer: as long as it was announced, within its bounds, and continued where it broke off, if the server can.

Pieces are joined only if the server vouches with a strong mark (ETag, or a Last-Modified that is old enough) that both are of one
vintage; else the document is fetched anew.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from http import HTTPStatus

import httpx

from extractors.archive.addresses import AddressError, PassingError
from extractors.archive.network import Conversation

RETRIED_STATUSES = frozenset({408, 425, 429, 500, 502, 503, 504})
_RANGE = re.compile(r"^bytes (\d+)-(\d+)/(\d+|\*)$")
_SETTLED = timedelta(seconds=60)
"""A file changed less than this before it was sent may change again within the same second: its date marks no vintage."""


def http_date(value: str | None) -> datetime | None:
    """A date of HTTP in UTC; None if there is none, or none that can be read."""
    try:
        found = parsedate_to_datetime(value) if value else None
    except ValueError:
        return None
    return found.replace(tzinfo=UTC) if found is not None and found.tzinfo is None else found


def retry_after(headers: httpx.Headers, now: datetime) -> float | None:
    """Seconds that the server asks us to wait. A date is held against the server's own clock, if it tells it, not against ours."""
    value = headers.get("retry-after", "").strip()
    if value.isascii() and value.isdigit():
        return float(value)
    until = http_date(value)
    return None if until is None else max(0.0, (until - (http_date(headers.get("date")) or now)).total_seconds())


def _strong_mark(headers: httpx.Headers) -> str | None:
    etag = headers.get("etag")
    if etag:
        return None if etag.startswith("W/") else etag
    changed, sent = http_date(headers.get("last-modified")), http_date(headers.get("date"))
    return headers.get("last-modified") if changed and sent and sent - changed >= _SETTLED else None


@dataclass(frozen=True, slots=True)
class Piece:
    """The beginning of a document whose transfer broke off. `mark` is the server's strong mark of its vintage."""

    url: str
    data: bytes
    mark: str
    whole: int | None

    def headers(self) -> Mapping[str, str]:
        return {"Range": f"bytes={len(self.data)}-", "If-Range": self.mark}

    def continued_by(self, response: httpx.Response) -> bool:
        """Whether this answer is the rest of this very vintage."""
        found = _RANGE.match(response.headers.get("content-range", ""))
        if response.status_code != HTTPStatus.PARTIAL_CONTENT or found is None:
            return False
        begin, end, whole = int(found[1]), int(found[2]), found[3]
        is_whole = whole == "*" or (int(whole) == end + 1 and self.whole in (None, int(whole)))
        mark = response.headers.get("etag") or response.headers.get("last-modified") or self.mark
        return begin == len(self.data) and is_whole and mark == self.mark


class BrokenOffError(PassingError):
    """The body did not come whole. `piece`: what has come, if the rest of it can be asked for."""

    def __init__(self, message: str, piece: Piece | None) -> None:
        super().__init__(message)
        self.piece = piece


def _announced(response: httpx.Response) -> int | None:
    value = response.headers.get("content-length", "")
    return int(value) if value.isascii() and value.isdigit() else None


def read_body(response: httpx.Response, url: str, max_bytes: int, before: Piece | None) -> bytes:
    """The whole document: `before`, if this answer continues it, and what this answer brings.

    Raises:
        AddressError: larger than allowed, or longer than announced.
        BrokenOffError: shorter than announced, or it stopped coming.
    """
    announced = _announced(response)
    received = bytearray(before.data if before is not None else b"")
    begun = len(received)
    if announced is not None and announced + begun > max_bytes:
        raise AddressError(f"expected at most {max_bytes} bytes, found {announced + begun} announced")
    line = response.extensions.get("network_stream")
    try:
        for chunk in response.iter_bytes():  # as it comes: chunks of a fixed size would lose the end of what came
            received += chunk
            if len(received) > max_bytes:
                raise AddressError(f"expected at most {max_bytes} bytes, found more")
    except (PassingError, httpx.TransportError) as error:
        message = str(error) if isinstance(error, PassingError) else _short(announced, len(received) - begun, error)
        raise BrokenOffError(message, _piece(response, url, bytes(received), begun, announced, before)) from error
    if isinstance(line, Conversation) and announced is not None and line.body_bytes > announced:
        raise AddressError(
            f"expected {announced} bytes as the server announced (Content-Length), found more; "
            "nobody knows where the document ends, so none of it was kept"
        )
    return bytes(received)


def _short(announced: int | None, received: int, error: Exception) -> str:
    if announced is None:
        return f"expected the whole document, found that the server broke off after {received} bytes ({error})"
    return f"expected {announced} bytes as the server announced (Content-Length), found {received} when it broke off"


def _piece(
    response: httpx.Response, url: str, received: bytes, begun: int, announced: int | None, before: Piece | None
) -> Piece | None:
    mark = before.mark if before is not None else _strong_mark(response.headers)
    can_continue = before is not None or "bytes" in response.headers.get("accept-ranges", "").lower()
    if mark is None or not can_continue or not received or response.headers.get("content-encoding"):
        return None
    return Piece(url, received, mark, None if announced is None else announced + begun)
