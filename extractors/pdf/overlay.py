"""What was read of a page, drawn over its picture for a person to judge: each cell framed, its row and column named beside the table.

Nothing is written inside a cell: the figures under the frames must stay legible. Under the page a legend says what the colours mean.
"""

from __future__ import annotations

from collections.abc import Sequence

from PIL import Image, ImageDraw, ImageFont

from extractors.records import UNSETTLED, Box, Cell, Reading, Table

Colour = tuple[int, int, int]

CELL: Colour = (200, 30, 30)
HEADER: Colour = (30, 60, 200)
UNSETTLED_CELL: Colour = (210, 0, 190)
MERGED: Colour = (255, 190, 40)
PARAGRAPH: Colour = (30, 140, 60)

_VEIL = 0.28
"""How much of the colour of a filled cell covers the page."""

MARGIN = 34
"""Picture points left of the page and above it, for the numbers of rows and columns of a table at its edge."""

_LEGEND: tuple[tuple[Colour, bool, str], ...] = (
    (HEADER, False, "cell of the header"),
    (CELL, False, "cell"),
    (MERGED, True, "cell over several rows or columns"),
    (UNSETTLED_CELL, True, "cell that is not settled: compare with the page"),
    (PARAGRAPH, False, "paragraph, its number at the left"),
)
_LEGEND_END = "T1: table 1; its rows are numbered at the left, its columns above"
_SWATCH, _GAP, _LINE = 18, 16, 22
_INK: Colour = (60, 60, 60)

_FONT = ImageFont.load_default(11)


def scaled(box: Box, scale: float) -> Box:
    return box[0] * scale, box[1] * scale, box[2] * scale, box[3] * scale


def _moved(box: Box, scale: float) -> Box:
    x0, y0, x1, y1 = scaled(box, scale)
    return x0 + MARGIN, y0 + MARGIN, x1 + MARGIN, y1 + MARGIN


def _filling(cell: Cell) -> Colour | None:
    if cell.text == UNSETTLED:
        return UNSETTLED_CELL
    return MERGED if cell.row_span > 1 or cell.column_span > 1 else None


def _veiled(picture: Image.Image, boxes: Sequence[tuple[Box, Colour]]) -> Image.Image:
    """The picture with these boxes tinted: white takes the colour, ink stays dark."""
    veil = Image.new("RGBA", picture.size, (0, 0, 0, 0))
    draw = ImageDraw.Draw(veil)
    for box, colour in boxes:
        draw.rectangle(box, fill=(*colour, round(255 * _VEIL)))
    return Image.alpha_composite(picture.convert("RGBA"), veil).convert("RGB")


def _numbers(draw: ImageDraw.ImageDraw, table: Table, cells: Sequence[tuple[Cell, Box]]) -> None:
    """Numbers of rows left of the table, of columns above it. Of several cells of a row or column the smallest says where it lies."""
    left, top = min(box[0] for _, box in cells), min(box[1] for _, box in cells)
    rows: dict[int, Box] = {}
    columns: dict[int, Box] = {}
    for cell, box in sorted(cells, key=lambda item: (item[0].row_span, item[0].column_span)):
        rows.setdefault(cell.row, box)
        if cell.column_span == 1:
            columns.setdefault(cell.column, box)
    for row, box in rows.items():
        colour = HEADER if row <= table.header_rows else CELL
        draw.text((left - 4, (box[1] + box[3]) / 2), str(row), fill=colour, font=_FONT, anchor="rm")
    for column, box in columns.items():
        draw.text(((box[0] + box[2]) / 2, top - 2), str(column), fill=HEADER, font=_FONT, anchor="mb")
    draw.text((left - 4, top - 2), f"T{table.number}", fill=HEADER, font=_FONT, anchor="rb")


def _legend(width: int) -> Image.Image:
    """The strip under the page, as wide as it."""
    entries = [*_LEGEND, (None, False, _LEGEND_END)]
    places: list[tuple[int, int]] = []
    x, line = _GAP, 0
    for colour, _, text in entries:
        wide = (_SWATCH + 6 if colour else 0) + round(_FONT.getlength(text))
        if x > _GAP and x + wide > width - _GAP:
            x, line = _GAP, line + 1
        places.append((x, line))
        x += wide + _GAP
    strip = Image.new("RGB", (width, (line + 1) * _LINE + 12), "white")
    draw = ImageDraw.Draw(strip)
    draw.line((0, 1, width, 1), fill=_INK)
    filled: list[tuple[Box, Colour]] = []
    for (colour, is_filled, text), (left, line) in zip(entries, places, strict=True):
        y = 8 + line * _LINE
        if colour:
            box = (left, y, left + _SWATCH, y + 12)
            draw.rectangle(box, outline=CELL if colour == MERGED else colour, width=2)
            filled += [(box, colour)] if is_filled else []
        draw.text((left + (_SWATCH + 6 if colour else 0), y + 6), text, fill=_INK, font=_FONT, anchor="lm")
    return _veiled(strip, filled)


def drawn_over(picture: Image.Image, reading: Reading, page: int, scale: float) -> Image.Image:
    """The picture of a page (from 1) with what was read of it, and the legend under it. `scale`: picture points per point."""
    width, height = picture.width + MARGIN, picture.height + MARGIN
    legend = _legend(width)
    canvas = Image.new("RGB", (width, height + legend.height), "white")
    canvas.paste(picture, (MARGIN, MARGIN))
    canvas.paste(legend, (0, height))
    found = [
        (table, [(cell, _moved(cell.bbox, scale)) for cell in table.cells if cell.page == page and cell.bbox is not None])
        for table in reading.tables
        if page in table.pages
    ]
    veils = [(box, colour) for _, cells in found for cell, box in cells if (colour := _filling(cell)) is not None]
    canvas = _veiled(canvas, veils)
    draw = ImageDraw.Draw(canvas)
    for table, cells in found:
        for cell, box in cells:
            draw.rectangle(box, outline=HEADER if cell.row <= table.header_rows else CELL, width=2)
        for cell, box in cells:
            if cell.text == UNSETTLED:
                draw.rectangle(box, outline=UNSETTLED_CELL, width=4)
        if cells:
            _numbers(draw, table, cells)
    for paragraph in reading.paragraphs:
        if paragraph.page == page and paragraph.bbox is not None:
            box = _moved(paragraph.bbox, scale)
            draw.rectangle(box, outline=PARAGRAPH)
            draw.text((box[0] - 3, box[1]), str(paragraph.number), fill=PARAGRAPH, font=_FONT, anchor="rt")
    return canvas
