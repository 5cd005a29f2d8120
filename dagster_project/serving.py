"""Starting Dagster on a home: one at a time, with the runs that died with the one before it marked as failed."""

from __future__ import annotations

import fcntl
import os
import signal
import socket as socketlib
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any

from dagster_project.settings import REPOSITORY, Settings, prepare_dagster_home, tool_environment

DEFINITIONS = "dagster_project.definitions"
DIED = "the process of this run ended before the run did"


class ServingError(RuntimeError):
    """Dagster cannot be started on this home; the message says why and what to do."""


def program(name: str) -> str:
    """A program of this virtual environment, whether it is activated or not."""
    return str(Path(sys.executable).parent / name)


def claim(settings: Settings) -> None:
    """Take the place of the one Dagster of this home; the descriptor stays open over `exec`, so the kernel frees it with the process.

    Children do not inherit it: a run that outlives its server does not keep the next one away.

    Raises:
        ServingError: another process has it.
    """
    lock_file = settings.dagster_home / "serving.lock"
    descriptor = os.open(lock_file, os.O_RDWR | os.O_CREAT, 0o644)
    try:
        fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        holder = lock_file.read_text(encoding="utf-8").strip() or "unknown"
        os.close(descriptor)
        raise ServingError(
            f"Dagster is open on {settings.home} already (process {holder}); nothing was started. "
            "End that one first, or open another home with CCHC_HOME."
        ) from None
    os.ftruncate(descriptor, 0)
    os.write(descriptor, str(os.getpid()).encode())
    os.set_inheritable(descriptor, True)


def dead_runs(instance: Any) -> list[str]:
    """Ids of the runs that look unfinished though the code server whose children they were is gone; ask before a new one starts.

    Runs of `cchc refresh` are not among them: they belong to a process of their own, and the next refresh looks after them. A run that
    was still in the queue stays there and is launched.
    """
    from dagster import DagsterRunStatus, RunsFilter

    from dagster_project.runs import REFRESH_TAG

    unfinished = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.CANCELING]
    return [run.run_id for run in instance.get_runs(filters=RunsFilter(statuses=unfinished)) if REFRESH_TAG not in run.tags]


def bury(instance: Any, run_ids: list[str]) -> None:
    """Mark these runs as failed and free what they hold, unless somebody has done so since."""
    for run_id in run_ids:
        run = instance.get_run_by_id(run_id)
        if run is not None and not run.is_finished:
            instance.report_run_failed(run, DIED)
        instance.event_log_storage.free_concurrency_slots_for_run(run_id)


def make_ready(settings: Settings) -> list[str]:
    """Everything that must hold before Dagster serves this home; ids of the runs that died with the one before.

    Raises:
        ServingError: another Dagster serves it, or the database of the history does not answer.
        DbtParseError: dbt refuses the project.
        OSError: a folder cannot be written.
    """
    import dagster as dg

    from dagster_project.manifest import ensure_manifest

    os.environ.update(tool_environment(settings))
    prepare_dagster_home(settings)
    claim(settings)
    ensure_manifest(settings)
    try:
        with dg.DagsterInstance.get() as instance:
            return dead_runs(instance)
    except Exception as error:
        if type(error).__module__.partition(".")[0] not in {"sqlalchemy", "psycopg2", "dagster", "dagster_postgres"}:
            raise
        words = str(error).strip().splitlines() or [type(error).__name__]
        raise ServingError(
            f"Dagster's history cannot be opened with the settings in {settings.dagster_home / 'dagster.yaml'}: {words[0]}"
        ) from error


def open_dagster(port: int) -> list[str]:
    """The command of `dagster dev`: pages, daemon and code in one, for a person at this machine."""
    # The command it advises instead wants a package that is not needed for anything else.
    python = [sys.executable, "-W", "ignore:Function `dev_command` is superseded"]
    return [*python, "-m", "dagster", "dev", "-m", DEFINITIONS, "--host", "127.0.0.1", "--port", str(port)]


def serve_code(socket: Path) -> list[str]:
    """The command of the code server of a deployment. Runs are its children."""
    return [program("dagster"), "api", "grpc", "-m", DEFINITIONS, "--socket", str(socket), "--location-name", "cchc"]


def bury_now(run_ids: list[str]) -> None:
    """Mark these runs of this home's history as failed (after `make_ready`)."""
    import dagster as dg

    if run_ids:
        with dg.DagsterInstance.get() as instance:
            bury(instance, run_ids)


_WATCH_SECONDS = 10.0
"""How long webserver and daemon take at most to see that the code is back."""


def serve(socket: Path, dead: list[str]) -> int:
    """Run the code server until it ends or is ended; its exit code.

    systemd is told when the code is served, so that webserver and daemon start with something to ask. The dead runs are marked after
    that: the daemon starts one of them anew at that moment, and only then it can.
    """
    child = subprocess.Popen(serve_code(socket), cwd=REPOSITORY)
    ended = threading.Event()

    def stop(_number: int, _frame: object) -> None:
        ended.set()

    signal.signal(signal.SIGTERM, stop)
    signal.signal(signal.SIGINT, stop)
    while child.poll() is None and not ended.is_set() and not _answers(socket):
        ended.wait(1)
    if child.poll() is None:
        tell_systemd("READY=1")
        if dead and not ended.wait(_WATCH_SECONDS):
            bury_now(dead)
    while child.poll() is None and not ended.wait(1):
        pass
    return _ended_with(child)


def tell_systemd(state: str) -> None:
    """One line of the protocol of sd_notify(3); without a service manager that listens, nothing."""
    address = os.environ.get("NOTIFY_SOCKET", "")
    if address:
        with socketlib.socket(socketlib.AF_UNIX, socketlib.SOCK_DGRAM) as channel:
            channel.sendto(state.encode(), address.replace("@", "\0", 1) if address.startswith("@") else address)


def _ended_with(child: subprocess.Popen[bytes]) -> int:
    """systemd has told the child, too; whoever signals this process alone means the child as well."""
    try:
        return abs(child.wait(timeout=5))
    except subprocess.TimeoutExpired:
        child.terminate()
        return abs(child.wait())


def _answers(socket: Path) -> bool:
    from dagster._grpc.client import DagsterGrpcClient

    return DagsterGrpcClient(socket=str(socket)).health_check_query() == "SERVING"


_GRACE_SECONDS = 30.0
"""How long the processes of `dagster dev` have to end by themselves; its code server would stay for good."""


def attend(command: list[str]) -> int:
    """Run a command until it ends or a person ends it (Ctrl-C, SIGTERM), and leave none of its processes behind; its exit code.

    It gets a group of processes of its own, so that all of them can be found, and the signal reaches each once.
    """
    child = subprocess.Popen(command, cwd=REPOSITORY, start_new_session=True)
    stopped = False

    def stop(_number: int, _frame: object) -> None:
        nonlocal stopped
        stopped = True
        _signal_group(child.pid, signal.SIGINT)

    earlier = {number: signal.signal(number, stop) for number in (signal.SIGINT, signal.SIGTERM)}
    try:
        while (code := _exit_code(child, stopped=stopped)) is None:
            pass
        _end_group(child.pid)
    finally:
        for number, handler in earlier.items():
            signal.signal(number, handler)
    return 0 if stopped else code


def _exit_code(child: subprocess.Popen[bytes], *, stopped: bool) -> int | None:
    """Wait for the child; once a person has stopped it, no longer than the grace."""
    try:
        return child.wait(timeout=_GRACE_SECONDS)
    except subprocess.TimeoutExpired:
        if stopped:
            _signal_group(child.pid, signal.SIGKILL)
        return None


def _end_group(group: int) -> None:
    """What is left of a group gets SIGTERM, and after the grace SIGKILL."""
    until = time.monotonic() + _GRACE_SECONDS
    alive = _signal_group(group, signal.SIGTERM)
    while alive and time.monotonic() < until:
        time.sleep(0.1)  # they are no children of this process: the kernel offers nothing to wait on
        alive = _signal_group(group, 0)
    if alive:
        _signal_group(group, signal.SIGKILL)


def _signal_group(group: int, number: int) -> bool:
    """Whether there was anybody to signal."""
    try:
        os.killpg(group, number)
    except ProcessLookupError:
        return False
    return True
