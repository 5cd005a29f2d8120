"""One block of data lines -> one table, or nothing where the evidence does not hold."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from itertools import pairwise

from extractors.pdf.grid import Grid, GridKind
from extractors.pdf.loose.blocks import fits, is_caption, is_data, is_prose
from extractors.pdf.loose.body import Zone, body_lines, tail_of, trimmed
from extractors.pdf.loose.build import column_edges, grid_of
from extractors.pdf.loose.columns import Column, splits_thousands
from extractors.pdf.loose.frame import Frame, frame_of, swallows
from extractors.pdf.loose.heads import read_head
from extractors.pdf.loose.rows import bands_of
from extractors.pdf.loose.top import MAX_LABELS, MAX_LINES, cut_names, first_headings, head_lines, last_headings
from extractors.pdf.loose.words import Row, phrases_of

MIN_LINES = 2
MIN_ROWS = 3
MIN_COLUMNS = 2

FILLED = 0.4
"""Share of the cells in columns of numbers that must be filled."""

BETWEEN = 4
"""Lines of names between two lines of figures of one table at most."""

NEAR = 2.0
"""Sizes of white over which a row with a single value still belongs to the rows beside it."""


def _evidence(columns: Sequence[Column], n_data: int, has_rules: bool, has_head: bool) -> bool:
    """Several aligned columns of numbers over several rows; fewer will do where rules and a header say that it is a table."""
    numeric = [c for k, c in enumerate(columns) if c.is_numeric and not (k == 0 and c.is_counting)]
    strong = [c for c in numeric if c.is_aligned]
    crooked = [c for c in numeric if len(c.numbers) >= 3 and not c.is_aligned]
    if len(columns) < 2 or len(crooked) > len(strong) / 3 or splits_thousands(columns):
        return False
    # Labels at the bars of a chart stand on common lines here and there; a table fills its rows.
    if sum(len(c.members) for c in numeric) < FILLED * n_data * len(numeric):
        return False
    has_labels = any(not c.is_numeric or c.is_counting for c in columns)
    if not (has_labels or has_head):
        return False
    if n_data >= MIN_ROWS and len(strong) >= MIN_COLUMNS:
        return True
    return has_rules and has_head and len(strong) >= 1 and n_data >= (2 if len(strong) >= MIN_COLUMNS else MIN_ROWS)


def _grow(rows: Sequence[Row], first: int, last: int, columns: Sequence[Column], floor: int, ceiling: int) -> tuple[int, int]:
    """The block with the rows before and after it that hold a single value in one of its columns.

    Lines of names may stand between: a heading, or more lines of a name.
    """

    def near(a: Row, b: Row) -> bool:
        return b.top - a.bottom <= NEAR * max(a.size, b.size)

    def is_name(row: Row, is_above: bool) -> bool:
        is_heading = len(row.phrases) == 1 and row.left <= columns[0].right + row.size
        return not (row.values or is_caption(row.text) or row.has_leaders) and (is_heading or not is_above)

    def reach(start: int, end: int, step: int) -> int:
        at, found = start, start
        while at != end and abs(at - found) <= BETWEEN:
            above, below = sorted((at, at + step))
            if not near(rows[above], rows[below]):
                break
            at += step
            if fits(rows[at], columns):
                found = at
            elif not is_name(rows[at], step < 0):
                break
        return found

    return reach(first, floor, -1) if first > floor else first, reach(last, ceiling, 1) if last < ceiling else last


def _names_cut(zone: Zone, first: int, floor: int, frame: Frame) -> list[Row]:
    """The lines of the page, with those above the first data line in phrases as the columns of this table part them."""
    rows = list(zone.rows)
    for k in range(max(floor, first - MAX_LINES - MAX_LABELS), first):
        row = rows[k]
        widest = frame.widest_blank(zone.blank, row.size)
        row = cut_names(replace(row, phrases=phrases_of(row.words, zone.blank, widest, keep_ends=True)), frame, zone.blank)
        # A sentence stays one: only if it falls apart into names of single columns it was none.
        if not is_prose(rows[k], zone.width) or all(len(frame.hit(p.left, p.end)) <= 1 for p in row.phrases):
            rows[k] = row
    return rows


def table_of(zone: Zone, first: int, last: int, floor: int, ceiling: int) -> Grid | None:
    rows = zone.rows
    frame, _ = frame_of(rows, first, last)
    if frame is None:
        return None
    first, last = _grow(rows, first, last, frame.columns, floor, ceiling)
    frame, inside = frame_of(rows, first, last)
    if frame is None:
        return None
    rows[first : last + 1] = inside
    columns = frame.columns
    n_data = sum(is_data(row) or fits(row, columns) for row in inside)
    whole = zone.rules.whole(frame.left, frame.right)
    names = _names_cut(zone, first, floor, frame)
    start, body_start = head_lines(names, first, floor, frame, whole, zone.width)
    white = max((b.top - a.bottom for a, b in pairwise(rows[first : last + 1])), default=0.0)
    if start == body_start == first:
        start = body_start = first_headings(rows, first, floor, frame, white)
    head_rows = names[start:body_start]
    near = [y for y in whole if rows[start].top - 3 * rows[start].size <= y <= rows[last].bottom + 3 * rows[last].size]
    if swallows(columns, zone.blank) or not _evidence(columns, n_data, len(near) >= 2, bool(head_rows)):
        return None
    pieces = zone.rules.partial(frame.left, frame.right)
    head_pieces = [p for p in pieces if head_rows and head_rows[0].top <= p.at <= rows[body_start].baseline]
    head_rules = [y for y in whole if head_rows and head_rows[0].top < y < rows[body_start].baseline]
    inks = [(c.left, c.right) for c in columns]
    cells = zone.rules.joints([(a[1], b[0]) for a, b in pairwise(inks)], frame.left, frame.right)
    head, named = read_head(head_rows, inks, frame.figures, head_pieces, head_rules, cells)
    frame = frame.with_names(named)
    end = tail_of(zone, last, ceiling, frame, whole)
    foot = last_headings(rows, end, ceiling, frame, white)
    body = body_lines(rows[body_start : foot + 1], frame)
    if body is None:
        return None
    extents = list(named)
    rights = {k: inks[k][1] for k in frame.texts}
    for line in body.lines:
        for k, words in line.labels.items():
            extents[k] = (min(extents[k][0], words[0].left), max(extents[k][1], words[-1].end))
            rights[k] = max(rights[k], words[-1].end)
    top, bottom = rows[body_start].top, rows[foot].bottom
    inside_rules = [y for y in whole if top < y < bottom]
    bands, doubtful = bands_of(body.lines, rights, zone.blank, inside_rules)
    closed = any(rows[last].bottom - rows[last].size < y <= rows[end].bottom + 2 * rows[end].size for y in whole)
    bands = trimmed(bands, closed or foot > end)
    sides = zone.rules.upright(rows[start].top, rows[foot].bottom)
    left = min([e[0] for e in extents] + [row.left for row in body.headings]) - 2.0
    right = max([e[1] for e in extents] + [row.end for row in body.headings]) + 2.0
    edges = column_edges(extents, left, right, [x for x in sides if left < x < right])
    if edges is None:
        return None
    kind: GridKind = "half_ruled" if near or sides else "borderless"
    return grid_of(head_rows, head, bands, edges, whole, kind, body.headings, inks, doubtful or head.is_doubtful)
