"""What caller and helper say to each other over their socket: fixed-size messages, and two open files along with each order.

An order comes with the descriptors of two unlinked files: the pickled job, and the place for the pickled answer. Files, not pipes:
nobody has to read while the other writes, so nothing can block, and RLIMIT_FSIZE bounds the answer.
"""

from __future__ import annotations

import struct
from dataclasses import dataclass
from typing import Literal

READY = b"ready"

ORDER = struct.Struct("!dQQ")
"""Seconds, bytes of memory, bytes of the answer."""

REPORT = struct.Struct("!?idQ")
"""Was it stopped at the time limit, exit code (negative: signal), seconds it ran, greatest resident memory in bytes."""

Verdict = Literal["value", "refused", "memory", "too_large", "failed"]
"""First part of an answer. Second part: the value; the `Issue`; nothing; nothing; the error in words."""


@dataclass(frozen=True, slots=True)
class Report:
    """How a job's process ended."""

    is_stopped: bool
    exit_code: int
    seconds: float
    peak_bytes: int

    def packed(self) -> bytes:
        return REPORT.pack(self.is_stopped, self.exit_code, self.seconds, self.peak_bytes)

    @staticmethod
    def unpacked(data: bytes) -> Report:
        return Report(*REPORT.unpack(data))
