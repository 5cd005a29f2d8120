"""One refresh at a time: a second one is told who holds the lock, and goes away."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path
from typing import TextIO

_HELD: dict[Path, TextIO] = {}
"""Locks of this process. The kernel frees them when the process ends, killed or not, so a stale lock cannot stay."""


class AlreadyRunningError(RuntimeError):
    """Another refresh holds the lock."""


def hold(lock_file: Path) -> None:
    """Take the lock for the rest of this process; nothing happens if the process has it already.

    Raises:
        AlreadyRunningError: another process holds it.
        OSError: the folder cannot be written.
    """
    key = lock_file.resolve()
    if key in _HELD:
        return
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    stream = lock_file.open("a+", encoding="utf-8")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        holder = stream.read().strip() or "unknown"
        stream.close()
        raise AlreadyRunningError(
            f"another refresh is running (process {holder}); nothing was started. Wait for it, or see `cchc status`."
        ) from None
    stream.truncate(0)
    stream.write(str(os.getpid()))
    stream.flush()
    _HELD[key] = stream


@contextmanager
def only_one(lock_file: Path) -> Generator[None]:
    """Hold the lock while inside.

    Raises:
        AlreadyRunningError, OSError: as `hold`.
    """
    hold(lock_file)
    try:
        yield
    finally:
        _HELD.pop(lock_file.resolve()).close()
