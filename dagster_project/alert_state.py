"""What each source said, to whom it was told and when: one file per source in `$CCHC_HOME/alerts`, and pure rules over it."""

from __future__ import annotations

import fcntl
import time
from collections.abc import Collection, Generator, Iterable
from contextlib import contextmanager
from datetime import datetime, timedelta
from pathlib import Path
from typing import get_args

from pydantic import BaseModel, ConfigDict, Field, ValidationError

from dagster_project.alert_text import Message
from dagster_project.notices import Notice, Severity, Source
from dagster_project.settings import Settings
from extractors.durable import write_atomically

REMIND_AFTER = timedelta(days=7)
REST_AFTER_FAILURE = timedelta(minutes=10)
LOCK_SECONDS = 60.0
SOURCES: tuple[Source, ...] = get_args(Source)


class AlertStateError(RuntimeError):
    """The state of a source cannot be read, written or locked. The message says what to do."""


class Standing(BaseModel):
    """One notice and its story. `told`, `ended`: channel -> when it was last told, or told that it is over. `tried`: that failed.

    `is_said`: its source still says so. What is not said any more waits here only until every channel that knows of it has heard.
    """

    model_config = ConfigDict(extra="forbid")

    code: str
    severity: Severity
    subject: str
    message: str
    hint: str
    mark: str = ""
    first_seen_at: datetime
    is_said: bool = True
    told: dict[str, datetime] = Field(default_factory=dict)
    ended: dict[str, datetime] = Field(default_factory=dict)
    tried: list[str] = Field(default_factory=list)

    @property
    def notice(self) -> Notice:
        return Notice(self.code, self.severity, self.subject, self.message, self.hint, self.mark)

    @property
    def is_event(self) -> bool:
        """Information is told once; it neither stands nor is ever over."""
        return self.severity == "info"


class SourceState(BaseModel):
    model_config = ConfigDict(extra="forbid")

    version: int = 1
    source: Source
    items: dict[str, Standing] = Field(default_factory=dict)
    failed_at: dict[str, datetime] = Field(default_factory=dict, description="Channels whose last message did not go out")

    def is_resting(self, channel: str, now: datetime) -> bool:
        """Whether the channel failed so recently that only something new is worth another try; sensors look twice a minute."""
        failed = self.failed_at.get(channel)
        return failed is not None and timedelta(0) <= now - failed < REST_AFTER_FAILURE


def state_path(settings: Settings, source: Source) -> Path:
    return settings.home / "alerts" / f"{source}.json"


def hear(state: SourceState, notices: Iterable[Notice], *, is_whole: bool, now: datetime) -> tuple[list[Notice], list[Notice]]:
    """Take in what the source says now: the notices that are new, and those that are over. `state` is changed."""
    said = {one.key: one for one in notices}
    new: list[Notice] = []
    for key, one in said.items():
        known = state.items.get(key)
        if known is None:
            new.append(one)
            state.items[key] = Standing(
                code=one.code,
                severity=one.severity,
                subject=one.subject,
                message=one.message,
                hint=one.hint,
                mark=one.mark,
                first_seen_at=now,
            )
            continue
        if not known.is_said and not known.is_event:  # it came back before everybody had heard that it was over
            new.append(one)
            known.first_seen_at, known.told, known.ended = now, {}, {}
        known.severity, known.message, known.hint, known.is_said = one.severity, one.message, one.hint, True
    over: list[Notice] = []
    if is_whole:
        for key, known in state.items.items():
            if key not in said and known.is_said:
                known.is_said = False
                if not known.is_event:
                    over.append(known.notice)
    return new, over


def due(state: SourceState, channel: str, now: datetime) -> Message:
    """What this channel has to hear now."""
    new, reminded, over = list[Notice](), list[Notice](), list[Notice]()
    for known in state.items.values():
        told = known.told.get(channel)
        if known.is_said or known.is_event:
            if told is None:
                new.append(known.notice)
            elif not known.is_event and now - told >= REMIND_AFTER:
                reminded.append(known.notice)
        elif (told is not None or channel in known.tried) and channel not in known.ended:
            over.append(known.notice)
    return Message(state.source, now, tuple(new), tuple(reminded), tuple(over))


def record(state: SourceState, channel: str, message: Message, *, is_out: bool) -> None:
    """What came of sending `message` by this channel."""
    state.failed_at.pop(channel, None)
    if not is_out:
        state.failed_at[channel] = message.at
    for one in (*message.new, *message.reminded):
        known = state.items[one.key]
        if is_out:
            known.told[channel] = message.at
            known.tried = [name for name in known.tried if name != channel]
        elif channel not in known.tried:
            known.tried.append(channel)
    if is_out:
        for one in message.over:
            state.items[one.key].ended[channel] = message.at


def forget(state: SourceState, channels: Collection[str]) -> None:
    """Drop what is over and of which every channel that has to hear has heard."""

    def waits(known: Standing) -> bool:
        if known.is_said:
            return True
        if known.is_event:
            return any(name not in known.told for name in channels)
        return any((name in known.told or name in known.tried) and name not in known.ended for name in channels)

    state.items = {key: known for key, known in state.items.items() if waits(known)}


def read_state(settings: Settings, source: Source, now: datetime) -> tuple[SourceState, str | None]:
    """The state of one source, and a message if its file was damaged: it is set aside then, and everything that stands is told anew.

    Raises:
        AlertStateError: the file cannot be read or set aside.
    """
    path = state_path(settings, source)
    try:
        return SourceState.model_validate_json(path.read_bytes()), None
    except FileNotFoundError:
        return SourceState(source=source), None
    except ValidationError:
        aside = path.with_name(f"{path.name}.damaged-{now:%Y%m%dT%H%M%SZ}")
        try:
            path.replace(aside)
        except OSError as error:
            raise AlertStateError(f"{path}: damaged, and cannot be set aside: {error.strerror}") from None
        return SourceState(source=source), f"{path} was damaged and is set aside as {aside.name}; what stands is told anew"
    except OSError as error:
        raise AlertStateError(f"{path}: cannot be read: {error.strerror}; correct its rights") from None


def write_state(settings: Settings, state: SourceState) -> None:
    """Raises: AlertStateError."""
    path = state_path(settings, state.source)
    try:
        write_atomically(path, state.model_dump_json(indent=1).encode())
    except OSError as error:
        raise AlertStateError(f"{path}: cannot be written: {error.strerror}; what was told now is told again") from None


@contextmanager
def locked(settings: Settings, source: Source) -> Generator[None]:
    """One process at a time tells of a source. A sender that hangs is waited for a minute at most: a run never stops for alerts.

    Raises:
        AlertStateError: another process holds the state too long, or the folder cannot be written.
    """
    path = state_path(settings, source).with_suffix(".lock")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        stream = path.open("a")
    except OSError as error:
        raise AlertStateError(f"{path}: cannot be written: {error.strerror}; correct the rights of the folder") from None
    with stream:
        until = time.monotonic() + LOCK_SECONDS
        while True:
            try:
                fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
                break
            except BlockingIOError:
                if time.monotonic() > until:
                    raise AlertStateError(
                        f"{path}: another process has been telling alerts for a minute; told next time"
                    ) from None
                time.sleep(0.05)
        yield
