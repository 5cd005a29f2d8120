"""The helper process: imports the readers once, forks a child for every job, watches it, reports how it ended.

Run by `client` as `python -P -m extractors.isolation.zygote SOCKET MODULE…`. One thread, so that forking is safe.
"""

from __future__ import annotations

import contextlib
import ctypes
import faulthandler
import gc
import importlib
import math
import os
import pickle
import resource
import select
import signal
import socket
import sys
import time
from collections.abc import Callable
from pathlib import Path
from typing import BinaryIO, Never

from extractors.isolation.protocol import ORDER, READY, Report, Verdict
from extractors.records import DocumentError

_LOOK_SECONDS = 1.0
"""How often to see whether the caller still lives, in case another process holds a copy of its end of the socket."""

_SOON_SECONDS = 0.002
"""How often to see whether a child that is exiting has gone."""

_PR_SET_PDEATHSIG = 1
_IS_LINUX = sys.platform == "linux"


def _die_with(parent: int) -> None:
    """Linux: the kernel ends this process when the helper is gone, whatever ended the helper."""
    if _IS_LINUX:
        ctypes.CDLL(None).prctl(_PR_SET_PDEATHSIG, signal.SIGKILL)
        if os.getppid() != parent:
            os._exit(1)


def _lower(which: int, value: int) -> None:
    """Sets a soft limit, never above the hard one; a system that refuses it (macOS, RLIMIT_AS) leaves the time limit in force."""
    _, hard = resource.getrlimit(which)
    with contextlib.suppress(ValueError, OSError):
        resource.setrlimit(which, (value if hard == resource.RLIM_INFINITY else min(value, hard), hard))


def _bind(seconds: float, memory: int, answer: int) -> None:
    _lower(resource.RLIMIT_CORE, 0)
    _lower(resource.RLIMIT_AS, memory)
    _lower(resource.RLIMIT_FSIZE, answer)
    # Wall clock is what the helper enforces; this one holds even if the helper cannot. Readers may use every core.
    _lower(resource.RLIMIT_CPU, math.ceil(seconds * (os.cpu_count() or 1)) + 1)


def _in_words(error: BaseException) -> str:
    """The error and the last place of ours it passed: what a maintainer needs, in one line."""
    place, step = "", error.__traceback__
    while step is not None:
        path = Path(step.tb_frame.f_code.co_filename)
        if "extractors" in path.parts and "isolation" not in path.parts:
            place = f" at {'/'.join(path.parts[path.parts.index('extractors') :])}:{step.tb_lineno}"
        step = step.tb_next
    return f"{type(error).__name__}: {error}"[:300] + place


def _answer(job_file: BinaryIO, answer_file: BinaryIO) -> None:
    """Runs the job and writes what came of it."""

    def write(verdict: Verdict, content: object) -> None:
        answer_file.seek(0)
        answer_file.truncate()
        pickle.dump((verdict, content), answer_file, protocol=pickle.HIGHEST_PROTOCOL)
        answer_file.flush()

    try:
        job: Callable[[], object] = pickle.load(job_file)  # noqa: S301  (written by our own caller)
        value = job()
    except DocumentError as error:
        write("refused", error.issue)
        return
    except MemoryError:
        write("memory", None)
        return
    except Exception as error:  # noqa: BLE001  (whatever a reader did not foresee must reach the caller in words)
        write("failed", _in_words(error))
        return
    try:
        write("value", value)
    except MemoryError:
        write("memory", None)
    except OSError:
        write("too_large", None)


def _be_child(job: int, answer: int, bounds: tuple[float, int, int], helper: int) -> Never:
    status = 1
    try:
        os.setsid()
        _die_with(helper)
        os.dup2(2, 1)
        faulthandler.enable(file=2)
        _bind(*bounds)
        with os.fdopen(job, "rb") as job_file, os.fdopen(answer, "wb", buffering=1 << 16) as answer_file:
            _answer(job_file, answer_file)
        status = 0
    finally:
        os._exit(status)


def _end(group: int) -> None:
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(group, signal.SIGKILL)


def _watch(pid: int, alive: int, seconds: float, control: socket.socket, caller: int) -> Report | None:
    """Waits for the child, at most `seconds`. None if the caller went away; the child is ended in any case.

    `alive` is readable once the child has closed its end, which is when it exits.
    """
    started, is_stopped, is_orphan = time.monotonic(), False, False
    watched = [alive, control.fileno()]
    while True:
        left = started + seconds - time.monotonic()
        if left <= 0 and not is_stopped:
            is_stopped = True
            _end(pid)
        pause = min(left, _LOOK_SECONDS) if left > 0 and alive in watched else _SOON_SECONDS
        readable, _, _ = select.select(watched, [], [], pause)
        if not is_orphan and (control.fileno() in readable or os.getppid() != caller):
            # The caller says nothing while a job runs: what can be read now is the end.
            is_orphan = True
            _end(pid)
        watched = [] if is_orphan else [item for item in watched if item != alive or alive not in readable]
        done, status, usage = os.wait4(pid, os.WNOHANG)
        if done:
            _end(pid)  # whatever the child started itself
            if is_orphan:
                return None
            peak = usage.ru_maxrss * (1024 if _IS_LINUX else 1)
            return Report(is_stopped, os.waitstatus_to_exitcode(status), time.monotonic() - started, peak)


def _serve(control: socket.socket, caller: int) -> None:
    helper = os.getpid()
    while True:
        readable, _, _ = select.select([control], [], [], 5 * _LOOK_SECONDS)
        if not readable:
            if os.getppid() != caller:
                return
            continue
        message, descriptors, _, _ = socket.recv_fds(control, ORDER.size, 2)
        if len(message) < ORDER.size or len(descriptors) < 2:
            return
        bounds = ORDER.unpack(message)
        alive, held_by_child = os.pipe()
        pid = os.fork()
        if pid == 0:
            os.close(alive)
            control.close()
            _be_child(descriptors[0], descriptors[1], bounds, helper)
        os.close(held_by_child)
        for descriptor in descriptors:
            os.close(descriptor)
        report = _watch(pid, alive, bounds[0], control, caller)
        os.close(alive)
        if report is None:
            return
        control.sendall(report.packed())


def main() -> None:
    caller = os.getppid()
    with socket.socket(fileno=int(sys.argv[1])) as control:
        for module in sys.argv[2:]:
            importlib.import_module(module)
        gc.freeze()  # what is imported is never collected, so that children share its memory
        with contextlib.suppress(BrokenPipeError, ConnectionResetError):
            control.sendall(READY)
            _serve(control, caller)
    os._exit(0)  # at once: nothing here needs a tidy end, and the caller waits


if __name__ == "__main__":
    main()
