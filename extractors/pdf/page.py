"""A page as it is displayed: its signs and ruling lines, in points from the top left corner.

The coordinates of the file start at the bottom left and know neither /Rotate nor CropBox; `Frame` is the only place that converts them.
"""

from __future__ import annotations

import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import NamedTuple

from extractors.records import Box


class Char(NamedTuple):
    """Printed signs that stand together: one sign with its combining marks, or a run of signs of one line set in one piece.

    A tuple and no dataclass: a long report has a hundred thousand of them.

    `box`: as displayed; `baseline`: y for upright text; `size`: points as displayed; `font`: the name of the font in the file.
    `turn`: direction of reading in quarter turns clockwise (0: left to right, 1: downwards, 3: upwards), None if oblique.
    `first`: number of the first sign in the engine's text of the page, by which a run can be taken apart; -1 if there is none.
    A run never crosses a ruling line and holds no gap that the engine takes for a blank without there being one.
    """

    text: str
    box: Box
    baseline: float
    size: float
    turn: int | None = 0
    font: str = ""
    first: int = -1

    @property
    def centre(self) -> tuple[float, float]:
        return (self.box[0] + self.box[2]) / 2, (self.box[1] + self.box[3]) / 2


@dataclass(frozen=True, slots=True)
class Rule:
    """A horizontal or vertical line. `at`: its y (horizontal) or x (vertical); `start` < `end` along the other axis."""

    at: float
    start: float
    end: float


@dataclass(frozen=True, slots=True)
class Page:
    """One page as displayed. `number` counts from 1. `has_hidden_text`: it bears text that is not displayed, as of a scanner."""

    number: int
    width: float
    height: float
    chars: tuple[Char, ...]
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    has_pictures: bool = False
    has_hidden_text: bool = False

    @property
    def upright(self) -> tuple[Char, ...]:
        """Characters without the oblique ones: those are a watermark, and never part of a table or a sentence."""
        return tuple(char for char in self.chars if char.turn is not None)


Letters = Callable[[Char], list[Char]]
"""Takes a run apart into its single signs, each with its own box."""

Matrix = tuple[float, float, float, float, float, float]
IDENTITY: Matrix = (1, 0, 0, 1, 0, 0)


def multiply(first: Matrix, then: Matrix) -> Matrix:
    """The matrix that applies `first`, then `then` (PDF row-vector convention)."""
    a, b, cc, d, e, f = first
    a2, b2, c2, d2, e2, f2 = then
    return (
        a * a2 + b * c2,
        a * b2 + b * d2,
        cc * a2 + d * c2,
        cc * b2 + d * d2,
        e * a2 + f * c2 + e2,
        e * b2 + f * d2 + f2,
    )


def apply(matrix: Matrix, x: float, y: float) -> tuple[float, float]:
    a, b, cc, d, e, f = matrix
    return a * x + cc * y + e, b * x + d * y + f


@dataclass(frozen=True, slots=True)
class Frame:
    """The visible box of a page in user space (left, bottom, right, top) and its /Rotate; turns user space into displayed points."""

    visible: Box
    rotation: int

    @property
    def size(self) -> tuple[float, float]:
        left, bottom, right, top = self.visible
        width, height = right - left, top - bottom
        return (height, width) if self.rotation in (90, 270) else (width, height)

    def point(self, x: float, y: float) -> tuple[float, float]:
        left, bottom, right, top = self.visible
        if self.rotation == 90:
            return y - bottom, x - left
        if self.rotation == 180:
            return right - x, y - bottom
        if self.rotation == 270:
            return top - y, right - x
        return x - left, top - y

    def box(self, left: float, bottom: float, right: float, top: float) -> Box:
        if self.rotation == 0:
            x, y = self.visible[0], self.visible[3]
            return left - x, y - top, right - x, y - bottom
        x0, y0 = self.point(left, bottom)
        x1, y1 = self.point(right, top)
        return min(x0, x1), min(y0, y1), max(x0, x1), max(y0, y1)


def visible_box(media: Box, crop: Box) -> Box:
    """What of a page is displayed: the part of the CropBox inside the MediaBox; the MediaBox if they do not overlap."""
    left, bottom = max(media[0], crop[0]), max(media[1], crop[1])
    right, top = min(media[2], crop[2]), min(media[3], crop[3])
    return (left, bottom, right, top) if right > left and top > bottom else media


LETTER: Box = (0.0, 0.0, 612.0, 792.0)
"""What PDF viewers take for a page that names no MediaBox."""


def turn_of(dx: float, dy: float) -> int | None:
    """Quarter turns clockwise of a reading direction in displayed coordinates (y downwards), None if it is oblique."""
    if dy == 0 and dx > 0:
        return 0
    angle = math.degrees(math.atan2(dy, dx)) % 360
    nearest = round(angle / 90)
    return nearest % 4 if abs(angle - 90 * nearest) <= 3 else None
