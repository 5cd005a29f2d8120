"""Reading within limits: what `readers` and `pdf.pictures` do, done in a child process that cannot harm its caller."""

from __future__ import annotations

from collections.abc import Collection
from functools import partial
from pathlib import Path

from extractors.catalogue.models import CatalogueEntry
from extractors.catalogue.reference import Reference
from extractors.isolation import LIMITS, Isolation, Limits, shared_isolation
from extractors.pdf import Spot, draw_page_pictures, draw_plain_pages, draw_spots
from extractors.pdf.effort import Effort, effort, picture_effort
from extractors.pdf.scan.status import has_pictures_support
from extractors.readers import read_file
from extractors.records import Kind, Reading
from extractors.trial import Trial, try_layouts


def _isolation() -> Isolation:
    return shared_isolation(__name__)


def measure_effort(
    data: bytes, kind: Kind, document_id: str, *, limits: Limits = LIMITS, pages: Collection[int] | None = None
) -> Effort | None:
    """Pages of a PDF or picture file and how many need character recognition; None for kinds without pages.

    Raises:
        DocumentError: the file cannot be opened within the limits.
    """
    if kind == "image" and has_pictures_support():
        return _isolation().run(partial(picture_effort, data, document_id), limits, document_id)
    if kind != "pdf":
        return None
    return _isolation().run(partial(effort, data, document_id, pages), limits, document_id)


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
    scanned = measured.scanned_pages if measured else 0
    job = partial(read_file, data, kind, sha256, document_id, pages=pages, second_reading=second_reading)
    return _isolation().run(job, limits.with_scanned_pages(scanned), document_id)


def draw_bounded(
    data: bytes,
    reading: Reading,
    directory: Path,
    document_id: str,
    *,
    pages: frozenset[int] | None = None,
    limits: Limits = LIMITS,
) -> tuple[Path, ...]:
    """As `pdf.draw_page_pictures`, in a child process.

    Raises:
        DocumentError: `reader_timed_out`, `reader_out_of_memory`, `reader_crashed`.
    """
    job = partial(draw_page_pictures, data, reading, directory, pages=pages)
    return tuple(_isolation().run(job, limits, document_id))


def draw_plain_pages_bounded(
    data: bytes, directory: Path, document_id: str, *, limits: Limits = LIMITS
) -> tuple[tuple[int, int, int], ...]:
    """As `pdf.pictures.draw_plain_pages`, in a child process.

    Raises:
        DocumentError: `reader_timed_out`, `reader_out_of_memory`, `reader_crashed`.
    """
    return tuple(_isolation().run(partial(draw_plain_pages, data, directory), limits, document_id))


def draw_spots_bounded(
    data: bytes, spots: Collection[Spot], directory: Path, document_id: str, *, margin: float = 60, limits: Limits = LIMITS
) -> tuple[Path, ...]:
    """As `pdf.draw_spots`, in a child process. `margin`: points shown around each spot.

    Raises:
        DocumentError: `reader_timed_out`, `reader_out_of_memory`, `reader_crashed`.
    """
    return tuple(_isolation().run(partial(draw_spots, data, spots, directory, margin=margin), limits, document_id))


def try_bounded(
    reading: Reading, entries: tuple[CatalogueEntry, ...], reference: Reference, document_id: str, *, limits: Limits = LIMITS
) -> tuple[Trial, ...]:
    """As `trial.try_layouts`, in a child process.

    Raises:
        DocumentError: `reader_timed_out`, `reader_out_of_memory`, `reader_crashed`.
    """
    return _isolation().run(partial(try_layouts, reading, entries, reference), limits, document_id)
