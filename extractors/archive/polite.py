"""Manners towards servers: what their robots.txt asks for, and a pause between two questions to one of them.

The pause holds between the documents of one run and between processes: a small file per host remembers when it was last asked.
"""

from __future__ import annotations

import fcntl
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path

from protego import Protego

from extractors.archive.addresses import NotWantedError, Origin

ROBOTS_NAME = "cchc"
"""The name by which a robots.txt may speak to us."""


@dataclass(frozen=True, slots=True)
class Rules:
    """What one robots.txt says to us. `parsed` is None where there is none, and then everything is allowed."""

    parsed: Protego | None = None

    def check(self, url: str) -> None:
        """NotWantedError if the publisher does not want this address to be fetched by a program."""
        if self.parsed is not None and not self.parsed.can_fetch(url, ROBOTS_NAME):
            raise NotWantedError(
                "the robots.txt of that host does not allow a program to fetch this address, so it was not asked; "
                "fetch the file with a browser and put it into the inbox"
            )

    @property
    def delay_seconds(self) -> float:
        found = self.parsed.crawl_delay(ROBOTS_NAME) if self.parsed is not None else None
        return float(found or 0)


@dataclass
class Manners:
    """Shared by all fetches of one run.

    Args:
        folder: where the last question to each host is remembered across processes; None: in this process only.
        pause_seconds: least time between the beginnings of two questions to one host.
        longest_pause_seconds: a `Crawl-delay` beyond this is cut to it.
        robots_seconds: how long a robots.txt holds before it is read again.
        sleep, wall: for tests. `wall` gives seconds since 1970.
    """

    folder: Path | None = None
    pause_seconds: float = 1.0
    longest_pause_seconds: float = 30.0
    robots_seconds: float = 3600.0
    sleep: Callable[[float], None] = time.sleep
    wall: Callable[[], float] = time.time
    _asked: dict[Origin, float] = field(default_factory=dict[Origin, float])
    _rules: dict[Origin, tuple[float, Rules]] = field(default_factory=dict[Origin, tuple[float, Rules]])

    def known_rules(self, origin: Origin) -> Rules | None:
        until, rules = self._rules.get(origin, (0.0, None))
        return rules if rules is not None and 0 <= until - self.wall() <= self.robots_seconds else None

    def remember_rules(self, origin: Origin, rules: Rules) -> None:
        self._rules[origin] = (self.wall() + self.robots_seconds, rules)

    def wait_turn(self, origin: Origin) -> None:
        """Waits until this host may be asked again, and notes that it is asked now.

        Raises:
            OSError: the note cannot be written.
        """
        rules = self.known_rules(origin)
        pause = min(max(self.pause_seconds, rules.delay_seconds if rules else 0.0), self.longest_pause_seconds)
        if self.folder is None:
            self._wait(self._asked.get(origin), pause)
            self._asked[origin] = self.wall()
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        name = f"{origin.host}_{origin.port}".replace(":", "_")
        # Held while waiting: whoever comes meanwhile, from whatever process, waits for its own turn after this one.
        with (self.folder / name).open("a+", encoding="ascii", errors="replace") as note:
            fcntl.flock(note, fcntl.LOCK_EX)
            note.seek(0)
            self._wait(_seconds(note.read()), pause)
            note.truncate(0)
            note.write(repr(self.wall()))

    def _wait(self, last: float | None, pause: float) -> None:
        # A last time that lies ahead was noted by a clock that has been set back since: it never costs more than one pause.
        since = pause if last is None else max(0.0, self.wall() - last)
        if since < pause:
            self.sleep(pause - since)


def _seconds(text: str) -> float | None:
    """The time in a note; None if it is empty or cut off, as after a power cut."""
    try:
        return float(text)
    except ValueError:
        return None
