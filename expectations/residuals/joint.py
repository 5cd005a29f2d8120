"""Cells that share a relation and change together: is there any choice of values with which all relations hold?"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from itertools import combinations

from ortools.sat.python import cp_model

from expectations.residuals.allowed import Span, allowed, divided
from expectations.residuals.system import Bond, System, holds, ordered

EFFORT = 2.0
"""CP-SAT's deterministic seconds for one set of cells; most take a thousandth."""

_ROUNDS = 6


@dataclass(frozen=True, slots=True)
class Unknown:
    """The limit of effort was met before there was an answer."""


def narrowed(bonds: Sequence[Bond], spans: Mapping[int, Span], system: System, values: Sequence[int]) -> dict[int, Span] | None:
    """Spans cut by the linear relations between free cells (bounds only, so nothing that could be is lost); None if one is empty."""
    spans = dict(spans)
    for _ in range(_ROUNDS):
        before = dict(spans)
        for bond in bonds:
            if bond.kind != "linear":
                continue
            ends: list[tuple[int, int, int, int]] = []
            for weight, cell in zip(bond.coefficients, bond.cells, strict=True):
                span = spans.get(cell) or Span(values[cell], values[cell])
                low, high = sorted((weight * span.low, weight * span.high))
                ends.append((cell, weight, low, high))
            least, most = sum(end[2] for end in ends), sum(end[3] for end in ends)
            for cell, weight, low, high in ends:
                if cell in spans:
                    span = spans[cell] & divided(bond.low - (most - high), bond.high - (least - low), weight)
                    spans[cell] = span.on(system.steps[cell])
                    if not spans[cell]:
                        return None
        if spans == before:
            break
    return spans


_Expression = cp_model.LinearExpr | int


class _Model:
    """The free cells as variables; all other cells are constants."""

    def __init__(self, system: System, spans: Mapping[int, Span], values: Sequence[int]) -> None:
        self.model = cp_model.CpModel()
        self.system = system
        self.values = values
        self.of: dict[int, _Expression] = {}
        self.variables: dict[int, cp_model.IntVar] = {}
        for cell, span in spans.items():
            step = system.steps[cell]
            self.variables[cell] = self.model.new_int_var(span.low // step, span.high // step, f"cell{cell}")
            self.of[cell] = self.variables[cell] * step

    def __getitem__(self, cell: int) -> _Expression:
        return self.of.get(cell, self.values[cell])

    def _within(self, low: int, expression: _Expression, high: int) -> bool:
        if isinstance(expression, int):
            return low <= expression <= high
        self.model.add_linear_constraint(expression, low, high)
        return True

    def add(self, bond: Bond) -> bool:
        """False if the relation cannot hold whatever the free cells are."""
        if bond.kind == "linear":
            terms = [weight * self[cell] for weight, cell in zip(bond.coefficients, bond.cells, strict=True)]
            return self._within(bond.low, sum(terms), bond.high)
        if bond.kind == "ordering":
            return self._order(bond)
        if bond.kind == "permutation":
            return self._ties(bond)
        return self._extreme(bond)

    def _order(self, bond: Bond) -> bool:
        """Ranks are constants here, so the units of one rank are compared with those of the next."""
        groups: dict[int, list[_Expression]] = {}
        for rank, _, _, unit in ordered(bond, self.values):
            if unit.score is not None:
                groups.setdefault(rank, []).append(unit.direction * self[unit.score])
        far = 10**15
        for place, following in zip(sorted(groups), sorted(groups)[1:], strict=False):
            if not all(self._within(-far, b - a, bond.high) for a in groups[place] for b in groups[following]):
                return False
        # Of three or more units of one rank neighbours are compared: the whole may span more than one step. Checked after solving.
        return all(
            self._within(-bond.high * (len(here) - 1), a - b, bond.high * (len(here) - 1))
            for here in groups.values()
            for a, b in combinations(here, 2)
        )

    def _ties(self, bond: Bond) -> bool:
        probe = list(self.values)
        for rank in {self.values[unit.rank] for unit in bond.units}:
            scores = [unit.score for unit in bond.units if self.values[unit.rank] == rank and unit.score is not None]
            fixed = next((self.values[cell] for cell in scores if cell not in self.of), 0)
            for cell in scores:
                if cell in self.of:
                    probe[cell] = fixed
            if len(scores) > 1 and not all(
                self._within(-bond.low, self[a] - self[b], bond.low) for a, b in combinations(scores, 2)
            ):
                return False
        return holds(bond, probe)

    def _extreme(self, bond: Bond) -> bool:
        sign, far = (1, 10**15) if bond.kind == "minimum" else (-1, 10**15)
        low, high = (bond.low, bond.high) if sign == 1 else (-bond.high, -bond.low)
        reaches: list[cp_model.IntVar] = []
        for cell in bond.members:
            gap = sign * self[bond.end] - sign * self[cell]
            if not self._within(-far, gap, high):
                return False
            is_it = self.model.new_bool_var(f"reached{cell}")
            if not isinstance(gap, int):
                self.model.add(gap >= low).only_enforce_if(is_it)
            elif gap < low:
                self.model.add(is_it == 0)
            reaches.append(is_it)
        self.model.add_bool_or(reaches)
        return True

    def solve(self) -> dict[int, int] | Unknown | None:
        solver = cp_model.CpSolver()
        solver.parameters.num_workers = 1
        solver.parameters.random_seed = 0
        solver.parameters.max_deterministic_time = EFFORT
        status = solver.solve(self.model)
        if status == cp_model.INFEASIBLE:
            return None
        if status not in (cp_model.OPTIMAL, cp_model.FEASIBLE):
            return Unknown()
        return {cell: solver.value(variable) * self.system.steps[cell] for cell, variable in self.variables.items()}


def together(
    system: System, bonds: Sequence[Bond], spans: Mapping[int, Span], values: Sequence[int]
) -> dict[int, Span] | Unknown | None:
    """What the free cells (those of `spans`) may be together; None if there is no choice that satisfies `bonds`.

    The spans are outer bounds: no value outside them would do. `bonds`: the relations with two free cells or more, none of them a
    rank. That there is a choice is certain: one was found and tried on the relations.
    """
    found = narrowed(bonds, spans, system, values)
    if found is None:
        return None
    if _is_witnessed(system, bonds, found, values):
        return found
    model = _Model(system, found, values)
    if not all(model.add(bond) for bond in bonds):
        return None
    solution = model.solve()
    if solution is None or isinstance(solution, Unknown):
        return solution
    probe = list(values)
    for cell, value in solution.items():
        probe[cell] = value
    return found if all(holds(bond, probe) for bond in bonds) else Unknown()


def _is_witnessed(system: System, bonds: Sequence[Bond], spans: Mapping[int, Span], values: Sequence[int]) -> bool:
    """A quick try of two cells: the ends and the middle of one of them, with what that leaves to the other."""
    if len(spans) != 2:
        return False
    probe = list(values)
    (one, first), (other, second) = spans.items()
    middle = (first.low + first.high) // 2 // system.steps[one] * system.steps[one]
    for value in dict.fromkeys((first.low, first.high, middle)):
        if first.low <= value <= first.high:
            probe[one] = value
            left = second
            for bond in bonds:
                left = left & allowed(bond, other, probe)
            if left.on(system.steps[other]):
                return True
    return False
