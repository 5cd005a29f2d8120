"""Whether there is room for a refresh, and what a disk that refuses means in words."""

from __future__ import annotations

import errno
import os
import shutil
from collections.abc import Iterator
from pathlib import Path

from dagster_project.settings import Settings

MEGABYTE = 1024 * 1024

FIRST_REFRESH = 230 * MEGABYTE
"""What a first refresh of the documents that ship with the repository leaves on the disk, measured: 200 MB."""

_BESIDES = 32 * MEGABYTE
"""History, logs, reports and the archive of one refresh, measured: 15 MB."""

_FULL_NUMBERS = (errno.ENOSPC, errno.EDQUOT)
_NO_PLACE_NUMBERS = (errno.EROFS, errno.EACCES, errno.EPERM, errno.ENOTDIR, errno.ELOOP, errno.ENAMETOOLONG)
_FULL_WORDS = ("no space left on device", "disk quota exceeded", "database or disk is full")
_PERHAPS_FULL_WORDS = ("unable to open database file", "disk i/o error", "could not write", "cannot create")
"""What databases say when they get no room or no file, and on other occasions too: the disk itself then tells which it was."""

_NO_DATABASE_WORDS = (
    "file is not a database",
    "database disk image is malformed",
    "no such table: runs",
    "no such table: event_logs",
)


def needed_bytes(release: int, build: int) -> int:
    """What a refresh takes at most, by the sizes of the last release and of the last build (0: there was none)."""
    return release + build + _BESIDES if release else FIRST_REFRESH


def room_problem(home: Path, *, free: int, needed: int, variable: str = "CCHC_HOME") -> str | None:
    """Why a refresh is not begun; None if there is room."""
    if free >= needed:
        return None
    return (
        f"not enough room on the disk that holds {home}: a refresh needs about {needed // MEGABYTE:,} MB, found "
        f"{free // MEGABYTE:,} MB free. Make room, or set {variable} to a folder on another disk. Nothing was started."
    )


def _size(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.rglob("*") if path.is_file()) if folder.is_dir() else 0


def needed_for(settings: Settings) -> int:
    """What the next refresh of this home takes at most."""
    return needed_bytes(_size((settings.published / "current").resolve()), _size(settings.build))


def no_room(settings: Settings) -> str | None:
    """`room_problem` of this home as it is now."""
    settings.home.mkdir(parents=True, exist_ok=True)
    problem = room_problem(settings.home, free=shutil.disk_usage(settings.home).free, needed=needed_for(settings))
    if problem is not None or settings.published_elsewhere is None:
        return problem
    settings.published.mkdir(parents=True, exist_ok=True)
    release = _size((settings.published / "current").resolve())
    free = shutil.disk_usage(settings.published).free
    return room_problem(settings.published, free=free, needed=release + _BESIDES, variable="CCHC_PUBLISHED")


def is_full(text: str) -> bool:
    """Whether a message of a database or a program says that the disk is full."""
    return any(words in text.lower() for words in _FULL_WORDS)


def has_nothing_left(home: Path) -> bool:
    """Whether the disk has no megabyte or no file to give any more."""
    found = os.statvfs(home)
    return found.f_bavail * found.f_frsize < MEGABYTE or (found.f_files > 0 and found.f_favail < 3)


def full_words(settings: Settings) -> str:
    """What to tell when a disk was full in the middle of a refresh."""
    found = os.statvfs(settings.home)
    # File systems without a fixed number of files say that they have none at all.
    files = f" and {found.f_favail:,} files" if found.f_files else ""
    free, needed = found.f_bavail * found.f_frsize // MEGABYTE, needed_for(settings) // MEGABYTE
    return (
        f"the disk that holds {settings.home} is full (or its quota is used up): {free:,} MB{files} are free, a refresh needs about "
        f"{needed:,} MB. Make room, or set CCHC_HOME to a folder on another disk, and run again: nothing was lost, and the release "
        "of before stands."
    )


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    found: BaseException | None = error
    while found is not None and id(found) not in seen:
        seen.add(id(found))
        yield found
        found = found.__cause__ or found.__context__


def in_words(settings: Settings, error: BaseException) -> str | None:
    """What went wrong if a disk or a file of Dagster's history is to blame for the error; None if it is something else."""
    for one in _chain(error):
        said = str(one).lower()
        is_blamed = (isinstance(one, OSError) and one.errno in _FULL_NUMBERS) or is_full(said)
        if is_blamed or (any(words in said for words in _PERHAPS_FULL_WORDS) and has_nothing_left(settings.home)):
            return full_words(settings)
        if any(words in said for words in _NO_DATABASE_WORDS):
            return (
                f"the history that Dagster keeps in {settings.dagster_home} is damaged: {str(one).splitlines()[0]}. Move that folder "
                "away and run again: a new history begins there; archive, quarantine and releases are elsewhere and are not touched."
            )
        if isinstance(one, OSError) and one.errno in _NO_PLACE_NUMBERS:
            where = os.fsdecode(one.filename) if isinstance(one.filename, (str, bytes)) else str(settings.home)
            return (
                f"cannot write {where}: {one.strerror or one}. Expected a folder with the right to write; "
                "correct its rights or set CCHC_HOME to another folder. The published release is untouched."
            )
    return None
