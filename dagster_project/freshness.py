"""Is what is published up to date? Editions against the calendar of their publishers, and refreshes against their schedule."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import Any

from dagster_project.notices import Notice
from dagster_project.run_records import run_events
from dagster_project.season import is_season
from dagster_project.settings import Settings
from extractors.catalogue.calendar import (
    CALENDAR_FILE,
    EditionState,
    PublicationCalendar,
    edition_states,
    load_calendar,
    unlisted,
)
from extractors.catalogue.reference import Edition, Reference, load_reference
from extractors.catalogue.yaml_files import shown_path
from warehouse.query import ask
from warehouse.releases import current_release

LONGEST_IN_SEASON, LONGEST_ELSE = timedelta(days=10), timedelta(days=40)
"""How long a refresh may be away: the schedule runs weekly in the season and monthly else, and a few days may pass."""

_HELD = "select distinct edition_id from fct_score where score is not null or rank is not null"


@dataclass(frozen=True, slots=True)
class Freshness:
    """Editions on one day, and index and instrument of editions that the calendar forgot."""

    today: date
    editions: tuple[EditionState, ...]
    unlisted: tuple[tuple[str, str], ...]

    @property
    def overdue(self) -> tuple[EditionState, ...]:
        return tuple(one for one in self.editions if one.state == "overdue")

    def as_dict(self) -> dict[str, Any]:
        return json.loads(json.dumps(asdict(self), default=str))


def held_editions(settings: Settings, reference: Reference) -> tuple[Edition, ...]:
    """Editions with at least one figure in the published release; none before the first."""
    if current_release(settings.published) is None:
        return ()
    ids = {str(row[0]) for row in ask(settings.published, _HELD).rows}
    return tuple(one for one in reference.editions if one.edition_id in ids)


def read_freshness(settings: Settings, today: date, calendar: PublicationCalendar | None = None) -> Freshness:
    """Raises: CatalogueError, ReferenceDataError: the calendar or the reference data are broken."""
    reference = load_reference()
    chosen = calendar or load_calendar()
    states = edition_states(held_editions(settings, reference), chosen, today)
    return Freshness(today, tuple(states), tuple(unlisted(reference.editions, chosen)))


def name_of(one: EditionState) -> str:
    return f"{one.index_code} {one.reference_year} ({one.instrument_code})"


def freshness_notices(found: Freshness) -> tuple[Notice, ...]:
    """One notice per edition that is late, and one per series that the calendar lacks."""
    late = [
        Notice(
            "edition_overdue",
            "warning",
            name_of(one),
            f"expected by {one.expected_by}, found no figure of it in the release; {one.why}",
            "look at the publisher's page: an address for its entry, or the file into the inbox; if it does not come, "
            f"say so under `not_published` in {shown_path(CALENDAR_FILE)}",
        )
        for one in found.overdue
    ]
    forgotten = [
        Notice(
            "calendar_incomplete",
            "warning",
            f"{index_code} ({instrument})",
            "expected the series of every edition in the calendar of publications, found none for this one",
            f"add it to {shown_path(CALENDAR_FILE)}",
        )
        for index_code, instrument in found.unlisted
    ]
    return (*late, *forgotten)


def refresh_is_late(last: datetime | None, now: datetime) -> timedelta | None:
    """How long no refresh has come to its end, if that is longer than the schedule explains; None if all is well.

    Args:
        last: when the last refresh ended that published, found nothing new or was stopped by a gate; None if there was none.
    """
    if last is None:
        return None
    longest = LONGEST_IN_SEASON if is_season(now.date()) and is_season((now - LONGEST_IN_SEASON).date()) else LONGEST_ELSE
    return now - last if now - last > longest else None


def refresh_notices(last: datetime | None, now: datetime) -> tuple[Notice, ...]:
    late = refresh_is_late(last, now)
    if late is None or last is None:
        return ()
    return (
        Notice(
            "refresh_late",
            "error",
            "refresh",
            f"expected a refresh in these {late.days} days, found none that came to its end since {last:%Y-%m-%d %H:%M} UTC",
            "see `cchc status` and whether Dagster's daemon runs; `cchc refresh` does it by hand",
        ),
    )


def last_whole_refresh(settings: Settings) -> datetime | None:
    """When the last refresh ended that came to its end: it published, found nothing new, or a gate stopped it."""
    whole = [event for event in run_events(settings) if event["outcome"] in ("published", "unchanged", "blocked")]
    return datetime.fromisoformat(str(whole[-1]["at"])) if whole else None


def last_asked(settings: Settings) -> dict[str, dict[str, Any]]:
    """What `asked/<document id>.json` says: when each address was last asked and what it answered."""
    folder: Path = settings.home / "asked"
    found: dict[str, dict[str, Any]] = {}
    for path in sorted(folder.glob("*.json")) if folder.is_dir() else ():
        try:
            content = json.loads(path.read_bytes())
        except (OSError, ValueError):
            continue
        if isinstance(content, dict):
            found[path.stem] = content
    return found


def newest(states: Sequence[EditionState]) -> dict[tuple[str, str], EditionState]:
    """The newest edition that is here, by index and instrument."""
    return {(one.index_code, one.instrument_code): one for one in states if one.state == "current"}
