"""Connections of a fetch: only to public addresses, with a limit on every stage and on the whole, and each failure in words.

Name look-up, connection, encryption, request, answer and body are told apart, since what a person does about each differs.
"""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Iterable
from dataclasses import dataclass, field
from typing import Any

import httpcore
import httpx

from extractors.archive.addresses import AddressError, PassingError, check_public, look_up
from extractors.archive.certificates import certificate_words

_LONGEST_HEAD = 262_144


@dataclass(slots=True)
class Clockwork:
    """The time that one address has left. `clock` counts seconds and never runs backwards."""

    total_seconds: float
    clock: Callable[[], float]
    deadline: float = field(init=False)

    def __post_init__(self) -> None:
        self.deadline = self.clock() + self.total_seconds

    def left(self, wanted: float | None, what: str) -> float:
        """Seconds that the next step may take; AddressError if the time is over."""
        left = self.deadline - self.clock()
        if left <= 0:
            raise self.over(what)
        return left if wanted is None else min(left, wanted)

    def over(self, what: str) -> AddressError:
        return AddressError(f"expected the document within {self.total_seconds:g} seconds in all, found {what}")

    @property
    def is_over(self) -> bool:
        return self.clock() >= self.deadline


class Conversation(httpcore.NetworkStream):
    """One connection for one question and its answer. Counts the bytes of the body as they come over the line."""

    def __init__(self, inner: httpcore.NetworkStream, host: str, time: Clockwork, handshake_socket: Any = None) -> None:
        self.inner = inner
        self.host = host
        self.time = time
        self._socket = handshake_socket
        self._head = b""
        self._in_body = False
        self.body_bytes = 0

    @property
    def _stage(self) -> str:
        if self._in_body:
            return f"the body still coming ({self.body_bytes} bytes so far)"
        return "no answer yet" if not self._head else "the head of the answer still coming"

    def _count(self, data: bytes) -> None:
        if self._in_body:
            self.body_bytes += len(data)
            return
        self._head += data
        if len(self._head) > _LONGEST_HEAD:
            raise AddressError(f"expected an answer with a head of at most {_LONGEST_HEAD} bytes, found more from {self.host}")
        while b"\r\n\r\n" in self._head and not self._in_body:
            head, _, rest = self._head.partition(b"\r\n\r\n")
            is_interim = head.partition(b" ")[2].startswith(b"1")
            self._head = rest if is_interim else head
            if not is_interim:
                self._in_body, self.body_bytes = True, len(rest)

    def read(self, max_bytes: int, timeout: float | None = None) -> bytes:
        seconds = self.time.left(timeout, self._stage)
        try:
            data = self.inner.read(max_bytes, seconds)
        except httpcore.ReadTimeout as error:
            if self.time.is_over:
                raise self.time.over(self._stage) from error
            if self._in_body:
                message = (
                    f"{self.host} stopped after {self.body_bytes} bytes of the document: nothing came for {seconds:g} seconds"
                )
            elif self._head:
                message = f"{self.host} began to answer and stopped for {seconds:g} seconds"
            else:
                message = f"{self.host} took the question and gave no answer within {seconds:g} seconds"
            raise PassingError(message) from error
        except httpcore.ReadError as error:
            where = f"in the middle of the document ({self.body_bytes} bytes)" if self._in_body else "before it answered"
            raise PassingError(f"{self.host} broke off the connection {where}") from error
        self._count(data)
        return data

    def write(self, buffer: bytes, timeout: float | None = None) -> None:
        seconds = self.time.left(timeout, "the question not sent yet")
        try:
            self.inner.write(buffer, seconds)
        except httpcore.WriteTimeout as error:
            raise PassingError(f"{self.host} did not take the question within {seconds:g} seconds") from error
        except httpcore.WriteError as error:
            raise PassingError(f"{self.host} broke off the connection before it answered") from error

    def close(self) -> None:
        """Ends the connection; what has come already, beyond what the answer promised, is counted first."""
        if self._in_body:
            # An error means that nothing more was waiting, or that the connection is down: that is all there is to count.
            with contextlib.suppress(httpcore.ReadError, httpcore.ReadTimeout, ValueError):
                self.body_bytes += len(self.inner.read(65536, 0.0))
        self.inner.close()

    def start_tls(
        self, ssl_context: ssl.SSLContext, server_hostname: str | None = None, timeout: float | None = None
    ) -> httpcore.NetworkStream:
        seconds = self.time.left(timeout, "no encrypted connection yet")
        plain = self.inner.get_extra_info("socket")
        # A limit of the socket holds from byte to byte only; this one for the handshake as a whole.
        alarm = threading.Timer(seconds, _shut, (plain,))
        alarm.daemon = True
        alarm.start()
        late = f"no encrypted connection to {self.host} came about within {seconds:g} seconds"
        before = self.time.clock()
        try:
            return Conversation(self.inner.start_tls(ssl_context, server_hostname, seconds), self.host, self.time)
        except httpcore.ConnectTimeout as error:
            raise PassingError(late) from error
        except httpcore.ConnectError as error:
            if self.time.clock() - before >= seconds:
                raise PassingError(late) from error
            words = certificate_words(error, self.host)
            if words is None:
                raise PassingError(f"{self.host} broke off the connection while it was being encrypted") from error
            raise AddressError(words) from error
        finally:
            alarm.cancel()

    def get_extra_info(self, info: str) -> Any:
        return self.inner.get_extra_info(info)


def _shut(plain: socket.socket) -> None:
    try:
        plain.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it is down already


class GuardedBackend(httpcore.NetworkBackend):
    """Connects to the very address that was looked up and found public, so that a name cannot stand for another a moment later."""

    def __init__(self, time: Clockwork, *, look_up_seconds: float, allow_loopback: bool) -> None:
        self.time = time
        self.look_up_seconds = look_up_seconds
        self.allow_loopback = allow_loopback
        self._sync = httpcore.SyncBackend()

    def connect_tcp(
        self,
        host: str,
        port: int,
        timeout: float | None = None,
        local_address: str | None = None,
        socket_options: Iterable[Any] | None = None,
    ) -> httpcore.NetworkStream:
        bare = host.strip("[]")
        addresses = look_up(bare, port, self.time.left(self.look_up_seconds, "the name not looked up yet"))
        for address in addresses:
            check_public(address, host, allow_loopback=self.allow_loopback)
        failure: PassingError | None = None
        for address in addresses:
            seconds = self.time.left(timeout, "no connection yet")
            try:
                inner = self._sync.connect_tcp(address, port, seconds, local_address, socket_options)
            except httpcore.ConnectTimeout:
                failure = PassingError(f"no connection to {host} (port {port}) within {seconds:g} seconds")
            except httpcore.ConnectError as error:
                failure = PassingError(f"{host} does not take connections (port {port}): {error}")
            else:
                return Conversation(inner, host, self.time)
        raise failure or PassingError(f"the name {host} has no address")


class GuardedTransport(httpx.HTTPTransport):
    """httpx over a `GuardedBackend`; a connection serves one question only, so what comes over it belongs to one answer."""

    def __init__(self, backend: GuardedBackend, tls: ssl.SSLContext) -> None:
        super().__init__(verify=tls, trust_env=False)
        self._pool = httpcore.ConnectionPool(
            ssl_context=tls, max_connections=1, max_keepalive_connections=0, network_backend=backend
        )
