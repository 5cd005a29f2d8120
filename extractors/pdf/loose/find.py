"""The tables without a full grid on one page, as grids: `loose_grids`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise

from extractors.pdf.cells import PlacedCell, is_table, read_cells, split_by_grid
from extractors.pdf.grid import Grid, GridCell, GridKind, displayed
from extractors.pdf.lines import upright
from extractors.pdf.loose.beside import gutter_of, halves
from extractors.pdf.loose.blocks import fits, is_caption, is_data, is_prose, runs_of, split_run
from extractors.pdf.loose.columns import Column, splits_thousands
from extractors.pdf.loose.frame import Frame, frame_of, swallows
from extractors.pdf.loose.heads import Head, read_head
from extractors.pdf.loose.rows import MAX_LEADING, Band, BodyLine, bands_of
from extractors.pdf.loose.rules import Ruling, ruling
from extractors.pdf.loose.top import MAX_LABELS, MAX_LINES, cut_names, first_headings, head_lines, last_headings
from extractors.pdf.loose.words import Row, phrases_of, rows_of, what_is
from extractors.pdf.page import Char, Letters, Page, Rule

MIN_DIGITS = 12
"""A page with fewer figures holds no table of numbers."""

MIN_LINES = 2
MIN_ROWS = 3
MIN_COLUMNS = 2

FILLED = 0.4
"""Share of the cells in columns of numbers that must be filled."""

MAX_BESIDE = 3
"""How often a page is parted into tables side by side."""

ONE_LINE = 0.85
"""Sizes between base lines that are too few for two rows."""

NEAR = 2.0
"""Sizes of white over which a row with a single value still belongs to the rows beside it."""


@dataclass(frozen=True, slots=True)
class _Zone:
    """The lines of a page that are looked at together."""

    rows: list[Row]
    blank: float
    rules: Ruling
    width: float


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
    """The block with the rows before and after it that hold a single value in one of its columns."""

    def near(a: Row, b: Row) -> bool:
        return b.top - a.bottom <= NEAR * max(a.size, b.size)

    while last + 1 <= ceiling and fits(rows[last + 1], columns) and near(rows[last], rows[last + 1]):
        last += 1
    while first - 1 >= floor and fits(rows[first - 1], columns) and near(rows[first - 1], rows[first]):
        first -= 1
    return first, last


# ---------------------------------------------------------------- body


@dataclass(frozen=True, slots=True)
class _Body:
    lines: list[BodyLine]
    headings: list[Row]


def _body_lines(rows: Sequence[Row], frame: Frame) -> _Body | None:
    """The lines of the body; None if one of them fits in no way."""
    lines: list[BodyLine] = []
    headings: list[Row] = []
    for row in rows:
        home = frame.home(row)
        if home is not None:
            lines.append(BodyLine(row, home, False))
        elif is_data(row) or fits(row, frame.columns):
            if any(len(frame.hit(p.left, p.end)) > 1 for p in row.phrases):
                return None
            lines.append(BodyLine(row, frame.labels(row), True))
        elif len(row.phrases) == 1 and not row.phrases[0].is_value:
            lines.append(BodyLine(row, {}, False))
            headings.append(row)
        else:
            return None
    parted = _with_parts(lines, frame)
    return None if parted is None else _Body(parted, headings)


def _with_parts(lines: Sequence[BodyLine], frame: Frame) -> list[BodyLine] | None:
    """The lines with those marked that hold the rest of a number beside them; None if such a rest could be a row as well.

    A number with blanks between thousands may be broken into lines by a narrow cell. Lines nearer than a line's height are one row.
    """
    if not frame.texts:
        return list(lines)
    named = [k for k, line in enumerate(lines) if line.is_data and line.labels]
    apart = min((lines[b].row.baseline - lines[a].row.baseline for a, b in pairwise(named)), default=0.0)
    found: list[BodyLine] = []
    for k, line in enumerate(lines):
        is_bare = line.is_data and not line.labels and line.row.values <= max(1, len(frame.figures) // 2)
        beside = [
            step
            for step in (-1, 1)
            if 0 <= k + step < len(lines)
            and lines[k + step].is_data
            and (lines[k + step].labels or lines[k + step].row.values > line.row.values)
            and abs(lines[k + step].row.baseline - line.row.baseline) < ONE_LINE * line.row.size
        ]
        if is_bare and len(beside) == 1:
            found.append(replace(line, is_data=False, part_of=beside[0]))
            continue
        near = [b.row.baseline - a.row.baseline for a, b in pairwise(lines[max(0, k - 1) : k + 2])]
        if is_bare and (len(beside) > 1 or (near and min(near) < 0.95 * apart)):
            return None
        found.append(line)
    return found


def _tail(zone: _Zone, last: int, ceiling: int, frame: Frame, whole: Sequence[float]) -> int:
    """The last line that may belong to the last row: text of its labels, close below, above the closing rule."""
    rows = zone.rows
    close = next((y for y in whole if y > rows[last].baseline), None)
    at = last
    while at + 1 <= ceiling:
        row, above = rows[at + 1], rows[at]
        if row.has_leaders or is_caption(row.text) or frame.home(row) is None:
            break
        if close is not None and row.baseline > close:
            break
        if row.baseline - above.baseline > MAX_LEADING * max(row.size, above.size) and close is None:
            break
        if any(row.end > frame.columns[k].right + row.size for k in (frame.home(row) or {})) and close is None:
            break
        at += 1
    return at


def _trimmed(bands: list[Band], is_closed: bool) -> list[Band]:
    if is_closed:
        return bands
    end = max(k for k, band in enumerate(bands) if band.is_data)
    return bands[: end + 1]


# ---------------------------------------------------------------- edges


def _middle_y(upper: Row, lower: Row) -> float:
    return ((upper.top + upper.bottom) / 2 + (lower.top + lower.bottom) / 2) / 2


def _edge_y(upper: Row, lower: Row, rules: Sequence[float]) -> float:
    between = [y for y in rules if upper.baseline < y < lower.baseline]
    return between[-1] if between else _middle_y(upper, lower)


def _column_edges(
    extents: Sequence[tuple[float, float]], left: float, right: float, walls: Sequence[float]
) -> list[float] | None:
    """Edges in the white between columns, at a vertical rule where one stands there; None where two columns overlap."""
    edges = [left]
    for a, b in pairwise(extents):
        if b[0] < a[1] - 0.5:
            return None
        here = [x for x in walls if a[1] - 1 <= x <= b[0] + 1]
        edges.append(here[0] if here else (a[1] + b[0]) / 2)
    return [*edges, right]


def _grid(
    head_rows: Sequence[Row],
    head: Head,
    bands: Sequence[Band],
    edges: Sequence[float],
    rules: Sequence[float],
    kind: GridKind,
    headings: Sequence[Row],
    inks: Sequence[tuple[float, float]],
    doubtful: bool,
) -> Grid:
    groups: list[tuple[Row, Row]] = []
    for level in range(head.n_levels):
        own = [row for row, at in zip(head_rows, head.levels, strict=True) if at == level]
        groups.append((own[0], own[-1]))
    groups += [(band.lines[0].row, band.lines[-1].row) for band in bands]
    top, bottom = groups[0][0], groups[-1][1]
    ys = [max((y for y in rules if top.top - 2 * top.size <= y <= (top.top + top.bottom) / 2), default=top.top - 1.0)]
    ys += [_edge_y(a[1], b[0], rules) for a, b in pairwise(groups)]
    ys.append(min((y for y in rules if bottom.baseline <= y <= bottom.bottom + 2 * bottom.size), default=bottom.bottom + 1.0))
    n_columns, n_head = len(edges) - 1, head.n_levels
    taken: set[tuple[int, int]] = set()
    cells: list[GridCell] = []

    def put(row: int, column: int, row_span: int, column_span: int) -> None:
        spots = {(r, k) for r in range(row, row + row_span) for k in range(column, column + column_span)}
        if spots & taken:
            return
        taken.update(spots)
        cells.append(
            GridCell(
                row, column, row_span, column_span, (edges[column], ys[row], edges[column + column_span], ys[row + row_span])
            )
        )

    for group in head.groups:
        put(head.levels[group.line], group.first, 1, group.last - group.first + 1)
    for column in range(n_columns):
        covered = [r for r in range(n_head) if (r, column) in taken]
        start = max(covered, default=-1) + 1
        used = {head.levels[line] for line, k, _ in head.leaves if k == column}
        breaks = [r for r in sorted(head.hard) if r > start and any(u >= r for u in used) and any(start <= u < r for u in used)]
        for a, b in pairwise([start, *breaks, n_head]):
            if b > a:
                put(a, column, b - a, 1)
    wide = {id(row) for row in headings}
    for number, band in enumerate(bands, start=n_head):
        if any(id(line.row) in wide for line in band.lines):
            put(number, 0, 1, n_columns)
            continue
        for column in range(n_columns):
            put(number, column, 1, 1)
    return Grid(
        tuple(edges),
        tuple(ys),
        tuple(sorted(cells, key=lambda c: (c.row, c.column))),
        kind=kind,
        inks=tuple(inks),
        n_head=n_head,
        is_doubtful=doubtful,
    )


# ---------------------------------------------------------------- one table


def _names_cut(zone: _Zone, first: int, floor: int, frame: Frame) -> list[Row]:
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


def _table(zone: _Zone, first: int, last: int, floor: int, ceiling: int) -> Grid | None:
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
    end = _tail(zone, last, ceiling, frame, whole)
    foot = last_headings(rows, end, ceiling, frame, white)
    body = _body_lines(rows[body_start : foot + 1], frame)
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
    bands = _trimmed(bands, closed or foot > end)
    sides = zone.rules.upright(rows[start].top, rows[foot].bottom)
    left = min([e[0] for e in extents] + [row.left for row in body.headings]) - 2.0
    right = max([e[1] for e in extents] + [row.end for row in body.headings]) + 2.0
    edges = _column_edges(extents, left, right, [x for x in sides if left < x < right])
    if edges is None:
        return None
    kind: GridKind = "half_ruled" if near or sides else "borderless"
    return _grid(head_rows, head, bands, edges, whole, kind, body.headings, inks, doubtful or head.is_doubtful)


def _gutter(zone: _Zone, first: int, last: int, floor: int) -> float | None:
    frame, _ = frame_of(zone.rows, first, last)
    if frame is None:
        return None
    above: list[Row] = []
    for row in reversed(zone.rows[floor:first]):
        if is_prose(row, zone.width) or (above and above[-1].top - row.bottom > NEAR * row.size):
            break
        above.append(row)
    x = gutter_of(frame, [row for row in above if len(row.phrases) > 1])
    # Only where the white runs through all lines of the tables.
    inside = [*zone.rows[first : last + 1], *(row for row in above if len(row.phrases) > 1)]
    is_clear = x is not None and not any(w.left < x < w.end for row in inside for w in row.words)
    return x if is_clear else None


def _halves(zone: _Zone, x: float, floor: int, ceiling: int) -> list[_Zone]:
    """What stands left and right of `x` from one line to another, as zones of their own."""
    parts = halves(zone.rows[floor : ceiling + 1], x, zone.blank)
    found: list[_Zone] = []
    for rows in parts:
        if rows:
            left, right = min(row.left for row in rows), max(row.end for row in rows)
            found.append(
                _Zone(
                    rows, zone.blank, zone.rules.clipped(left - NEAR * rows[0].size, right + NEAR * rows[0].size), right - left
                )
            )
    return found


def _zone_grids(zone: _Zone, depth: int = 0) -> list[Grid]:
    blocks = [part for first, last in runs_of(zone.rows, zone.width) for part in split_run(zone.rows, first, last)]
    found: list[Grid] = []
    floor = 0
    for k, (first, last) in enumerate(blocks):
        ceiling = blocks[k + 1][0] - 1 if k + 1 < len(blocks) else len(zone.rows) - 1
        x = _gutter(zone, first, last, floor) if depth < MAX_BESIDE else None
        if x is not None:
            grids = [grid for part in _halves(zone, x, floor, ceiling) for grid in _zone_grids(part, depth + 1)]
        else:
            grid = _table(zone, first, last, floor, ceiling)
            grids = [grid] if grid is not None else []
        found.extend(grids)
        end = max((grid.ys[-1] for grid in grids), default=None)
        floor = (
            last + 1
            if end is None
            else next((j for j in range(last, len(zone.rows)) if zone.rows[j].baseline > end), len(zone.rows))
        )
    return found


def _turned_rules(horizontal: Sequence[Rule], vertical: Sequence[Rule], turn: int) -> tuple[list[Rule], list[Rule]]:
    """Rules in the frame in which text of direction `turn` reads from left to right; see `lines.upright`."""
    if turn == 0:
        return list(horizontal), list(vertical)
    if turn == 1:
        return [Rule(-r.at, r.start, r.end) for r in vertical], [Rule(r.at, -r.end, -r.start) for r in horizontal]
    if turn == 2:
        return [Rule(-r.at, -r.end, -r.start) for r in horizontal], [Rule(-r.at, -r.end, -r.start) for r in vertical]
    return [Rule(r.at, -r.end, -r.start) for r in vertical], [Rule(-r.at, r.start, r.end) for r in horizontal]


def _as_displayed(grid: Grid, turn: int) -> Grid:
    return replace(grid, turn=turn, cells=tuple(replace(cell, box=displayed(cell.box, turn)) for cell in grid.cells))


def loose_grids(chars: Sequence[Char], horizontal: Sequence[Rule], vertical: Sequence[Rule]) -> list[Grid]:
    """The tables without a full grid of rules on one page, from top to bottom, in displayed points.

    `chars`: the signs that stand in no ruled table.
    """
    found: list[Grid] = []
    for turn in (0, 1, 2, 3):
        signs = [char for char in chars if char.turn == turn]
        if sum(char.text.isdigit() for char in signs) < MIN_DIGITS:
            continue
        rows, blank = rows_of([upright(char, turn) for char in signs])
        if not rows or sum(map(is_data, rows)) < 2:
            continue
        across, down = _turned_rules(horizontal, vertical, turn)
        width = max(row.end for row in rows) - min(row.left for row in rows)
        zone = _Zone(rows, blank, ruling(across, down), width)
        found.extend(_as_displayed(grid, turn) for grid in _zone_grids(zone))
    return found


def may_hold_table(signs: Sequence[Char]) -> bool:
    """A quick look: at least two lines on which at least two numbers stand by themselves or at the end of a run of signs."""
    lines: dict[tuple[int | None, int], int] = {}
    for sign in signs:
        if any(map(str.isdigit, sign.text)) or len(sign.text) == 1:
            words = sign.text.split()
            numbers = 0
            while words and what_is(words[-1]) in ("number", "nothing"):
                words.pop()
                numbers += 1
            if numbers and (not words or numbers > 1):
                key = sign.turn, round(sign.baseline)
                lines[key] = lines.get(key, 0) + numbers
    return sum(count >= MIN_COLUMNS for count in lines.values()) >= MIN_LINES


def _apart(sign: Char, letters: Letters | None) -> Sequence[Char]:
    """The single signs of a run; a run that was decoded since stays whole."""
    if letters is None or len(sign.text) == 1:
        return (sign,)
    parts = letters(sign)
    return parts if "".join(part.text for part in parts) == sign.text else (sign,)


def read_loose(
    signs: Sequence[Char], page: Page, letters: Letters | None
) -> tuple[list[tuple[Grid, tuple[PlacedCell, ...]]], list[Char]]:
    """Tables among the signs outside ruled tables, with their cells, and the signs outside these as well."""
    if not may_hold_table(signs):
        return [], list(signs)
    single = [char for sign in signs for char in _apart(sign, letters)]
    grids = loose_grids(single, page.horizontal, page.vertical)
    inside, outside = split_by_grid(single, grids)
    tables = [
        (grid, cells)
        for grid, chars in zip(grids, inside, strict=True)
        if is_table(grid, cells := read_cells(grid, chars, page.number))
    ]
    return (tables, outside) if len(tables) == len(grids) and tables else ([], list(signs))
