"""What a person sees while a refresh runs: one line per stage, live on a terminal, plain lines in a log."""

from __future__ import annotations

import sys
import time
from collections.abc import Generator
from contextlib import contextmanager
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Protocol

from rich.console import Console

STAGES = ("archive", "extract", "gate 1", "load", "dbt build", "gate 2", "publish")


class Reporter(Protocol):
    def stage(self, name: str, detail: str) -> None: ...


_REPORTER: ContextVar[Reporter | None] = ContextVar("reporter", default=None)


def report(stage: str, detail: str) -> None:
    """Tell whoever watches this run what is being done. Silent where nobody watches (a scheduled run)."""
    reporter = _REPORTER.get()
    if reporter is not None:
        reporter.stage(stage, detail)


@contextmanager
def watched_by(reporter: Reporter) -> Generator[None]:
    token = _REPORTER.set(reporter)
    try:
        yield
    finally:
        _REPORTER.reset(token)


@dataclass
class ConsoleReporter:
    """Prints `[3/7] gate 1     judging 1,234 claims (4.1 s)`; on a terminal with a spinner and its latest detail."""

    console: Console = field(default_factory=lambda: Console(file=sys.stderr, highlight=False))
    stages: tuple[str, ...] = STAGES
    _current: str | None = None
    _detail: str = ""
    _since: float = 0.0

    def __post_init__(self) -> None:
        self._status = self.console.status("") if self.console.is_terminal else None

    def stage(self, name: str, detail: str) -> None:
        if self._current is not None and self.stages.index(name) < self.stages.index(self._current):
            # The gates look at the archive again; a reader of this list wants to see the path go forward.
            return
        if name != self._current:
            self.close()
            self._current, self._since = name, time.monotonic()
            if self._status is not None:
                self._status.start()
        self._detail = detail
        if self._status is not None:
            self._status.update(f"{self._label(name)} {detail}")

    def _label(self, name: str) -> str:
        return f"[{self.stages.index(name) + 1}/{len(self.stages)}] {name:<10}".replace("[", r"\[", 1)

    def close(self) -> None:
        """End the running stage with its time."""
        if self._current is None:
            return
        if self._status is not None:
            self._status.stop()
        seconds = time.monotonic() - self._since
        self.console.print(f"{self._label(self._current)} {self._detail} ({seconds:.1f} s)", soft_wrap=True)
        self._current = None
