"""What pdfium sees on one page: characters and ruling lines, in points from the top left corner of the page as it is displayed.

pdfium's own coordinates start at the bottom left and know neither /Rotate nor CropBox; `Frame` is the only place that converts them.
"""

from __future__ import annotations

import ctypes
import math
import unicodedata
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from extractors.records import Box

MAX_RULE_THICKNESS = 3.0
"""Points. A filled rectangle thicker than this is shading or a bar of a chart, not a rule."""

MIN_RULE_LENGTH = 3.0
_STRAIGHT = 0.7
"""Points a rule may lean over its whole length."""

_MAX_FORM_DEPTH = 5
_WHITE = 250


@dataclass(frozen=True, slots=True)
class Char:
    """One printed sign with its combining marks. `box`: as displayed; `baseline`: y for upright text; `size`: points as displayed.

    `turn`: direction of reading in quarter turns clockwise (0: left to right, 1: downwards, 3: upwards), None if oblique.
    """

    text: str
    box: Box
    baseline: float
    size: float
    turn: int | None = 0

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
    """One page as displayed. `number` counts from 1."""

    number: int
    width: float
    height: float
    chars: tuple[Char, ...]
    horizontal: tuple[Rule, ...]
    vertical: tuple[Rule, ...]
    has_pictures: bool = False

    @property
    def upright(self) -> tuple[Char, ...]:
        """Characters without the oblique ones: those are a watermark, and never part of a table or a sentence."""
        return tuple(char for char in self.chars if char.turn is not None)


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


def _frame(page: pdfium.PdfPage) -> Frame:
    media = page.get_mediabox() or LETTER
    return Frame(visible_box(media, page.get_cropbox() or media), page.get_rotation())


# ---------------------------------------------------------------- characters


def turn_of(dx: float, dy: float) -> int | None:
    """Quarter turns clockwise of a reading direction in displayed coordinates (y downwards), None if it is oblique."""
    angle = math.degrees(math.atan2(dy, dx)) % 360
    nearest = round(angle / 90)
    return nearest % 4 if abs(angle - 90 * nearest) <= 3 else None


def _read_chars(page: pdfium.PdfPage, frame: Frame) -> Iterator[Char]:
    textpage = page.get_textpage()
    raw: Any = textpage.raw
    left, right, bottom, top = (ctypes.c_double() for _ in range(4))
    loose, matrix, x, y = c.FS_RECTF(), c.FS_MATRIX(), ctypes.c_double(), ctypes.c_double()
    try:
        for index in range(textpage.count_chars()):
            if c.FPDFText_IsGenerated(raw, index) == 1:
                continue
            point = c.FPDFText_GetUnicode(raw, index)
            if point in (0, 10, 13):
                continue
            # pdfium shows a hyphen at the end of a line as U+0002.
            sign = "-" if point == 2 else chr(point)
            if not c.FPDFText_GetLooseCharBox(raw, index, loose):
                continue
            c.FPDFText_GetCharBox(raw, index, left, right, bottom, top)
            c.FPDFText_GetCharOrigin(raw, index, x, y)
            c.FPDFText_GetMatrix(raw, index, matrix)
            box = frame.box(loose.left, loose.bottom, loose.right, loose.top)
            if box[2] - box[0] < 0.01 or box[3] - box[1] < 0.01:
                box = frame.box(left.value, bottom.value, right.value, top.value)
            origin, ahead = frame.point(x.value, y.value), frame.point(x.value + matrix.a, y.value + matrix.b)
            turn = turn_of(ahead[0] - origin[0], ahead[1] - origin[1])
            size = c.FPDFText_GetFontSize(raw, index) * math.hypot(matrix.c, matrix.d)
            yield Char(sign, box, origin[1] if turn in (0, 2) else origin[0], round(size, 3), turn)
    finally:
        textpage.close()


def compose_marks(chars: Iterable[Char]) -> Iterator[Char]:
    """Combining marks joined to the letter before them, in the order of the file: sorting by x would put them in front of it."""
    held: Char | None = None
    for char in chars:
        if held is not None and unicodedata.combining(char.text[0]):
            held = replace(held, text=unicodedata.normalize("NFC", held.text + char.text))
            continue
        if held is not None:
            yield held
        held = char
    if held is not None:
        yield held


def drop_doubles(chars: Iterable[Char]) -> Iterator[Char]:
    """Without signs printed twice on the same spot (imitated bold, shadows)."""
    seen: dict[tuple[str, int, int], Char] = {}
    for char in chars:
        x, y = char.centre
        tolerance = max(char.size * 0.1, 0.3)
        spot = round(x), round(y)
        near = (seen.get((char.text, spot[0] + dx, spot[1] + dy)) for dx in (-1, 0, 1) for dy in (-1, 0, 1))
        if not char.text.isspace() and any(
            other is not None and abs(other.centre[0] - x) < tolerance and abs(other.centre[1] - y) < tolerance
            for other in near
        ):
            continue
        seen[char.text, *spot] = char
        yield char


# ---------------------------------------------------------------- ruling lines

Point = tuple[float, float]


def _object_matrix(handle: Any) -> Matrix:
    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(handle, matrix):
        return IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _subpaths(handle: Any, matrix: Matrix) -> list[list[Point]]:
    """Straight polylines of a path, closed ones with their first point again at the end; curves end a polyline."""
    found: list[list[Point]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    for index in range(c.FPDFPath_CountSegments(handle)):
        segment = c.FPDFPath_GetPathSegment(handle, index)
        c.FPDFPathSegment_GetPoint(segment, x, y)
        point = apply(matrix, x.value, y.value)
        kind = c.FPDFPathSegment_GetType(segment)
        if kind == c.FPDF_SEGMENT_LINETO and found:
            found[-1].append(point)
        else:
            found.append([point])
        if c.FPDFPathSegment_GetClose(segment) and len(found[-1]) > 1:
            found[-1].append(found[-1][0])
    return [path for path in found if len(path) > 1]


def _is_visible(handle: Any, getter: Any) -> bool:
    """False for what is drawn in (nearly) white or fully transparent."""
    red, green, blue, alpha = (ctypes.c_uint() for _ in range(4))
    if not getter(handle, red, green, blue, alpha):
        return True
    return alpha.value > 0 and min(red.value, green.value, blue.value) < _WHITE


def _line_rule(a: Point, b: Point) -> tuple[str, Rule] | None:
    (x0, y0), (x1, y1) = a, b
    if abs(y1 - y0) <= _STRAIGHT and abs(x1 - x0) >= MIN_RULE_LENGTH:
        return "h", Rule((y0 + y1) / 2, min(x0, x1), max(x0, x1))
    if abs(x1 - x0) <= _STRAIGHT and abs(y1 - y0) >= MIN_RULE_LENGTH:
        return "v", Rule((x0 + x1) / 2, min(y0, y1), max(y0, y1))
    return None


def path_rules(path: Sequence[Point], is_stroked: bool) -> list[tuple[str, Rule]]:
    """Rules of one polyline in displayed points: the sides of a stroked one, the middle line of a thin filled one."""
    xs, ys = [p[0] for p in path], [p[1] for p in path]
    width, height = max(xs) - min(xs), max(ys) - min(ys)
    if min(width, height) <= MAX_RULE_THICKNESS:
        middle_x, middle_y = (min(xs) + max(xs)) / 2, (min(ys) + max(ys)) / 2
        if width >= MIN_RULE_LENGTH and width > height:
            return [("h", Rule(middle_y, min(xs), max(xs)))]
        if height >= MIN_RULE_LENGTH and height > width:
            return [("v", Rule(middle_x, min(ys), max(ys)))]
        return []
    if not is_stroked:
        return []
    return [rule for a, b in pairwise(path) if (rule := _line_rule(a, b)) is not None]


def _walk(count: int, get: Any, parent: Any, matrix: Matrix, frame: Frame, found: list[tuple[str, Rule]], depth: int) -> bool:
    """Collects the rules of an object list into `found`; True if there are pictures among the objects."""
    has_pictures = False
    for index in range(count):
        handle = get(parent, index)
        kind = c.FPDFPageObj_GetType(handle)
        if kind == c.FPDF_PAGEOBJ_IMAGE:
            has_pictures = True
        elif kind == c.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
            inner = multiply(_object_matrix(handle), matrix)
            has_pictures |= _walk(
                c.FPDFFormObj_CountObjects(handle), c.FPDFFormObj_GetObject, handle, inner, frame, found, depth + 1
            )
        elif kind == c.FPDF_PAGEOBJ_PATH:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            c.FPDFPath_GetDrawMode(handle, fill, stroke)
            is_stroked = bool(stroke.value) and _is_visible(handle, c.FPDFPageObj_GetStrokeColor)
            is_filled = fill.value != c.FPDF_FILLMODE_NONE and _is_visible(handle, c.FPDFPageObj_GetFillColor)
            if not (is_stroked or is_filled):
                continue
            for path in _subpaths(handle, multiply(_object_matrix(handle), matrix)):
                found.extend(path_rules([frame.point(x, y) for x, y in path], is_stroked))
    return has_pictures


def read_page(page: pdfium.PdfPage, number: int) -> Page:
    """Characters and rules of one page, those outside its visible box left out."""
    frame = _frame(page)
    width, height = frame.size
    found: list[tuple[str, Rule]] = []
    has_pictures = _walk(c.FPDFPage_CountObjects(page.raw), c.FPDFPage_GetObject, page.raw, IDENTITY, frame, found, 0)
    chars = tuple(
        char
        for char in drop_doubles(compose_marks(_read_chars(page, frame)))
        if 0 <= char.centre[0] <= width and 0 <= char.centre[1] <= height
    )
    return Page(
        number=number,
        width=width,
        height=height,
        chars=chars,
        horizontal=tuple(r for kind, r in found if kind == "h" and -1 <= r.at <= height + 1 and r.start < width and r.end > 0),
        vertical=tuple(r for kind, r in found if kind == "v" and -1 <= r.at <= width + 1 and r.start < height and r.end > 0),
        has_pictures=has_pictures,
    )
