"""Reading within limits: what `readers` and `pdf.pictures` do, done in a child process that cannot harm its caller."""

from __future__ import annotations

import os
from collections.abc import Collection
from functools import lru_cache, partial
from pathlib import Path

from extractors.isolation import LIMITS, Isolation, Limits
from extractors.pdf import draw_page_pictures
from extractors.pdf.effort import Effort, effort
from extractors.readers import read_file
from extractors.records import Kind, Reading


@lru_cache(maxsize=1)
def _isolation(_process: int) -> Isolation:
    """One helper for all files of a run. A forked copy of this process must not speak into its parent's, hence one per process."""
    return Isolation(preload=("extractors.bounded",))


def warm_up() -> None:
    """Starts the helper now, so that it gets ready while the caller does something else."""
    _isolation(os.getpid()).warm_up()


def measure_effort(
    data: bytes, kind: Kind, document_id: str, *, limits: Limits = LIMITS, pages: Collection[int] | None = None
) -> Effort | None:
    """Pages of a PDF and how many are scanned; None for kinds without pages to choose from.

    Raises:
        DocumentError: the PDF cannot be opened within the limits.
    """
    if kind != "pdf":
        return None
    return _isolation(os.getpid()).run(partial(effort, data, document_id, pages), limits, document_id)


def read_bounded(
    data: bytes,
    kind: Kind,
    sha256: str,
    document_id: str,
    *,
    limits: Limits = LIMITS,
    pages: frozenset[int] | None = None,
    second_reading: bool = True,
    known: Effort | None = None,
) -> Reading:
    """As `readers.read_file`, in a child process. `known`: the effort, if it was measured before.

    Raises:
        DocumentError: the file cannot be read, or `reader_timed_out`, `reader_out_of_memory`, `reader_crashed`.
    """
    measured = known or measure_effort(data, kind, document_id, limits=limits, pages=pages)
    scanned = measured.scanned_pages if measured else 1 if kind == "image" else 0
    job = partial(read_file, data, kind, sha256, document_id, pages=pages, second_reading=second_reading)
    return _isolation(os.getpid()).run(job, limits.with_scanned_pages(scanned), document_id)


def draw_bounded(
    data: bytes, reading: Reading, directory: Path, document_id: str, *, limits: Limits = LIMITS
) -> tuple[Path, ...]:
    """As `pdf.draw_page_pictures`, in a child process.

    Raises:
        DocumentError: `reader_timed_out`, `reader_out_of_memory`, `reader_crashed`.
    """
    job = partial(draw_page_pictures, data, reading, directory)
    return tuple(_isolation(os.getpid()).run(job, limits.with_scanned_pages(reading.pages or 1), document_id))
