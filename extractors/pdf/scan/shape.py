"""What the shapes of the ink say of a line of figures, without reading one: where a mark stands, whether it reaches below the line.

The engines take a comma for a point, or lose it, more often than they mistake a figure; its shape is a witness of its own. Shapes tell
dust and footnote marks from signs of the number, too.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from statistics import median

from extractors.pdf.scan.ink import Blob, Line

_TALL = 0.72
"""Share of the height of figures from which a spot is a figure."""

_SMALL = 0.55
_COMMA_DROP, _POINT_DROP = 0.06, 0.045
"""Shares of the height of figures by which a comma reaches below the line at least, and a point at most."""

_FAR = 0.6
"""Heights of figures from which a small spot is too far from the number to belong to it."""

_BELOW = 0.45
"""Heights of figures below the line from which a spot between figures is no mark of theirs."""

_DASH = 1.8
"""Heights of a lone spot from which it is a dash."""

_PERCENT = 0.78
"""Heights of figures from which the last spot is as wide as a % sign."""

_SIGN_FROM, _SIGN_TO = 0.2, 0.75
"""Heights above the line between which a plus or a minus has its middle."""

_WIDEST, _WIDEST_TOUCHING = 0.95, 2.5
"""Heights. What is wider is figures that touch, two or three; what is wider still is no number."""

_ALIKE = 0.15
"""Heights by which the halves of a 0 may differ in height and in where they stand."""

_HALF, _GAP, _WHOLE = 0.42, 0.5, 0.8
"""Heights: the widest half of a 0, the white between the halves, the widest 0."""

_DEEP = 0.1
"""Heights below the line from which what looks like a figure or a % hides a comma that touches it."""


@dataclass(frozen=True, slots=True)
class Shape:
    """A line of figures by its shape.

    `pattern`: one sign for each spot from left to right: d figure, w figures that touch, o two strokes that may be two figures or the
    halves of one 0, `,` `.` marks, `?` a mark of unclear kind, - + %; "" if some spot is none of these. `runs`: spots that stand
    apart, an o counted as two. `dust`: spots that belong to no number; `raised`: a footnote mark at the end. `signs`: the spot of
    each sign.
    """

    pattern: str
    runs: int
    dust: tuple[Blob, ...]
    raised: tuple[Blob, ...]
    signs: tuple[Blob, ...] = ()


@dataclass(frozen=True, slots=True)
class _Measure:
    height: float
    top: float
    foot: float


def _measure(blobs: Sequence[Blob]) -> _Measure:
    tallest = max(blob.height for blob in blobs)
    tall = [blob for blob in blobs if blob.height >= _TALL * tallest]
    return _Measure(median(b.height for b in tall), median(b.y0 for b in tall), median(b.y1 for b in tall))


def _joined(blobs: Sequence[Blob]) -> list[Blob]:
    """Spots that lie over each other as one."""
    runs: list[Blob] = []
    for blob in sorted(blobs, key=lambda b: b.x0):
        if runs and blob.x0 < runs[-1].x1:
            last = runs[-1]
            runs[-1] = Blob(last.x0, min(last.y0, blob.y0), max(last.x1, blob.x1), max(last.y1, blob.y1), last.area + blob.area)
        else:
            runs.append(blob)
    return runs


def _kind(run: Blob, of: _Measure) -> str:
    """The sign that a spot looks like, "" for none."""
    height = of.height
    middle = (run.y0 + run.y1) / 2
    if run.height >= _TALL * height and abs(run.y1 - of.foot) <= 0.25 * height:
        hides_comma = run.y1 - of.foot > _DEEP * height
        return "" if hides_comma or run.width > _WIDEST_TOUCHING * height else "d" if run.width <= _WIDEST * height else "w"
    if (
        run.width >= 1.4 * run.height
        and run.height <= 0.3 * height
        and of.top + 0.25 * height <= middle <= of.foot - 0.15 * height
    ):
        return "-"
    if run.height < _SMALL * height and run.width < _SMALL * height and run.y0 > of.foot - 0.45 * height:
        drop = (run.y1 - of.foot) / height
        if drop >= _COMMA_DROP and run.height >= 0.22 * height:
            return ","
        return "." if drop <= _POINT_DROP and run.height <= 0.23 * height else "?"
    if 0.4 * height <= run.height <= 0.95 * height and 0.7 <= run.width / run.height <= 1.45:
        return "+"
    return ""


def _is_stray(run: Blob, of: _Measure, neighbours: Sequence[Blob], *, is_end: bool) -> bool:
    """A small spot at the end of a line, or off it, that no number has there."""
    if run.height >= _SMALL * of.height or run.width >= _SMALL * of.height:
        return False
    below = 0.2 if is_end else _BELOW
    if run.y1 < of.top - 0.1 * of.height or run.y0 > of.foot + below * of.height:
        return True
    if not is_end or not neighbours:
        return False
    gap = min(max(other.x0 - run.x1, run.x0 - other.x1) for other in neighbours)
    if gap > _FAR * of.height:
        return True
    middle = (of.foot - (run.y0 + run.y1) / 2) / of.height
    if all(run.x0 < other.x0 for other in neighbours):
        # A sign stands at half height; whatever may be one stays.
        return not _SIGN_FROM <= middle <= _SIGN_TO
    return run.width >= 1.4 * run.height


def _raised(runs: Sequence[Blob], of: _Measure) -> list[Blob]:
    """Spots at the end that are smaller than the figures and stand high: a footnote mark, not figures."""
    found: list[Blob] = []
    for run in reversed(runs):
        is_high = run.y1 <= of.foot - 0.28 * of.height
        if not (is_high and 0.25 * of.height <= run.height < 0.85 * of.height and run.width < 0.8 * of.height):
            break
        if run.width >= 1.4 * run.height:
            break
        found.append(run)
    return found if len(found) < len(runs) else []


def may_be_halves(left: Blob, right: Blob) -> bool:
    """Whether two spots may be the halves of one 0, whose top and bottom are too thin for the scanner."""
    height = max(left.height, right.height)
    return (
        abs(left.y0 - right.y0) <= _ALIKE * height
        and abs(left.y1 - right.y1) <= _ALIKE * height
        and max(left.width, right.width) <= _HALF * height
        and right.x0 - left.x1 <= _GAP * height
        and right.x1 - left.x0 <= _WHOLE * height
    )


def _with_rings(runs: Sequence[Blob], kinds: Sequence[str]) -> tuple[list[Blob], list[str]]:
    """Spots and their signs, two figures that may be one 0 as one `o`."""
    spots: list[Blob] = []
    signs: list[str] = []
    for run, kind in zip(runs, kinds, strict=True):
        if kind == "d" and signs and signs[-1] == "d" and may_be_halves(spots[-1], run):
            last = spots[-1]
            spots[-1] = Blob(last.x0, min(last.y0, run.y0), run.x1, max(last.y1, run.y1), last.area + run.area)
            signs[-1] = "o"
        else:
            spots.append(run)
            signs.append(kind)
    return spots, signs


def shape_of(line: Line) -> Shape:
    """What a line looks like as a number."""
    runs = _joined(line.blobs)
    # Of whole signs: a thin figure may be in pieces.
    of = _measure(runs)
    dust: list[Blob] = []
    while len(runs) > 1:
        stray = next(
            (
                run
                for index, run in enumerate(runs)
                if _is_stray(run, of, [*runs[:index], *runs[index + 1 :]], is_end=index in (0, len(runs) - 1))
            ),
            None,
        )
        if stray is None:
            break
        dust.append(stray)
        runs.remove(stray)
    raised = _raised(runs, of)
    runs = [run for run in runs if run not in raised]
    kinds = [_kind(run, of) for run in runs]
    count = len(runs)
    runs, kinds = _with_rings(runs, kinds)
    if len(runs) == 1 and runs[0].width >= _DASH * runs[0].height:
        kinds = ["-"]
    elif len(runs) > 1 and kinds[-1] in ("d", "w") and runs[-1].width >= _PERCENT * of.height:
        kinds[-1] = "%"
    return Shape("".join(kinds) if all(kinds) else "", count, tuple(dust), tuple(raised), tuple(runs))
