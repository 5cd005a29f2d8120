"""Which cells are wrong? The smallest sets of cells whose change explains every relation that does not hold.

A search tree over sets: a set that cannot explain names the cells of which a larger one must have one (the relation that still does
not hold, or those that contradict each other), so every smallest set is found, and a set that is named was tried. Relations that hold
count as much as those that do not: a cell of which another relation says that it is right is not suspected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from expectations.relations import Relation
from expectations.residuals.allowed import Span
from expectations.residuals.diagnosis import Diagnosis, Explanation, Part, Proposal
from expectations.residuals.figures import Figure
from expectations.residuals.joint import Unknown
from expectations.residuals.needs import needs_of
from expectations.residuals.sets import Answer, Conflict, Feasible, SetSolver
from expectations.residuals.system import System, system_of

TRIES_PER_SECOND = 5_000
"""Effort is counted and not measured, so that a diagnosis is the same on every machine."""

MOST_CELLS, MOST_TIES = 3, 64


@dataclass
class _Search:
    """The sets of one part, each asked once.

    `needs`: groups of cells of which every explanation has one at least, small groups first. `most_tries`: the limit of effort, as the
    solver counts it.
    """

    system: System
    solver: SetSolver
    needs: tuple[frozenset[int], ...]
    most_tries: int
    most_ties: int
    is_complete: bool = True
    has_more_ties: bool = False
    _answers: dict[frozenset[int], Answer] = field(default_factory=dict[frozenset[int], Answer])

    def sets(self, size: int) -> list[tuple[frozenset[int], Feasible]]:
        """The sets of that size that explain. To be called for growing sizes, until there is one."""
        found: dict[frozenset[int], Feasible] = {}
        asked: set[frozenset[int]] = set()
        stack = [frozenset[int]()]
        while stack:
            cells = stack.pop()
            if cells in asked or not self._can_reach(cells, size):
                continue
            asked.add(cells)
            answer = self._answer(cells)
            if isinstance(answer, Unknown):
                self.is_complete = False
                if self.is_spent:
                    break
            elif isinstance(answer, Feasible):
                if len(found) == self.most_ties:
                    self.has_more_ties = True
                    break
                found[cells] = answer
            elif len(cells) < size:
                stack.extend(cells | {cell} for cell in sorted(answer.cells, reverse=True))
        return sorted(found.items(), key=lambda item: sorted(item[0]))

    @property
    def is_spent(self) -> bool:
        return self.solver.tries >= self.most_tries

    def _unmet(self, cells: frozenset[int]) -> Iterator[frozenset[int]]:
        return (need for need in self.needs if cells.isdisjoint(need))

    def _can_reach(self, cells: frozenset[int], size: int) -> bool:
        """Needs without a common cell need a cell each."""
        seen: set[int] = set()
        missing = size - len(cells)
        for need in self._unmet(cells):
            if seen.isdisjoint(need):
                missing -= 1
                if missing < 0:
                    return False
                seen.update(need)
        return True

    def _answer(self, cells: frozenset[int]) -> Answer:
        if cells not in self._answers:
            unmet = next(self._unmet(cells), None)
            if unmet is not None:
                return Conflict(unmet)
            if self.is_spent:
                return Unknown()
            self._answers[cells] = self.solver.answer(cells)
        return self._answers[cells]


def _parts(system: System) -> Iterator[tuple[int, ...]]:
    """The violated relations, those together that hang together through any relations."""
    left = set(system.broken())
    while left:
        queue, cells, here = [min(left)], set[int](), set[int]()
        while queue:
            number = queue.pop()
            if number in here:
                continue
            here.add(number)
            for cell in set(system.bonds[number].cells) - cells:
                cells.add(cell)
                queue.extend(system.bonds_of[cell])
        # Short relations first: they leave the fewest cells to choose from.
        yield tuple(sorted(here & left, key=lambda n: (len(system.bonds[n].cells), n)))
        left -= here


def _explanation(system: System, cells: frozenset[int], found: Feasible) -> Explanation:
    def proposal(cell: int) -> Proposal:
        span: Span = found.spans[cell]
        return Proposal(system.claim_ids[cell], system.decimal(span.low, cell), system.decimal(span.high, cell))

    return Explanation(tuple(proposal(cell) for cell in sorted(cells)))


def _part(system: System, solver: SetSolver, broken: tuple[int, ...], tries: int, most_cells: int, most_ties: int) -> Part:
    needs = needs_of((system.bonds[number] for number in broken), system.values, most_cells)
    search = _Search(system, solver, needs, solver.tries + tries, most_ties)
    found: list[tuple[frozenset[int], Feasible]] = []
    for size in range(1, most_cells + 1):
        found = search.sets(size)
        if found or search.is_spent:
            break
    return Part(
        violated=tuple(system.bonds[number].relation_id for number in broken),
        violated_cells=frozenset(system.claim_ids[cell] for number in broken for cell in system.bonds[number].cells),
        explanations=tuple(_explanation(system, cells, answer) for cells, answer in found),
        has_more_ties=search.has_more_ties,
        is_complete=search.is_complete,
    )


def locate(
    relations: Iterable[Relation],
    figures: Iterable[Figure],
    *,
    seconds: float = 5.0,
    most_cells: int = MOST_CELLS,
    most_ties: int = MOST_TIES,
) -> Diagnosis:
    """The smallest explanations of all violated relations, each connected part by itself.

    Args:
        relations: of one document. One with a member that has no figure is left out.
        figures: the figures of the document; more than the relations name do no harm.
        seconds: effort for each part, counted in tries (`TRIES_PER_SECOND`), so that the answer never depends on the clock.
        most_cells: the largest set that is looked for.
        most_ties: how many sets of the smallest size are listed.
    """
    return diagnosis_of(system_of(relations, figures), seconds=seconds, most_cells=most_cells, most_ties=most_ties)


def diagnosis_of(
    system: System, *, seconds: float = 5.0, most_cells: int = MOST_CELLS, most_ties: int = MOST_TIES
) -> Diagnosis:
    """`locate` for relations and figures that are in whole numbers already."""
    solver = SetSolver(system)
    tries = max(1, int(seconds * TRIES_PER_SECOND))
    return Diagnosis(tuple(_part(system, solver, broken, tries, most_cells, most_ties) for broken in _parts(system)))
