"""How a job can end badly, each in one sentence for a person."""

from __future__ import annotations

import re
import signal

from extractors.isolation.limits import MEBIBYTE, MEMORY, SECONDS, Limits
from extractors.isolation.protocol import Report
from extractors.records import DocumentError, Issue

TIMED_OUT, OUT_OF_MEMORY, CRASHED = "reader_timed_out", "reader_out_of_memory", "reader_crashed"
LIMIT_CODES = frozenset({TIMED_OUT, OUT_OF_MEMORY, CRASHED})
"""Codes that say nothing for certain of the document: with more time, memory or luck it may be read."""

_NEAR_LIMIT = 0.8
"""Share of the memory limit that a process which died was using, above which memory is taken for the cause."""

_NO_MEMORY = re.compile(rb"bad_alloc|out of memory|cannot allocate|MemoryError|ENOMEM", re.IGNORECASE)
_PLACE = re.compile(rb'File "[^"]*?(extractors/(?!isolation/)[^"]+)", line (\d+)')
"""The first place of ours in what `faulthandler` writes when a process dies of a signal."""


def _in_words(seconds: float) -> str:
    return f"{seconds:.0f} s" if seconds >= 10 else f"{seconds:.1f} s"


def _refusal(document_id: str, code: str, *, expected: str, found: str, hint: str) -> DocumentError:
    message = f"expected {expected}, found {found}"
    return DocumentError(Issue(code, "error", document_id, message, hint, expected=expected, found=found))


def timed_out(document_id: str, limits: Limits) -> DocumentError:
    return _refusal(
        document_id,
        TIMED_OUT,
        expected=f"a file that is read within {_in_words(limits.seconds)}",
        found="one that was not finished then",
        hint=f"look at the file: damaged, or far larger than it seems? To allow more time, set {SECONDS} (seconds)",
    )


def out_of_memory(document_id: str, limits: Limits) -> DocumentError:
    return _refusal(
        document_id,
        OUT_OF_MEMORY,
        expected=f"a file that is read within {limits.memory_bytes // MEBIBYTE} MB of memory",
        found="one that asks for more",
        hint=f"look at the file: damaged, or far larger than it seems? To allow more memory, set {MEMORY} (megabytes)",
    )


def answer_too_large(document_id: str, limits: Limits) -> DocumentError:
    return _refusal(
        document_id,
        OUT_OF_MEMORY,
        expected=f"tables and text of at most {limits.answer_bytes // MEBIBYTE} MB",
        found="more than that",
        hint="look at the file; if it is right, split it",
    )


def crashed(document_id: str, how: str) -> DocumentError:
    """`how`: the signal or the error, and where."""
    return _refusal(
        document_id,
        CRASHED,
        expected="a file that can be read to its end",
        found=f"one on which the reader broke off ({how})",
        hint="the file is probably damaged: fetch it again, or open it in its own program and save it anew; "
        "if it opens well there, report the fault together with the file",
    )


def ended_badly(report: Report, noise: bytes, limits: Limits, document_id: str) -> DocumentError:
    """What a process that gave no answer died of, as far as its end and its last words tell."""
    if report.is_stopped or report.exit_code == -signal.SIGXCPU:
        return timed_out(document_id, limits)
    if (
        report.exit_code == -signal.SIGKILL  # not ours: the system's own guard of memory
        or report.peak_bytes >= _NEAR_LIMIT * limits.memory_bytes
        or _NO_MEMORY.search(noise)
    ):
        return out_of_memory(document_id, limits)
    how = signal.Signals(-report.exit_code).name if report.exit_code < 0 else f"exit code {report.exit_code}"
    place = _PLACE.search(noise)
    where = f" at {place[1].decode()}:{place[2].decode()}" if place else ""
    return crashed(document_id, f"{how}{where} after {_in_words(report.seconds)}")
