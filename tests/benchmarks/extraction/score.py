"""Compares tables that were read with the truth. Pure functions; the same rules for every reader.

A table is a grid of anchors: (row, column) -> cell, rows and columns from 1. Tables are matched by the texts they share; inside a pair
rows and columns are put side by side in order, so that a row that is missing costs its own cells and not all below it. A cell is right
if its text is the same after NFC and folding of white space, in its row and column; blank cells count on neither side. A number is
wrong if another number stands in its place, or if a number stands where nothing is printed; missing if none stands there. A cell that
is left unsettled (U+FFFD) is missing, never wrong.
"""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any

from extractors.records import Table

UNSETTLED = "\N{REPLACEMENT CHARACTER}"
_NUMBER = re.compile(r"[+-]?(\d{1,3}([ .]\d{3})+|\d+)([.,]\d+)?%?")
_MINUS = str.maketrans("−–—", "---")

Place = tuple[int, int]


@dataclass(frozen=True, slots=True)
class GridCell:
    text: str
    row_span: int = 1
    column_span: int = 1


@dataclass(frozen=True, slots=True)
class Grid:
    """One table. `cells` by anchor; texts are NFC with white space folded."""

    n_rows: int
    n_columns: int
    cells: Mapping[Place, GridCell]
    header_rows: int | None = None

    def texts(self) -> Counter[str]:
        return Counter(cell.text for cell in self.cells.values() if cell.text)


@dataclass(frozen=True, slots=True)
class Score:
    """Counts of one document, or of several when added up."""

    cells_right: int = 0
    cells_read: int = 0
    cells_true: int = 0
    numbers_right: int = 0
    numbers_wrong: int = 0
    numbers_missing: int = 0
    relations_right: int = 0
    relations_read: int = 0
    relations_true: int = 0
    spans_right: int = 0
    spans_true: int = 0
    headers_right: int = 0
    tables_exact: int = 0
    tables_true: int = 0
    noise_tables: int = 0

    def __add__(self, other: Score) -> Score:
        return Score(*(getattr(self, name) + getattr(other, name) for name in self.__slots__))

    @property
    def f1(self) -> float:
        """Of cells; 1.0 for a document without tables in which none was found."""
        return _f1(self.cells_right, self.cells_read, self.cells_true)

    @property
    def adjacency_f1(self) -> float:
        return _f1(self.relations_right, self.relations_read, self.relations_true)


def _f1(right: int, read: int, true: int) -> float:
    return 2 * right / (read + true) if read + true else 1.0


def folded(text: str) -> str:
    """NFC, zero-width signs dropped, white space folded."""
    return " ".join(unicodedata.normalize("NFC", text.replace("\u200b", "").replace("\ufeff", "")).split())


def number_of(text: str) -> str | None:
    """A number in the form in which two readings are compared (one sign for minus, thousands set apart by one blank), or None."""
    plain = folded(text).translate(_MINUS)
    return plain if _NUMBER.fullmatch(plain) else None


def grid_of_table(table: Table) -> Grid:
    cells = {(cell.row, cell.column): GridCell(folded(cell.text), cell.row_span, cell.column_span) for cell in table.cells}
    return Grid(table.n_rows, table.n_columns, cells, table.header_rows)


def grid_of_json(table: Mapping[str, Any]) -> Grid:
    """From the contract's JSON, and from a truth file."""
    cells = {
        (int(cell["row"]), int(cell["column"])): GridCell(
            folded(str(cell["text"])), int(cell.get("row_span", 1)), int(cell.get("column_span", 1))
        )
        for cell in table["cells"]
    }
    header = table.get("header_rows")
    return Grid(int(table["n_rows"]), int(table["n_columns"]), cells, None if header is None else int(header))


def grid_of_rows(rows: Sequence[Sequence[str | None]]) -> Grid:
    """From plain rows of texts, as most readers give them."""
    cells = {(r, c): GridCell(folded(text or "")) for r, row in enumerate(rows, 1) for c, text in enumerate(row, 1)}
    return Grid(len(rows), max((len(row) for row in rows), default=0), cells)


def _best_path(gain: Sequence[Sequence[int]]) -> list[tuple[int, int]]:
    """Pairs (i, j), increasing in both, with the largest sum of gains; pairs without gain are left out."""
    height, width = len(gain), len(gain[0]) if gain else 0
    best = [[0] * (width + 1) for _ in range(height + 1)]
    for i in range(height - 1, -1, -1):
        here, below, gains = best[i], best[i + 1], gain[i]
        for j in range(width - 1, -1, -1):
            here[j] = max(below[j], here[j + 1], below[j + 1] + gains[j] if gains[j] else 0)
    pairs: list[tuple[int, int]] = []
    i = j = 0
    while i < height and j < width:
        if gain[i][j] and best[i][j] == best[i + 1][j + 1] + gain[i][j]:
            pairs.append((i, j))
            i, j = i + 1, j + 1
        elif best[i][j] == best[i + 1][j]:
            i += 1
        else:
            j += 1
    return pairs


def _lines(grid: Grid, axis: int) -> list[list[tuple[int, str]]]:
    """For each row (axis 0) or column (axis 1) the (position on the other axis, text) of its cells that say something."""
    count = grid.n_rows if axis == 0 else grid.n_columns
    found: list[list[tuple[int, str]]] = [[] for _ in range(count)]
    for place, cell in grid.cells.items():
        if cell.text and place[axis] <= count:
            found[place[axis] - 1].append((place[1 - axis], cell.text))
    return found


def align(truth: Grid, read: Grid) -> tuple[dict[int, int], dict[int, int]]:
    """Rows and columns of the truth -> those of the table that was read, both from 1, in order."""
    true_columns, read_columns = _lines(truth, 1), _lines(read, 1)
    counts = [Counter(text for _, text in line) for line in read_columns]
    gain = [[sum((Counter(text for _, text in line) & other).values()) for other in counts] for line in true_columns]
    columns = {i + 1: j + 1 for i, j in _best_path(gain)} if read_columns else {}
    read_rows = [dict(line) for line in _lines(read, 0)]
    row_gain: list[list[int]] = []
    for line in _lines(truth, 0):
        wanted = [(columns[column], text) for column, text in line if column in columns]
        row_gain.append([sum(other.get(column) == text for column, text in wanted) for other in read_rows])
    rows = {i + 1: j + 1 for i, j in _best_path(row_gain)} if read_rows else {}
    return _between(rows, truth.n_rows, read.n_rows), _between(columns, truth.n_columns, read.n_columns)


def _between(pairs: dict[int, int], height: int, width: int) -> dict[int, int]:
    """Lines without any text in common stand where their neighbours say, if as many stand between them on both sides."""
    found = dict(pairs)
    ends = [(0, 0), *sorted(pairs.items()), (height + 1, width + 1)]
    for (i, j), (k, m) in pairwise(ends):
        if k - i == m - j:
            found |= {i + step: j + step for step in range(1, k - i)}
    return found


def _relations(grid: Grid) -> Counter[tuple[str, str, str]]:
    """Each cell that says something with the next one to the right and the next one below, spans heeded (ICDAR 2013)."""
    owner: dict[Place, Place] = {}
    for (row, column), cell in grid.cells.items():
        if cell.text:
            for r in range(row, row + cell.row_span):
                for c in range(column, column + cell.column_span):
                    owner[r, c] = (row, column)
    pairs: set[tuple[Place, Place, str]] = set()
    for direction, (down, right) in (("right", (0, 1)), ("below", (1, 0))):
        for (r, c), anchor in owner.items():
            row, column = r + down, c + right
            while row <= grid.n_rows and column <= grid.n_columns:
                other = owner.get((row, column))
                if other == anchor:
                    break
                if other is not None:
                    pairs.add((anchor, other, direction))
                    break
                row, column = row + down, column + right
    return Counter((grid.cells[a].text, grid.cells[b].text, direction) for a, b, direction in pairs)


def _numbers(truth: Grid, read: Grid, rows: Mapping[int, int], columns: Mapping[int, int]) -> tuple[int, int, int]:
    """Right, wrong and missing numbers of one pair of tables."""
    right = wrong = missing = 0
    for (row, column), cell in truth.cells.items():
        true = number_of(cell.text)
        place = rows.get(row), columns.get(column)
        other = read.cells.get((place[0], place[1])) if place[0] and place[1] else None
        found = number_of(other.text) if other is not None else None
        if true is None:
            # A number in a place that is blank is made up, unless a longer cell beside it begins there.
            wrong += not cell.text and found is not None
        elif found is None:
            missing += 1
        elif found == true:
            right += 1
        else:
            wrong += 1
    return right, wrong, missing


def _pair_score(truth: Grid, read: Grid) -> Score:
    rows, columns = align(truth, read)
    cells_right = spans_right = spans_true = 0
    for (row, column), cell in truth.cells.items():
        if not cell.text:
            continue
        place = rows.get(row), columns.get(column)
        other = read.cells.get((place[0], place[1])) if place[0] and place[1] else None
        same = other is not None and other.text == cell.text
        cells_right += same
        if cell.row_span > 1 or cell.column_span > 1:
            spans_true += 1
            spans_right += (
                same and other is not None and (other.row_span, other.column_span) == (cell.row_span, cell.column_span)
            )
    right, wrong, missing = _numbers(truth, read, rows, columns)
    true_relations, read_relations = _relations(truth), _relations(read)
    return Score(
        cells_right=cells_right,
        cells_read=sum(read.texts().values()),
        cells_true=sum(truth.texts().values()),
        numbers_right=right,
        numbers_wrong=wrong,
        numbers_missing=missing,
        relations_right=sum((true_relations & read_relations).values()),
        relations_read=sum(read_relations.values()),
        relations_true=sum(true_relations.values()),
        spans_right=spans_right,
        spans_true=spans_true,
        headers_right=int(truth.header_rows == read.header_rows),
        tables_exact=int(is_exact(truth, read, spans=True)),
        tables_true=1,
    )


def is_exact(truth: Grid, read: Grid, *, spans: bool) -> bool:
    """Same size and the same texts at the same anchors; with `spans`, blanks and spans too."""
    if (truth.n_rows, truth.n_columns) != (read.n_rows, read.n_columns):
        return False
    if spans:
        return dict(truth.cells) == dict(read.cells)
    return {p: c.text for p, c in truth.cells.items() if c.text} == {p: c.text for p, c in read.cells.items() if c.text}


def match(truth: Sequence[Grid], read: Sequence[Grid]) -> tuple[list[tuple[int, int]], list[int]]:
    """Pairs (truth, read) by most shared texts, each used once, and the tables that were read and are none."""
    shared = [
        (sum((a.texts() & b.texts()).values()), -abs(i - j), i, j) for i, a in enumerate(truth) for j, b in enumerate(read)
    ]
    pairs: list[tuple[int, int]] = []
    used: tuple[set[int], set[int]] = (set(), set())
    for count, _, i, j in sorted(shared, reverse=True):
        if count and i not in used[0] and j not in used[1]:
            pairs.append((i, j))
            used[0].add(i)
            used[1].add(j)
    return sorted(pairs), [j for j in range(len(read)) if j not in used[1]]


def score(truth: Iterable[Grid], read: Iterable[Grid]) -> Score:
    """One document. A table that matches nothing is noise: its cells count as read and none of them as right."""
    truths, reads = list(truth), list(read)
    pairs, noise = match(truths, reads)
    total = Score()
    for i, j in pairs:
        total += _pair_score(truths[i], reads[j])
    for i in set(range(len(truths))) - {i for i, _ in pairs}:
        total += _pair_score(truths[i], Grid(0, 0, {}))
    for j in noise:
        relations = sum(_relations(reads[j]).values())
        total += Score(cells_read=sum(reads[j].texts().values()), relations_read=relations, noise_tables=1)
    return total
