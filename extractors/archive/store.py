"""The archive: every byte ever read, under the name of its own sha256, never changed and never thrown away.

Layout below the root: `<sha256[:2]>/<sha256>` holds the bytes (read-only), `<sha256>.json` beside it says where they came from.
Two vintages of one document are two files, so no vintage ever overwrites another.
"""

from __future__ import annotations

import contextlib
import errno
import hashlib
import json
import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, fields
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from extractors.durable import write_atomically
from extractors.records import Issue

SHA256_NAME = re.compile(r"^[0-9a-f]{64}$")


class ArchiveError(Exception):
    """The archive cannot be written to, or does not hold what it should. The message is meant for a person."""


class DamagedSidecarError(ArchiveError):
    """A sidecar that is no JSON of its shape; the bytes that it speaks of may be whole."""


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
    """Bytes in the archive with their facts. `retrieved_at` is the first time that these bytes came for this document.

    `is_mended`: a file of this name was there with other bytes, and was written anew just now.
    """

    sha256: str
    bytes_count: int
    kind: str
    path: Path
    is_mended: bool = False


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
    of_place = {one.name: getattr(facts, one.name) for one in fields(Facts)}
    return of_place | {"retrieved_at": facts.retrieved_at.astimezone(UTC).isoformat()}


class Archive:
    """A content-addressed store in the folder `root`, which is made when the first bytes come."""

    def __init__(self, root: Path) -> None:
        self.root = root

    def path(self, sha256: str) -> Path:
        if not SHA256_NAME.match(sha256):
            raise ArchiveError(f"expected a sha256 of 64 hexadecimal digits in lower case, found {sha256!r}")
        return self.root / sha256[:2] / sha256

    def __contains__(self, sha256: str) -> bool:
        try:
            return self.path(sha256).is_file()
        except OSError as error:
            raise ArchiveError(_plain(error, self.root)) from error

    def put(self, data: bytes, facts: Facts, kind: str) -> StoredFile:
        """Keep `data`; the same bytes for the same document and place are kept once, with the time they first came.

        A stored file that no longer is what its name says (a failing disk) is written anew, since the right bytes are at hand; so is
        a damaged sidecar.

        Raises:
            ArchiveError: no right to write, disk full.
        """
        sha256 = self.name_of(data)
        path = self.path(sha256)
        is_new = self.find(sha256) is None
        is_mended = is_new and sha256 in self
        if is_new:
            _write_atomically(path, data, 0o444)
        first = self._note(sha256, len(data), kind, facts)
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
            is_mended=is_mended,
        )

    @staticmethod
    def name_of(data: bytes) -> str:
        """The sha256 under which these bytes are kept."""
        return hashlib.sha256(data).hexdigest()

    def find(self, sha256: str) -> bytes | None:
        """The bytes whose sha256 this is; None if they are not there, damaged, or cannot be read: then they must come again."""
        try:
            data = self.path(sha256).read_bytes()
        except OSError:
            return None
        return data if self.name_of(data) == sha256 else None

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
                "run `cchc refresh`, which writes it anew from where it came"
            )
        return data

    def verify(
        self, needed: Mapping[str, str] | None = None, watch: Callable[[int, int], None] = lambda done, all_bytes: None
    ) -> tuple[Issue, ...]:
        """Every file hashed again: one issue per damaged, missing or left-over file, with what to do about it.

        Args:
            needed: sha256 of bytes that must be there -> which document needs them.
            watch: told how many bytes of how many were hashed, as it goes on.
        """
        from extractors.archive.verify import findings

        return tuple(findings(self, needed or {}, watch))

    def files(self) -> tuple[Path, ...]:
        """Every file below the folders of the archive, sorted: bytes, sidecars, left-overs, strays."""
        try:
            if self.root.exists() and not self.root.is_dir():
                raise ArchiveError(f"expected the folder of the archive at {self.root}, found a file; move it away")
            return tuple(sorted(path for path in self.root.glob("??/*") if path.is_file()))
        except OSError as error:
            raise ArchiveError(_plain(error, self.root)) from error

    def names(self) -> tuple[str, ...]:
        """The sha256 of everything that is kept, sorted; whether the bytes are whole is another question (`verify`)."""
        return tuple(path.name for path in self.files() if SHA256_NAME.match(path.name))

    def origins(self, sha256: str) -> tuple[StoredFile, ...]:
        """Which documents these bytes are, and where they came from; nothing if no sidecar says it.

        Raises:
            DamagedSidecarError: the sidecar is not of its shape.
        """
        path = self.path(sha256)
        found = self._sidecar_content(sha256)
        return () if found is None else stored_files(found, path)

    def of_document(self, document_id: str) -> tuple[StoredFile, ...]:
        """All bytes that ever came for a document, as far as sidecars can be read, oldest first."""
        found: list[StoredFile] = []
        for sha256 in self.names():
            with contextlib.suppress(DamagedSidecarError):  # told by `verify`
                found += [one for one in self.origins(sha256) if one.document_id == document_id]
        return tuple(sorted(found, key=lambda one: one.retrieved_at))

    def merge(self, data: bytes, origins: Iterable[StoredFile]) -> str:
        """Keep bytes that another archive held, with what its sidecar says besides what ours says. The sha256 comes back.

        Raises:
            ArchiveError: no right to write, disk full.
        """
        sha256 = self.name_of(data)
        if self.find(sha256) is None:
            _write_atomically(self.path(sha256), data, 0o444)
        for origin in origins:
            self._note(sha256, len(data), origin.kind, origin)
        return sha256

    @staticmethod
    def sidecar(path: Path) -> Path:
        return path.with_name(f"{path.name}.json")

    def _note(self, sha256: str, bytes_count: int, kind: str, facts: Facts) -> datetime:
        """Say in the sidecar where bytes came from, unless it says so; when they first came from there comes back."""
        try:
            found = self._sidecar_content(sha256)
        except DamagedSidecarError:
            found = None  # written anew; the other documents of these bytes add themselves when they come again
        origins: list[dict[str, Any]] = found["origins"] if found is not None else []
        new = _origin(facts)
        at = next((n for n, o in enumerate(origins) if all(o[key] == new[key] for key in _SAME_PLACE)), None)
        if at is None:
            origins.append(new)
        elif datetime.fromisoformat(origins[at]["retrieved_at"]) <= facts.retrieved_at:
            return datetime.fromisoformat(origins[at]["retrieved_at"])
        else:
            origins[at] = new
        sidecar = {"sha256": sha256, "bytes_count": bytes_count, "kind": kind, "origins": origins}
        text = json.dumps(sidecar, ensure_ascii=False, indent=2) + "\n"
        _write_atomically(self.sidecar(self.path(sha256)), text.encode(), 0o644)
        return facts.retrieved_at

    def _sidecar_content(self, sha256: str) -> dict[str, Any] | None:
        """What the sidecar says; None if there is none yet."""
        path = self.sidecar(self.path(sha256))
        try:
            return checked_sidecar(path.read_bytes(), sha256)
        except FileNotFoundError:
            return None
        except OSError as error:
            raise ArchiveError(_plain(error, path)) from error
        except ValueError as error:
            raise DamagedSidecarError(f"the sidecar {path} is damaged ({error})") from error


_SAME_PLACE = ("document_id", "file_name", "url")


def checked_sidecar(text: bytes, sha256: str) -> dict[str, Any]:
    """A sidecar as it is kept. ValueError if it is not of its shape, or is about other bytes."""
    try:
        content: dict[str, Any] = json.loads(text)
        for origin in content["origins"]:
            _facts(origin)
        if content["sha256"] != sha256 or not isinstance(content["bytes_count"], int) or not isinstance(content["kind"], str):
            raise ValueError("it is about other bytes")
    except (KeyError, TypeError, AttributeError) as error:
        raise ValueError(f"a field is missing or wrong: {error}") from error
    return content


def _facts(origin: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of `Facts` from a sidecar."""
    return {one.name: origin[one.name] for one in fields(Facts)} | {
        "retrieved_at": datetime.fromisoformat(origin["retrieved_at"]).astimezone(UTC)
    }


def stored_files(sidecar: Mapping[str, Any], path: Path) -> tuple[StoredFile, ...]:
    """What a checked sidecar says: one record per document and place that the bytes at `path` came from."""
    of_bytes: dict[str, Any] = {
        "sha256": sidecar["sha256"],
        "bytes_count": sidecar["bytes_count"],
        "kind": sidecar["kind"],
        "path": path,
    }
    return tuple(StoredFile(**_facts(one), **of_bytes) for one in sidecar["origins"])
