"""Reads the robots.txt of a host: none there (4xx) allows everything, one that is out of order allows nothing for now."""

from __future__ import annotations

from collections.abc import Container
from datetime import UTC, datetime
from http import HTTPStatus

import httpx
from protego import Protego

from extractors.archive.addresses import Origin, PassingError, origin_of
from extractors.archive.polite import Manners, Rules
from extractors.archive.transfer import RETRIED_STATUSES, retry_after

ROBOTS_BYTES = 524_288
"""As much of a robots.txt as counts; the standard asks for 500 KiB at least."""


def rules_for(origin: Origin, client: httpx.Client, allowed: Container[Origin], redirects: int, manners: Manners) -> Rules:
    """The rules of a host, read once a run. Redirects are followed to hosts of the entry only; a file elsewhere counts as none.

    Raises:
        PassingError, AddressError: the host cannot be reached, or its robots.txt is out of order.
    """
    rules = manners.known_rules(origin)
    if rules is None:
        rules = _read(origin, client, allowed, redirects, manners)
        manners.remember_rules(origin, rules)
    return rules


def _read(origin: Origin, client: httpx.Client, allowed: Container[Origin], redirects: int, manners: Manners) -> Rules:
    current = f"{origin}/robots.txt"
    for _ in range(redirects + 1):
        there = origin_of(current)
        if there not in allowed:
            return Rules()
        manners.wait_turn(there)
        with client.stream("GET", current) as response:
            if not response.has_redirect_location:
                return _answered(response, origin)
            current = str(response.next_request.url) if response.next_request is not None else ""
    return Rules()


def _answered(response: httpx.Response, origin: Origin) -> Rules:
    status = response.status_code
    if status in RETRIED_STATUSES or status >= HTTPStatus.INTERNAL_SERVER_ERROR:
        message = f"the robots.txt of {origin} could not be read (status {status}), so nothing is fetched from there for now"
        raise PassingError(message, status, retry_after(response.headers, datetime.now(UTC)))
    if status != HTTPStatus.OK:
        return Rules()
    text = bytearray()
    for chunk in response.iter_bytes():
        text += chunk
        if len(text) >= ROBOTS_BYTES:
            break
    return Rules(Protego.parse(bytes(text[:ROBOTS_BYTES]).decode("utf-8", errors="replace")))
