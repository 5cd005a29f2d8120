"""Telling people: what a source says now is compared with what it said before, and what is new goes out by e-mail and webhook."""

from __future__ import annotations

import logging
import os
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime

from dagster_project.alert_channels import Channel, Sent, channels_of, send
from dagster_project.alert_settings import read_alert_settings
from dagster_project.alert_state import (
    SOURCES,
    AlertStateError,
    SourceState,
    Standing,
    due,
    forget,
    hear,
    locked,
    read_state,
    record,
    state_path,
    write_state,
)
from dagster_project.alert_text import Message, one_line
from dagster_project.history_file import append_event
from dagster_project.notices import Notice, Source
from dagster_project.settings import Settings

_LOG = logging.getLogger("cchc.alerts")

NOT_SENT = "an alert did not go out; it is kept, and tried again with the next look"

Sender = Callable[[Channel, Message, str], Sent]


@dataclass(frozen=True, slots=True)
class Told:
    """What one call did. `new` and `over` say what changed, whatever the channels did; `problems` which channel was down, and why.

    `undelivered` are notices that at least one channel still has to hear of; they go out with the next call.
    """

    new: tuple[Notice, ...] = ()
    reminded: tuple[Notice, ...] = ()
    over: tuple[Notice, ...] = ()
    undelivered: tuple[Notice, ...] = ()
    problems: tuple[str, ...] = ()


def tell(
    settings: Settings,
    source: Source,
    notices: Iterable[Notice],
    *,
    is_whole: bool = True,
    now: datetime | None = None,
    sender: Sender = send,
) -> Told:
    """Remember what `source` says and tell it: new notices once, again after a week, and when one is over.

    Args:
        notices: all that the source says now, those of before included that still hold.
        is_whole: False if the source could not look everywhere (a run that broke off): then nothing it does not say is over.
        now: the clock, in UTC.
        sender: how a message goes out by a channel.

    Never raises because a mail server is down or the state cannot be written: `problems` says so (in the log, too), and the next
    call tries again. A process that is killed between sending and remembering tells twice rather than never.
    """
    said, at = tuple(notices), now or datetime.now(UTC)
    return _told(settings, source, lambda state: hear(state, said, is_whole=is_whole, now=at), at, sender)


def tell_again(settings: Settings, *, now: datetime | None = None, sender: Sender = send) -> tuple[Told, ...]:
    """What a channel that was down has not heard yet, and reminders that are due, of every source: called where time passes."""
    at = now or datetime.now(UTC)
    known: list[Source] = [source for source in SOURCES if state_path(settings, source).exists()]
    return tuple(_told(settings, source, lambda _: ([], []), at, sender) for source in known)


def _told(
    settings: Settings,
    source: Source,
    hearing: Callable[[SourceState], tuple[Sequence[Notice], Sequence[Notice]]],
    now: datetime,
    sender: Sender,
) -> Told:
    chosen = read_alert_settings(os.environ)
    problems = list(chosen.problems)
    new: Sequence[Notice] = ()
    over: Sequence[Notice] = ()
    reminded: dict[str, Notice] = {}
    undelivered: dict[str, Notice] = {}
    try:
        with locked(settings, source):
            state, damage = read_state(settings, source, now)
            problems += [damage] if damage else []
            before = state.model_dump_json()
            new, over = hearing(state)
            if state.model_dump_json() != before:
                problems += _kept(settings, state)  # what was noticed is kept before a server is asked for anything
            told: dict[str, list[str]] = {}
            channels = channels_of(chosen)
            for channel in channels:
                message = due(state, channel.name, now)
                if message.is_empty:
                    continue
                if not new and state.is_resting(channel.name, now):
                    undelivered |= {one.key: one for one in (*message.new, *message.over)}
                    continue
                sent = sender(channel, message, str(settings.home))
                record(state, channel.name, message, is_out=sent.is_out)
                if sent.problem:
                    problems.append(sent.problem if sent.is_out else f"{NOT_SENT} ({sent.problem})")
                reminded |= {one.key: one for one in message.reminded}
                if sent.is_out:
                    for one in (*message.new, *message.reminded, *message.over):
                        told.setdefault(one.key, []).append(channel.name)
                else:
                    undelivered |= {one.key: one for one in (*message.new, *message.over)}
            forget(state, [channel.name for channel in channels])
            if state.model_dump_json() != before:
                problems += [problem for problem in _kept(settings, state) if problem not in problems]
            if new or over or told:
                append_event(settings, _event(source, now, new, over, told, problems))
    except AlertStateError as error:
        problems.append(str(error))
    for problem in problems:
        _LOG.warning("%s", problem)
    return Told(tuple(new), tuple(reminded.values()), tuple(over), tuple(undelivered.values()), tuple(problems))


def _kept(settings: Settings, state: SourceState) -> list[str]:
    """Write the state. A disk that is full keeps nobody from hearing of it."""
    try:
        write_state(settings, state)
    except AlertStateError as error:
        return [str(error)]
    return []


def _event(
    source: Source,
    now: datetime,
    new: Sequence[Notice],
    over: Sequence[Notice],
    told: dict[str, list[str]],
    problems: Sequence[str],
) -> dict[str, object]:
    return {
        "kind": "alert",
        "at": now.isoformat(),
        "source": source,
        "new": [_facts(one) for one in new],
        "over": [_facts(one) for one in over],
        "told": told,
        "problems": list(problems),
    }


def _facts(one: Notice) -> dict[str, str]:
    lines = one.message.splitlines()
    said = one_line(lines[0], 300) if lines else ""
    return {"key": one.key, "severity": one.severity, "code": one.code, "subject": one.subject, "message": said}


@dataclass(frozen=True, slots=True)
class Standings:
    """All that stands, by source, and the damaged files among them."""

    by_source: dict[Source, tuple[Standing, ...]]
    problems: tuple[str, ...] = ()


def standing(settings: Settings) -> Standings:
    """What stands now, of every source; reads only."""
    found: dict[Source, tuple[Standing, ...]] = {}
    problems: list[str] = []
    for source in SOURCES:
        path = state_path(settings, source)
        try:
            state = SourceState.model_validate_json(path.read_bytes()) if path.exists() else None
        except (ValueError, OSError):
            problems.append(f"{path} cannot be read; the next alert of {source} sets it aside and tells all that stands anew")
            continue
        kept = tuple(one for one in state.items.values() if one.is_said and not one.is_event) if state else ()
        if kept:
            found[source] = kept
    return Standings(found, tuple(problems))
