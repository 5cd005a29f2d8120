"""What a person should hear of a refresh, from its report (`runs/<stamp>.json`)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from dagster_project.alerting import Told, tell
from dagster_project.notices import Notice
from dagster_project.settings import Settings


def notices_of(report: Mapping[str, Any]) -> tuple[Notice, ...]:
    """Notices of one run: `report` is the JSON of `runs/<stamp>.json` (`Summary.as_dict()`)."""
    return ()


def tell_run(settings: Settings, report: Mapping[str, Any]) -> Told:
    """Tell what a refresh ended with; called once at the end of every refresh, also of one that could not run. Never raises."""
    return tell(settings, "refresh", notices_of(report))
