"""The archive: every byte ever read, under the name of its own sha256, never changed and never thrown away.

Layout below the root: `<sha256[:2]>/<sha256>` holds the bytes (read-only), `<sha256>.json` beside it says where they came from.
Two vintages of one document are two files, so no vintage ever overwrites another.
"""

from __future__ import annotations

import errno
import hashlib
import json
import re
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.durable import write_atomically
from extractors.records import Issue

_SHA256 = re.compile(r"^[0-9a-f]{64}$")


class ArchiveError(Exception):
    """The archive cannot be written to, or does not hold what it should. The message is meant for a person."""


@dataclass(frozen=True, slots=True)
class Facts:
    """Where bytes came from. `url` is None for files of the repository and of the inbox; `retrieved_at` is in UTC."""

    document_id: str
    file_name: str
    retrieved_at: datetime
    content_type: str
    url: str | None = None
    etag: str | None = None
    last_modified: str | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class StoredFile(Facts):
    """Bytes in the archive with their facts. `retrieved_at` is the first time that these bytes came for this document."""

    sha256: str
    bytes_count: int
    kind: str
    path: Path


def _plain(error: OSError, path: Path) -> str:
    """What went wrong on the disk, in words, and what to do about it."""
    if error.errno == errno.ENOSPC:
        return f"the disk that holds the archive is full ({path}): make room and run again; nothing was lost"
    if error.errno in (errno.EROFS, errno.EACCES, errno.EPERM):
        return f"the archive cannot be written or read ({path}): expected a folder with rights to write, found {error.strerror}"
    return f"the archive cannot be used ({path}): {error.strerror or error}"


def _write_atomically(path: Path, data: bytes, mode: int) -> None:
    try:
        write_atomically(path, data, mode)
    except OSError as error:
        raise ArchiveError(_plain(error, path)) from error


def _origin(facts: Facts) -> dict[str, Any]:
    return asdict(facts) | {"retrieved_at": facts.retrieved_at.astimezone(UTC).isoformat()}


class Archive:
    """A content-addressed store in the folder `root`, which is made when the first bytes come."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        if not _SHA256.match(sha256):
            raise ArchiveError(f"expected a sha256 of 64 hexadecimal digits in lower case, found {sha256!r}")
        return self.root / sha256[:2] / sha256

    def __contains__(self, sha256: str) -> bool:
        try:
            return self.path(sha256).is_file()
        except OSError as error:
            raise ArchiveError(_plain(error, self.root)) from error

    def put(self, data: bytes, facts: Facts, kind: str) -> StoredFile:
        """Keep `data`; the same bytes for the same document and place are kept once, with the time they first came.

        A stored file that no longer is what its name says (a failing disk) is written anew, since the right bytes are at hand.

        Raises:
            ArchiveError: no right to write, disk full, sidecar damaged.
        """
        sha256 = hashlib.sha256(data).hexdigest()
        path = self.path(sha256)
        if not self._holds(path, sha256):
            _write_atomically(path, data, 0o444)
        origins = self._origins(sha256)
        new = _origin(facts)
        same = [o for o in origins if all(o[key] == new[key] for key in ("document_id", "file_name", "url"))]
        if not same:
            origins.append(new)
            sidecar = {"sha256": sha256, "bytes_count": len(data), "kind": kind, "origins": origins}
            text = json.dumps(sidecar, ensure_ascii=False, indent=2) + "\n"
            _write_atomically(self._sidecar(path), text.encode(), 0o644)
        first = min((datetime.fromisoformat(o["retrieved_at"]) for o in same), default=facts.retrieved_at)
        return StoredFile(
            sha256=sha256,
            bytes_count=len(data),
            kind=kind,
            path=path,
            document_id=facts.document_id,
            file_name=facts.file_name,
            retrieved_at=first.astimezone(UTC),
            content_type=facts.content_type,
            url=facts.url,
            etag=facts.etag,
            last_modified=facts.last_modified,
        )

    def get(self, sha256: str) -> bytes:
        """The bytes whose sha256 this is. ArchiveError if they are not there, or are no longer what they were."""
        path = self.path(sha256)
        try:
            data = path.read_bytes()
        except FileNotFoundError as error:
            raise ArchiveError(
                f"expected the bytes {sha256} in the archive {self.root}, found none: fetch them again"
            ) from error
        except OSError as error:
            raise ArchiveError(_plain(error, path)) from error
        found = hashlib.sha256(data).hexdigest()
        if found != sha256:
            raise ArchiveError(
                f"the archive file {path} is damaged: expected sha256 {sha256}, found {found}; "
                "delete that file and run again, so that its bytes are fetched anew"
            )
        return data

    def verify(self) -> tuple[Issue, ...]:
        """Every file hashed again: one issue per damaged file, per file without a readable sidecar, per left-over of a cut run."""
        return tuple(self._findings())

    def _findings(self) -> Iterator[Issue]:
        try:
            paths = sorted(path for path in self.root.glob("??/*") if path.is_file())
        except OSError as error:
            raise ArchiveError(_plain(error, self.root)) from error
        for path in paths:
            if path.suffix == ".tmp":
                yield self._finding(
                    "archive_left_over", "info", f"{path.name} is left from a run that was cut short", f"Delete {path}."
                )
            elif _SHA256.match(path.name):
                yield from self._file_findings(path)

    def _file_findings(self, path: Path) -> Iterator[Issue]:
        try:
            documents = ", ".join(origin["document_id"] for origin in self._origins(path.name)) or "archive"
        except ArchiveError as error:
            documents = "archive"
            yield self._finding(
                "archive_sidecar_damaged", "warning", str(error), f"Delete {self._sidecar(path)} and run again."
            )
        try:
            self.get(path.name)
        except ArchiveError as error:
            yield Issue("archive_damaged", "error", documents, str(error), f"Delete {path} and run again.")

    @staticmethod
    def _finding(code: str, severity: Any, message: str, hint: str) -> Issue:
        return Issue(code, severity, "archive", message, hint)

    @staticmethod
    def _sidecar(path: Path) -> Path:
        return path.with_name(f"{path.name}.json")

    @staticmethod
    def _holds(path: Path, sha256: str) -> bool:
        try:
            return hashlib.sha256(path.read_bytes()).hexdigest() == sha256
        except FileNotFoundError:
            return False
        except OSError as error:
            raise ArchiveError(_plain(error, path)) from error

    def _origins(self, sha256: str) -> list[dict[str, Any]]:
        """What the sidecar says; an empty list if there is none yet."""
        path = self._sidecar(self.path(sha256))
        try:
            content: Any = json.loads(path.read_text(encoding="utf-8"))
            origins: list[dict[str, Any]] = content["origins"]
            for origin in origins:
                datetime.fromisoformat(origin["retrieved_at"])
                _ = (origin["document_id"], origin["file_name"], origin["url"])
        except FileNotFoundError:
            return []
        except OSError as error:
            raise ArchiveError(_plain(error, path)) from error
        except (ValueError, KeyError, TypeError) as error:
            raise ArchiveError(f"the sidecar {path} is damaged: delete it and run again, it is then written anew") from error
        return origins
