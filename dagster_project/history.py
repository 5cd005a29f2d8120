"""What happened, in order, for somebody who comes back after a year: refreshes, releases, documents, decisions, vintages, alerts."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import asdict, dataclass, replace
from datetime import UTC, date, datetime, time
from typing import Any

from dagster_project.alert_text import one_line
from dagster_project.history_file import Event, read_events
from dagster_project.run_notices import what_changed
from dagster_project.run_records import run_events
from dagster_project.settings import Settings
from extractors.catalogue.corrections import Decisions, load_decisions
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.lock import Lock, LockFileError, read_lock

_SHOWN = 6

_OWN_LINES = frozenset({"release_published", "release_rolled_back"})
"""Notices of what the history tells in a line of its own."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing that happened. `until` and `count`: the same thing, again and again, up to then. `documents`: those it is about."""

    at: datetime
    kind: str
    text: str
    documents: tuple[str, ...] = ()
    until: datetime | None = None
    count: int = 1

    def as_dict(self) -> dict[str, Any]:
        return asdict(self) | {"at": self.at.isoformat(), "until": self.until.isoformat() if self.until else None}


@dataclass(frozen=True, slots=True)
class History:
    """`problems`: what could not be read, in words."""

    lines: tuple[Line, ...]
    problems: tuple[str, ...] = ()


def _time(value: object) -> datetime:
    found = datetime.fromisoformat(str(value))
    return found if found.tzinfo is not None else found.replace(tzinfo=UTC)


def _day(value: date) -> datetime:
    return datetime.combine(value, time.min, UTC)


def _names(names: Sequence[str]) -> str:
    rest = f" and {len(names) - _SHOWN} more" if len(names) > _SHOWN else ""
    return ", ".join(names[:_SHOWN]) + rest


def _run_text(event: Event) -> str:
    release = event.get("release_id")
    reasons: Sequence[str] = event.get("reasons") or ()
    why = one_line(reasons[0], 300) if reasons else "no reason is known"
    match event["outcome"]:
        case "published":
            text = f"published {release}: {what_changed(event)}"
        case "unchanged":
            withdrawn = event.get("withdrawn")
            text = f"not published again: {withdrawn}; {release} stands" if withdrawn else f"nothing new: {release} stands"
        case "blocked":
            stands = f"{release} stands" if release else "nothing is published"
            text = f"stopped by {_names(event.get('rules') or ['a gate'])}; {stands}: {why}"
        case "failed":
            text = f"failed: {why}"
        case "killed":
            text = f"died: {why}"
        case _:
            text = f"could not run: {why}"
    return text


def _read_lines(event: Event) -> list[Line]:
    read: Sequence[str] = event.get("read") or ()
    if not read:
        return []
    noun = "document" if len(read) == 1 else "documents"
    return [Line(_time(event["at"]), "read", f"read {len(read)} {noun}: {_names(read)}", tuple(read))]


def _held_lines(event: Event, before: Mapping[str, str]) -> list[Line]:
    """What this run began to hold back, and what it let go."""
    at, held = _time(event["at"]), dict(event.get("held_back") or {})
    lines = [
        Line(at, "held_back", f"held back {key}: {one_line(str(why), 240)}", (key,))
        for key, why in held.items()
        if key not in before
    ]
    return lines + [Line(at, "released", f"no longer held back: {key}", (key,)) for key in before if key not in held]


def run_lines(events: Iterable[Event]) -> list[Line]:
    """Refreshes in order; the same end again and again is one line with its first and last day."""
    found: list[Line] = []
    held: dict[str, str] = {}
    last: int | None = None
    for event in events:
        at, text = _time(event["at"]), _run_text(event)
        documents: Mapping[str, Sequence[str]] = event.get("documents") or {}
        about = tuple(sorted({name for names in documents.values() for name in names}))
        around = _read_lines(event)
        if event["outcome"] in ("published", "unchanged", "blocked"):
            around += _held_lines(event, held)
            held = dict(event.get("held_back") or {})
        if last is not None and found[last].text == text and event["outcome"] != "published" and not around:
            found[last] = replace(found[last], until=at, count=found[last].count + 1)
            continue
        found += [*around, Line(at, str(event["outcome"]), text, about)]
        last = len(found) - 1
    return found


def alert_lines(events: Iterable[Event]) -> list[Line]:
    """What was told to whom, but for what has a line of its own."""
    found: list[Line] = []
    for event in events:
        if event["kind"] != "alert":
            continue
        at, told = _time(event["at"]), event.get("told") or {}
        said: set[str] = set()
        for kind, word in (("new", "alert"), ("over", "over")):
            for one in event.get(kind) or ():
                said.add(one["key"])
                if one["code"] in _OWN_LINES:
                    continue
                by = f" (told by {', '.join(told[one['key']])})" if told.get(one["key"]) else ""
                text = f"{word}{by}: {one['code']} {one['subject']}" + (f": {one.get('message')}" if kind == "new" else "")
                found.append(Line(at, "alert" if kind == "new" else "over", one_line(text, 400), (one["subject"],)))
        late = {key: names for key, names in told.items() if key not in said and key.partition(":")[0] not in _OWN_LINES}
        found += [
            Line(at, "alert", f"told again or late by {', '.join(names)}: {key}", tuple(key.split(":")))
            for key, names in late.items()
        ]
        found += [Line(at, "alert", f"not told: {one_line(problem, 300)}") for problem in event.get("problems") or ()]
    return found


def lock_lines(lock: Lock) -> list[Line]:
    """Bytes of each document that a person accepted, and why."""
    found: list[Line] = []
    for document_id, entry in lock.entries.items():
        what = f"new vintage accepted of {document_id}" if entry.earlier else f"bytes accepted of {document_id}"
        found.append(
            Line(
                _day(entry.accepted_on),
                "accepted_bytes",
                f"{what} (sha256 {entry.sha256[:12]}…): {entry.reason}",
                (document_id,),
            )
        )
        for one in entry.earlier:
            text = f"bytes of {document_id} replaced (sha256 {one.sha256[:12]}…, retrieved {one.retrieved_at:%Y-%m-%d})"
            found.append(Line(_day(one.replaced_on), "accepted_bytes", text, (document_id,)))
    return found


def decision_lines(decisions: Decisions) -> list[Line]:
    """What people decided about cells."""
    return [
        Line(
            _day(one.at),
            "decision",
            one_line(f"{one.by} decided: {one.action} {one.correction_id(document_id)}: {one.why}", 300),
            (document_id,),
        )
        for document_id, made in decisions.items()
        for one in made
    ]


def _other_lines(events: Iterable[Event]) -> list[Line]:
    """Events that other parts wrote with a `text` of their own, such as a verified archive."""
    return [
        Line(_time(event["at"]), str(event["kind"]), one_line(str(event["text"]), 400), tuple(event.get("documents") or ()))
        for event in events
        if event["kind"] not in ("run", "alert") and "text" in event
    ]


def read_history(settings: Settings, *, since: date | None = None, document: str | None = None) -> History:
    """All that is known, oldest first; of one document, or since a day (UTC), if asked for."""
    events, damaged = read_events(settings)
    problems = [f"{damaged} lines of {settings.runs / 'history.jsonl'} cannot be read and are left out"] if damaged else []
    found = [*run_lines(run_events(settings)), *alert_lines(events), *_other_lines(events)]
    try:
        found += lock_lines(read_lock())
        found += decision_lines(load_decisions(settings.corrections))
    except (LockFileError, CatalogueError) as error:
        problems.append(str(error))
    kept = [
        line
        for line in found
        if (since is None or (line.until or line.at).date() >= since) and (document is None or document in line.documents)
    ]
    return History(tuple(sorted(kept, key=lambda line: line.at)), tuple(problems))


def history_lines(history: History) -> list[str]:
    """The list for a terminal, days as headings."""
    lines: list[str] = []
    day = ""
    for line in history.lines:
        today = f"{line.at:%Y-%m-%d}"
        if today != day:
            lines += [*([""] if lines else []), today]
            day = today
        clock = "     " if line.kind in ("accepted_bytes", "decision") else f"{line.at:%H:%M}"
        again = f" ({line.count} times, last {line.until:%Y-%m-%d %H:%M})" if line.until is not None else ""
        lines.append(f"  {clock}  {line.text}{again}")
    lines = lines or ["nothing has happened yet: `cchc refresh` begins"]
    return [*lines, *(f"! {problem}" for problem in history.problems)]
