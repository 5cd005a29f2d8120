"""Pictures of held-back cells on their pages, drawn once for the bytes and the cells they show."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

from dagster_project.progress import report
from extractors.bounded import draw_spots_bounded
from extractors.durable import write_atomically
from extractors.isolation import Limits
from extractors.pdf import Spot
from extractors.quarantine import QuarantineItem
from extractors.records import DocumentError, Locator

_MOST_PICTURES = 100
"""Pictures drawn for one document; beyond that a person looks at the pages (`cchc extract --picture`)."""

_DRAWN = "drawn.txt"
"""Beside the pictures of a document: of which bytes they are, and of which cells."""


def picture_name(place: Locator) -> str:
    """Name of the picture of a cell: `page_003_table_1_row_3_column_6`."""
    parts = [("table", place.table_number), ("row", place.row_number), ("column", place.column_number)]
    parts += [("paragraph", place.paragraph)]
    return "_".join([f"page_{place.page or 0:03d}", *(f"{name}_{number}" for name, number in parts if number is not None)])


def _text_of(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (FileNotFoundError, UnicodeDecodeError):
        return ""


def with_pictures(
    items: Sequence[QuarantineItem],
    quarantine: Path,
    document_id: str,
    sha256: str,
    read: Callable[[], bytes],
    *,
    limits: Limits,
) -> tuple[QuarantineItem, ...]:
    """The items of one PDF, each with the path of its picture below `quarantine` where there is one.

    Args:
        read: gives the bytes of `sha256`; called only if their pages must be opened.
    """
    folder = quarantine / document_id
    places = {
        picture_name(item.locator): Spot(item.locator.page, item.locator.bbox, picture_name(item.locator))
        for item in items
        if item.locator.page is not None and item.locator.bbox is not None
    }
    spots = list(places.values())[:_MOST_PICTURES]
    drawn = "\n".join((sha256, *sorted(spot.name for spot in spots))) + "\n"
    if _text_of(folder / _DRAWN) != drawn:
        shutil.rmtree(folder, ignore_errors=True)  # a picture of earlier bytes would mislead
        if spots:
            try:
                draw_spots_bounded(read(), spots, folder, document_id, limits=limits)
                write_atomically(folder / _DRAWN, drawn.encode())
            except DocumentError as error:
                report("quarantine", f"{document_id}: no pictures: {error.issue.message}")
    return tuple(_with_picture(item, quarantine) for item in items)


def _with_picture(item: QuarantineItem, quarantine: Path) -> QuarantineItem:
    path = f"{item.document_id}/{picture_name(item.locator)}.png"
    return replace(item, picture=path) if (quarantine / path).is_file() else item
