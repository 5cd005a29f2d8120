"""That readers were pointed at another release: a line of the history, and told to whoever hears of releases."""

from __future__ import annotations

from datetime import UTC, datetime

from dagster_project.alerting import tell
from dagster_project.history_file import append_event
from dagster_project.notices import Notice
from dagster_project.settings import Settings
from warehouse.rollback import RolledBack


def tell_rollback(settings: Settings, done: RolledBack, why: str) -> None:
    """Write it down and tell it. Never raises: what is done is done."""
    now = datetime.now(UTC)
    text = f"readers were pointed from {done.before or 'an unknown release'} to {done.now.release_id}: {why}"
    append_event(settings, {"kind": "rollback", "at": now.isoformat(), "text": text, "release_id": done.now.release_id})
    notice = Notice(
        "release_rolled_back",
        "info",
        done.now.release_id,
        text,
        "`cchc releases` lists what is kept; `cchc diff` says what differs",
        now.isoformat(),
    )
    tell(settings, "refresh", (notice,), is_whole=False, now=now)
