"""Whether a relation allows a value of one cell while others are still open: never refused if some choice of theirs allows it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from itertools import pairwise

from expectations.residuals.allowed import EVERYTHING, NOTHING, Span, divided
from expectations.residuals.candidates import Choice
from expectations.residuals.system import Bond, holds, is_linear_within, ordered

Test = Callable[[int], bool]


def linear_span(bond: Bond, cell: int, values: Sequence[int], open_cells: Mapping[int, Choice]) -> Span:
    """What a linear relation leaves to one cell, the other open ones being anywhere in their spans."""
    least = most = own = 0
    for weight, other in zip(bond.coefficients, bond.cells, strict=True):
        if other == cell:
            own = weight
            continue
        span = open_cells[other].span if other in open_cells else Span(values[other], values[other])
        if not span:
            return NOTHING
        low, high = sorted((weight * span.low, weight * span.high))
        least, most = least + low, most + high
    return divided(bond.low - most, bond.high - least, own)


def tester(bond: Bond, cell: int, values: Sequence[int], open_cells: Mapping[int, Choice]) -> Test:
    """For a value of `cell`: False only if the relation cannot hold with it, whatever the open cells are."""
    others = [c for c in bond.cells if c != cell and c in open_cells]
    probe = list(values)

    def put(value: int) -> list[int]:
        probe[cell] = value
        return probe

    if bond.kind == "linear":
        span = linear_span(bond, cell, values, open_cells) if others else EVERYTHING
        return (lambda value: span.low <= value <= span.high) if others else (lambda value: is_linear_within(bond, put(value)))
    if not others:
        return lambda value: holds(bond, put(value))
    if bond.kind == "ordering":
        return lambda value: _may_be_ordered(bond, put(value), {*others})
    if bond.kind == "permutation":
        return lambda value: _may_be_permutation(bond, put(value), {*others})
    return lambda value: True


def _may_be_ordered(bond: Bond, values: Sequence[int], unknown: set[int]) -> bool:
    """Units with an open cell are passed over. Each that stood between two others may have taken up one more step of rounding."""
    items = [item for item in ordered(bond, values) if unknown.isdisjoint((item[3].rank, item[3].score))]
    slack = bond.high * (len(bond.units) - len(items) + 1)
    return all(
        lower - upper <= slack and (place != following or upper - lower <= slack)
        for (place, _, upper, _), (following, _, lower, _) in pairwise(items)
    )


def _may_be_permutation(bond: Bond, values: Sequence[int], unknown: set[int]) -> bool:
    """Two units may have one rank only if their scores are equal, or one of them is open."""
    holders: dict[int, list[int | None]] = {}
    for unit in bond.units:
        if unit.rank in unknown:
            continue
        place = values[unit.rank]
        if not 0 < place <= bond.high:
            return False
        holders.setdefault(place, []).append(unit.score)
    for scores in holders.values():
        known = [values[score] for score in scores if score is not None and score not in unknown]
        if len(scores) > 1 and (None in scores or (known and max(known) - min(known) > bond.low)):
            return False
    return True
