"""Does anything happen by itself? What Dagster's own storage says of its daemon and its schedules."""

from __future__ import annotations

import logging
import os
from datetime import UTC, datetime, timedelta
from typing import Any

from dagster_project.season import TIME_ZONE, is_season
from dagster_project.settings import Settings, tool_environment

DAEMON_SILENT_AFTER = timedelta(minutes=5)


def next_season_day(now: datetime, hour: int, minute: int = 0) -> datetime:
    """The next time at which the season's schedule fires after `now`, in UTC; the rule itself is `season_cron`."""
    from zoneinfo import ZoneInfo

    local = now.astimezone(ZoneInfo(TIME_ZONE))
    moment = local.replace(hour=hour, minute=minute, second=0, microsecond=0)
    while moment <= local or not (moment.weekday() == 0 if is_season(moment.date()) else moment.day == 1):
        moment += timedelta(days=1)
    return moment.astimezone(UTC)


def scheduler_facts(settings: Settings, now: datetime) -> dict[str, Any]:
    """`daemon_seen_at` (None: never), `is_running`, and `problem` if Dagster's storage cannot be asked. Reads only."""
    facts: dict[str, Any] = {"daemon_seen_at": None, "is_running": False, "problem": None}
    if not (settings.dagster_home / "dagster.yaml").exists():
        return facts
    os.environ.update(tool_environment(settings))
    logging.getLogger("dagster").setLevel(logging.ERROR)
    try:
        from dagster import DagsterInstance

        with DagsterInstance.get() as instance:
            beats = instance.get_daemon_statuses()
        seen = [beat.last_heartbeat.timestamp for beat in beats.values() if beat.last_heartbeat is not None]
    except Exception as error:  # noqa: BLE001  the storage may be any database, each with errors of its own
        return facts | {
            "problem": f"Dagster's storage cannot be asked: {str(error).splitlines()[0] if str(error) else type(error).__name__}"
        }
    if seen:
        last = datetime.fromtimestamp(max(seen), UTC)
        facts |= {"daemon_seen_at": last.isoformat(), "is_running": now - last < DAEMON_SILENT_AFTER}
    return facts
