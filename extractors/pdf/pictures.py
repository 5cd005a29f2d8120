"""Pictures of the pages with what was found drawn over them, so that a person sees what the reader saw."""

from __future__ import annotations

from pathlib import Path

import pypdfium2 as pdfium
from PIL import Image, ImageDraw

from extractors.records import Box, Reading

_CELL, _HEADER, _PARAGRAPH = (200, 30, 30), (30, 60, 200), (30, 140, 60)


def _scaled(box: Box, scale: float) -> tuple[float, float, float, float]:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale


def draw_page_pictures(data: bytes, reading: Reading, directory: Path, *, scale: int = 2) -> list[Path]:
    """Each page as `page_001.png` …, cells red (header cells blue) with table, row and column, paragraphs green with their number.

    `scale`: picture points per PDF point. The directory is made if need be.
    """
    directory.mkdir(parents=True, exist_ok=True)
    paths: list[Path] = []
    document = pdfium.PdfDocument(data)
    try:
        for index in range(len(document)):
            page = document[index]
            picture: Image.Image = page.render(scale=scale).to_pil().convert("RGB")
            draw = ImageDraw.Draw(picture)
            for table in reading.tables:
                for cell in table.cells:
                    if cell.page == index + 1 and cell.bbox is not None:
                        colour = _HEADER if cell.row <= table.header_rows else _CELL
                        box = _scaled(cell.bbox, scale)
                        draw.rectangle(box, outline=colour, width=2)
                        draw.text((box[0] + 3, box[1] + 2), f"{table.number}:{cell.row},{cell.column}", fill=colour)
            for paragraph in reading.paragraphs:
                if paragraph.page == index + 1 and paragraph.bbox is not None:
                    box = _scaled(paragraph.bbox, scale)
                    draw.rectangle(box, outline=_PARAGRAPH)
                    draw.text((max(box[0] - 22, 0), box[1]), str(paragraph.number), fill=_PARAGRAPH)
            path = directory / f"page_{index + 1:03d}.png"
            picture.save(path)
            paths.append(path)
            page.close()
    finally:
        document.close()
    return paths
