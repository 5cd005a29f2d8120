"""One refresh at a time: a second one is told who holds the lock, and goes away."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path


class AlreadyRunningError(RuntimeError):
    """Another refresh holds the lock."""


@contextmanager
def only_one(lock_file: Path) -> Generator[None]:
    """Hold the lock while inside. The kernel frees it when the process ends, killed or not, so a stale lock cannot stay.

    Raises:
        AlreadyRunningError: another process holds it.
        OSError: the folder cannot be written.
    """
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    with lock_file.open("a+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            stream.seek(0)
            holder = stream.read().strip() or "unknown"
            raise AlreadyRunningError(
                f"another refresh is running (process {holder}); nothing was started. Wait for it, or see `cchc status`."
            ) from None
        stream.truncate(0)
        stream.write(str(os.getpid()))
        stream.flush()
        yield
