"""Whether all is well, on one page: what is published, how the last refresh ended, what waits for a person, what is late."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import asdict
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.alert_channels import channels_of
from dagster_project.alert_settings import read_alert_settings
from dagster_project.alerting import standing
from dagster_project.alerts_cli import standing_facts
from dagster_project.diskspace import needed_for
from dagster_project.freshness import last_asked, last_whole_refresh, read_freshness, refresh_is_late
from dagster_project.history_file import read_events
from dagster_project.known_settings import unknown_settings
from dagster_project.release_settings import wrong_release_settings
from dagster_project.run_records import is_locked, run_events, running_mark
from dagster_project.scheduler import next_season_day, scheduler_facts
from dagster_project.season import REFRESH_HOUR
from dagster_project.settings import Settings
from dagster_project.summary import counted
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.reference import ReferenceDataError
from extractors.durable import DamagedStateError
from warehouse.query import NotPublishedError, QueryError
from warehouse.releases import current_release
from warehouse.withdrawn import withdrawals

Facts = dict[str, Any]


def _json_of(path: Path) -> Any:
    try:
        return json.loads(path.read_bytes())
    except (OSError, ValueError):
        return None


def _held_back(settings: Settings) -> tuple[dict[str, list[str]], list[str]]:
    found: dict[str, list[str]] = {}
    problems: list[str] = []
    for path in sorted(settings.quarantine.glob("*.json")) if settings.quarantine.is_dir() else ():
        content = _json_of(path)
        if isinstance(content, dict) and isinstance(content.get("messages"), list):
            found[path.stem] = [str(message) for message in content["messages"]]
        else:
            problems.append(f"{path} is damaged; run `cchc refresh`, which writes it anew")
    return found, problems


def _disk(settings: Settings) -> Facts:
    """Bytes free where the home lies, and what a refresh takes while it builds beside what stands."""
    needed = needed_for(settings)
    free = shutil.disk_usage(settings.home).free if settings.home.is_dir() else None
    return {"free": free, "needed": needed, "is_low": free is not None and free < needed}


def _release(settings: Settings) -> tuple[Facts | None, list[str]]:
    """The manifest of the published release with its count of scores."""
    try:
        release = current_release(settings.published)
        if release is None:
            return None, []
        return {**_json_of(release.directory / "manifest.json"), "scores": counted(settings)[0]}, []
    except (NotPublishedError, QueryError) as error:
        return None, [str(error)]


def _withdrawn(settings: Settings, release: Facts | None) -> tuple[list[str], list[str]]:
    """Which releases were taken back for the one that readers have, in words; why that cannot be said."""
    try:
        found = withdrawals(settings.published)
    except DamagedStateError as error:
        return [], [str(error)]
    return [one.words() for one in found if release is not None and one.replaced_by == release["release_id"]], []


def _running(settings: Settings) -> Facts | None:
    """The refresh that said that it began and not that it ended: it runs, or its process is gone."""
    mark = running_mark(settings)
    return None if mark is None else {**mark, "is_alive": is_locked(settings)}


def _archive_verified(settings: Settings) -> Facts | None:
    found = [event for event in read_events(settings)[0] if event["kind"] == "archive_verified"]
    return found[-1] if found else None


def _editions(settings: Settings, now: datetime) -> tuple[Facts, list[str]]:
    try:
        found = read_freshness(settings, now.date())
    except (CatalogueError, ReferenceDataError, NotPublishedError, QueryError) as error:
        return {"states": [], "overdue": 0}, [str(error)]
    states = [{key: str(value) if value is not None else None for key, value in asdict(one).items()} for one in found.editions]
    return {"states": states, "overdue": len(found.overdue)}, []


def read_status(settings: Settings, now: datetime | None = None, environment: Mapping[str, str] | None = None) -> Facts:
    """All facts of the page; `is_well` is False if something waits for a person, and `attention` says what, in words.

    Keys: home, published, release, damage (of the release), withdrawn (which were taken back for it), last_refresh (None before
    the first), running, next_refresh, scheduler, held_back, alerts, channels, channel_problems, editions, asked, disk,
    archive_verified, attention, is_well, problems.
    """
    at = now or datetime.now(UTC)
    events = [event for event in run_events(settings) if not event.get("is_expected")]  # not one that another was in the way of
    held, problems = _held_back(settings)
    alerts = standing(settings)
    chosen = read_alert_settings(os.environ if environment is None else environment)
    release, damage = _release(settings)
    withdrawn, unreadable = _withdrawn(settings, release)
    editions, faults = _editions(settings, at) if not damage else ({"states": [], "overdue": 0}, [])
    unknown = unknown_settings(os.environ if environment is None else environment)
    facts: Facts = {
        "home": str(settings.home),
        "published": str(settings.published),
        "release": release,
        "damage": damage[0] if damage else None,
        "withdrawn": withdrawn,
        "last_refresh": events[-1] if events else None,
        "running": _running(settings),
        "next_refresh": next_season_day(at, REFRESH_HOUR).isoformat(),
        "scheduler": scheduler_facts(settings, at),
        "held_back": held,
        "alerts": standing_facts(alerts),
        "channels": [channel.shown for channel in channels_of(chosen)],
        "channel_problems": list(chosen.problems),
        "editions": editions,
        "asked": {
            key: {"asked_at": one.get("asked_at"), "answer": one.get("answer")} for key, one in last_asked(settings).items()
        },
        "disk": _disk(settings),
        "archive_verified": _archive_verified(settings),
        "problems": [
            *damage,
            *unreadable,
            *problems,
            *alerts.problems,
            *chosen.problems,
            *faults,
            *wrong_release_settings(),
            *unknown,
        ],
    }
    facts["attention"] = _attention(facts, refresh_is_late(last_whole_refresh(settings), at) is not None)
    facts["is_well"] = not facts["attention"]
    return facts


def _attention(facts: Facts, is_late: bool) -> list[str]:
    """What waits for a person, the gravest first."""
    found: list[str] = []
    last, running = facts["last_refresh"], facts["running"]
    if running is not None and not running["is_alive"]:
        found.append("the last refresh died; `cchc refresh` starts where it was")
    elif last is not None and last["outcome"] in ("blocked", "failed", "killed", "could_not_run"):
        found.append(f"the last refresh {last['outcome'].replace('_', ' ')}")
    elif facts["release"] is None and not facts["damage"]:
        going_on = "the first refresh is going on" if running is not None else "run `make refresh`"
        found.append(f"nothing is published yet: {going_on}")
    if is_late:
        found.append("no refresh has come to its end for longer than the schedule explains")
    if facts["disk"]["is_low"]:
        found.append("the disk has less room than a refresh may take")
    if facts["held_back"]:
        found.append(f"{len(facts['held_back'])} held back")
    if facts["alerts"]:
        count = len(facts["alerts"])
        found.append("1 alert stands" if count == 1 else f"{count} alerts stand")
    if facts["editions"]["overdue"] and facts["release"] is not None:
        found.append(f"{facts['editions']['overdue']} editions are overdue")
    if facts["problems"]:
        found.append(f"{len(facts['problems'])} settings or files are wrong")
    return found
