"""A line of figures -> the number that stands, by two engines and the shape of the ink; more readings where they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from extractors.pdf.scan import engines, ink, status
from extractors.pdf.scan.engines import Gray
from extractors.pdf.scan.ink import Blob, Line
from extractors.pdf.scan.marks import measured, shows_more
from extractors.pdf.scan.shape import Shape, shape_of
from extractors.pdf.scan.votes import Verdict, settle

_PAPER = 255


@dataclass(frozen=True, slots=True)
class NumberInk:
    """A line that may be a number: `clean` without rules, `raw` with them, both cropped with a margin of `margin` pixels.

    Dust and footnote marks are painted over in both. `height`: of the figures in pixels.
    """

    clean: Gray
    raw: Gray
    margin: int
    height: int
    shape: Shape

    def cut(self, gray: Gray, share: float) -> Gray:
        """The crop with a margin of `share` heights."""
        less = max(0, self.margin - max(2, round(share * self.height)))
        return gray[less : gray.shape[0] - less, less : gray.shape[1] - less] if less else gray


def _painted(gray: Gray, blobs: Sequence[Blob], shift: tuple[int, int]) -> None:
    for blob in blobs:
        x0, y0 = blob.x0 + shift[0] - 1, blob.y0 + shift[1] - 1
        gray[max(0, y0) : blob.y1 + shift[1] + 1, max(0, x0) : blob.x1 + shift[0] + 1] = _PAPER


def number_ink(clean: Gray, raw: Gray, line: Line, corner: tuple[int, int], level: float = _PAPER) -> NumberInk:
    """The ink of a line whose boxes count from `corner` of the sheet. `level`: gray from which there is only a stamp."""
    shape = shape_of(line)
    gone = (*shape.dust, *shape.raised)
    kept = [blob for blob in line.blobs if not any(_inside(blob, other) for other in gone)]
    x0, y0 = min(b.x0 for b in kept), min(b.y0 for b in kept)
    box = x0 + corner[0], y0 + corner[1], max(b.x1 for b in kept) + corner[0], max(b.y1 for b in kept) + corner[1]
    height = max(blob.height for blob in kept)
    margin = max(4, round(0.6 * height))
    crops = [np.array(ink.cropped(gray, box, margin)) for gray in (clean, raw)]
    shift = margin - x0, margin - y0
    shape = measured(shape, ink.upright_contrast(crops[0]), shift, is_whole=level >= _PAPER)
    if level < _PAPER and shape.pattern and shows_more(shape, ink.upright_contrast(crops[1]), shift):
        shape = replace(shape, pattern="")
    crops[0][crops[0] > level] = _PAPER
    for crop in crops:
        _painted(crop, gone, shift)
    return NumberInk(crops[0], crops[1], margin, height, shape)


def _inside(blob: Blob, other: Blob) -> bool:
    return other.x0 <= blob.x0 and blob.x1 <= other.x1 and other.y0 <= blob.y0 and blob.y1 <= other.y1


def _tesseract(number: NumberInk, height: int, threshold: float | None) -> str:
    """One reading at a height of the figures in pixels.

    `threshold`: share of the way from ink to paper; None for Otsu's, 1 for gray.
    """
    crop = ink.upright_contrast(ink.resized(number.cut(number.clean, 0.12), height / number.height))
    if threshold is None:
        crop = ink.otsu(crop)[0]
    elif threshold < 1:
        paper, dark = ink.paper_and_ink(crop)
        crop = np.where(crop < dark + threshold * (paper - dark), 0, _PAPER).astype(np.uint8)
    return engines.tesseract_number(ink.framed(crop, 10))


_FIRST_TESSERACT: tuple[tuple[int, float | None], ...] = ((ink.DIGIT_HEIGHT, None),)
_MORE_TESSERACT: tuple[tuple[int, float | None], ...] = (
    (22, 0.35),
    (20, None),
    (ink.DIGIT_HEIGHT, 0.35),
    (18, 0.5),
    (22, None),
    (32, 0.4),
    (30, 0.5),
    (36, None),
)
"""Thin strokes keep a five from closing to a nine; tall ones keep a lone one from being taken for a four. The majority decides."""

_FIRST_RAPID: tuple[tuple[bool, float], ...] = ((True, 0.3), (False, 0.3))
_MORE_RAPID: tuple[tuple[bool, float], ...] = ((True, 0.6), (False, 0.12))
"""Raw or clean, and the margin in heights."""


def _rapid(numbers: Sequence[NumberInk], raw: bool, share: float) -> list[str]:
    crops = [number.cut(number.raw if raw else number.clean, share) for number in numbers]
    return [text for text, _ in engines.rapid_lines(crops)]


def rapid_first(numbers: Sequence[NumberInk]) -> list[list[str]]:
    """For each line the first readings of the second engine; empty without that engine."""
    if not status.has_rapid():
        return [[] for _ in numbers]
    columns = [_rapid(numbers, raw, share) for raw, share in _FIRST_RAPID]
    return [list(row) for row in zip(*columns, strict=True)]


def read_numbers(numbers: Sequence[NumberInk], seconds: Sequence[Sequence[str]]) -> list[Verdict]:
    """The verdict on each line; `seconds`: the first readings of the second engine."""
    verdicts: list[Verdict] = []
    firsts: list[list[str]] = []
    for number, second in zip(numbers, seconds, strict=True):
        first = [_tesseract(number, height, threshold) for height, threshold in _FIRST_TESSERACT]
        firsts.append(first)
        verdict = settle(first, second, number.shape.pattern, number.shape.runs)
        # At first sight nothing stands but what all readings say.
        verdicts.append(verdict if len(verdict.readings) == 1 else Verdict(None, 0.0, verdict.readings))
    if not status.has_rapid():
        return verdicts
    left = [index for index, verdict in enumerate(verdicts) if verdict.text is None]
    more = [_rapid([numbers[index] for index in left], raw, share) for raw, share in _MORE_RAPID] if left else []
    for place, index in enumerate(left):
        number = numbers[index]
        first = [*firsts[index], *(_tesseract(number, height, threshold) for height, threshold in _MORE_TESSERACT)]
        second = [*seconds[index], *(column[place] for column in more)]
        verdicts[index] = settle(first, second, number.shape.pattern, number.shape.runs)
    return verdicts
