"""One refresh at a time, whoever starts it: the command line or a scheduled run."""

from __future__ import annotations

import errno
import fcntl
import json
import os
import socket
import subprocess
import sys
from pathlib import Path

import pytest

from dagster_project.lockfile import AlreadyRunningError, NoLocksError, hold, hold_when_free, only_one

_OTHER = (
    "import sys; from pathlib import Path; from dagster_project.lockfile import hold; hold(Path(sys.argv[1])); print('held')"
)


def _other_process(lock_file: Path) -> subprocess.CompletedProcess[str]:
    return subprocess.run([sys.executable, "-c", _OTHER, str(lock_file)], capture_output=True, text=True, check=False)


def test_the_same_process_may_ask_again_and_another_may_not(tmp_path: Path) -> None:
    """`cchc refresh` holds the lock around the run whose first step asks for it too."""
    lock_file = tmp_path / "refresh.lock"
    with only_one(lock_file):
        hold(lock_file)
        other = _other_process(lock_file)
        assert other.returncode != 0
        assert "another refresh is running (process " in other.stderr
    assert _other_process(lock_file).stdout.strip() == "held"


def test_a_lock_ends_with_its_process(tmp_path: Path) -> None:
    lock_file = tmp_path / "refresh.lock"
    assert _other_process(lock_file).stdout.strip() == "held"
    with only_one(lock_file):
        pass


def test_the_message_names_the_process_that_runs(tmp_path: Path) -> None:
    lock_file = tmp_path / "refresh.lock"
    code = _OTHER + "; import time; sys.stdout.flush(); time.sleep(30)"
    with subprocess.Popen([sys.executable, "-c", code, str(lock_file)], stdout=subprocess.PIPE, text=True) as holder:
        try:
            assert holder.stdout is not None
            assert holder.stdout.readline().strip() == "held"
            with pytest.raises(AlreadyRunningError, match=f"process {holder.pid} on .* since 20"):
                hold(lock_file)
        finally:
            holder.kill()


def test_a_file_system_without_locks_is_told_in_words(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Without a lock nobody could know whether another refresh runs, so none begins."""

    def refuse(_stream: object, _how: int) -> None:
        raise OSError(errno.ENOLCK, os.strerror(errno.ENOLCK))

    monkeypatch.setattr(fcntl, "flock", refuse)
    with pytest.raises(NoLocksError, match=r"has no locks .*Set CCHC_HOME to a folder on a local disk"):
        hold(tmp_path / "refresh.lock")


@pytest.mark.parametrize("left", [b"", b"4711", b"\xff\xfe garbage", b"{}"])
def test_what_an_earlier_process_left_in_the_file_stops_nobody(tmp_path: Path, left: bytes) -> None:
    lock_file = tmp_path / "refresh.lock"
    lock_file.write_bytes(left)
    with only_one(lock_file):
        facts = json.loads(lock_file.read_text(encoding="utf-8"))
    assert facts["process"] == os.getpid()
    assert facts["host"] == socket.gethostname()
    assert facts["since"].endswith(" UTC")


def test_a_run_waits_for_the_lock_and_no_longer_than_it_was_told(tmp_path: Path) -> None:
    """The clock is made up: each pause lasts as long as it says."""
    lock_file = tmp_path / "refresh.lock"
    pauses: list[float] = []

    def pause(seconds: float) -> None:
        pauses.append(seconds)
        if len(pauses) == 3:
            stream.close()

    with lock_file.open("a+") as stream:
        fcntl.flock(stream, fcntl.LOCK_EX)
        with pytest.raises(AlreadyRunningError, match="another refresh is running"):
            hold_when_free(lock_file, 0.25, sleep=pauses.append)
        assert pauses == [10.0, 5.0]
        pauses.clear()
        said: list[str] = []
        hold_when_free(lock_file, 30, say=said.append, sleep=pause)
    assert len(pauses) == 3
    (words,) = said
    assert words.startswith("waiting for at most 30 minutes: another refresh is running")
