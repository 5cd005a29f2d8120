"""The ink of one cell: rules erased, lines of text told apart, each line cropped and brought to the size that an engine reads best."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.pdf.scan.engines import Gray

DIGIT_HEIGHT = 27
"""Pixels. Tesseract reads figures of this height best, by far: measured on figures of known value."""

_PAPER = 255
_SPECK = 0.06
"""Share of a square point (times the scale squared) below which a spot of ink is dust."""

_LEAST_CONTRAST = 45
"""Levels of gray between paper and ink below which there is no ink."""


_STROKE = 1.6
"""Points. What is broader is no stroke of a figure."""

_ODD = 12
"""Pixels. The darkest of a crop that do not count for the level of its ink."""


@dataclass(frozen=True, slots=True)
class Blob:
    """One connected spot of ink: its box in pixels of the crop and the number of its pixels."""

    x0: int
    y0: int
    x1: int
    y1: int
    area: int

    @property
    def width(self) -> int:
        return self.x1 - self.x0

    @property
    def height(self) -> int:
        return self.y1 - self.y0


@dataclass(frozen=True, slots=True)
class Line:
    """A line of ink in a crop: its box in pixels of the crop and its spots from left to right."""

    box: tuple[int, int, int, int]
    blobs: tuple[Blob, ...]

    @property
    def height(self) -> int:
        """Height of its tallest spot: of the figures, in a line of figures."""
        return max(blob.height for blob in self.blobs)


def erased(gray: Gray, mask: Gray) -> Gray:
    """The sheet without its rules: what they covered has the colour of the paper."""
    import cv2

    wide = cv2.dilate(mask, cv2.getStructuringElement(cv2.MORPH_RECT, (3, 3)))
    clean = gray.copy()
    clean[np.asarray(wide) > 0] = _PAPER
    return clean


def without_shade(gray: Gray, scale: float) -> Gray:
    """The sheet with broad shades brought to the level of the paper: the ring of a gray stamp goes, the thinner print on it stays."""
    import cv2

    size = 2 * round(_STROKE * scale / 2) + 1
    shade = cv2.morphologyEx(gray, cv2.MORPH_CLOSE, cv2.getStructuringElement(cv2.MORPH_ELLIPSE, (size, size)))
    paper = int(np.percentile(shade[::4, ::4], 75))
    return np.asarray(np.minimum(gray * (paper / np.maximum(shade, 1)), _PAPER), dtype=np.uint8)


def paper_and_ink(gray: Gray) -> tuple[int, int]:
    """Levels of the paper and of the darkest ink of a crop, a few odd pixels apart: a small figure may stand in a large cell."""
    levels = np.partition(gray, min(_ODD, gray.size - 1), axis=None)
    return int(np.percentile(gray, 75)), int(levels[min(_ODD, gray.size - 1)])


def has_ink(gray: Gray) -> bool:
    paper, ink = paper_and_ink(gray)
    return paper - ink >= _LEAST_CONTRAST


def otsu(gray: Gray) -> tuple[Gray, float]:
    """Black on white at Otsu's threshold, and that threshold."""
    import cv2

    level, picture = cv2.threshold(gray, 0, 255, cv2.THRESH_BINARY + cv2.THRESH_OTSU)
    return np.asarray(picture, dtype=np.uint8), float(level)


def upright_contrast(gray: Gray) -> Gray:
    """Dark print on light paper: a crop with light print on dark shading is inverted."""
    return gray if np.median(gray) >= 110 else np.asarray(255 - gray, dtype=np.uint8)


def middle_level(gray: Gray) -> float:
    """The level half way between the ink and the paper of a crop."""
    return level_at(gray, 0.5)


def level_at(gray: Gray, share: float) -> float:
    """The level at a share of the way from the ink of a crop to its paper."""
    paper, dark = paper_and_ink(gray)
    return dark + share * (paper - dark)


def blobs_of(gray: Gray, scale: float, level: float | None = None) -> list[Blob]:
    """Spots of ink of a crop without dust and without what is left of rules at its edge. `level`: gray from which there is no ink."""
    import cv2

    dark = (gray < (middle_level(gray) if level is None else level)).astype(np.uint8)
    count, _, boxes, _ = cv2.connectedComponentsWithStats(dark, connectivity=8)
    height, width = gray.shape
    found: list[Blob] = []
    for x, y, w, h, area in boxes[1:count].tolist():
        blob = Blob(int(x), int(y), int(x + w), int(y + h), int(area))
        at_edge = blob.x0 == 0 or blob.y0 == 0 or blob.x1 == width or blob.y1 == height
        is_thin = min(blob.width, blob.height) <= 0.9 * scale
        if area >= _SPECK * scale * scale * 4 and not (at_edge and is_thin):
            found.append(blob)
    return found


def lines_of(blobs: Sequence[Blob]) -> list[Line]:
    """Spots gathered to lines from top to bottom: what overlaps in height is one line; marks join the nearest line."""
    if not blobs:
        return []
    tall = float(np.percentile([blob.height for blob in blobs], 80))
    large = sorted((blob for blob in blobs if blob.height >= 0.5 * tall), key=lambda blob: (blob.y0 + blob.y1) / 2)
    groups: list[list[Blob]] = []
    for blob in large:
        middle = (blob.y0 + blob.y1) / 2
        if groups:
            last = float(np.median([(b.y0 + b.y1) / 2 for b in groups[-1]]))
            if middle - last <= 0.6 * tall:
                groups[-1].append(blob)
                continue
        groups.append([blob])
    tops = [float(np.median([b.y0 for b in group])) for group in groups]
    feet = [float(np.median([b.y1 for b in group])) for group in groups]
    for blob in blobs:
        if blob.height >= 0.5 * tall:
            continue
        middle = (blob.y0 + blob.y1) / 2
        distances = [max(top - middle, middle - foot, 0.0) for top, foot in zip(tops, feet, strict=True)]
        groups[int(np.argmin(distances))].append(blob)
    lines: list[Line] = []
    for group in groups:
        ordered = tuple(sorted(group, key=lambda blob: (blob.x0, blob.y0)))
        box = (
            min(blob.x0 for blob in ordered),
            min(blob.y0 for blob in ordered),
            max(blob.x1 for blob in ordered),
            max(blob.y1 for blob in ordered),
        )
        lines.append(Line(box, ordered))
    return lines


def cropped(gray: Gray, box: tuple[int, int, int, int], margin: int) -> Gray:
    """The part of a picture in a box and a margin around it; paper where the margin reaches beyond the picture."""
    x0, y0, x1, y1 = box
    height, width = gray.shape
    part = gray[max(0, y0 - margin) : min(height, y1 + margin), max(0, x0 - margin) : min(width, x1 + margin)]
    before = max(0, margin - y0), max(0, margin - x0)
    after = max(0, y1 + margin - height), max(0, x1 + margin - width)
    return np.pad(part, ((before[0], after[0]), (before[1], after[1])), constant_values=_PAPER)


def resized(gray: Gray, factor: float) -> Gray:
    import cv2

    height, width = gray.shape
    size = max(1, round(width * factor)), max(1, round(height * factor))
    method = cv2.INTER_AREA if factor < 1 else cv2.INTER_CUBIC
    return np.asarray(cv2.resize(gray, size, interpolation=method), dtype=np.uint8)


def framed(gray: Gray, margin: int) -> Gray:
    return np.pad(gray, margin, constant_values=_PAPER)


def runs_of(line: Line) -> int:
    """How many spots of a line stand apart from left to right: at least so many signs were printed."""
    count, end = 0, -1
    for blob in line.blobs:
        if blob.x0 >= end:
            count += 1
        end = max(end, blob.x1)
    return count


Mask = npt.NDArray[np.bool_]
