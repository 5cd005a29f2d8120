"""What every mutation is made with: where the figures of a document stand, and how one is drawn at random."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from random import Random
from typing import TypeVar

from extractors.records import Cell, Claim, Reading
from tests.benchmarks.mutations.edits import cells_of, table_of
from tests.benchmarks.mutations.specimens import Specimen, Spot

T = TypeVar("T")


class NotApplicableError(Exception):
    """The document has nothing that this could be done to; the message says what is missing."""


@dataclass(frozen=True)
class Damage:
    """A damaged reading and, in words, what was done to it."""

    reading: Reading
    what: str


def choose(random: Random, found: Sequence[T], missing: str) -> T:
    if not found:
        raise NotApplicableError(missing)
    return random.choice(found)


def is_plain(cell: Cell | None) -> bool:
    return cell is not None and cell.row_span == 1 and cell.column_span == 1


@dataclass(frozen=True)
class Body:
    """The rows and columns of one table that state figures. `cells`: by row and column."""

    number: int
    cells: Mapping[tuple[int, int], Cell]
    figures: Mapping[tuple[int, int], tuple[Claim, ...]]
    rows: tuple[int, ...]
    columns: tuple[int, ...]

    def spot(self, row: int, column: int) -> Spot:
        return (self.number, row, column)

    def text(self, row: int, column: int) -> str:
        cell = self.cells.get((row, column))
        return "" if cell is None else cell.text

    def plain(self, row: int, column: int) -> bool:
        return is_plain(self.cells.get((row, column)))

    @property
    def label_columns(self) -> tuple[int, ...]:
        """Columns beside the figures that hold text in their rows."""
        beside = {column for row, column in self.cells if row in self.rows and column not in self.columns}
        return tuple(sorted(column for column in beside if any(self.text(row, column) for row in self.rows)))

    def names(self) -> str:
        return f"table {self.number}"


_BODIES: dict[int, tuple[Body, ...]] = {}


def bodies(specimen: Specimen) -> tuple[Body, ...]:
    """Every table with figures; found once for each specimen of a run."""
    if id(specimen) not in _BODIES:
        _BODIES[id(specimen)] = _find_bodies(specimen)
    return _BODIES[id(specimen)]


def _find_bodies(specimen: Specimen) -> tuple[Body, ...]:
    found: list[Body] = []
    for number in sorted({spot[0] for spot in specimen.figures}):
        figures = {(row, column): claims for (table, row, column), claims in specimen.figures.items() if table == number}
        cells = cells_of(table_of(specimen.reading, number))
        rows = tuple(sorted({row for row, _ in figures}))
        columns = tuple(sorted({column for _, column in figures}))
        found.append(Body(number, cells, figures, rows, columns))
    return tuple(found)


def some_body(specimen: Specimen, random: Random) -> Body:
    """A table, large ones more often."""
    found = bodies(specimen)
    return random.choices(found, weights=[len(body.figures) for body in found])[0]
