"""Comma or point, measured in the gray of the ink: how far a mark reaches below the line that the figures stand on.

At 150 dots per inch a comma is one or two pixels with a pale tail. At half level the tail is lost, and the engines, which see little
more, take one such comma in four for a point. Summed up in gray the tail still shows.
"""

from __future__ import annotations

from dataclasses import replace
from itertools import pairwise
from statistics import median

import numpy as np
import numpy.typing as npt

from extractors.pdf.scan.engines import Gray
from extractors.pdf.scan.ink import Blob, paper_and_ink
from extractors.pdf.scan.shape import Shape

_ABOVE, _BELOW = 0.45, 0.5
"""Heights of figures above and below the line between which the ink of a mark is summed up."""

_FAINT, _PALE = 0.06, 0.2
"""Shares of the contrast of the figures below which there is no ink; from which a row of pixels belongs to the mark."""

_TALLEST, _TALLEST_POINT = 0.7, 0.36
"""Heights of figures. What is taller is no mark alone, or no point: a rest of a stamp or of a neighbour stands with it."""

COMMA, POINT = 0.07, 0.0
"""Depth (see `_kind`) from which a mark is a comma, and up to which it is a point. Of 3,500 marks of known kind in seven
fonts the commas lie above 0.05, the points below 0.03, one in a hundred on either side apart."""

_HALO, _TRACE, _BEFORE = 3, 0.35, 0.8
"""Pixels beside a sign that its edge darkens; darkness from which there is ink; heights before a number in which its sign stands."""

_TAIL = 0.1, 0.3
"""Heights below the line between which a comma that touches a figure shows, and no figure does."""

Dark = npt.NDArray[np.float64]


def _darkness(gray: Gray) -> Dark:
    """0 for paper, 1 for the darkest ink of the crop."""
    paper, (_, dark) = float(np.percentile(gray, 90)), paper_and_ink(gray)
    share = np.clip((paper - gray.astype(np.float64)) / max(1.0, paper - dark), 0, 1)
    share[share < _FAINT] = 0
    return share


def _foot(dark: Dark, figure: Blob) -> float:
    """Where a figure ends, in parts of a pixel."""
    rows = dark[:, figure.x0 : figure.x1].max(axis=1)
    y = min(figure.y1 + 3, len(rows) - 2)
    while y > figure.y0 and rows[y] < 0.5:
        y -= 1
    fall = float(rows[y] - rows[y + 1])
    return y + 0.5 + (float(rows[y]) - 0.5) / fall if fall > 0 else y + 1.0


def _kind(part: Dark, top: int, foot: float, height: float) -> str:
    """What the ink of a mark alone is. `part`: the darkness of its columns from the row `top` on.

    Its depth is how far below the line its lowest ink and the centre of its ink lie together, in heights of a figure.
    """
    if part.size == 0:
        return "?"
    peaks, sums = part.max(axis=1), part.sum(axis=1)
    first = last = int(sums.argmax())
    while first > 0 and peaks[first - 1] > _PALE:
        first -= 1
    while last + 1 < len(peaks) and peaks[last + 1] > _PALE:
        last += 1
    if peaks[first] <= _PALE or last == len(peaks) - 1:
        return "?"
    tall = (last + 1 - first) / height
    rows = np.arange(max(0, first - 1), last + 2)
    centre = float(((rows + 0.5) * sums[rows]).sum() / sums[rows].sum())
    depth = (last + 1 + centre + 2 * (top - foot)) / height
    if depth >= COMMA:
        return "," if tall <= _TALLEST else "?"
    return "." if depth <= POINT and tall <= _TALLEST_POINT else "?"


def measured(shape: Shape, gray: Gray, shift: tuple[int, int], *, is_whole: bool = True) -> Shape:
    """The shape with each mark as its ink says: comma, point, or `?`; no shape if a comma seems to hide in a figure.

    `gray`: dark on light; `shift`: from the spots to its pixels. `is_whole`: pale ink is there; without it nothing is surely a point.
    """
    if not shape.pattern:
        return shape
    dx, dy = shift
    runs = [Blob(b.x0 + dx, b.y0 + dy, b.x1 + dx, b.y1 + dy, b.area) for b in shape.signs]
    figures = [run for run, sign in zip(runs, shape.pattern, strict=True) if sign in "dwo"]
    if not figures:
        return shape
    dark = _darkness(gray)
    foot, height = median(_foot(dark, run) for run in figures), float(median(run.height for run in figures))
    top, bottom = max(0, round(foot - _ABOVE * height)), round(foot + _BELOW * height)
    kinds = list(shape.pattern)
    for place, sign in enumerate(kinds):
        if sign in ",.?":
            left = max(runs[place].x0 - 2, runs[place - 1].x1 if place else 0)
            right = min(runs[place].x1 + 2, runs[place + 1].x0 if place + 1 < len(runs) else dark.shape[1])
            kind = _kind(dark[top:bottom, left : max(right, left + 1)], top, foot, height)
            kinds[place] = kind if is_whole or kind == "," else "?"
        elif is_whole and sign in "dwo%":
            tail = dark[round(foot + _TAIL[0] * height) : round(foot + _TAIL[1] * height), runs[place].x0 : runs[place].x1]
            if tail.size and tail.max() > _TRACE:
                return replace(shape, pattern="")
    return replace(shape, pattern="".join(kinds))


def shows_more(shape: Shape, gray: Gray, shift: tuple[int, int]) -> bool:
    """Whether between or beside the signs there is ink of which the shape knows nothing: cut off with a stamp."""
    dx, dy = shift
    figures = [run for run, sign in zip(shape.signs, shape.pattern, strict=True) if sign in "dwo%"]
    if not figures:
        return True
    foot, height = median(run.y1 for run in figures) + dy, median(run.height for run in figures)
    dark = _darkness(gray)
    first, last = shape.signs[0].x0, shape.signs[-1].x1
    gaps = [
        (first - round(_BEFORE * height), first, 0.75, -0.2),
        (last, last + round(_BEFORE * height), 0.75, 0.2),
        *((one.x1, two.x0, 0.3, 0.3) for one, two in pairwise(shape.signs)),
    ]
    for left, right, above, below in gaps:
        rows = slice(max(0, round(foot - above * height)), max(0, round(foot + below * height)))
        part = dark[rows, max(0, left + dx + _HALO) : max(0, right + dx - _HALO)]
        if part.size and part.max() > _TRACE:
            return True
    return False
