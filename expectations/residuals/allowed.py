"""What one cell may be while all others stay: exact, from one relation at a time."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from itertools import pairwise

from expectations.residuals.system import Bond, Unit, holds, total_of

FAR = 10**18
"""Beyond every figure, in finest digits: an open side."""


@dataclass(frozen=True, slots=True)
class Span:
    """The values from `low` to `high`, both included; empty if `low` is the greater."""

    low: int = -FAR
    high: int = FAR

    def __and__(self, other: Span) -> Span:
        return Span(max(self.low, other.low), min(self.high, other.high))

    def __bool__(self) -> bool:
        return self.low <= self.high

    def on(self, step: int) -> Span:
        """The part of it that lies on a grid: its ends are multiples of `step`."""
        return Span(-(-self.low // step) * step, self.high // step * step)

    def values(self, step: int) -> range:
        inside = self.on(step)
        return range(inside.low, inside.high + 1, step)


EVERYTHING, NOTHING = Span(), Span(1, 0)


def divided(low: int, high: int, weight: int) -> Span:
    """The x with low <= weight * x <= high."""
    if weight == 0:
        return EVERYTHING if low <= 0 <= high else NOTHING
    if weight < 0:
        low, high, weight = -high, -low, -weight
    return Span(-(-low // weight), high // weight)


def is_rank(bond: Bond, cell: int) -> bool:
    """Whether the cell is a rank whose place among the others the relation judges: then its values are tried one by one."""
    return any(unit.rank == cell for unit in bond.units)


def allowed(bond: Bond, cell: int, values: Sequence[int]) -> Span:
    """The values of one cell, no rank of this relation, with which the relation holds while its other cells stay as they are."""
    if bond.kind == "linear":
        place = bond.cells.index(cell)
        weight = bond.coefficients[place]
        others = total_of(bond, values) - weight * values[cell]
        return divided(bond.low - others, bond.high - others, weight)
    if bond.kind == "ordering":
        return _score_in_order(bond, cell, values)
    if bond.kind == "permutation":
        return _score_beside_rank(bond, cell, values)
    return _in_extreme(bond, cell, values)


def _in_extreme(bond: Bond, cell: int, values: Sequence[int]) -> Span:
    """`end` lies within `low` and `high` of the lowest member; of the highest one, everything is turned round."""
    sign = 1 if bond.kind == "minimum" else -1
    low, high = (bond.low, bond.high) if sign == 1 else (-bond.high, -bond.low)
    others = [sign * values[c] for c in bond.members if c != cell]
    if cell == bond.end:
        found = Span(min(others) + low, min(others) + high)
    else:
        end = sign * values[bond.end]
        # The lowest member must lie in [end - high, end - low]: this cell, or another while this one is not below.
        rest = min(others, default=FAR)
        if rest < end - high:
            return NOTHING
        found = Span(end - high, FAR if rest <= end - low else end - low)
    return found if sign == 1 else Span(-found.high, -found.low)


def _tied(bond: Bond, cell: int, values: Sequence[int]) -> tuple[Unit, list[Unit]]:
    own = next(unit for unit in bond.units if unit.score == cell)
    return own, [unit for unit in bond.units if unit is not own and values[unit.rank] == values[own.rank]]


def _score_beside_rank(bond: Bond, cell: int, values: Sequence[int]) -> Span:
    """Scores are free in a permutation except those of units that share a rank."""
    _, tied = _tied(bond, cell, values)
    probe = list(values)
    scores = [values[unit.score] for unit in tied if unit.score is not None]
    if scores:
        probe[cell] = scores[0]
    if len(scores) < len(tied) or not holds(bond, probe):
        return NOTHING
    return Span(max(scores) - bond.low, min(scores) + bond.low) if scores else EVERYTHING


def _score_in_order(bond: Bond, cell: int, values: Sequence[int]) -> Span:
    own, tied = _tied(bond, cell, values)
    rank, sign, slack = values[own.rank], own.direction, bond.high
    before: list[tuple[int, int]] = []
    after: list[tuple[int, int]] = []
    for unit in bond.units:
        place = values[unit.rank]
        if unit.score is not None and place != rank:
            (before if place < rank else after).append((place, sign * values[unit.score]))
    if not (_is_ordered(before, slack) and _is_ordered(after, slack)):
        return NOTHING
    here = sorted((sign * values[unit.score] for unit in tied if unit.score is not None), reverse=True)
    # The unit ranked next before bounds all units of this rank from above, the one ranked next after from below.
    worst_before = min((score for place, score in before if place == max(p for p, _ in before)), default=FAR)
    best_after = max((score for place, score in after if place == min(p for p, _ in after)), default=-FAR)
    span = Span(best_after - slack if not here else -FAR, worst_before + slack)
    if here:
        gaps = [(high, low) for high, low in pairwise(here) if high - low > slack]
        if here[0] > worst_before + slack or len(gaps) > 1:
            return NOTHING
        span &= Span(gaps[0][0] - slack, gaps[0][1] + slack) if gaps else Span(here[-1] - slack, here[0] + slack)
        # Neighbours after this rank are compared with its lowest score.
        if best_after - here[-1] > slack:
            return NOTHING
        span &= Span(best_after - slack, FAR)
    return span if sign == 1 else Span(-span.high, -span.low)


def _is_ordered(items: list[tuple[int, int]], slack: int) -> bool:
    items.sort(key=lambda item: (item[0], -item[1]))
    return all(
        lower - upper <= slack and (place != following or upper - lower <= slack)
        for (place, upper), (following, lower) in pairwise(items)
    )
