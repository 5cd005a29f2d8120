"""Ruling lines of a page by pdfium: stroked lines, thin filled boxes, the sides of stroked boxes, inside form objects too."""

from __future__ import annotations

import ctypes
from collections.abc import Sequence
from itertools import pairwise
from typing import Any

import pypdfium2 as pdfium
import pypdfium2.raw as c

from extractors.pdf.calls import by_address
from extractors.pdf.page import IDENTITY, Frame, Matrix, Rule, apply, multiply

MAX_RULE_THICKNESS = 3.0
"""Points. A filled rectangle thicker than this is shading or a bar of a chart, not a rule."""

MIN_RULE_LENGTH = 3.0
_STRAIGHT = 0.7
"""Points a rule may lean over its whole length."""

_MAX_FORM_DEPTH = 5
_WHITE = 250

Point = tuple[float, float]

_object_of_page = by_address(c.FPDFPage_GetObject, ctypes.c_void_p, ctypes.c_int)
_object_of_form = by_address(c.FPDFFormObj_GetObject, ctypes.c_void_p, ctypes.c_ulong)
_type_of = by_address(c.FPDFPageObj_GetType, ctypes.c_int)
_segments_of = by_address(c.FPDFPath_CountSegments, ctypes.c_int)
_segment = by_address(c.FPDFPath_GetPathSegment, ctypes.c_void_p, ctypes.c_int)
_point_of = by_address(c.FPDFPathSegment_GetPoint, ctypes.c_int, ctypes.c_void_p, ctypes.c_void_p)
_kind_of = by_address(c.FPDFPathSegment_GetType, ctypes.c_int)
_closes = by_address(c.FPDFPathSegment_GetClose, ctypes.c_int)


def _object_matrix(handle: Any) -> Matrix:
    matrix = c.FS_MATRIX()
    if not c.FPDFPageObj_GetMatrix(handle, matrix):
        return IDENTITY
    return matrix.a, matrix.b, matrix.c, matrix.d, matrix.e, matrix.f


def _subpaths(path: int, matrix: Matrix) -> list[list[Point]]:
    """Straight polylines of a path (its address), closed ones with their first point again at the end; curves end a polyline."""
    found: list[list[Point]] = []
    x, y = ctypes.c_float(), ctypes.c_float()
    x_at, y_at = ctypes.addressof(x), ctypes.addressof(y)
    for index in range(_segments_of(path)):
        segment = _segment(path, index)
        _point_of(segment, x_at, y_at)
        point = apply(matrix, x.value, y.value)
        if found and _kind_of(segment) == c.FPDF_SEGMENT_LINETO:
            found[-1].append(point)
        else:
            found.append([point])
        if _closes(segment) and len(found[-1]) > 1:
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
    start = ctypes.cast(parent, ctypes.c_void_p).value
    for index in range(count):
        address = get(start, index)
        kind = _type_of(address)
        if kind == c.FPDF_PAGEOBJ_TEXT:
            continue
        handle = ctypes.cast(address, c.FPDF_PAGEOBJECT)
        if kind == c.FPDF_PAGEOBJ_IMAGE:
            has_pictures = True
        elif kind == c.FPDF_PAGEOBJ_FORM and depth < _MAX_FORM_DEPTH:
            inner = multiply(_object_matrix(handle), matrix)
            has_pictures |= _walk(c.FPDFFormObj_CountObjects(handle), _object_of_form, handle, inner, frame, found, depth + 1)
        elif kind == c.FPDF_PAGEOBJ_PATH:
            fill, stroke = ctypes.c_int(), ctypes.c_int()
            c.FPDFPath_GetDrawMode(handle, fill, stroke)
            is_stroked = bool(stroke.value) and _is_visible(handle, c.FPDFPageObj_GetStrokeColor)
            is_filled = fill.value != c.FPDF_FILLMODE_NONE and _is_visible(handle, c.FPDFPageObj_GetFillColor)
            if not (is_stroked or is_filled):
                continue
            for path in _subpaths(address, multiply(_object_matrix(handle), matrix)):
                found.extend(path_rules([frame.point(x, y) for x, y in path], is_stroked))
    return has_pictures


def read_rules(page: pdfium.PdfPage, frame: Frame) -> tuple[tuple[Rule, ...], tuple[Rule, ...], bool]:
    """Horizontal and vertical rules on the page as displayed, and whether there are pictures on it."""
    width, height = frame.size
    found: list[tuple[str, Rule]] = []
    has_pictures = _walk(c.FPDFPage_CountObjects(page.raw), _object_of_page, page.raw, IDENTITY, frame, found, 0)
    return (
        tuple(r for kind, r in found if kind == "h" and -1 <= r.at <= height + 1 and r.start < width and r.end > 0),
        tuple(r for kind, r in found if kind == "v" and -1 <= r.at <= width + 1 and r.start < height and r.end > 0),
        has_pictures,
    )
