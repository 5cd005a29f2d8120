"""One refresh at a time: a second one is told who holds the lock, and goes away."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import time
from collections.abc import Callable, Generator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TextIO

_HELD: dict[Path, TextIO] = {}
"""Locks of this process. The kernel frees them when the process ends, killed or not, so a stale lock cannot stay."""

_NO_LOCKS_HERE = (errno.ENOLCK, errno.ENOSYS, errno.EOPNOTSUPP, errno.EINVAL)


class AlreadyRunningError(RuntimeError):
    """Another refresh holds the lock."""


class NoLocksError(AlreadyRunningError):
    """The file system of the home has no locks, so nobody can know whether another refresh runs."""


def _holder(text: str) -> str:
    """What the lock file says of who holds it, in words. It is written after the lock is taken, so it may not say anything yet."""
    try:
        facts = json.loads(text)
        return f"process {facts['process']} on {facts['host']}, since {facts['since']}"
    except (ValueError, KeyError, TypeError):
        return f"process {text.strip() or 'unknown'}"


_LOOK_AGAIN_SECONDS = 10.0


def hold(lock_file: Path) -> None:
    """Take the lock for the rest of this process; nothing happens if the process has it already.

    Raises:
        AlreadyRunningError: another process holds it.
        NoLocksError: the file system has no locks.
        OSError: the folder cannot be written.
    """
    key = lock_file.resolve()
    if key in _HELD:
        return
    lock_file.parent.mkdir(parents=True, exist_ok=True)
    stream = lock_file.open("a+", encoding="utf-8", errors="replace")
    try:
        fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        stream.seek(0)
        holder = _holder(stream.read())
        stream.close()
        raise AlreadyRunningError(
            f"another refresh is running ({holder}); nothing was started. Wait for it, or see `cchc status`."
        ) from None
    except OSError as error:
        stream.close()
        if error.errno not in _NO_LOCKS_HERE:
            raise
        raise NoLocksError(
            f"the file system of {lock_file.parent} has no locks ({error.strerror}), so two refreshes could run at once; nothing was "
            "started. Set CCHC_HOME to a folder on a local disk, or mount the share with locks."
        ) from None
    stream.truncate(0)
    facts = {"process": os.getpid(), "host": socket.gethostname(), "since": f"{datetime.now(UTC):%Y-%m-%d %H:%M:%S} UTC"}
    stream.write(json.dumps(facts, ensure_ascii=False))
    stream.flush()
    _HELD[key] = stream


def hold_when_free(
    lock_file: Path, minutes: float, *, say: Callable[[str], None] | None = None, sleep: Callable[[float], None] = time.sleep
) -> None:
    """`hold`, after waiting for another process that holds the lock, for so many minutes at most; `say` is told once that one waits.

    Raises:
        AlreadyRunningError: it still holds it. NoLocksError, OSError: as `hold`.
    """
    left = minutes * 60
    while True:
        try:
            return hold(lock_file)
        except AlreadyRunningError as error:
            if left <= 0 or isinstance(error, NoLocksError):
                raise
            if say is not None:
                say(f"waiting for at most {minutes:g} minutes: {error}")
                say = None
        pause = min(_LOOK_AGAIN_SECONDS, left)
        sleep(pause)
        left -= pause


def holder_of(lock_file: Path) -> str | None:
    """The process that holds the lock, as it wrote itself down; None if the lock is free. It is not taken."""
    if not lock_file.exists():
        return None
    with lock_file.open("r", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_SH | fcntl.LOCK_NB)
        except BlockingIOError:
            return stream.read().strip() or "unknown"
        return None


@contextmanager
def only_one(lock_file: Path) -> Generator[None]:
    """Hold the lock while inside.

    Raises:
        AlreadyRunningError, NoLocksError, OSError: as `hold`.
    """
    hold(lock_file)
    try:
        yield
    finally:
        _HELD.pop(lock_file.resolve()).close()
