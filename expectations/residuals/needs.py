"""Why a relation is violated, in as few cells as can be told: every explanation changes one of them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from itertools import combinations, pairwise

from expectations.residuals.system import Bond, Unit, ordered


def needs_of(broken: Iterable[Bond], values: Sequence[int], most_cells: int) -> tuple[frozenset[int], ...]:
    """Groups of cells of which every explanation with at most `most_cells` cells has one, the smallest groups first."""
    found: set[frozenset[int]] = set()
    for bond in broken:
        narrow = set(_needs(bond, values, most_cells))
        found |= narrow or {frozenset(bond.cells)}
    return tuple(sorted(found, key=lambda need: (len(need), sorted(need))))


def _cells(*units: Unit) -> frozenset[int]:
    return frozenset(cell for unit in units for cell in (unit.rank, unit.score) if cell is not None)


def _needs(bond: Bond, values: Sequence[int], most_cells: int) -> Iterator[frozenset[int]]:
    if bond.kind == "ordering":
        # Units whose ranks change may come to stand between two neighbours, and each may take up one more step of rounding.
        slack = bond.high * (most_cells + 1)
        for (rank, _, score, unit), (next_rank, _, next_score, following) in pairwise(ordered(bond, values)):
            if next_score - score > slack or (rank == next_rank and score - next_score > slack):
                yield _cells(unit, following)
    elif bond.kind == "permutation":
        holders: dict[int, list[Unit]] = {}
        for unit in bond.units:
            holders.setdefault(values[unit.rank], []).append(unit)
            if not 0 < values[unit.rank] <= bond.high:
                yield frozenset({unit.rank})
        for here in holders.values():
            for one, other in combinations(here, 2):
                if one.score is None or other.score is None or abs(values[one.score] - values[other.score]) > bond.low:
                    yield _cells(one, other)
