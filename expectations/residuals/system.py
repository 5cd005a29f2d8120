"""Relations and figures in whole numbers: cells are indices, values multiples of the finest printed digit."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import ROUND_CEILING, ROUND_FLOOR, Decimal
from itertools import pairwise

from expectations.relations import Relation, RelationKind
from expectations.residuals.figures import Figure, digits_of

_SLACK = Decimal("1e-7")
"""Bounds come from binary fractions; sums of printed figures are multiples of at least 1e-6, so this decides nothing."""


@dataclass(frozen=True, slots=True)
class Unit:
    """A ranked unit of an ordering or a permutation: its cells, and 1 or -1 if a higher or a lower score is the better one."""

    group: str
    rank: int
    score: int | None
    direction: int


@dataclass(frozen=True, slots=True)
class Bond:
    """A relation between cells. `coefficients` go with `cells` (linear); `units`: of ordering and permutation; `end`: of an extreme.

    `low` and `high` are whole multiples of the finest digit, rounded inwards; `one` is 1 in such multiples.
    """

    relation_id: str
    kind: RelationKind
    cells: tuple[int, ...]
    coefficients: tuple[int, ...]
    low: int
    high: int
    units: tuple[Unit, ...] = ()
    end: int = -1
    one: int = 1

    @property
    def members(self) -> tuple[int, ...]:
        """The cells of an extreme without its end."""
        return tuple(cell for cell in self.cells if cell != self.end)


def bond_of(relation: Relation, index: Mapping[str, int], digits: int) -> Bond:
    """Raises ValueError for a coefficient that is not whole, or a unit of an ordering without rank or score."""
    one = 10**digits
    low = int(((relation.low - _SLACK) * one).to_integral_value(ROUND_CEILING))
    high = int(((relation.high + _SLACK) * one).to_integral_value(ROUND_FLOOR))
    weights: dict[int, int] = {}
    scores: dict[str, tuple[int, int]] = {}
    ranks: dict[str, int] = {}
    end = -1
    for member in relation.members:
        if member.coefficient != int(member.coefficient):
            raise ValueError(f"{relation.rule_id}: expected a whole coefficient, found {member.coefficient}")
        cell = index[member.claim_id]
        weights[cell] = weights.get(cell, 0) + int(member.coefficient)
        if member.role == "score":
            scores[member.group] = cell, int(member.coefficient)
        elif member.role == "rank":
            ranks[member.group] = cell
        elif member.role == "end":
            end = cell
    units = tuple(Unit(group, rank, *scores.get(group, (None, 1))) for group, rank in sorted(ranks.items()))
    if relation.kind == "ordering" and (scores.keys() != ranks.keys()):
        raise ValueError(f"{relation.rule_id}: expected rank and score of each unit, found {len(ranks)} and {len(scores)}")
    if relation.kind == "permutation":
        # `low` is how far the scores of units on one rank may lie apart: a bound from above.
        low = int(((relation.low + _SLACK) * one).to_integral_value(ROUND_FLOOR))
    cells = tuple(weights)
    return Bond(relation.relation_id, relation.kind, cells, tuple(weights.values()), low, high, units, end, one)


def total_of(bond: Bond, values: Sequence[int]) -> int:
    return sum(weight * values[cell] for weight, cell in zip(bond.coefficients, bond.cells, strict=True))


def is_linear_within(bond: Bond, values: Sequence[int]) -> bool:
    return bond.low <= total_of(bond, values) <= bond.high


def ordered(bond: Bond, values: Sequence[int]) -> list[tuple[int, int, int, Unit]]:
    """(rank, -directed score, direction x score, unit) of each unit, in the order in which neighbours are compared."""
    found: list[tuple[int, int, int, Unit]] = []
    for unit in bond.units:
        score = 0 if unit.score is None else unit.direction * values[unit.score]
        found.append((values[unit.rank], -score, score, unit))
    found.sort(key=lambda item: (item[0], item[1], item[3].group))
    return found


def broken_pairs(bond: Bond, values: Sequence[int]) -> int:
    """How many neighbours of an ordering contradict their ranks."""
    items = ordered(bond, values)
    broken = 0
    for (rank, _, score, _), (next_rank, _, next_score, _) in pairwise(items):
        gap = next_score - score
        broken += gap > bond.high or (rank == next_rank and -gap > bond.high)
    return broken


def _is_permutation(bond: Bond, values: Sequence[int]) -> bool:
    places: dict[int, list[Unit]] = {}
    for unit in bond.units:
        places.setdefault(values[unit.rank], []).append(unit)
    before = 0
    for place in sorted(places):
        here = places[place]
        if place != (before + 1) * bond.one or place > bond.high:
            return False
        if len(here) > 1:
            scores = [values[unit.score] for unit in here if unit.score is not None]
            if len(scores) < len(here) or max(scores) - min(scores) > bond.low:
                return False
        before += len(here)
    return True


def holds(bond: Bond, values: Sequence[int]) -> bool:
    """Whether the figures satisfy the relation: the verdict of the rule's own query."""
    if bond.kind == "linear":
        return is_linear_within(bond, values)
    if bond.kind == "ordering":
        return broken_pairs(bond, values) == 0
    if bond.kind == "permutation":
        return _is_permutation(bond, values)
    reached = (min if bond.kind == "minimum" else max)(values[cell] for cell in bond.members)
    return bond.low <= values[bond.end] - reached <= bond.high


@dataclass(frozen=True, slots=True)
class System:
    """All figures that take part in a relation, and all relations. `steps`: the grid of each cell, in finest digits."""

    claim_ids: tuple[str, ...]
    digits: int
    values: tuple[int, ...]
    steps: tuple[int, ...]
    bonds: tuple[Bond, ...]
    bonds_of: tuple[tuple[int, ...], ...]

    def decimal(self, value: int, cell: int) -> Decimal:
        """A value as a figure with the decimals of its grid."""
        decimals = self.digits - (len(str(self.steps[cell])) - 1)
        return Decimal(value).scaleb(-self.digits).quantize(Decimal(1).scaleb(-decimals))

    def broken(self) -> list[int]:
        return [number for number, bond in enumerate(self.bonds) if not holds(bond, self.values)]


def system_of(relations: Iterable[Relation], figures: Iterable[Figure]) -> System:
    """Relations of which a member has no figure are left out: nothing can be said of them.

    Raises ValueError as `bond_of`.
    """
    by_id = {figure.claim_id: figure for figure in figures}
    usable = [relation for relation in relations if all(member.claim_id in by_id for member in relation.members)]
    ids = tuple(sorted({member.claim_id for relation in usable for member in relation.members}))
    index = {claim_id: number for number, claim_id in enumerate(ids)}
    taking_part = [by_id[claim_id] for claim_id in ids]
    decimals = [max(figure.decimals, digits_of(figure.value)) for figure in taking_part]
    digits = max(decimals, default=0)
    bonds = tuple(
        bond_of(relation, index, digits)
        for relation in sorted(usable, key=lambda r: (r.rule_id, r.relation_id))
        if relation.members
    )
    bonds_of: list[list[int]] = [[] for _ in ids]
    for number, bond in enumerate(bonds):
        for cell in bond.cells:
            bonds_of[cell].append(number)
    return System(
        ids,
        digits,
        tuple(int(figure.value.scaleb(digits)) for figure in taking_part),
        tuple(10 ** (digits - own) for own in decimals),
        bonds,
        tuple(tuple(numbers) for numbers in bonds_of),
    )


def is_satisfied(relation: Relation, values: Mapping[str, Decimal]) -> bool:
    """Whether these figures (by claim id) satisfy the relation: pass or fail of its rule. KeyError for a member without a figure."""
    ids = dict.fromkeys(member.claim_id for member in relation.members)
    figures = [Figure(claim_id, values[claim_id], digits_of(values[claim_id])) for claim_id in ids]
    return not system_of((relation,), figures).broken()
