"""What is known of every refresh: how it ended, also of those that could not start and those whose process was killed.

`runs/<stamp>.json` is the report of one refresh, or, for one that could not start, what is known of it. `runs/running.json` says that
one runs; whoever finds it without a process behind it knows that that refresh was killed.
"""

from __future__ import annotations

import fcntl
import json
import logging
import os
import re
from collections.abc import Generator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, cast

from dagster_project.history_file import Event, append_event, read_events
from dagster_project.settings import Settings
from extractors.durable import write_atomically

_LOG = logging.getLogger("cchc.history")

RECORD_NAME = re.compile(r"\d{8}T\d{6}Z(-\d+)?\.json")
"""Reports of runs; `history.jsonl` and `running.json` stand beside them."""

_GATE_MESSAGE = re.compile(r"gate[12]__\w+: ")


def outcome_of(report: Mapping[str, Any]) -> str:
    """`published`, `unchanged`, `blocked` (by a gate), `failed`, `could_not_run` or `killed`."""
    if report.get("could_not_run") or report.get("is_started") is False:
        return "could_not_run"
    if report.get("killed"):
        return "killed"
    blocked = report.get("blocked") or []
    if blocked:
        return "blocked" if any(_GATE_MESSAGE.match(message) for message in blocked) else "failed"
    return "unchanged" if report.get("is_unchanged") else "published"


def run_event(report: Mapping[str, Any], stamp: str) -> Event:
    """The line of one run in the history: small, and enough to tell it after its report is gone."""
    facts: Mapping[str, Any] = report.get("report") or {}
    scores, documents = facts.get("scores") or {}, facts.get("documents") or {}
    rules = [row["rule_id"] for row in facts.get("rules") or () if row["status"] in ("failed", "crashed")]
    return {
        "kind": "run",
        "at": report.get("finished_at") or report["started_at"],
        "stamp": stamp,
        "run_id": report.get("run_id", ""),
        "started_at": report["started_at"],
        "outcome": outcome_of(report),
        "release_id": report.get("release_id"),
        "previous_release": facts.get("previous_release"),
        "scores_count": report.get("scores", 0),
        "documents_count": report.get("documents_known", 0),
        "accepted_because": facts.get("accepted_because"),
        "scores": {state: found["count"] for state, found in scores.items() if found["count"]},
        "causes": facts.get("causes") or {},
        "documents": {state: [one["document_id"] for one in found] for state, found in documents.items() if found},
        "read": list(report.get("documents_extracted") or ()),
        "held_back": {key: messages[0] if messages else "" for key, messages in (report.get("held_back") or {}).items()},
        "open_items": report.get("open_items", 0),
        "rules": rules,
        "is_expected": bool(report.get("is_expected")),
        "withdrawn": report.get("withdrawn") or "",
        "reasons": [report["could_not_run"]] if report.get("could_not_run") else list(report.get("blocked") or ())[:3],
    }


def record_stamps(settings: Settings) -> list[str]:
    """Stamps of the reports in `runs/`, oldest first."""
    paths = settings.runs.glob("*.json") if settings.runs.is_dir() else ()
    return sorted(path.stem for path in paths if RECORD_NAME.fullmatch(path.name))


def read_record(settings: Settings, stamp: str) -> dict[str, Any] | None:
    """One report; None if it is gone or cannot be read: its line stands in the history."""
    path = settings.runs / f"{stamp}.json"
    try:
        report: Any = json.loads(path.read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        report = None
    if not isinstance(report, dict) or "started_at" not in report:
        _LOG.warning("%s cannot be read and is left out", path)
        return None
    return cast(dict[str, Any], report)


def run_events(settings: Settings) -> list[Event]:
    """Every run ever, the latest last: reports from before there was a history, then its lines as they were written.

    That order holds also where the clock was set back in between.
    """
    events, _ = read_events(settings)
    known = {event["stamp"]: event for event in events if event["kind"] == "run" and "stamp" in event}
    unlisted: dict[str, Event] = {}
    for stamp in record_stamps(settings):
        if stamp not in known and (report := read_record(settings, stamp)) is not None:
            unlisted[stamp] = run_event(report, stamp)
    # A refresh that was killed between its report and its line is the latest one.
    newest = max((str(stamp) for stamp in known), default="")
    before = [event for stamp, event in unlisted.items() if stamp < newest]
    after = [event for stamp, event in unlisted.items() if stamp >= newest]
    return [*before, *known.values(), *after]


def keep_event(settings: Settings, report: Mapping[str, Any], stamp: str) -> None:
    """Add the line of a run to the history. Called once, when its report has been written."""
    append_event(settings, run_event(report, stamp))


def record_could_not_run(
    settings: Settings, message: str, *, started_at: datetime, is_expected: bool = False, run_id: str = ""
) -> dict[str, Any]:
    """Record a refresh that could not start or broke off; what was recorded comes back.

    `is_expected`: another one runs, or a person stopped it, so that nobody has to be told.

    A folder that cannot be written harms nothing more: the person at the terminal has the message.
    """
    report: dict[str, Any] = {
        "run_id": run_id,
        "started_at": str(started_at),
        "finished_at": str(datetime.now(UTC)),
        "could_not_run": message,
        "is_expected": is_expected,
        "blocked": [],
        "held_back": {},
        "exit_code": 2,
    }
    stamp = _free_stamp(settings, started_at)
    try:
        write_atomically(settings.runs / f"{stamp}.json", json.dumps(report, ensure_ascii=False, indent=2).encode())
    except OSError as error:
        _LOG.warning("%s: cannot be written: %s", settings.runs, error.strerror)
    keep_event(settings, report, stamp)
    return report


def _free_stamp(settings: Settings, started_at: datetime) -> str:
    """The stamp of the second, told apart where the run that is in the way began in the same one."""
    stamp = f"{started_at:%Y%m%dT%H%M%SZ}"
    taken = {path.stem for path in settings.runs.glob(f"{stamp}*.json")} if settings.runs.is_dir() else set[str]()
    running = running_mark(settings)
    if running is not None and running.get("stamp") == stamp:
        taken.add(stamp)
    number = 2
    found = stamp
    while found in taken:
        found, number = f"{stamp}-{number}", number + 1
    return found


def _mark_path(settings: Settings) -> Path:
    return settings.runs / "running.json"


def running_mark(settings: Settings) -> dict[str, Any] | None:
    """What a refresh said of itself when it began, if it did not say that it ended."""
    try:
        found = json.loads(_mark_path(settings).read_bytes())
    except FileNotFoundError:
        return None
    except (OSError, ValueError):
        return {"process": 0, "started_at": "", "stamp": ""}
    return found if isinstance(found, dict) else {"process": 0, "started_at": "", "stamp": ""}


def is_locked(settings: Settings) -> bool:
    """Whether some process holds the home now."""
    try:
        with settings.lock_file.open("r") as stream:
            fcntl.flock(stream, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False
    return False


@contextmanager
def marked_as_running(settings: Settings, started_at: datetime) -> Generator[None]:
    """Say in `runs/` that a refresh runs, while inside; the lock of the home is held. One that was killed before is recorded first.

    Raises:
        OSError: the folder cannot be written.
    """
    earlier = running_mark(settings)
    if earlier is not None:
        record_killed(settings, earlier)
    mark = {"process": os.getpid(), "started_at": str(started_at), "stamp": f"{started_at:%Y%m%dT%H%M%SZ}"}
    write_atomically(_mark_path(settings), json.dumps(mark).encode())
    try:
        yield
    finally:
        _mark_path(settings).unlink(missing_ok=True)


def record_killed(settings: Settings, mark: Mapping[str, Any]) -> None:
    """Record a refresh whose process is gone, unless its report tells how it ended."""
    stamp = str(mark.get("stamp") or "")
    if not stamp or (settings.runs / f"{stamp}.json").exists():
        return
    message = "its process ended before the refresh did (killed, or the machine stopped); the published release is untouched"
    report = {"run_id": "", "started_at": mark["started_at"], "killed": message, "blocked": [message], "exit_code": 2}
    write_atomically(settings.runs / f"{stamp}.json", json.dumps(report, ensure_ascii=False, indent=2).encode())
    keep_event(settings, report, stamp)
