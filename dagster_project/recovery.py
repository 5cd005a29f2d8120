"""What a killed run left in a home, cleared away before the next one begins; what is damaged there, in words."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path

from dagster_project.manifest import PARSE_FOLDERS
from dagster_project.settings import Settings
from extractors.durable import is_alive, left_overs
from warehouse.releases import DamagedReleaseError, current_release
from warehouse.swap import clear_left_overs

_WRITTEN_BY_OTHERS = frozenset({"published", "dagster", "dbt_target", "targets"})


def clear(settings: Settings) -> None:
    """Remove half releases, half files and folders of scratch whose process is gone. The caller holds the lock of the home.

    Raises:
        OSError: a folder may not be changed.
    """
    clear_left_overs(settings.published)
    for path in _half_files(settings):
        path.unlink(missing_ok=True)
    for path in settings.home.glob(f"{PARSE_FOLDERS}*"):
        process = path.name.removeprefix(PARSE_FOLDERS).partition("-")[0]
        if not (process.isdigit() and is_alive(int(process))):
            shutil.rmtree(path, ignore_errors=True)


def _half_files(settings: Settings) -> Iterator[Path]:
    for folder in settings.home.iterdir():
        if folder.is_dir() and folder.name not in _WRITTEN_BY_OTHERS:
            yield from left_overs(folder)


def damaged_release(settings: Settings) -> str | None:
    """What is wrong with the release that readers are pointed at, every byte of it looked at; None if nothing is."""
    try:
        current_release(settings.published, is_thorough=True)
    except DamagedReleaseError as error:
        return str(error)
    return None
