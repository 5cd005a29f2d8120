"""Commas, points and stamps in the gray of the ink, drawn as a scanner of 150 dots per inch sees them."""

from __future__ import annotations

import cv2
import numpy as np
import numpy.typing as npt
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from extractors.pdf.grid import GridCell
from extractors.pdf.scan import ink
from extractors.pdf.scan.looks import look_at, loses_figure
from extractors.pdf.scan.marks import measured, shows_more
from extractors.pdf.scan.numbers import number_ink
from extractors.pdf.scan.rings import with_whole_rings
from extractors.pdf.scan.shape import Shape, shape_of
from extractors.pdf.scan.sheet import Sheet

FINE = 8
"""Pixels of the drawing for each of the scanner's."""

SCALE = 300 / 72

Gray = npt.NDArray[np.uint8]


def scanned(signs: str, height: float, shift: tuple[float, float], noise: float = 0, seed: int = 0) -> Gray:
    """Figures as rings of ink (d) with marks between them, `height` pixels of the scanner high, read at twice its dots."""
    picture = np.full((round(height * 2.2) * FINE, round(height * 0.75 * (len(signs) + 2)) * FINE), 250, np.float64)
    h, foot, x = height * FINE, (height * 1.5 + shift[1]) * FINE, (height * 0.7 + shift[0]) * FINE
    for sign in signs:
        if sign == "d":
            centre = round(x + 0.27 * h), round(foot - 0.5 * h)
            cv2.ellipse(picture, centre, (round(0.22 * h), round(0.44 * h)), 0, 0, 360, 25, round(0.11 * h))
            x += 0.66 * h
            continue
        picture[round(foot - 0.14 * h) : round(foot), round(x) : round(x + 0.14 * h)] = 25
        if sign == ",":
            tail = np.array([(x + 0.06 * h, foot), (x + 0.14 * h, foot), (x + 0.04 * h, foot + 0.2 * h), (x, foot + 0.2 * h)])
            cv2.fillPoly(picture, [tail.round().astype(np.int32)], 25)
        x += 0.3 * h
    size = picture.shape[1] // FINE, picture.shape[0] // FINE
    small = cv2.GaussianBlur(cv2.resize(picture, size, interpolation=cv2.INTER_AREA), (0, 0), 0.5)
    small = small + np.random.default_rng(seed).normal(0, noise, small.shape)
    twice = cv2.resize(np.clip(small, 0, 255), None, fx=2, fy=2, interpolation=cv2.INTER_CUBIC)
    return np.clip(twice, 0, 255).astype(np.uint8)


def shape_in(picture: Gray) -> Shape:
    (line,) = ink.lines_of(ink.blobs_of(picture, SCALE))
    return measured(shape_of(line), picture, (0, 0))


@pytest.mark.parametrize("text", ["dd,dd", "d.ddd", "ddd.ddd,d", "d.ddd.ddd"])
def test_the_kind_of_a_mark_shows_in_print_of_nine_points(text: str) -> None:
    assert shape_in(scanned(text, 13, (0, 0))).pattern == text


part = st.floats(0, 1, exclude_max=True)


@settings(max_examples=60, deadline=None)
@given(st.floats(11, 24), st.tuples(part, part), st.sampled_from([0.0, 4.0, 8.0]), st.integers(0, 99), st.sampled_from(",."))
def test_a_comma_is_never_a_point(height: float, shift: tuple[float, float], noise: float, seed: int, mark: str) -> None:
    """Wherever the sensor cuts the mark, from 8 points on: its kind, or that it is not clear."""
    pattern = shape_in(scanned(f"dd{mark}dd", height, shift, noise, seed)).pattern
    assert [sign for sign in pattern if sign in ",.?"] in ([], [mark], ["?"])


def test_a_point_is_not_sure_where_pale_ink_was_cut_off() -> None:
    picture = scanned("d.ddd", 13, (0, 0))
    (line,) = ink.lines_of(ink.blobs_of(picture, SCALE))
    assert measured(shape_of(line), picture, (0, 0), is_whole=False).pattern == "d?ddd"


def test_a_comma_that_was_cut_off_with_a_stamp_is_missed() -> None:
    """2,25 with a pale comma must not become 225."""
    picture = scanned("d,dd", 13, (0, 0))
    (line,) = ink.lines_of(ink.blobs_of(picture, SCALE))
    shape = shape_of(line)
    assert not shows_more(shape, picture, (0, 0))
    signs = tuple(run for run, sign in zip(shape.signs, shape.pattern, strict=True) if sign == "d")
    assert shows_more(Shape("ddd", 3, (), (), signs), picture, (0, 0))


def test_a_figure_that_was_cut_off_with_a_stamp_is_missed() -> None:
    """27 whose 7 lies under the ring of a stamp must not become 2."""
    whole = scanned("dd", 13, (0, 0))
    half = whole.copy()
    half[:, round(1.3 * 2 * 13) :] = 250  # in pixels of `whole`, the white between the figures
    number = number_ink(half, half, ink.lines_of(ink.blobs_of(half, SCALE))[0], (0, 0))
    assert number.shape.pattern == "d"
    assert loses_figure(number, ink.lines_of(ink.blobs_of(whole, SCALE)))
    assert not loses_figure(number, ink.lines_of(ink.blobs_of(half, SCALE)))


def under_stamp(picture: Gray) -> Gray:
    """The same with the ring of a gray stamp, 2.2 points broad, across it: the darker of both."""
    ring = np.full_like(picture, 250)
    cv2.ellipse(ring, (picture.shape[1] // 2, -12), (70, 40), 0, 0, 180, 150, 9)
    return np.minimum(picture, ring)


def test_a_gray_stamp_goes_and_the_print_on_it_stays() -> None:
    picture = scanned("dd,dd", 13, (0, 0))
    stamped = under_stamp(picture)
    assert (stamped != picture).sum() > 300
    paled = ink.without_shade(stamped, SCALE)
    assert (paled[picture > 240] < 190).mean() < 0.005
    assert np.median(paled[picture < 100]) < 110


@pytest.mark.parametrize("text", ["dd,dd", "dd", "ddd.ddd,d"])
def test_a_number_under_a_gray_stamp_keeps_its_shape(text: str) -> None:
    stamped = under_stamp(scanned(text, 15, (0, 0), noise=4))
    height, width = stamped.shape
    size = width / SCALE, height / SCALE
    sheet = Sheet(stamped, stamped, SCALE, *size, (1, 0, 0, 1, 0, 0), 0.0, int(np.percentile(stamped, 1)))
    number = look_at(sheet, stamped, GridCell(0, 0, 1, 1, (0, 0, *size))).number
    assert number is not None
    assert number.shape.pattern.replace("?", ".") == text


def strokes(caps: int) -> Gray:
    """Two upright strokes as of 11 or of the halves of a 0, whose thin top and bottom have a level of gray."""
    picture = np.full((60, 60), 250, np.uint8)
    for y in (16, 43):
        picture[y : y + 2, 18:36] = caps
    picture[16:45, 16:21] = 25
    picture[16:45, 33:38] = 25
    return picture


def test_a_0_with_thin_top_and_bottom_is_one_figure_and_11_is_two() -> None:
    halves = ink.blobs_of(strokes(caps=165), SCALE)
    assert len(halves) == 2
    (ring,) = with_whole_rings(halves, strokes(caps=165))
    assert (ring.x0, ring.x1) == (16, 38)
    assert len(with_whole_rings(ink.blobs_of(strokes(caps=250), SCALE), strokes(caps=250))) == 2
