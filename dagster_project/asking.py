"""How addresses are asked by an instance; apart from the other settings, since queries need no network library."""

from __future__ import annotations

import os
from datetime import timedelta
from functools import cache
from pathlib import Path

from dagster_project.settings import Settings, span
from extractors.archive.asking import Asking
from extractors.archive.polite import Manners


def read_asking(settings: Settings) -> Asking:
    """From the environment: CCHC_ASK_AGAIN_MINUTES (default 60; 0 asks every time), CCHC_ALLOW_LOOPBACK (1: for tests only).

    Raises:
        LimitsError: no number of minutes.
    """
    minutes = span("CCHC_ASK_AGAIN_MINUTES", "minutes", default=60, most=525_600)
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
