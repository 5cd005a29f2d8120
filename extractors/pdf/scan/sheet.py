"""A picture of a page made fit for reading: gray without the red stamp, 300 dots per inch, upright and straight."""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from extractors.pdf.page import Matrix, apply, multiply
from extractors.pdf.scan.engines import Gray
from extractors.records import Box

Colour = npt.NDArray[np.uint8]
"""A picture, height x width x 3, red, green, blue."""

READING_DPI = 300
MAX_PIXELS = 40_000_000
"""Pixels of a straightened sheet: an A3 page at 300 dots per inch has 17 million. Larger pages are read at fewer dots."""

_MOST_SKEW = 5.0
"""Degrees. A page that lies more crookedly is no page of a table."""

_LEAST_SKEW = 0.02

_LONG = 0.08
"""Share of the width of a page from which a run counts as a rule."""

_RUN = 12
"""Pixels at half of the reading resolution that a level run has at least where a rule leans by `_MOST_SKEW`."""


@dataclass(frozen=True, slots=True)
class Picture:
    """A page as a picture. `matrix` takes pixels (x right, y down, from the top left corner) to displayed points."""

    pixels: Colour
    matrix: Matrix
    width: float
    height: float


@dataclass(frozen=True, slots=True)
class Sheet:
    """A page ready for reading.

    `gray`: without red print; `ink`: the darkest channel, where red print is dark too. `scale`: pixels for each point.
    `width`, `height`: of the straight sheet in points. `to_displayed` takes straight points to those of the page as displayed.
    `darkest`: the level of gray of the blackest print.
    """

    gray: Gray
    ink: Gray
    scale: float
    width: float
    height: float
    to_displayed: Matrix
    skew: float
    darkest: int = 0

    def displayed(self, box: Box) -> Box:
        """The smallest upright box on the displayed page around a box of the straight sheet, without the growth by the skew."""
        x0, y0, x1, y1 = box
        cx, cy = apply(self.to_displayed, (x0 + x1) / 2, (y0 + y1) / 2)
        a, b, _, _, _, _ = self.to_displayed
        width, height = x1 - x0, y1 - y0
        if abs(b) > abs(a):
            width, height = height, width
        return cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2

    def straight(self, box: Box) -> Box:
        """The place on the straight sheet of an upright box on the displayed page."""
        x0, y0, x1, y1 = box
        back = _inverse(self.to_displayed)
        cx, cy = apply(back, (x0 + x1) / 2, (y0 + y1) / 2)
        width, height = x1 - x0, y1 - y0
        if abs(back[1]) > abs(back[0]):
            width, height = height, width
        return cx - width / 2, cy - height / 2, cx + width / 2, cy + height / 2

    def points(self, box: tuple[int, int, int, int]) -> Box:
        x0, y0, x1, y1 = (value / self.scale for value in box)
        return x0, y0, x1, y1


def _inverse(matrix: Matrix) -> Matrix:
    a, b, c, d, e, f = matrix
    det = a * d - b * c
    return d / det, -b / det, -c / det, a / det, (c * f - d * e) / det, (b * e - a * f) / det


def gray_of(pixels: Colour) -> Gray:
    """The red channel: a red stamp or signature vanishes, black print stays."""
    return np.ascontiguousarray(pixels[:, :, 0])


def darkest_of(pixels: Colour) -> Gray:
    """The darkest channel: whatever is printed, in any colour, is dark."""
    import cv2

    red, green, blue = cv2.split(pixels)
    return np.asarray(cv2.min(cv2.min(red, green), blue), dtype=np.uint8)


def skew_of(gray: Gray) -> float:
    """Degrees by which level lines fall towards the right. From long straight lines; 0.0 if there are none that agree."""
    import cv2

    small = np.asarray(cv2.resize(gray, None, fx=0.5, fy=0.5, interpolation=cv2.INTER_AREA))
    dark = np.asarray(cv2.adaptiveThreshold(small, 255, cv2.ADAPTIVE_THRESH_MEAN_C, cv2.THRESH_BINARY_INV, 31, 12))
    angles: list[tuple[float, float]] = []
    for turned in (False, True):
        plane = np.ascontiguousarray(np.rot90(dark)) if turned else dark
        # Letters go: only level runs stay, which even a crooked rule is made of.
        runs = cv2.morphologyEx(plane, cv2.MORPH_OPEN, cv2.getStructuringElement(cv2.MORPH_RECT, (_RUN, 1)))
        joined = cv2.dilate(runs, cv2.getStructuringElement(cv2.MORPH_RECT, (9, 3)))
        count, numbers, boxes, _ = cv2.connectedComponentsWithStats(joined, connectivity=8)
        for number in range(1, count):
            x, y, width, height = (int(value) for value in boxes[number][:4])
            if width < _LONG * plane.shape[1] or height > 8 + width * math.sin(math.radians(_MOST_SKEW)):
                continue
            part = np.nonzero((numbers[y : y + height, x : x + width] == number) & (runs[y : y + height, x : x + width] > 0))
            angles.append((math.degrees(math.atan(float(np.polyfit(part[1], part[0], 1)[0]))), float(width)))
    if not angles:
        return 0.0
    angles.sort()
    half = sum(length for _, length in angles) / 2
    total = 0.0
    for angle, length in angles:
        total += length
        if total >= half:
            return angle
    return angles[-1][0]


def text_skew(gray: Gray) -> float:
    """Degrees by which lines of text fall, for a page without rules: the turn at which the rows of ink are sharpest."""
    import cv2

    small = np.asarray(cv2.resize(gray, None, fx=0.33, fy=0.33, interpolation=cv2.INTER_AREA))
    dark = (small < 160).astype(np.uint8) * 255
    height, width = dark.shape

    def sharpness(angle: float) -> float:
        turn = cv2.getRotationMatrix2D((width / 2, height / 2), angle, 1.0)
        rows = np.asarray(cv2.warpAffine(dark, turn, (width, height), flags=cv2.INTER_NEAREST)).sum(axis=1, dtype=np.float64)
        return float(np.square(np.diff(rows)).sum())

    coarse = max((step * 0.5 for step in range(-6, 7)), key=lambda a: (sharpness(a), -abs(a)))
    return max((coarse + step * 0.1 for step in range(-5, 6)), key=lambda a: (sharpness(a), -abs(a)))


def quarter_turned(picture: Picture, quarters: int) -> Picture:
    """The picture turned by `quarters` x 90 degrees counter-clockwise; boxes still lead to the page as displayed."""
    quarters %= 4
    if quarters == 0:
        return picture
    height, width = picture.pixels.shape[:2]
    # From pixels of the turned picture back to pixels of the given one.
    back: dict[int, Matrix] = {
        1: (0, 1, -1, 0, width, 0),
        2: (-1, 0, 0, -1, width, height),
        3: (0, -1, 1, 0, 0, height),
    }
    pixels = np.ascontiguousarray(np.rot90(picture.pixels, quarters))
    size = (picture.width, picture.height) if quarters == 2 else (picture.height, picture.width)
    return Picture(pixels, multiply(back[quarters], picture.matrix), *size)


def sheet_of(picture: Picture) -> Sheet:
    """The picture at 300 dots per inch (fewer if it would be too large) and straight; white where nothing was."""
    import cv2

    height, width = picture.pixels.shape[:2]
    a, b, _, _, _, _ = picture.matrix
    dots = 1 / math.hypot(a, b)
    scale = READING_DPI / 72
    scale *= min(1.0, math.sqrt(MAX_PIXELS / max(1.0, picture.width * picture.height * scale * scale)))
    factor = scale / dots
    method = cv2.INTER_CUBIC if factor > 1 else cv2.INTER_AREA
    size = max(1, round(width * factor)), max(1, round(height * factor))
    pixels = picture.pixels
    if size != (width, height):
        pixels = np.asarray(cv2.resize(pixels, size, interpolation=method), dtype=np.uint8)
    gray, ink = gray_of(pixels), darkest_of(pixels)
    skew = skew_of(gray) or text_skew(gray)
    if abs(skew) < _LEAST_SKEW:
        skew = 0.0
    forth: Matrix = (1, 0, 0, 1, 0, 0)
    if skew:
        turn = cv2.getRotationMatrix2D((size[0] / 2, size[1] / 2), skew, 1.0)
        gray, ink = (
            np.asarray(
                cv2.warpAffine(plane, turn, size, flags=cv2.INTER_CUBIC, borderMode=cv2.BORDER_REPLICATE), dtype=np.uint8
            )
            for plane in (gray, ink)
        )
        forth = (
            float(turn[0, 0]),
            float(turn[1, 0]),
            float(turn[0, 1]),
            float(turn[1, 1]),
            float(turn[0, 2]),
            float(turn[1, 2]),
        )
    # straight points -> straight pixels -> pixels before deskewing -> pixels of the picture -> displayed points
    points: Matrix = (scale, 0, 0, scale, 0, 0)
    smaller: Matrix = (width / size[0], 0, 0, height / size[1], 0, 0)
    to_displayed = multiply(multiply(multiply(points, _inverse(forth)), smaller), picture.matrix)
    return Sheet(
        gray, ink, scale, size[0] / scale, size[1] / scale, to_displayed, skew, int(np.percentile(gray[::3, ::3], 0.3))
    )
