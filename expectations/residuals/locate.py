"""Which cells are wrong? The smallest sets of cells whose change explains every relation that does not hold.

A search tree over sets: a set that cannot explain names the cells of which a larger one must have one (the relation that still does
not hold, or those that contradict each other), so every smallest set is found, and a set that is named was tried. Relations that hold
count as much as those that do not: a cell of which another relation says that it is right is not suspected.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field
from decimal import Decimal

from expectations.relations import Relation
from expectations.residuals.allowed import Span
from expectations.residuals.figures import Figure
from expectations.residuals.joint import Unknown
from expectations.residuals.sets import Answer, Conflict, Feasible, SetSolver
from expectations.residuals.system import System, system_of

TRIES_PER_SECOND = 5_000
"""Effort is counted and not measured, so that a diagnosis is the same on every machine."""

MOST_CELLS, MOST_TIES = 3, 64


@dataclass(frozen=True, slots=True)
class Proposal:
    """What a cell would have to be: from `low` to `high`, one value where both are equal. None outside would do.

    Of cells that change together not every choice of values does.
    """

    claim_id: str
    low: Decimal
    high: Decimal

    @property
    def value(self) -> Decimal | None:
        return self.low if self.low == self.high else None

    def __str__(self) -> str:
        return f"{self.low}" if self.low == self.high else f"{self.low} to {self.high}"


@dataclass(frozen=True, slots=True)
class Explanation:
    """One smallest set: if these cells were misread, and no other, every relation holds."""

    cells: tuple[Proposal, ...]

    @property
    def claim_ids(self) -> frozenset[str]:
        return frozenset(cell.claim_id for cell in self.cells)


@dataclass(frozen=True, slots=True)
class Part:
    """What hangs together through relations, and holds at least one that is violated.

    `explanations`: all smallest sets, ties if there are several; empty if none of at most `most_cells` cells was found.
    `has_more_ties`: there are more than were asked for. `is_complete`: False if a limit of effort was met, so that a set may be
    missing, or be larger than need be. `violated_cells`: the cells of the violated relations.
    """

    violated: tuple[str, ...]
    violated_cells: frozenset[str]
    explanations: tuple[Explanation, ...] = ()
    has_more_ties: bool = False
    is_complete: bool = True

    @property
    def n_cells(self) -> int | None:
        """How many cells the smallest explanation changes; None if there is none."""
        return len(self.explanations[0].cells) if self.explanations else None

    @property
    def is_located(self) -> bool:
        """One set of cells explains, and no other of that size does."""
        return len(self.explanations) == 1 and self.is_complete


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """What the violated relations say; without parts all of them hold."""

    parts: tuple[Part, ...] = ()

    @property
    def is_clean(self) -> bool:
        return not self.parts

    @property
    def n_cells(self) -> int | None:
        """How many cells at least are wrong; None if a part is not explained."""
        sizes = [part.n_cells for part in self.parts]
        return None if None in sizes else sum(size for size in sizes if size is not None)

    @property
    def is_complete(self) -> bool:
        return all(part.is_complete for part in self.parts)

    @property
    def violated(self) -> frozenset[str]:
        return frozenset(relation_id for part in self.parts for relation_id in part.violated)

    @property
    def violated_cells(self) -> frozenset[str]:
        """All cells of all violated relations: none of them may be published."""
        return frozenset(cell for part in self.parts for cell in part.violated_cells)

    @property
    def suspects(self) -> frozenset[str]:
        """The cells of all explanations; of a part without one, all cells of its violated relations."""
        found: set[str] = set()
        for part in self.parts:
            found |= part.violated_cells if not part.explanations else set()
            found |= {claim_id for explanation in part.explanations for claim_id in explanation.claim_ids}
        return frozenset(found)

    def proposals(self, claim_id: str) -> tuple[Proposal, ...]:
        """What one cell would have to be, once for each explanation that it stands in."""
        return tuple(
            cell
            for part in self.parts
            for explanation in part.explanations
            for cell in explanation.cells
            if cell.claim_id == claim_id
        )


@dataclass
class _Search:
    """The sets of one part, each asked once. `most_tries`: the limit of effort, as the solver counts it."""

    system: System
    solver: SetSolver
    broken: tuple[int, ...]
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

    def _unmet(self, cells: frozenset[int]) -> Iterator[int]:
        return (number for number in self.broken if cells.isdisjoint(self.system.bonds[number].cells))

    def _can_reach(self, cells: frozenset[int], size: int) -> bool:
        """Violated relations without a common cell need a cell each."""
        seen: set[int] = set()
        needed = len(cells)
        for number in self._unmet(cells):
            members = self.system.bonds[number].cells
            if seen.isdisjoint(members):
                needed += 1
                seen.update(members)
        return needed <= size

    def _answer(self, cells: frozenset[int]) -> Answer:
        if cells not in self._answers:
            unmet = next(self._unmet(cells), None)
            if unmet is not None:
                return Conflict(frozenset(self.system.bonds[unmet].cells))
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
    search = _Search(system, solver, broken, solver.tries + tries, most_ties)
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
