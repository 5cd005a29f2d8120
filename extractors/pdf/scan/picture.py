"""A page of a PDF -> one picture with its place on the page: the embedded picture where the page is one, else the page rendered."""

from __future__ import annotations

import ctypes
import io
import math
from typing import Any, cast

import numpy as np
import pypdfium2 as pdfium
import pypdfium2.raw as c
from PIL import Image

from extractors.pdf.engine import frame_of
from extractors.pdf.page import Frame, Matrix, apply, multiply
from extractors.pdf.scan.sheet import MAX_PIXELS, READING_DPI, Colour, Picture

MAX_SOURCE_PIXELS = 80_000_000
"""Pixels of an embedded picture that is decoded whole: A4 at 900 dots per inch. A larger one is read smaller (JPEG) or refused."""

_EDGE = 2.0
"""Points by which the edges of a picture that is the whole page may miss those of the page."""

_FINEST = 400
"""Dots per inch. A finer picture is rendered at the reading resolution instead of being taken as it is."""

_SAME = 12.0
"""Mean difference in levels of gray between an embedded picture and the rendered page, from which the page shows more than it."""


class PictureTooLargeError(ValueError):
    """The pictures of a page have more pixels than are decoded; the message says how many."""


def _pictures(page: pdfium.PdfPage) -> list[pdfium.PdfImage]:
    return [cast(pdfium.PdfImage, item) for item in page.get_objects(filter=[c.FPDF_PAGEOBJ_IMAGE], max_depth=5)]


def _pixel_size(picture: pdfium.PdfImage) -> tuple[int, int]:
    width, height = ctypes.c_uint(), ctypes.c_uint()
    if not c.FPDFImageObj_GetImagePixelSize(picture.raw, width, height):
        return 0, 0
    return width.value, height.value


def _to_displayed(picture: pdfium.PdfImage, frame: Frame, size: tuple[int, int]) -> Matrix:
    """Takes pixels of an embedded picture (y down) to displayed points."""
    width, height = size
    values: Any = picture.get_matrix().get()
    a, b, cc, d, e, f = (float(value) for value in values)
    to_user = multiply((1 / width, 0, 0, -1 / height, 0, 1), (a, b, cc, d, e, f))
    origin, right, down = (frame.point(*apply(to_user, x, y)) for x, y in ((0, 0), (1, 0), (0, 1)))
    return (
        right[0] - origin[0],
        right[1] - origin[1],
        down[0] - origin[0],
        down[1] - origin[1],
        origin[0],
        origin[1],
    )


def _upright(pixels: Colour, matrix: Matrix) -> tuple[Colour, Matrix] | None:
    """The picture flipped and turned by quarters so that its x runs right and its y down on the page; None if it lies obliquely."""
    a, b, cc, d, e, f = matrix
    largest = max(abs(a), abs(b))
    if abs(b) > 0.01 * largest and abs(a) > 0.01 * largest:
        return None
    if abs(b) > abs(a):
        pixels = pixels.transpose(1, 0, 2)
        a, b, cc, d = cc, d, a, b
    height, width = pixels.shape[:2]
    if a < 0:
        pixels, e, a = pixels[:, ::-1], e + a * width, -a
    if d < 0:
        pixels, f, d = pixels[::-1], f + d * height, -d
    return np.ascontiguousarray(pixels), (a, 0.0, 0.0, d, e, f)


def as_rgb(image: Image.Image) -> Colour:
    """Pixels of an opened picture, what is transparent on white."""
    if image.mode in ("RGBA", "LA", "PA") or "transparency" in image.info:
        image = image.convert("RGBA")
        image = Image.alpha_composite(Image.new("RGBA", image.size, (255, 255, 255, 255)), image)
    if image.mode in ("I", "I;16", "I;16B", "I;16L", "F"):
        levels = np.asarray(image, dtype=np.float64)
        image = Image.fromarray((levels / max(1.0, float(levels.max())) * 255).astype(np.uint8))
    return np.asarray(image.convert("RGB"), dtype=np.uint8)


def opened(data: bytes, formats: tuple[str, ...]) -> Image.Image:
    """A picture file opened, nothing of it decoded. Its size is judged by us, not by the library.

    Raises:
        what Pillow raises on damaged files.
    """
    limit = Image.MAX_IMAGE_PIXELS
    Image.MAX_IMAGE_PIXELS = None
    try:
        return Image.open(io.BytesIO(data), formats=formats)
    finally:
        Image.MAX_IMAGE_PIXELS = limit


def reduced_jpeg(data: bytes, most_pixels: int) -> Image.Image | None:
    """A large JPEG decoded at a half, a quarter or an eighth of its size, never whole in memory; None for none or too large."""
    if not data.startswith(b"\xff\xd8"):
        return None
    image = opened(data, ("JPEG",))
    width, height = image.size
    for part in (1, 2, 4, 8):
        if width * height <= most_pixels * part * part:
            image.draft(None, (width // part, height // part))
            return image
    return None


def _raw_jpeg(picture: pdfium.PdfImage) -> bytes | None:
    """The bytes of a picture that is a JPEG and nothing else."""
    if c.FPDFImageObj_GetImageFilterCount(picture.raw) != 1:
        return None
    size = c.FPDFImageObj_GetImageDataRaw(picture.raw, None, 0)
    buffer = (ctypes.c_ubyte * size)()
    c.FPDFImageObj_GetImageDataRaw(picture.raw, buffer, size)
    data = bytes(buffer)
    return data if data.startswith(b"\xff\xd8") else None


def _decoded(picture: pdfium.PdfImage) -> Colour:
    return as_rgb(picture.get_bitmap(render=False).to_pil())


def _rendered(page: pdfium.PdfPage, frame: Frame, dpi: float) -> Picture:
    width, height = frame.size
    scale = min(dpi / 72, math.sqrt(MAX_PIXELS / max(1.0, width * height)))
    pixels = as_rgb(page.render(scale=scale).to_pil())  # pyright: ignore[reportArgumentType]  (any number is good)
    matrix: Matrix = (width / pixels.shape[1], 0, 0, height / pixels.shape[0], 0, 0)
    return Picture(pixels, matrix, width, height)


def _shows_the_same(picture: Picture, rendered: Picture) -> bool:
    """Whether an embedded picture is all that the page shows."""
    import cv2

    height, width = rendered.pixels.shape[:2]
    a, _, _, d, e, f = picture.matrix
    sx, sy = rendered.matrix[0], rendered.matrix[3]
    place = np.array([[a / sx, 0, e / sx], [0, d / sy, f / sy]])
    factor = max(1, int(min(sx / a, sy / d)))
    small = cv2.resize(picture.pixels, None, fx=1 / factor, fy=1 / factor, interpolation=cv2.INTER_AREA)
    place[:, :2] *= factor
    laid = np.asarray(cv2.warpAffine(small, place, (width, height), borderValue=(255, 255, 255)), dtype=np.float64)
    blocks = [
        np.asarray(cv2.resize(plane.astype(np.float32), (32, 32), interpolation=cv2.INTER_AREA))
        for plane in (laid, rendered.pixels)
    ]
    return bool(np.abs(blocks[0] - blocks[1]).mean(axis=2).max() <= _SAME)


def _whole_page(picture: pdfium.PdfImage, size: tuple[int, int], frame: Frame, pixels: Colour) -> Picture | None:
    """The embedded picture as the picture of the page; None if it lies obliquely."""
    height, width = pixels.shape[:2]
    placed = _upright(pixels, multiply((size[0] / width, 0, 0, size[1] / height, 0, 0), _to_displayed(picture, frame, size)))
    return Picture(placed[0], placed[1], *frame.size) if placed is not None else None


def _fills(picture: pdfium.PdfImage, size: tuple[int, int], frame: Frame) -> bool:
    """Whether a picture lies on the page from edge to edge."""
    matrix = _to_displayed(picture, frame, size)
    corners = [apply(matrix, x, y) for x in (0, size[0]) for y in (0, size[1])]
    ends = [f(axis) for axis in ([x for x, _ in corners], [y for _, y in corners]) for f in (min, max)]
    return all(abs(end - edge) <= _EDGE for end, edge in zip(ends, (0, frame.size[0], 0, frame.size[1]), strict=True))


def page_picture(page: pdfium.PdfPage) -> Picture:
    """The picture of an open page.

    Raises:
        PictureTooLargeError: an embedded picture is too large to decode and is no JPEG.
    """
    frame = frame_of(page)
    found = [(picture, _pixel_size(picture)) for picture in _pictures(page)]
    large = [(picture, size) for picture, size in found if size[0] * size[1] > MAX_SOURCE_PIXELS]
    if large:
        if len(found) == 1:
            data = _raw_jpeg(found[0][0])
            image = reduced_jpeg(data, MAX_PIXELS) if data is not None else None
            whole = _whole_page(found[0][0], found[0][1], frame, as_rgb(image)) if image is not None else None
            if whole is not None:
                return whole
        width, height = large[0][1]
        raise PictureTooLargeError(f"{width} x {height} pixels")
    whole = [(picture, size) for picture, size in found if size[0] and size[1] and _fills(picture, size, frame)]
    if len(whole) == 1 and len(found) == 1:
        picture, size = whole[0]
        matrix = _to_displayed(picture, frame, size)
        if 72 / max(1e-9, math.hypot(matrix[0], matrix[1])) <= _FINEST:
            taken = _whole_page(picture, size, frame, _decoded(picture))
            if taken is not None and _shows_the_same(taken, _rendered(page, frame, 72)):
                return taken
    return _rendered(page, frame, READING_DPI)
