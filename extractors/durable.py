"""Writing files so that a kill or a power cut at any moment leaves the old one or the new one, whole.

All state is written through here: the bytes go to the disk before the name points at them, and the name goes to the disk before the
caller is told that it is done.
"""

from __future__ import annotations

import contextlib
import os
import re
import uuid
from collections.abc import Iterator
from pathlib import Path

_LEFT_OVER = re.compile(r"^\..+\.(?P<process>\d+)-[0-9a-f]{32}\.tmp$")


class DamagedStateError(ValueError):
    """A file of state is not what was written there; the message says which, and what writes it anew."""


def sync_folder(folder: Path) -> None:
    """Put the names in `folder` on the disk."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def sync_tree(folder: Path) -> None:
    """Put every file below `folder`, and the names of all of them, on the disk. Other programs wrote them, and may not have."""
    for path in sorted(folder.rglob("*"), reverse=True):
        if path.is_dir():
            sync_folder(path)
        elif path.is_file():
            with path.open("rb") as stream:
                os.fsync(stream.fileno())
    sync_folder(folder)


def _made(folder: Path) -> None:
    """Make `folder`, and put each new name on the way to it on the disk."""
    missing = [one for one in (folder, *folder.parents) if not one.exists()]
    folder.mkdir(parents=True, exist_ok=True)
    for one in reversed(missing):
        sync_folder(one.parent)


def write_atomically(path: Path, data: bytes, mode: int = 0o644) -> None:
    """All or nothing: a reader sees the old file or the new one, also after a power cut. Folders on the way are made.

    Raises:
        OSError: no right to write, disk full; the old file, if any, stands.
    """
    _made(path.parent)
    temporary = path.with_name(f".{path.name}.{os.getpid()}-{uuid.uuid4().hex}.tmp")
    try:
        with temporary.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        temporary.chmod(mode)
        temporary.replace(path)
    except BaseException:
        with contextlib.suppress(OSError):
            temporary.unlink(missing_ok=True)
        raise
    sync_folder(path.parent)


def is_alive(process: int) -> bool:
    """Whether a process of this number runs on this machine."""
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def left_overs(folder: Path) -> Iterator[Path]:
    """Files below `folder` that a `write_atomically` left behind whose process is gone."""
    for path in folder.rglob(".*.tmp"):
        name = _LEFT_OVER.match(path.name)
        if name is not None and not is_alive(int(name["process"])):
            yield path
