"""Addresses of the web: whom they lead to, whether that is a public place, and how a fetch from them fails."""

from __future__ import annotations

import ipaddress
import socket
import threading
from dataclasses import dataclass
from queue import Empty, SimpleQueue
from urllib.parse import urlsplit

DEFAULT_PORTS = {"http": 80, "https": 443}


class AddressError(Exception):
    """One address failed for good; the next mirror is tried. `status`: what the server answered, if it did."""

    def __init__(self, message: str, status: int | None = None, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait_seconds = wait_seconds


class ElsewhereError(AddressError):
    """The address leads to a host that nobody has named. `to`: where."""

    def __init__(self, message: str, to: str) -> None:
        super().__init__(message)
        self.to = to


class NotWantedError(AddressError):
    """The publisher keeps programs from the address."""


class WrongKindError(AddressError):
    """The address gave something else than was expected."""


class PassingError(Exception):
    """One attempt failed in a way that may pass; it is tried again after a while. `wait_seconds`: what the server asked for."""

    def __init__(self, message: str, status: int | None = None, wait_seconds: float | None = None) -> None:
        super().__init__(message)
        self.status = status
        self.wait_seconds = wait_seconds


class UnknownNameError(PassingError):
    """The name of the host has no address: there is none of that name, or this machine is not connected."""


@dataclass(frozen=True, slots=True)
class Origin:
    """Whom an address leads to: scheme, host in lower case, port."""

    scheme: str
    host: str
    port: int

    def __str__(self) -> str:
        host = f"[{self.host}]" if ":" in self.host else self.host
        return f"{self.scheme}://{host}" + ("" if self.port == DEFAULT_PORTS[self.scheme] else f":{self.port}")


def origin_of(url: str) -> Origin:
    """AddressError if it is no address of the web."""
    try:
        parts = urlsplit(url)
        port = parts.port
    except ValueError as error:
        raise AddressError(f"expected an address of the web, found {url!r}") from error
    if parts.scheme not in DEFAULT_PORTS or not parts.hostname:
        raise AddressError(f"expected an address that begins with http:// or https://, found {url!r}")
    return Origin(parts.scheme, parts.hostname.lower(), port or DEFAULT_PORTS[parts.scheme])


def check_public(address: str, host: str, *, allow_loopback: bool) -> None:
    """AddressError for an address inside the own network, whatever name led there."""
    ip = ipaddress.ip_address(address.partition("%")[0])
    mapped = getattr(ip, "ipv4_mapped", None)
    ip = mapped if mapped is not None else ip
    if ip.is_loopback and allow_loopback:
        return
    if not ip.is_global or ip.is_multicast:
        raise AddressError(f"expected a public address, found {host} at {ip}, which lies inside a private network")


def look_up(host: str, port: int, seconds: float) -> list[str]:
    """The addresses of a name. The look-up itself cannot be stopped, so a thread does it, and is left behind if it takes too long.

    Raises:
        UnknownNameError: not found, or not in time.
    """
    answer: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put([str(found[4][0]) for found in socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)])
        except (OSError, UnicodeError) as error:
            answer.put(error)

    threading.Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise UnknownNameError(
            f"the name {host} was not looked up within {seconds:g} seconds (is there an internet connection?)"
        ) from None
    if isinstance(found, Exception):
        raise UnknownNameError(f"the name {host} was not found (no internet connection, or a wrong address)") from found
    return list(dict.fromkeys(found))
