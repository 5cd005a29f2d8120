"""Pictures of the pages with what was found drawn over them, so that a person sees what the reader saw."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from math import sqrt
from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from extractors.records import Box, Reading

_CELL, _HEADER, _PARAGRAPH = (200, 30, 30), (30, 60, 200), (30, 140, 60)

_LARGEST_PICTURE = 40_000_000
"""Points of a picture; a page that would need more (a plan, a page of absurd size) is drawn smaller."""


def _scaled(box: Box, scale: float) -> tuple[float, float, float, float]:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale


def _fitting_scale(page: pdfium.PdfPage, scale: float) -> float:
    width, height = page.get_size()
    return min(scale, sqrt(_LARGEST_PICTURE / (width * height))) if width * height > 0 else scale


def draw_page_pictures(
    data: bytes, reading: Reading, directory: Path, *, pages: Collection[int] | None = None, scale: float = 2
) -> list[Path]:
    """Each page as `page_001.png` …, cells red (header cells blue) with table, row and column, paragraphs green with their number.

    `pages`: which, from 1; None for all. `scale`: picture points per PDF point, less for a page too large for it. The directory is
    made if need be.
    """
    directory.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    document = pdfium.PdfDocument(data)
    try:
        for index in range(len(document)):
            if pages is not None and index + 1 not in pages:
                continue
            page = document[index]
            fitting = _fitting_scale(page, scale)
            rendered = page.render(scale=fitting)  # pyright: ignore[reportArgumentType]  (any number is good)
            picture: Image.Image = rendered.to_pil().convert("RGB")
            draw = ImageDraw.Draw(picture)
            for table in reading.tables:
                for cell in table.cells:
                    if cell.page == index + 1 and cell.bbox is not None:
                        colour = _HEADER if cell.row <= table.header_rows else _CELL
                        box = _scaled(cell.bbox, fitting)
                        draw.rectangle(box, outline=colour, width=2)
                        draw.text((box[0] + 3, box[1] + 2), f"{table.number}:{cell.row},{cell.column}", fill=colour)
            for paragraph in reading.paragraphs:
                if paragraph.page == index + 1 and paragraph.bbox is not None:
                    box = _scaled(paragraph.bbox, fitting)
                    draw.rectangle(box, outline=_PARAGRAPH)
                    draw.text((max(box[0] - 22, 0), box[1]), str(paragraph.number), fill=_PARAGRAPH)
            path = directory / f"page_{index + 1:03d}.png"
            picture.save(path)
            paths.append(path)
            page.close()
    finally:
        document.close()
    return paths


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
                left, top, right, bottom = _scaled(spot.box, fitting)
                room = margin * fitting
                x, y = max(0, int(left - room)), max(0, int(top - room))
                picture = whole.crop((x, y, min(whole.width, int(right + room)), min(whole.height, int(bottom + room))))
                ImageDraw.Draw(picture).rectangle((left - x, top - y, right - x, bottom - y), outline=_CELL, width=3)
                path = directory / f"{spot.name}.png"
                picture.save(path)
                paths.append(path)
    finally:
        document.close()
    return paths
