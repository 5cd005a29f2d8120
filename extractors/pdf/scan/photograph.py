"""Picture files -> pages: PNG, JPEG and TIFF of one page or many, opened within limits and turned as their camera says."""

from __future__ import annotations

from collections.abc import Iterator

from PIL import Image, ImageOps, ImageSequence

from extractors.pdf.guard import refusal
from extractors.pdf.scan.picture import MAX_SOURCE_PIXELS, as_rgb, opened, reduced_jpeg
from extractors.pdf.scan.sheet import MAX_PIXELS, Picture
from extractors.records import DocumentError

FORMATS = ("PNG", "JPEG", "TIFF")
MAX_FRAMES = 500
"""Pages of a TIFF that are read."""

_DOTS = (100.0, 1200.0)
"""Dots per inch that a scanner may claim; less is what cameras and editors write without meaning it."""

_A4_LONG, _A4_SHORT = 841.89, 595.28
"""Points."""

_ENGINE_ERRORS = (OSError, SyntaxError, ValueError, EOFError, Image.DecompressionBombError)
"""What Pillow raises on damaged pictures."""


def _size(image: Image.Image, given: tuple[float, float]) -> tuple[float, float]:
    """Width and height of the page in points: by the dots per inch of the file where it gives any, else as large as A4 can hold it."""
    width, height = image.size
    across, along = given
    if _DOTS[0] <= across <= _DOTS[1] and _DOTS[0] <= along <= _DOTS[1]:
        return width * 72 / across, height * 72 / along
    scale = min(_A4_LONG / max(width, height), _A4_SHORT / min(width, height))
    return width * scale, height * scale


def _too_large(document_id: str, image: Image.Image) -> DocumentError:
    found = f"{image.size[0]} x {image.size[1]} pixels"
    return refusal(
        document_id,
        "picture_too_large",
        f"expected a picture of at most {MAX_SOURCE_PIXELS // 1_000_000} million pixels, found one of {found}",
        "scan the page at 300 dots per inch, or save the picture smaller",
        expected=f"at most {MAX_SOURCE_PIXELS} pixels",
        found=found,
    )


def _damaged(document_id: str, error: Exception) -> DocumentError:
    return refusal(
        document_id,
        "damaged_picture",
        f"expected a whole picture (PNG, JPEG or TIFF), found one that does not open: {error}",
        "fetch or copy the file again; the transfer was probably cut off",
        expected="a picture",
        found=str(error),
    )


def _page(frame: Image.Image, data: bytes, document_id: str) -> Picture:
    raw = frame.info.get("dpi", (0.0, 0.0))
    across, along = float(raw[0]), float(raw[1])
    if frame.size[0] * frame.size[1] > MAX_SOURCE_PIXELS:
        whole = frame.size
        reduced = reduced_jpeg(data, MAX_PIXELS)
        if reduced is None:
            raise _too_large(document_id, frame)
        frame, across, along = reduced, across * reduced.size[0] / whole[0], along * reduced.size[1] / whole[1]
    upright = ImageOps.exif_transpose(frame)
    if upright.size != frame.size:
        across, along = along, across
    width, height = _size(upright, (across, along))
    pixels = as_rgb(upright)
    return Picture(pixels, (width / pixels.shape[1], 0, 0, height / pixels.shape[0], 0, 0), width, height)


def _opened(data: bytes, document_id: str) -> tuple[Image.Image, int]:
    """The file opened, nothing of it decoded, and the number of its pages."""
    try:
        image = opened(data, FORMATS)
        return image, int(getattr(image, "n_frames", 1))
    except _ENGINE_ERRORS as error:
        raise _damaged(document_id, error) from None


def page_count(data: bytes, document_id: str) -> int:
    """Pages of a picture file that are read.

    Raises:
        DocumentError: `damaged_picture`.
    """
    return min(_opened(data, document_id)[1], MAX_FRAMES)


def pictures_of(data: bytes, document_id: str) -> Iterator[Picture]:
    """The pages of a picture file, one at a time.

    Raises:
        DocumentError: `damaged_picture`, `picture_too_large` or `too_many_pages`.
    """
    image, count = _opened(data, document_id)
    if count > MAX_FRAMES:
        raise refusal(
            document_id,
            "too_many_pages",
            f"expected at most {MAX_FRAMES} pages in a picture file, found {count}",
            "split the file",
            expected=f"at most {MAX_FRAMES}",
            found=str(count),
        )
    for frame in ImageSequence.Iterator(image):
        try:
            page = _page(frame, data, document_id)
        except _ENGINE_ERRORS as error:
            raise _damaged(document_id, error) from None
        yield page
