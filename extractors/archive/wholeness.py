"""Is a file of the inbox whole, or is somebody still writing it? Judged by its name, its age and its end; its content is not read.

A copy that stopped half-way can be read and be wrong ("12,4" of "12,48"), so what may still be written is left alone.
"""

from __future__ import annotations

import os
import time
import zipfile
from dataclasses import dataclass
from pathlib import Path

from extractors.package import DAMAGED

RUNNING_DOWNLOADS = (".part", ".partial", ".crdownload", ".download", ".opdownload", ".tmp", ".temp", ".filepart", ".aria2")
"""How browsers and copying programs end the name of what they have not finished."""

_END_WINDOW = 4096
_ZIP_MAGIC = b"PK\x03\x04"


@dataclass(frozen=True, slots=True)
class FileMark:
    """Size in bytes and time of the last change: other marks are other bytes, the same marks twice are a file at rest."""

    size: int
    mtime_ns: int

    def age(self, now: float | None = None) -> float:
        """Seconds since the last change; below zero where the clock that set it is ahead of ours."""
        return (time.time() if now is None else now) - self.mtime_ns / 1e9


def mark_of(path: Path) -> FileMark:
    """Raises OSError if the file may not be looked at."""
    found = path.stat()
    return FileMark(found.st_size, found.st_mtime_ns)


def is_download_name(name: str) -> bool:
    return name.lower().endswith(RUNNING_DOWNLOADS)


def is_settled(mark: FileMark, settle_seconds: float, *, now: float | None = None) -> bool:
    """Whether the last change is long enough ago. A time in the future (another clock) says nothing, and is not enough."""
    return settle_seconds <= 0 or mark.age(now) >= settle_seconds


def missing_end(path: Path) -> str | None:
    """What the end of the file lacks, in words; None if it has the end that its beginning promises.

    Tables of text and web pages promise none. Raises OSError if the file cannot be read.
    """
    with path.open("rb") as file:
        start = file.read(1024)
        if not start:
            return "nothing in it yet"
        size = file.seek(0, os.SEEK_END)
        if b"%PDF-" in start:
            file.seek(max(0, size - _END_WINDOW))
            return None if b"%%EOF" in file.read() else "a PDF without its end mark %%EOF"
        if start.startswith(_ZIP_MAGIC):
            try:
                zipfile.ZipFile(file).close()
            except DAMAGED:
                return "a zip (xlsx, docx, ods) without the list of its parts, which stands at its end"
    return None


def why_not_settled(path: Path, settle_seconds: float, *, now: float | None = None) -> str | None:
    """Why somebody may still be writing the file, in words after "found"; None if nobody seems to. Raises OSError."""
    if is_download_name(path.name):
        return f"the name of a running download ({path.suffix})"
    mark = mark_of(path)
    if not is_settled(mark, settle_seconds, now=now):
        return f"a change {max(0.0, mark.age(now)):.0f} seconds ago"
    return None


def why_not_whole(path: Path, settle_seconds: float, *, now: float | None = None) -> str | None:
    """Why the file cannot be taken now, in words after "found"; None if it is whole. Raises OSError."""
    return why_not_settled(path, settle_seconds, now=now) or missing_end(path)
