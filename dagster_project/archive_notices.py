"""That the archive was looked through, and what was found: remembered for `cchc status`, told, and over once it is mended."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from dagster_project.alerting import Told, tell
from dagster_project.history_file import append_event
from dagster_project.notices import Notice
from dagster_project.settings import Settings
from extractors.records import Issue


def archive_notices(found: Iterable[Issue]) -> tuple[Notice, ...]:
    """One notice per finding that a person must mend; what is merely left over is none."""
    return tuple(
        Notice(one.code, one.severity, one.document_id, one.message, one.hint, one.found or one.message[:80])
        for one in found
        if one.severity != "info"
    )


def tell_verified(settings: Settings, found: Iterable[Issue], count: int) -> Told:
    """Called after each look through the whole archive. `count`: files hashed."""
    issues = tuple(found)
    notices = archive_notices(issues)
    text = f"archive looked through: {count:,} files hashed, {len(notices)} to be mended"
    append_event(
        settings, {"kind": "archive_verified", "at": datetime.now(UTC).isoformat(), "text": text, "findings": len(notices)}
    )
    return tell(settings, "archive", notices)
