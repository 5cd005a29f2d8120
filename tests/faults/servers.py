"""A server that answers byte by byte as a test has written down: also what no decent server would send."""

from __future__ import annotations

import contextlib
import socket
import ssl
import threading
from collections.abc import Callable, Generator
from contextlib import contextmanager
from dataclasses import dataclass, field

PDF = b"%PDF-1.7\n1 0 obj\n<<>>\nendobj\ntrailer\n<<>>\nstartxref\n9\n%%EOF\n"
NEWER = PDF.replace(b"1.7", b"1.6")
ETAG = '"vintage-1"'


def answer(body: bytes = PDF, status: str = "200 OK", **headers: str) -> bytes:
    """An answer of HTTP; `Content_Length=""` leaves that header out."""
    named = {"Content-Length": str(len(body))} | {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"HTTP/1.1 {status}", *(f"{name}: {value}" for name, value in named.items() if value)]
    return ("\r\n".join(lines) + "\r\n\r\n").encode() + body


Script = Callable[["Call"], None]


@dataclass
class Call:
    """One connection: what was asked, and what the test sends."""

    line: socket.socket
    path: str
    headers: dict[str, str]
    over: threading.Event

    def send(self, *parts: bytes) -> None:
        for part in parts:
            self.line.sendall(part)

    def drip(self, data: bytes, pause: float) -> None:
        """One byte after the other, for as long as the client listens."""
        for byte in data:
            self.line.sendall(bytes([byte]))
            if self.over.wait(pause):
                return

    def hang(self) -> None:
        """Say nothing more until the test is over or the client has gone."""
        self.line.settimeout(None)
        with contextlib.suppress(OSError):
            self.line.recv(1)


@dataclass
class Server:
    """Answers the questions for a path one script after the other; the last one stays. An unknown path is a 404."""

    port: int
    scheme: str = "http"
    host: str = "127.0.0.1"
    scripts: dict[str, list[Script]] = field(default_factory=dict[str, list[Script]])
    calls: list[Call] = field(default_factory=list[Call])

    def says(self, path: str, *scripts: Script | bytes) -> str:
        """The address at which these answers are given."""
        self.scripts[path] = [_sender(one) if isinstance(one, bytes) else one for one in scripts]
        return f"{self.scheme}://{self.host}:{self.port}{path}"

    def asked(self, path: str) -> int:
        return sum(call.path == path for call in self.calls)

    def respond(self, call: Call) -> None:
        self.calls.append(call)
        queue = self.scripts.get(call.path, [_sender(answer(b"", "404 Not Found"))])
        (queue.pop(0) if len(queue) > 1 else queue[0])(call)


def _sender(data: bytes) -> Script:
    return lambda call: call.send(data)


@contextmanager
def serving(tls: ssl.SSLContext | None = None, *, greeting: bytes | None = None) -> Generator[Server]:
    """A server on a free port of loopback. `greeting`: all that it says to whoever connects, drop by drop; then it is silent."""
    listener = socket.create_server(("127.0.0.1", 0))
    over = threading.Event()
    server = Server(listener.getsockname()[1], "https" if tls or greeting is not None else "http")
    lines: list[socket.socket] = []

    def converse(line: socket.socket) -> None:
        with contextlib.suppress(OSError), line:
            if greeting is not None:
                Call(line, "", {}, over).drip(greeting, 0.05)
                over.wait()
                return
            talk = tls.wrap_socket(line, server_side=True) if tls else line
            head = b""
            while b"\r\n\r\n" not in head:
                more = talk.recv(65536)
                if not more:
                    return
                head += more
            first, *rest = head.decode("latin-1").split("\r\n\r\n")[0].split("\r\n")
            headers = {name.lower(): value.strip() for name, _, value in (one.partition(":") for one in rest)}
            server.respond(Call(talk, first.split(" ")[1], headers, over))
            with contextlib.suppress(OSError):
                talk.shutdown(socket.SHUT_WR)
            talk.close()

    def take() -> None:
        while not over.is_set():
            try:
                line, _ = listener.accept()
            except OSError:
                return
            lines.append(line)
            threading.Thread(target=converse, args=(line,), daemon=True).start()

    threading.Thread(target=take, daemon=True).start()
    try:
        yield server
    finally:
        over.set()
        with contextlib.suppress(OSError):
            listener.shutdown(socket.SHUT_RDWR)
        listener.close()
        for line in lines:
            with contextlib.suppress(OSError):
                line.shutdown(socket.SHUT_RDWR)
