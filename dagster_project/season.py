"""When the publishers publish, and so when the schedules look: the one place of that rule.

The Ministry and its peers publish once a year, mostly from March to June, on a day that nobody announces.
"""

from __future__ import annotations

from datetime import date

TIME_ZONE = "Asia/Ho_Chi_Minh"
REFRESH_HOUR = 6
"""At which the refresh begins on its days; the landing pages are looked at half an hour before."""

_SEASON = range(3, 7)
IN_WORDS = "weekly (Mondays) in March to June, else on the first of the month, Việt Nam time"


def is_season(day: date) -> bool:
    """Whether a day lies in the months in which most editions come out."""
    return day.month in _SEASON


def season_cron(hour: int, minute: int = 0) -> tuple[str, str]:
    """Two lines of cron for `TIME_ZONE`: Mondays in the season, the first of each other month. They never meet in one month."""
    others = ",".join(str(month) for month in range(1, 13) if month not in _SEASON)
    return f"{minute} {hour} * {_SEASON.start}-{_SEASON.stop - 1} 1", f"{minute} {hour} 1 {others} *"
