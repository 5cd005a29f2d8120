"""A small server of the built report pages, on loopback or one address: compressed, with the right types, and a page for what is not
there. A web server in front of the world has its own section in docs/operations.md."""

from __future__ import annotations

import functools
import gzip
import http.server
import os
import sys
from http import HTTPStatus
from pathlib import Path

from warehouse.serving.errors import ServingError

_TYPES = {
    ".arrow": "application/vnd.apache.arrow.file", ".parquet": "application/vnd.apache.parquet", ".wasm": "application/wasm",
    ".webp": "image/webp", ".js": "text/javascript; charset=utf-8", ".css": "text/css; charset=utf-8",
    ".html": "text/html; charset=utf-8", ".json": "application/json", ".csv": "text/csv; charset=utf-8",
    ".md": "text/markdown; charset=utf-8", ".txt": "text/plain; charset=utf-8", ".duckdb": "application/vnd.duckdb.file",
    ".xlsx": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet", ".svg": "image/svg+xml",
}  # fmt: skip
_COMPRESSED = frozenset({".html", ".js", ".css", ".json", ".wasm", ".arrow", ".svg", ".csv", ".txt", ".md"})
_LARGEST = 40_000_000
"""Bytes of a file that is compressed; larger ones are sent as they are."""


@functools.lru_cache(maxsize=400)
def _packed(path: str, changed: int, size: int) -> bytes:
    del changed, size  # part of the key: another file of the same name is packed anew
    return gzip.compress(Path(path).read_bytes(), 6)


class PagesHandler(http.server.SimpleHTTPRequestHandler):
    """Files of one folder; text and the engine compressed where the reader takes it."""

    protocol_version = "HTTP/1.1"

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - the name is the base class's
        return

    def guess_type(self, path: str | os.PathLike[str]) -> str:
        return _TYPES.get(Path(path).suffix) or super().guess_type(path)

    def end_headers(self) -> None:
        # Names of what is built hold a digest of its content; all else may change with the next release.
        is_fixed = self.path.startswith("/_app/immutable/")
        self.send_header("Cache-Control", "public, max-age=31536000, immutable" if is_fixed else "no-cache")
        super().end_headers()

    def do_GET(self) -> None:
        path = Path(self.translate_path(self.path))
        file = path / "index.html" if path.is_dir() and self.path.partition("?")[0].endswith("/") else path
        takes = "gzip" in self.headers.get("Accept-Encoding", "") and "Range" not in self.headers
        if takes and file.is_file() and file.suffix in _COMPRESSED and 512 < file.stat().st_size < _LARGEST:
            self._send(HTTPStatus.OK, file)
        elif not path.exists():
            self._not_there()
        else:
            super().do_GET()

    def _send(self, status: HTTPStatus, file: Path) -> None:
        found = file.stat()
        body = _packed(str(file), found.st_mtime_ns, found.st_size)
        self.send_response(status)
        self.send_header("Content-Type", self.guess_type(str(file)))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Vary", "Accept-Encoding")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _not_there(self) -> None:
        page = Path(self.directory) / "404.html"
        body = page.read_bytes() if page.is_file() else b"404"
        self.send_response(HTTPStatus.NOT_FOUND)
        self.send_header("Content-Type", "text/html; charset=utf-8")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)


class PagesServer(http.server.ThreadingHTTPServer):
    """The server; a browser that hangs up in the middle (it does so whenever a reader goes on to another page) is nothing to tell."""

    def handle_error(self, request: object, client_address: object) -> None:
        if not isinstance(sys.exception(), ConnectionError):
            super().handle_error(request, client_address)  # pyright: ignore[reportArgumentType]


def pages_server(folder: Path, host: str, port: int) -> PagesServer:
    """A server of the pages in `folder`, not yet running. Port 0: any that is free.

    Raises:
        ServingError: there are no pages, or the address is taken.
    """
    if not (folder / "index.html").is_file():
        raise ServingError(f"expected the built pages in {folder}, found none: run `make reports` first")
    try:
        return PagesServer((host, port), functools.partial(PagesHandler, directory=str(folder)))
    except OSError as error:
        raise ServingError(f"cannot serve on {host}:{port}: {error.strerror or error}; choose another with --port") from error
