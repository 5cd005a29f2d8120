"""How much one file may ask for, and the settings that say so."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace

MEBIBYTE = 1 << 20


class LimitsError(ValueError):
    """A setting holds something that is no limit; the message says which and what was expected."""


@dataclass(frozen=True, slots=True)
class Limits:
    """What one file may take.

    Attributes:
        seconds: wall clock for the whole file.
        seconds_per_scanned_page: added for every page that has to be read by character recognition.
        memory_bytes: address space of the process (RLIMIT_AS), shared libraries included.
        answer_bytes: size of what is handed back, and of any file the job writes.
    """

    seconds: float = 300
    seconds_per_scanned_page: float = 40
    memory_bytes: int = 4096 * MEBIBYTE
    answer_bytes: int = 1024 * MEBIBYTE

    def with_scanned_pages(self, count: int) -> Limits:
        """The same limits with the time that `count` scanned pages need on top."""
        return replace(self, seconds=self.seconds + count * self.seconds_per_scanned_page)


LIMITS = Limits()

SECONDS = "CCHC_READ_SECONDS"
SECONDS_PER_SCANNED_PAGE = "CCHC_READ_SECONDS_PER_SCANNED_PAGE"
MEMORY = "CCHC_READ_MEMORY_MB"
"""Names of the settings in the environment; whole numbers above zero."""


def _number(environment: Mapping[str, str], name: str, default: int) -> int:
    text = environment.get(name, "").strip()
    if not text:
        return default
    if not text.isdecimal() or int(text) == 0:
        raise LimitsError(f"expected {name} to be a whole number above 0, found {text!r}; correct it or unset it")
    return int(text)


def limits_of(environment: Mapping[str, str]) -> Limits:
    """The limits that the environment sets, and the defaults for the rest.

    Raises:
        LimitsError: a setting is no whole number above zero.
    """
    return Limits(
        seconds=_number(environment, SECONDS, int(LIMITS.seconds)),
        seconds_per_scanned_page=_number(environment, SECONDS_PER_SCANNED_PAGE, int(LIMITS.seconds_per_scanned_page)),
        memory_bytes=_number(environment, MEMORY, LIMITS.memory_bytes // MEBIBYTE) * MEBIBYTE,
        answer_bytes=LIMITS.answer_bytes,
    )
