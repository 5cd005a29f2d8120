"""Looks the whole archive through: every byte hashed again, every sidecar read, and what should be there and is not."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path

from extractors.archive.store import SHA256_NAME, Archive, ArchiveError
from extractors.records import Issue

_AGAIN = "Run `cchc refresh`, which writes it anew from where it came, or `cchc archive import` from another machine."
_SIDECAR_AGAIN = "Run `cchc refresh`: it is written anew if its document is in the catalogue."
_CHUNK = 1_048_576
_SIDECAR = re.compile(r"^([0-9a-f]{64})\.json$")


def findings(archive: Archive, needed: Mapping[str, str], watch: Callable[[int, int], None]) -> Iterator[Issue]:
    """One issue per file that is damaged, missing, without sidecar, left over or not ours. Arguments as of `Archive.verify`.

    Raises:
        ArchiveError: the folder itself cannot be read.
    """
    paths = archive.files()
    whole = sum(_size(path) for path in paths)
    done = 0
    for path in paths:
        yield from _judge(archive, path)
        done += _size(path)
        watch(done, whole)
    for sha256, document_id in sorted(needed.items(), key=lambda one: (one[1], one[0])):
        if not archive.path(sha256).is_file():
            message = f"expected the bytes {sha256} of {document_id}, which the lock or the published release names, found none"
            yield Issue("archive_missing", "error", document_id, message, _AGAIN)


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except OSError:
        return 0  # gone or unreadable: said when it is judged


def _judge(archive: Archive, path: Path) -> Iterator[Issue]:
    if path.suffix == ".tmp":
        message = f"{path} is left from a run that was cut short"
        yield Issue("archive_left_over", "info", "archive", message, f"Delete it while no refresh runs: rm {path}")
    elif SHA256_NAME.match(path.name):
        yield from _judge_bytes(archive, path)
    elif sidecar := _SIDECAR.match(path.name):
        if not archive.path(sidecar[1]).is_file():
            yield Issue(
                "archive_missing",
                "error",
                _documents(archive, sidecar[1]),
                f"expected {path.with_suffix('')}, found its sidecar only",
                _AGAIN,
            )
    else:
        message = f"expected files named by their sha256, found {path}, which nobody reads"
        yield Issue("archive_stray", "info", "archive", message, "Move it out of the archive.")


def _judge_bytes(archive: Archive, path: Path) -> Iterator[Issue]:
    try:
        if not archive.origins(path.name):
            message = f"expected a sidecar beside {path}, found none: where the bytes came from is not known"
            yield Issue("archive_no_sidecar", "warning", "archive", message, _SIDECAR_AGAIN)
    except ArchiveError as error:
        yield Issue("archive_sidecar_damaged", "warning", "archive", str(error), _SIDECAR_AGAIN)
    found = _hash(path)
    if found != path.name:
        message = f"the archive file {path} is damaged: expected sha256 {path.name}, found {found}"
        yield Issue("archive_damaged", "error", _documents(archive, path.name), message, _AGAIN)


def _documents(archive: Archive, sha256: str) -> str:
    try:
        return ", ".join(dict.fromkeys(origin.document_id for origin in archive.origins(sha256))) or "archive"
    except ArchiveError:
        return "archive"


def _hash(path: Path) -> str:
    digest = hashlib.sha256()
    try:
        with path.open("rb") as file:
            while chunk := file.read(_CHUNK):
                digest.update(chunk)
    except OSError as error:
        return f"a file that cannot be read ({error.strerror or error})"
    return digest.hexdigest()
