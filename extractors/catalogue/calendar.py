"""Is the newest edition here, or is one late? The calendar says when earlier editions came out; a rule of ours makes dates of it.

`publication_calendar.yml` is the one home of these facts. Nothing here knows the clock: the day is given.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from pathlib import Path
from typing import Annotated, Literal, Protocol

from pydantic import AfterValidator, Field, ValidationError, model_validator

from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.models import Strict
from extractors.catalogue.yaml_files import YamlFileError, read_yaml, shown_path, validation_problems

CALENDAR_FILE = Path(__file__).parent / "publication_calendar.yml"

State = Literal["current", "not_expected", "expected_soon", "overdue", "not_published"]

_MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def _month(value: str) -> str:
    if not _MONTH.fullmatch(value):
        raise ValueError(f"expected a month such as 2025-04, found {value!r}")
    return value


class EditionKey(Protocol):
    """What the calendar must know of an edition; `extractors.catalogue.reference.Edition` is one."""

    @property
    def index_code(self) -> str: ...
    @property
    def instrument_code(self) -> str: ...
    @property
    def reference_year(self) -> int: ...


class Publication(Strict):
    """An edition came out in `month`. `stated`: a source has the day. `article`: the earliest dated report at hand; no later."""

    reference_year: int
    month: Annotated[str, AfterValidator(_month)]
    basis: Literal["stated", "article"]
    source: str = Field(min_length=5)

    @property
    def place(self) -> tuple[int, int]:
        """Years after the reference year, and the month."""
        return int(self.month[:4]) - self.reference_year, int(self.month[5:])


class NotPublished(Strict):
    """A decision that an edition does not come: its publisher says so, or nobody expects it any more."""

    reference_year: int
    why: str = Field(min_length=5)
    source: str = Field(min_length=5)
    by: str
    at: date


class Series(Strict):
    """All editions of one index by one instrument."""

    index_code: str
    instrument_code: str
    cadence: Literal["yearly", "ended", "not_stated"]
    publications: tuple[Publication, ...] = ()
    not_published: tuple[NotPublished, ...] = ()
    note: str = ""

    @model_validator(mode="after")
    def _in_order(self) -> Series:
        years = [one.reference_year for one in self.publications]
        if sorted(set(years)) != years:
            raise ValueError(f"expected publications of one month per reference year, in order, found the years {years}")
        early = [one.month for one in self.publications if one.place < (0, 1)]
        if early:
            raise ValueError(f"expected publications in or after their reference year, found {early}")
        if self.publications and self.cadence != "yearly":
            raise ValueError(f"expected publications of a yearly series only, found them with cadence {self.cadence}")
        return self

    @property
    def key(self) -> tuple[str, str]:
        return self.index_code, self.instrument_code


class PublicationCalendar(Strict):
    grace_days: int = Field(ge=0)
    rows: tuple[Series, ...]

    @model_validator(mode="after")
    def _once(self) -> PublicationCalendar:
        keys = [row.key for row in self.rows]
        twice = sorted({key for key in keys if keys.count(key) > 1})
        if twice:
            raise ValueError(f"expected each index and instrument once, found twice: {twice}")
        return self

    @cached_property
    def by_key(self) -> dict[tuple[str, str], Series]:
        return {row.key: row for row in self.rows}


@dataclass(frozen=True, slots=True)
class EditionState:
    """Where one edition stands on a day. `expected_from`, `expected_by`: None where no source at hand has a month.

    `why`: in one sentence; for `not_published` the decision.
    """

    index_code: str
    instrument_code: str
    reference_year: int | None
    state: State
    expected_from: date | None
    expected_by: date | None
    why: str


def load_calendar(path: Path = CALENDAR_FILE) -> PublicationCalendar:
    """Raises: CatalogueError: the file is not readable or a field is wrong; the message names it."""
    name = shown_path(path)
    try:
        content, _ = read_yaml(path, name)
        return PublicationCalendar.model_validate(content)
    except YamlFileError as error:
        raise CatalogueError([str(error)]) from error
    except ValidationError as error:
        raise CatalogueError(validation_problems(name, error)) from error


def unlisted(editions: Iterable[EditionKey], calendar: PublicationCalendar) -> list[tuple[str, str]]:
    """Index and instrument of editions that the calendar does not have: whoever adds an edition adds its series."""
    return sorted({(one.index_code, one.instrument_code) for one in editions} - calendar.by_key.keys())


def _window(series: Series, year: int, grace: timedelta) -> tuple[date, date]:
    """First and last day on which the edition of `year` may come without being late."""
    first = min(one.place for one in series.publications)
    last = max(one.place for one in series.publications)
    end = year + last[0]
    return date(year + first[0], first[1], 1), date(end, last[1], monthrange(end, last[1])[1]) + grace


def _series_states(series: Series, held: set[int], calendar: PublicationCalendar, today: date) -> list[EditionState]:
    newest = max(held, default=None)
    found: list[EditionState] = []

    def add(year: int | None, state: State, why: str, window: tuple[date, date] | None = None) -> None:
        first, last = window or (None, None)
        found.append(EditionState(series.index_code, series.instrument_code, year, state, first, last, why))

    if newest is not None:
        add(newest, "current", "the newest edition with figures in the release")
    if series.cadence != "yearly" or not series.publications:
        why = {
            "ended": "the series has ended",
            "not_stated": "no source at hand says that another edition follows",
            "yearly": "no source at hand says in which month it comes out",
        }[series.cadence]
        add(None, "not_expected", f"{why}. {series.note}".strip())
        return found
    grace = timedelta(days=calendar.grace_days)
    decided = {one.reference_year: one for one in series.not_published}
    years = range(today.year - max(one.place[0] for one in series.publications) - 1, today.year + 1)
    begun = max(year for year in years if _window(series, year, grace)[0] <= today)
    for year in range(begun if newest is None else newest + 1, begun + 2):
        window = _window(series, year, grace)
        if year in decided:
            add(year, "not_published", f"{decided[year].why} ({decided[year].source})", window)
        elif today > window[1]:
            add(
                year,
                "overdue",
                f"earlier editions came out by the end of {_last_month(series)}; {calendar.grace_days} days have passed since",
                window,
            )
        elif today >= window[0]:
            add(year, "expected_soon", "it is the time of year in which earlier editions came out", window)
        else:
            add(year, "not_expected", "its time has not come", window)
    return found


def _last_month(series: Series) -> str:
    years, month = max(one.place for one in series.publications)
    return f"month {month} of the year after" if years == 1 else f"month {month}, {years} years after"


def edition_states(held: Iterable[EditionKey], calendar: PublicationCalendar, today: date) -> list[EditionState]:
    """For each series the newest edition that is here, and every later one up to the next that is to come.

    Args:
        held: editions with figures. A gap before the newest one is a matter of coverage (`rpt_coverage`), not of lateness.
    """
    years: dict[tuple[str, str], set[int]] = {}
    for one in held:
        years.setdefault((one.index_code, one.instrument_code), set()).add(one.reference_year)
    return [
        state for series in calendar.rows for state in _series_states(series, years.get(series.key, set()), calendar, today)
    ]


def overdue(held: Iterable[EditionKey], calendar: PublicationCalendar, today: date) -> list[EditionState]:
    """Editions that should be here by the calendar and are not."""
    return [one for one in edition_states(held, calendar, today) if one.state == "overdue"]
