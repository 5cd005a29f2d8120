"""How addresses are asked by an instance; apart from the other settings, since queries need no network library."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

from dagster_project.settings import Settings
from extractors.archive.asking import Asking
from extractors.archive.polite import Manners
from extractors.isolation import LimitsError


def read_asking(settings: Settings) -> Asking:
    """From the environment: CCHC_ASK_AGAIN_MINUTES (default 60; 0 asks every time), CCHC_ALLOW_LOOPBACK (1: for tests only).

    Raises:
        LimitsError: no number of minutes.
    """
    given = os.environ.get("CCHC_ASK_AGAIN_MINUTES", "60")
    try:
        minutes = float(given)
    except ValueError:
        minutes = -1.0
    if not 0 <= minutes <= 525_600:
        raise LimitsError(f"CCHC_ASK_AGAIN_MINUTES: expected a number of minutes from 0 to 525600, found {given!r}")
    return Asking(
        folder=settings.asked,
        again_after=timedelta(minutes=minutes),
        allow_loopback=os.environ.get("CCHC_ALLOW_LOOPBACK") == "1",
        manners=_manners(settings.asked / "hosts"),
    )


@cache
def _manners(folder: Path) -> Manners:
    """One for the process, so that a host's robots.txt is read once a run."""
    return Manners(folder)
