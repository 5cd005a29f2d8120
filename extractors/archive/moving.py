"""Takes an archive to another machine: into a folder or a tar file, and from there into the archive there.

Every byte is hashed on its way out and on its way in. What is not of the archive's own shape is refused, whole: a tar file from
elsewhere may hold paths and links that lead out of the folder.
"""

from __future__ import annotations

import io
import os
import re
import tarfile
from collections.abc import Callable, Generator, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Protocol

from extractors.archive.store import Archive, ArchiveError, StoredFile, checked_sidecar, stored_files
from extractors.durable import sync_folder

_MEMBER = re.compile(r"([0-9a-f]{2})/(([0-9a-f]{2})[0-9a-f]{62})(\.json)?")
_MOST_BYTES = 2_000_000_000
_MOST_SIDECAR_BYTES = 50_000_000

Watch = Callable[[int, int], None]
"""Told how many files of how many are done."""


@dataclass(frozen=True, slots=True)
class Moved:
    """How many files were moved, how many of them were new there, and what was left out and why."""

    files: int
    new: int
    problems: tuple[str, ...] = ()


class _Source(Protocol):
    """Where an import comes from: a folder or a tar file."""

    def names(self) -> dict[str, int]:
        """Path below the root -> bytes."""
        ...

    def read(self, name: str) -> bytes: ...


@dataclass(frozen=True)
class _Folder:
    root: Path

    def names(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for path in sorted(self.root.rglob("*")):
            name = path.relative_to(self.root).as_posix()
            if path.is_symlink() or not (path.is_dir() or path.is_file()):
                raise ArchiveError(f"{self.root}: expected files and folders only, found {name}; nothing was imported")
            if path.is_file() and not path.name.endswith(".tmp"):
                found[name] = path.stat().st_size
        return found

    def read(self, name: str) -> bytes:
        return (self.root / name).read_bytes()


@dataclass(frozen=True)
class _Tar:
    path: Path
    tar: tarfile.TarFile

    def names(self) -> dict[str, int]:
        found: dict[str, int] = {}
        for member in self.tar.getmembers():
            if not (member.isdir() or member.isfile()):
                raise ArchiveError(f"{self.path}: expected files and folders only, found {member.name}; nothing was imported")
            if member.isfile():
                found[member.name] = member.size
        return found

    def read(self, name: str) -> bytes:
        stream = self.tar.extractfile(name)
        if stream is None:
            raise ArchiveError(f"{self.path}: expected the file {name}, found none")
        return stream.read()


def export(archive: Archive, target: Path, watch: Watch = lambda done, whole: None) -> Moved:
    """Every file of the archive with its sidecar into a folder, or into a tar file if the name ends in `.tar`.

    A damaged file is left out and told; the others are taken. A tar file appears under its name when it is complete.

    Raises:
        ArchiveError: the archive cannot be read.
        OSError: the target cannot be written, or a tar file of that name is there already.
    """
    if target.suffix == ".tar":
        return _export_tar(archive, target, watch)
    if archive.root.resolve() == target.resolve():
        raise ArchiveError(f"expected another folder than the archive itself, found {target}")
    there = Archive(target)
    problems: list[str] = []
    new = done = 0
    names = archive.names()
    for sha256, data, origins in _whole_files(archive, problems):
        new += there.find(sha256) is None
        there.merge(data, origins)
        done += 1
        watch(done, len(names))
    return Moved(done, new, tuple(problems))


def _whole_files(archive: Archive, problems: list[str]) -> Iterator[tuple[str, bytes, tuple[StoredFile, ...]]]:
    for sha256 in archive.names():
        data = archive.find(sha256)
        if data is None:
            problems.append(f"{archive.path(sha256)} is damaged and was left out; `cchc archive verify` says what to do")
            continue
        try:
            yield sha256, data, archive.origins(sha256)
        except ArchiveError as error:
            problems.append(f"{error}; its bytes were taken without it")
            yield sha256, data, ()


def _export_tar(archive: Archive, target: Path, watch: Watch) -> Moved:
    if target.exists():
        raise ArchiveError(f"expected no file at {target}, found one; give another name")
    temporary = target.with_name(f".{target.name}.part")
    problems: list[str] = []
    done, names = 0, archive.names()
    try:
        with temporary.open("wb") as file:
            with tarfile.open(fileobj=file, mode="w") as tar:
                for sha256, data, origins in _whole_files(archive, problems):
                    _add(tar, f"{sha256[:2]}/{sha256}", data)
                    if origins:
                        _add(tar, f"{sha256[:2]}/{sha256}.json", archive.sidecar(archive.path(sha256)).read_bytes())
                    done += 1
                    watch(done, len(names))
            file.flush()
            os.fsync(file.fileno())
        with _whole_tar(temporary) as source:
            for name in source.names():
                _checked_bytes(source, name, source.names()[name])
        temporary.replace(target)
        sync_folder(target.parent)
    finally:
        temporary.unlink(missing_ok=True)
    return Moved(done, done, tuple(problems))


def _add(tar: tarfile.TarFile, name: str, data: bytes) -> None:
    member = tarfile.TarInfo(name)
    member.size, member.mode = len(data), 0o644
    tar.addfile(member, io.BytesIO(data))


@contextmanager
def _whole_tar(path: Path) -> Generator[_Tar]:
    try:
        with tarfile.open(path, mode="r:") as tar:
            yield _Tar(path, tar)
    except tarfile.TarError as error:
        raise ArchiveError(f"{path}: expected a tar file made by `cchc archive export`, found: {error}") from error


def import_from(source: Path, archive: Archive, watch: Watch = lambda done, whole: None) -> Moved:
    """Everything of an exported folder or tar file into the archive; what is there already stays, sidecars are merged.

    Each file is written in one step, so an import that is cut short has brought some files and harmed none: run it again.

    Raises:
        ArchiveError: not an exported archive; a path that leads elsewhere (nothing is imported then); the disk is full.
        OSError: the source cannot be read.
    """
    if source.is_dir():
        return _import(_Folder(source), source, archive, watch)
    with _whole_tar(source) as tar:
        return _import(tar, source, archive, watch)


def _import(source: _Source, path: Path, archive: Archive, watch: Watch) -> Moved:
    names = source.names()
    for name, size in names.items():
        found = _MEMBER.fullmatch(name)
        if found is None or found[1] != found[3]:
            raise ArchiveError(
                f"{path}: expected only files such as ab/abcd… and ab/abcd….json, named by their sha256, found {name!r}; "
                "nothing was imported"
            )
        if size > (_MOST_SIDECAR_BYTES if found[4] else _MOST_BYTES):
            raise ArchiveError(f"{path}: {name} is larger ({size} bytes) than any file of an archive; nothing was imported")
    files = sorted(name for name in names if not name.endswith(".json"))
    if not files:
        raise ArchiveError(f"{path}: expected an exported archive, found no file of one")
    problems: list[str] = []
    new = done = 0
    for name in files:
        sha256 = name.rpartition("/")[2]
        try:
            data = _checked_bytes(source, name, names[name])
            origins: tuple[StoredFile, ...] = ()
            if f"{name}.json" in names:
                origins = stored_files(checked_sidecar(source.read(f"{name}.json"), sha256), archive.path(sha256))
        except ValueError as error:
            problems.append(f"{name}: {error}; it was left out")
            continue
        new += archive.find(sha256) is None
        archive.merge(data, origins)
        done += 1
        watch(done, len(files))
    return Moved(done, new, tuple(problems))


def _checked_bytes(source: _Source, name: str, size: int) -> bytes:
    """The bytes of one member, or of its sidecar. ValueError if they are not what their name says."""
    data = source.read(name)
    if len(data) != size:
        raise ValueError(f"expected {size} bytes, found {len(data)}")
    if not name.endswith(".json") and Archive.name_of(data) != name.rpartition("/")[2]:
        raise ValueError(f"expected the bytes that its name says, found sha256 {Archive.name_of(data)}")
    return data
