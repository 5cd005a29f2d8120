"""A 0 whose top and bottom are too thin for the scanner shows as two strokes: paler ink tells it from 11."""

from __future__ import annotations

from collections.abc import Sequence
from itertools import pairwise

import numpy as np

from extractors.pdf.scan.engines import Gray
from extractors.pdf.scan.ink import Blob, level_at
from extractors.pdf.scan.shape import may_be_halves

_PALER = (0.58, 0.66, 0.74)
"""Shares of the way from ink to paper at which the ring may close."""


def _is_closed(gray: Gray, left: Blob, right: Blob) -> bool:
    """Whether the white between the halves is shut in by paler ink."""
    import cv2

    y0, y1 = min(left.y0, right.y0), max(left.y1, right.y1)
    part = gray[max(0, y0 - 2) : y1 + 2, max(0, left.x0 - 2) : right.x1 + 2]
    row, column = (left.y0 + left.y1) // 2 - max(0, y0 - 2), (left.x1 + right.x0) // 2 - max(0, left.x0 - 2)
    for share in _PALER:
        white = (part >= level_at(gray, share)).astype(np.uint8)
        if not white[row, column]:
            return False
        _, labels = cv2.connectedComponents(white, connectivity=4)
        edge = {*labels[0].tolist(), *labels[-1].tolist(), *labels[:, 0].tolist(), *labels[:, -1].tolist()}
        if labels[row, column] not in edge:
            return True
    return False


def with_whole_rings(blobs: Sequence[Blob], gray: Gray) -> list[Blob]:
    """The spots of a crop from left to right, the halves of a ring as one."""
    ordered = sorted(blobs, key=lambda blob: blob.x0)
    halves = [pair for pair in pairwise(ordered) if may_be_halves(*pair) and _is_closed(gray, *pair)]
    joined = [Blob(one.x0, min(one.y0, two.y0), two.x1, max(one.y1, two.y1), one.area + two.area) for one, two in halves]
    gone = {id(blob) for pair in halves for blob in pair}
    return [*(blob for blob in ordered if id(blob) not in gone), *joined]
