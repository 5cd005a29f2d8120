"""Pictures of the pages with what was found drawn over them, so that a person sees what the reader saw."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from extractors.pdf.overlay import CELL, drawn_over, scaled
from extractors.records import Box, Kind, Reading

DRAWN: tuple[Kind, ...] = ("pdf", "image")
"""Kinds of files that have pages to draw."""

Shown = tuple[int, Image.Image, float]
"""Number of a page (from 1), the page as it is displayed, and picture points per point."""

_LARGEST_PICTURE = 40_000_000
"""Points of a picture; a page that would need more (a plan, a page of absurd size) is drawn smaller."""


def _fitting_scale(page: pdfium.PdfPage, scale: float) -> float:
    width, height = page.get_size()
    return min(scale, sqrt(_LARGEST_PICTURE / (width * height))) if width * height > 0 else scale


def _rendered(data: bytes, wanted: Collection[int] | None, scale: float) -> Iterator[Shown]:
    document = pdfium.PdfDocument(data)
    try:
        for number in range(1, len(document) + 1):
            if wanted is not None and number not in wanted:
                continue
            page = document[number - 1]
            fitting = _fitting_scale(page, scale)
            rendered = page.render(scale=fitting)  # pyright: ignore[reportArgumentType]  (any number is good)
            yield number, rendered.to_pil().convert("RGB"), fitting
            page.close()
    finally:
        document.close()


def _of_file(data: bytes, wanted: Collection[int] | None, scale: float) -> Iterator[Shown]:
    """The pages of a picture file, at the size in points that their reader gives them."""
    from extractors.pdf.scan.photograph import pictures_of

    for number, page in enumerate(pictures_of(data, ""), start=1):
        if wanted is None or number in wanted:
            size = round(page.width * scale), round(page.height * scale)
            yield number, Image.fromarray(page.pixels).resize(size), scale


def draw_page_pictures(
    data: bytes, reading: Reading, directory: Path, *, pages: Collection[int] | None = None, scale: float = 2
) -> list[Path]:
    """Each page as `page_001.png` …, with what was read of it drawn over it (see `overlay`).

    `pages`: which, from 1; None for all. `scale`: picture points per PDF point, less for a page too large for it. The directory is
    made if need be. For the kinds in `DRAWN`.
    """
    directory.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    shown = _rendered if reading.kind == "pdf" else _of_file
    for number, picture, fitting in shown(data, pages, scale):
        path = directory / f"page_{number:03d}.png"
        drawn_over(picture, reading, number, fitting).save(path)
        paths.append(path)
    return paths


def draw_plain_pages(data: bytes, directory: Path, *, width: int = 1100, quality: int = 60) -> list[tuple[int, int, int]]:
    """Each page of a PDF as `<number>.webp`, `width` picture points wide, for readers of a release; the directory is made if need be.

    Returns number (from 1), width and height of each picture.
    """
    directory.mkdir(parents=True, exist_ok=True)
    found: list[tuple[int, int, int]] = []
    for number, picture, _ in _rendered(data, None, 2):
        size = width, max(1, round(picture.height * width / picture.width))
        picture.resize(size, Image.Resampling.LANCZOS).save(directory / f"{number}.webp", quality=quality, method=4)
        found.append((number, *size))
    return found


@dataclass(frozen=True, slots=True)
class Spot:
    """A place on a page (from 1) that a person should look at, and the name of its picture, without ending."""

    page: int
    box: Box
    name: str


def draw_spots(data: bytes, spots: Collection[Spot], directory: Path, *, margin: float = 60, scale: float = 3) -> list[Path]:
    """Each spot with its surroundings (`margin` points around it) as `<name>.png`, framed in red. The directory is made if need be."""
    directory.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    document = pdfium.PdfDocument(data)
    try:
        for number in sorted({spot.page for spot in spots}):
            page = document[number - 1]
            fitting = _fitting_scale(page, scale)
            whole: Image.Image = page.render(scale=fitting).to_pil().convert("RGB")  # pyright: ignore[reportArgumentType]
            page.close()
            for spot in (spot for spot in spots if spot.page == number):
                left, top, right, bottom = scaled(spot.box, fitting)
                room = margin * fitting
                x, y = max(0, int(left - room)), max(0, int(top - room))
                picture = whole.crop((x, y, min(whole.width, int(right + room)), min(whole.height, int(bottom + room))))
                ImageDraw.Draw(picture).rectangle((left - x, top - y, right - x, bottom - y), outline=CELL, width=3)
                path = directory / f"{spot.name}.png"
                picture.save(path)
                paths.append(path)
    finally:
        document.close()
    return paths
