"""One set of cells: can it alone be wrong, and what would its cells be? If not, which further cells could help?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from itertools import groupby, product
from math import prod

from expectations.residuals.allowed import Span, allowed, divided
from expectations.residuals.joint import Unknown, together
from expectations.residuals.system import Bond, System, Unit, holds, total_of

MOST_RANKS = 1024
"""Choices of ranks that are tried for one set; more are left, and the diagnosis says that it is not complete."""


@dataclass(frozen=True, slots=True)
class Feasible:
    """With these values of the cells (outer bounds) every relation that they take part in can hold."""

    spans: Mapping[int, Span]


@dataclass(frozen=True, slots=True)
class Conflict:
    """The set cannot explain; a larger one can only with one of these cells."""

    cells: frozenset[int]


Answer = Feasible | Conflict | Unknown

_Run = tuple[int, Span]
"""A rank to try, and the ranks that are as good."""


@dataclass
class SetSolver:
    """Answers for the sets of one system.

    `is_rank`: cells whose place in an ordering or permutation is judged. `tries`: effort so far, in choices of ranks looked at (one
    for a set without ranks).
    """

    system: System
    is_rank: frozenset[int] = field(init=False)
    tries: int = field(init=False, default=0)
    _far: int = field(init=False)
    _totals: dict[str, int] = field(init=False, default_factory=dict[str, int])

    def __post_init__(self) -> None:
        self._far = 10 * max(map(abs, self.system.values), default=0) + 10 ** (self.system.digits + 1)
        self.is_rank = frozenset(unit.rank for bond in self.system.bonds for unit in bond.units)

    def reach(self, cell: int) -> Span:
        """How far a figure may go: one digit more than the largest there is."""
        return Span(-self._far, self._far).on(self.system.steps[cell])

    def _alone(self, bond: Bond, cell: int, values: Sequence[int]) -> Span:
        """`allowed`; the sums of long relations are added up once."""
        if bond.kind != "linear" or not self.is_rank.isdisjoint(bond.cells):
            return allowed(bond, cell, values)
        if bond.relation_id not in self._totals:
            self._totals[bond.relation_id] = total_of(bond, self.system.values)
        weight = bond.coefficients[bond.cells.index(cell)]
        others = self._totals[bond.relation_id] - weight * self.system.values[cell]
        return divided(bond.low - others, bond.high - others, weight)

    def answer(self, cells: frozenset[int]) -> Answer:
        """Relations that do not touch `cells` are not looked at: whoever asks sees to it that they hold."""
        system = self.system
        touched = [system.bonds[number] for number in sorted({n for cell in cells for n in system.bonds_of[cell]})]
        ranks = sorted(cells & self.is_rank)
        free = {cell: self.reach(cell) for cell in sorted(cells)}
        if not ranks:
            return self._numbers(touched, free, system.values)
        linear = [bond for bond in touched if bond.kind == "linear"]
        spans = self._numbers(linear, free, system.values)
        if not isinstance(spans, Feasible):
            return spans
        choices = [self._ranks(rank, touched, cells, spans.spans[rank]) for rank in ranks]
        if prod(len(choice) for choice in choices) > MOST_RANKS:
            return Unknown()
        scores = {cell: span for cell, span in spans.spans.items() if cell not in self.is_rank}
        return self._with_ranks(touched, ranks, choices, scores)

    def _with_ranks(
        self, touched: Sequence[Bond], ranks: Sequence[int], choices: Sequence[Sequence[_Run]], scores: Mapping[int, Span]
    ) -> Answer:
        found: dict[int, Span] = {}
        is_unknown = False
        values = list(self.system.values)
        for choice in product(*choices):
            for rank, (value, _) in zip(ranks, choice, strict=True):
                values[rank] = value
            answer = self._numbers(touched, scores, values)
            is_unknown |= isinstance(answer, Unknown)
            if isinstance(answer, Feasible):
                spans = dict(answer.spans) | {rank: run for rank, (_, run) in zip(ranks, choice, strict=True)}
                for cell, span in spans.items():
                    known = found.get(cell, span)
                    found[cell] = Span(min(known.low, span.low), max(known.high, span.high))
        if found:
            return Feasible(found)
        free = {*ranks, *scores}
        return Unknown() if is_unknown else Conflict(frozenset(c for bond in touched for c in bond.cells) - free)

    def _ranks(self, rank: int, touched: Sequence[Bond], cells: frozenset[int], span: Span) -> list[_Run]:
        """The ranks that a unit may have: no rank of another unit whose score is another.

        Where relations ask only which unit stands before which, a run of ranks that nobody has is as good as its first ones.
        """
        values, step = self.system.values, self.system.steps[rank]
        found = list((span & Span(low=1)).values(step)[: MOST_RANKS + 1])
        mine = [bond for bond in touched if rank in bond.cells]
        for bond in mine:
            own = next((unit for unit in bond.units if unit.rank == rank), None)
            if bond.kind == "permutation" and own is not None:
                taken = self._taken(bond, own, cells)
                found = [value for value in found if value not in taken and value <= bond.high]
        is_counted = any(
            bond.kind == "permutation" or (bond.kind == "linear" and len(cells & {*bond.cells}) > 1) for bond in mine
        )
        if is_counted:
            return [(value, Span(value, value)) for value in found]
        held = {values[unit.rank] for bond in mine for unit in bond.units if unit.rank not in cells}
        runs: list[_Run] = []
        for is_held, run in groupby(found, key=lambda value: value in held):
            members = list(run)
            first = members if is_held else members[: len(cells & self.is_rank)]
            runs += [(value, Span(value, value) if is_held else Span(members[0], members[-1])) for value in first]
        return runs

    def _taken(self, bond: Bond, own: Unit, cells: frozenset[int]) -> set[int]:
        """Ranks of units that stay as they are and cannot share theirs."""
        values, taken = self.system.values, set[int]()
        for unit in bond.units:
            if unit.rank in cells or (unit.score is not None and own.score is not None and cells & {unit.score, own.score}):
                continue
            if own.score is None or unit.score is None or abs(values[own.score] - values[unit.score]) > bond.low:
                taken.add(values[unit.rank])
        return taken

    def _numbers(self, touched: Sequence[Bond], free: Mapping[int, Span], values: Sequence[int]) -> Answer:
        """Ranks are as in `values`; `free`: the other cells with what they may be so far."""
        self.tries += 1
        spans = dict(free)
        setters: dict[int, tuple[Bond | None, Bond | None]] = dict.fromkeys(spans, (None, None))
        shared: list[Bond] = []
        for bond in touched:
            inside = [cell for cell in bond.cells if cell in spans]
            if not inside:
                if not holds(bond, values):
                    return Conflict(frozenset(bond.cells) - spans.keys())
            elif len(inside) > 1:
                shared.append(bond)
            else:
                (cell,) = inside
                before, after = spans[cell], self._alone(bond, cell, values)
                spans[cell] = (before & after).on(self.system.steps[cell])
                low, high = setters[cell]
                if not spans[cell]:
                    core = {c for one in (bond, low, high) if one is not None for c in one.cells}
                    return Conflict(frozenset(core) - free.keys())
                setters[cell] = (bond if after.low > before.low else low, bond if after.high < before.high else high)
        if not shared:
            return Feasible(spans)
        answer = together(self.system, shared, spans, values)
        if isinstance(answer, Unknown):
            return answer
        if answer is None:
            return Conflict(frozenset(c for bond in touched for c in bond.cells) - free.keys())
        return Feasible(answer)
