"""Which tables stand in a sheet: cut at blank rows and columns, but only where both sides are tables of their own.

A table of its own has a header (a row of texts) and below it at least two rows with a figure. What has not stays with the table
beside it: codes below the header, statistics and notes at the foot, groups of provinces set apart by a blank row or column.
"""

from __future__ import annotations

import re
from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import Literal

from extractors.headers import count_header_rows, is_figure
from extractors.records import Cell, DocumentError, Issue, Table
from extractors.spreadsheet.sheet import Position, Sheet, a1_of

MAX_POSITIONS = 1_000_000
"""Rows times columns of one table; the largest known table of these indices has some ten thousand."""

_JUDGED_ROWS = 60

_NOTE = re.compile(r"^(?:\(?\*+\)?|\[?\(?\d\)|ghi chú|nguồn|chú thích|note|source)", re.IGNORECASE)
_UNIT = re.compile(r"^\(?(?:đơn vị|đvt|unit)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Region:
    """A part of a sheet: the positions of its filled cells, in reading order, and the titles that stand above it."""

    positions: tuple[Position, ...]
    titles: tuple[str, ...] = ()


def _runs(numbers: set[int]) -> list[list[int]]:
    """Sorted numbers, cut where one is missing: {1, 2, 5} -> [[1, 2], [5]]."""
    runs: list[list[int]] = []
    for number in sorted(numbers):
        if runs and runs[-1][-1] == number - 1:
            runs[-1].append(number)
        else:
            runs.append([number])
    return runs


class _Cutter:
    """Cuts one sheet."""

    def __init__(self, sheet: Sheet) -> None:
        self.sheet = sheet

    def _text(self, position: Position) -> str:
        return self.sheet.entries[position].text

    def _rows(self, positions: Sequence[Position]) -> dict[int, list[Position]]:
        rows: dict[int, list[Position]] = {}
        for position in positions:
            rows.setdefault(position[0], []).append(position)
        return rows

    def _runs(self, positions: Sequence[Position], axis: Literal[0, 1]) -> list[list[Position]]:
        """The parts between blank rows (axis 0) or columns (axis 1); a merged range fills every line that it covers."""
        filled = {position[axis] + more for position in positions for more in range(self.sheet.span(position)[axis])}
        part_of = {number: part for part, run in enumerate(_runs(filled)) for number in run}
        parts: dict[int, list[Position]] = {}
        for position in positions:
            parts.setdefault(part_of[position[axis]], []).append(position)
        return [parts[part] for part in sorted(parts)]

    def _is_title(self, row: list[Position], width: int) -> bool:
        """One text alone in its row, or units beside it; a table of one column has no titles."""
        texts = {self._text(position) for position in row}
        if width < 2 or any(is_figure(text) for text in texts):
            return False
        return len(row) == 1 or all(_UNIT.match(text) for text in texts)

    def _width(self, positions: Sequence[Position]) -> int:
        return len({column for _, column in positions})

    def _peel(self, positions: Sequence[Position]) -> tuple[list[str], list[Position]]:
        """(titles, rest): leading rows that are titles, and letterheads, which a blank row parts from the header."""
        width = self._width(positions)
        titles: list[str] = []
        runs = self._runs(positions, 0)
        for index, run in enumerate(runs):
            rows = list(self._rows(run).values())
            is_letterhead = index + 1 < len(runs) and all(
                self._is_title(row, width) or (len(row) == 2 and width > 4 and not any(is_figure(self._text(p)) for p in row))
                for row in rows
            )
            while rows and (is_letterhead or self._is_title(rows[0], width)):
                titles += dict.fromkeys(self._text(position) for position in rows.pop(0))
            if rows:
                rest = [position for row in rows for position in row]
                return titles, rest + [position for later in runs[index + 1 :] for position in later]
        return [], list(positions)

    def is_table(self, positions: Sequence[Position], least_rows: int = 2) -> bool:
        """A header that names at least half of the columns below, then rows with a figure, most of them with a label.

        Judged by its first rows: a table that needs more of them to show that it is one is none.
        """
        if not positions:
            return False
        _, body = self._peel(positions[: bisect_left(positions, (positions[0][0] + _JUDGED_ROWS, 0))])
        rows = list(self._rows(body).values())
        head, first = 0, min((column for _, column in body), default=0)

        def has_figure(row: list[Position]) -> bool:
            return any(is_figure(self._text(p)) for p in row if p[1] > first)

        while head < len(rows) and not has_figure(rows[head]):
            head += 1
        data = [row for row in rows[head:] if has_figure(row)]
        labels = [row for row in data if any(not is_figure(self._text(p)) for p in row[:2])]
        if head == 0 or len(data) < least_rows or len(labels) * 2 < len(data):
            return False
        header = [position for row in rows[:head] for position in row]
        named = {column + right for row, column in header for right in range(self.sheet.span((row, column))[1])}
        return len(named) > 1 and len(named) * 2 >= self._width([position for row in data for position in row])

    def _cut_down(self, positions: Sequence[Position]) -> list[list[Position]]:
        """The tables one below the other; what is none stays with the one above, a title with the one below."""
        parts: list[list[Position]] = [[]]
        waiting: list[Position] = []
        above_is_table = False
        for run in self._runs(positions, 0):
            if above_is_table and self.is_table(run):
                notes = [position for position in waiting if _NOTE.match(self._text(position))]
                parts[-1] += notes
                parts.append([position for position in waiting if position not in notes] + run)
                waiting = []
            elif above_is_table and all(len(row) == 1 for row in self._rows(run).values()):
                waiting += run
            else:
                parts[-1] += waiting + run
                waiting = []
                above_is_table = above_is_table or self.is_table(parts[-1])
        parts[-1] += waiting
        return parts

    def _cut_across(self, positions: Sequence[Position]) -> list[list[Position]]:
        parts: list[list[Position]] = []
        for run in self._runs(positions, 1):
            if parts and not (self.is_table(run) and self.is_table(parts[-1])):
                parts[-1] += run
            else:
                parts.append(run)
        return [sorted(part) for part in parts]

    def cut(self, region: Region) -> list[Region]:
        """The region cut as often as both sides of a cut are tables."""
        down = self._cut_down(region.positions)
        if len(down) > 1:
            return [part for positions in down for part in self.cut(Region(tuple(positions), region.titles))]
        titles, body = self._peel(region.positions)
        across = self._cut_across(body)
        if len(across) > 1:
            above = (*region.titles, *titles)
            return [part for positions in across for part in self.cut(Region(tuple(positions), above))]
        if self.is_table(region.positions, least_rows=1):
            return [Region(tuple(body), (*region.titles, *titles))]
        return [region]

    def parts_far_apart(self, positions: Sequence[Position]) -> list[list[Position]]:
        """The cells, cut at the widest gap as long as the blanks between far cells would fill the memory."""
        if _size(self.sheet, positions) <= MAX_POSITIONS:
            return [list(positions)]
        widest: tuple[int, Literal[0, 1], int] = (0, 0, 0)
        for axis in (0, 1):
            runs = self._runs(positions, axis)
            for above, below in pairwise(runs):
                end = max(position[axis] + self.sheet.span(position)[axis] for position in above)
                start = min(position[axis] for position in below)
                widest = max(widest, (start - end, axis, start))
        gap, axis, start = widest
        if not gap:
            return [list(positions)]
        before = [position for position in positions if position[axis] < start]
        after = [position for position in positions if position[axis] >= start]
        return [*self.parts_far_apart(before), *self.parts_far_apart(after)]


def _corners(sheet: Sheet, positions: Sequence[Position]) -> tuple[Position, Position]:
    """The first and the last (row, column) that the cells cover."""
    ends = [(row + sheet.span((row, column))[0] - 1, column + sheet.span((row, column))[1] - 1) for row, column in positions]
    first = min(row for row, _ in positions), min(column for _, column in positions)
    return first, (max(row for row, _ in ends), max(column for _, column in ends))


def _size(sheet: Sheet, positions: Sequence[Position]) -> int:
    (top, left), (bottom, right) = _corners(sheet, positions)
    return (bottom - top + 1) * (right - left + 1)


def _table(sheet: Sheet, region: Region, number: int, first: Position) -> Table:
    """The table of a region that begins at `first`: every position a cell, blanks included, merged ranges once."""
    (top, left), (bottom, right) = first, _corners(sheet, region.positions)[1]
    covered = {
        (row + down, column + right_by)
        for row, column in sheet.spans
        if top <= row <= bottom and left <= column <= right
        for down in range(min(sheet.spans[row, column][0], bottom - row + 1))
        for right_by in range(min(sheet.spans[row, column][1], right - column + 1))
        if down or right_by
    }
    cells: list[Cell] = []
    for row in range(top, bottom + 1):
        for column in range(left, right + 1):
            if (row, column) in covered:
                continue
            entry, span = sheet.entries.get((row, column)), sheet.span((row, column))
            cells.append(
                Cell(
                    row=row - top + 1,
                    column=column - left + 1,
                    text="" if entry is None else entry.text,
                    row_span=min(span[0], bottom - row + 1),
                    column_span=min(span[1], right - column + 1),
                    sheet=sheet.name,
                    a1=a1_of((row, column)),
                    confidence=1.0 if entry is None else entry.confidence,
                    source="text" if entry is None else entry.source,
                )
            )
    title = " ".join(region.titles)
    return Table(number, bottom - top + 1, right - left + 1, 0, tuple(cells), title, sheet=sheet.name)


def _check_size(sheet: Sheet, region: Region, document_id: str) -> None:
    if _size(sheet, region.positions) <= MAX_POSITIONS:
        return
    (top, left), (bottom, right) = _corners(sheet, region.positions)
    message = (
        f"sheet {sheet.name!r}: expected at most {MAX_POSITIONS} cells in a table, found {bottom - top + 1} rows x "
        f"{right - left + 1} columns"
    )
    hint = "Delete the rows and columns that do not belong to a table, save and give the file again."
    raise DocumentError(Issue("sheet_too_large", "error", document_id, message, hint))


def tables_of(sheet: Sheet, first_number: int, document_id: str) -> list[Table]:
    """The tables of a sheet, numbered from `first_number`; none if nothing is filled.

    A sheet without a header and figures below it is one table from A1 on, without header rows; its title is its first text.

    Raises:
        DocumentError: `sheet_too_large`.
    """
    if not sheet.entries:
        return []
    cutter = _Cutter(sheet)
    far_apart = cutter.parts_far_apart(sorted(sheet.entries))
    regions = [part for positions in far_apart for part in cutter.cut(Region(tuple(positions)))]
    tables: list[Table] = []
    for number, region in enumerate(regions, start=first_number):
        is_table = cutter.is_table(region.positions, least_rows=1)
        first = _corners(sheet, region.positions)[0] if is_table or len(regions) > 1 else (1, 1)
        _check_size(sheet, region, document_id)
        table = _table(sheet, region, number, first)
        if is_table:
            tables.append(replace(table, header_rows=count_header_rows(table)))
        else:
            tables.append(replace(table, title=sheet.entries[region.positions[0]].text))
    return tables
