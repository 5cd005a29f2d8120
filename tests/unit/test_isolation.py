"""A job in a process of its own: whatever it does, its caller gets a value or one clear issue, and nothing is left running."""

from __future__ import annotations

import ctypes
import itertools
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import pytest

from extractors.isolation import LIMITS, Isolation, Limits, LimitsError, limits_of
from extractors.pdf.guard import open_document
from extractors.records import DocumentError, Issue
from tests.conftest import REPOSITORY

SHORT = Limits(seconds=0.5)
SMALL = Limits(memory_bytes=1 << 30)
GIVEN_UP_AFTER_SECONDS = 20
"""How long a test waits for a process to go before it calls it left over."""


@pytest.fixture(scope="module")
def isolation() -> Iterator[Isolation]:
    helper = Isolation()
    yield helper
    helper.close()


def issue_of(isolation: Isolation, job: Callable[[], object], limits: Limits = LIMITS) -> Issue:
    with pytest.raises(DocumentError) as caught:
        isolation.run(job, limits, "a_document")
    return caught.value.issue


def shell(command: str) -> Callable[[], int]:
    return partial(subprocess.call, ["sh", "-c", command])


def square(isolation: Isolation, number: int) -> int:
    return isolation.run(partial(pow, number, 2), LIMITS, "a_document")


def runs(pid: int) -> bool:
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    return "Z" not in subprocess.run(["ps", "-o", "stat=", "-p", str(pid)], capture_output=True, text=True, check=False).stdout


def ends(pid: int) -> bool:
    deadline = time.monotonic() + GIVEN_UP_AFTER_SECONDS
    while runs(pid):
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


def pid_in(path: Path) -> int:
    deadline = time.monotonic() + GIVEN_UP_AFTER_SECONDS
    while not (path.exists() and path.read_text().strip()):
        assert time.monotonic() < deadline, f"no process wrote its number to {path}"
        time.sleep(0.05)
    return int(path.read_text())


def test_a_value_comes_back(isolation: Isolation) -> None:
    assert isolation.run(partial(str.upper, "số liệu"), LIMITS, "a_document") == "SỐ LIỆU"


def test_a_large_value_comes_back_whole(isolation: Isolation) -> None:
    assert isolation.run(partial(bytes, 50_000_000), LIMITS, "a_document") == bytes(50_000_000)


@pytest.mark.parametrize(
    "job",
    [
        pytest.param(partial(time.sleep, 300), id="waits"),
        pytest.param(partial(sum, itertools.count()), id="counts for ever without looking at signals"),
    ],
)
def test_a_job_that_does_not_end_is_ended(isolation: Isolation, job: Callable[[], object]) -> None:
    issue = issue_of(isolation, job, SHORT)
    assert (issue.code, issue.severity, issue.document_id) == ("reader_timed_out", "error", "a_document")
    assert issue.expected == "a file that is read within 0.5 s"
    assert issue.found
    assert "CCHC_READ_SECONDS" in issue.hint
    assert isolation.run(partial(int, "61"), LIMITS, "a_document") == 61


def test_a_job_that_wants_too_much_memory(isolation: Isolation) -> None:
    issue = issue_of(isolation, partial(bytearray, 10**12), SMALL)
    assert (issue.code, issue.expected) == ("reader_out_of_memory", "a file that is read within 1024 MB of memory")
    assert "CCHC_READ_MEMORY_MB" in issue.hint


def test_an_answer_that_is_too_large(isolation: Isolation) -> None:
    issue = issue_of(isolation, partial(bytes, 30 << 20), replace(LIMITS, answer_bytes=10 << 20))
    assert (issue.code, issue.expected) == ("reader_out_of_memory", "tables and text of at most 10 MB")


@pytest.mark.parametrize(
    ("job", "found"),
    [
        (os.abort, "SIGABRT"),
        (partial(ctypes.string_at, 0), "SIGSEGV"),
        (partial(int, "năm 2023"), "ValueError: invalid literal for int() with base 10: 'năm 2023'"),
        (partial(os._exit, 3), "exit code 3"),  # pyright: ignore[reportPrivateUsage]
        (partial(os._exit, 0), "it ended without an answer"),  # pyright: ignore[reportPrivateUsage]
    ],
    ids=["aborts", "reads a wild pointer", "raises", "leaves", "leaves as if all were well"],
)
def test_a_job_that_dies_is_an_issue(isolation: Isolation, job: Callable[[], object], found: str) -> None:
    issue = issue_of(isolation, job)
    assert issue.code == "reader_crashed"
    assert found in issue.found
    assert isolation.run(partial(int, "61"), LIMITS, "a_document") == 61


def test_what_a_reader_says_of_a_document_comes_back_as_it_is(isolation: Isolation) -> None:
    job = partial(open_document, b"", "a_document")
    with pytest.raises(DocumentError) as here:
        job()
    assert issue_of(isolation, job) == here.value.issue


def test_noise_of_native_libraries_reaches_nobody(isolation: Isolation, capfd: pytest.CaptureFixture[str]) -> None:
    for stream in (1, 2):
        isolation.run(partial(os.write, stream, b"Warning: object 7 has no end\n"), LIMITS, "a_document")
    assert capfd.readouterr() == ("", "")


def test_what_a_job_started_ends_with_it(isolation: Isolation, tmp_path: Path) -> None:
    for name, command in (("ended", "sleep 300 & echo $! > {}"), ("stopped", "echo $$ > {}; sleep 300")):
        limits = SHORT if name == "stopped" else LIMITS
        try:
            isolation.run(shell(command.format(tmp_path / name)), limits, "a_document")
        except DocumentError as error:
            assert error.issue.code == "reader_timed_out"  # noqa: PT017  (one of the two runs into it)
        assert ends(pid_in(tmp_path / name)), name


def test_threads_wait_for_each_other(isolation: Isolation) -> None:
    with ThreadPoolExecutor(4) as pool:
        values = list(pool.map(partial(square, isolation), range(12)))
    assert values == [n * n for n in range(12)]


def test_after_close_a_new_helper_starts() -> None:
    helper = Isolation()
    assert helper.run(partial(int, "1"), LIMITS, "a_document") == 1
    helper.close()
    assert helper.run(partial(int, "2"), LIMITS, "a_document") == 2
    helper.close()


def test_a_helper_that_was_killed_is_replaced() -> None:
    helper = Isolation()
    issue = issue_of(helper, shell("kill -9 $(ps -o ppid= -p $PPID)"))  # the parent of the job is the helper
    assert issue.code == "reader_crashed"
    assert helper.run(partial(int, "2"), LIMITS, "a_document") == 2
    helper.close()


_CALLER = """
import signal, subprocess, sys
from functools import partial
# Whoever runs the tests may ignore or hold back signals (a job in the background, an orchestrator), and what it starts inherits that.
signal.pthread_sigmask(signal.SIG_SETMASK, [])
signal.signal(signal.SIGINT, signal.default_int_handler)
signal.signal(signal.SIGTERM, signal.SIG_DFL)
from extractors.isolation import LIMITS, Isolation
Isolation().run(partial(subprocess.call, ["sh", "-c", f"echo $PPID > {sys.argv[1]}; sleep 300"]), LIMITS, "a_document")
"""


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM, signal.SIGKILL], ids=lambda how: how.name)
def test_nothing_is_left_when_the_caller_ends(how: signal.Signals, tmp_path: Path) -> None:
    command: list[Any] = [sys.executable, "-c", _CALLER, tmp_path / "pid"]
    caller = subprocess.Popen(command, cwd=REPOSITORY, stderr=subprocess.DEVNULL)
    job = pid_in(tmp_path / "pid")
    (helper,) = (int(n) for n in subprocess.check_output(["ps", "-o", "ppid=", "-p", str(job)]).split())
    assert runs(job)
    assert runs(helper)
    caller.send_signal(how)
    caller.wait(timeout=GIVEN_UP_AFTER_SECONDS)
    assert ends(job)
    assert ends(helper)


def test_limits_come_from_the_environment() -> None:
    environment = {"CCHC_READ_SECONDS": "60", "CCHC_READ_MEMORY_MB": "512", "CCHC_READ_SECONDS_PER_SCANNED_PAGE": " "}
    assert limits_of(environment) == replace(LIMITS, seconds=60, memory_bytes=512 << 20)
    assert limits_of({}) == LIMITS
    assert limits_of(environment).with_scanned_pages(3).seconds == 60 + 3 * LIMITS.seconds_per_scanned_page


@pytest.mark.parametrize("text", ["0", "-5", "5 minutes", "1.5"])
def test_a_limit_that_is_none_is_said(text: str) -> None:
    with pytest.raises(LimitsError, match=f"expected CCHC_READ_SECONDS to be a whole number above 0, found {text!r}"):
        limits_of({"CCHC_READ_SECONDS": text})
