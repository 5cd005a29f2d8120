"""Choosing between the readings of a cell that is not settled, and only there.

Why a repair is not a guess. One relation that one reading satisfies proves little: in trials that took whatever made the figures agree,
up to 12 % of the repairs were wrong while every relation held, because the neighbour was the misread one. So a reading is taken only if

* it was read: at least two readings differ, and the value is one of them;
* nothing else would do: of all values that differ from the readings only at the places in dispute (all values of the grid, if the
  readings differ in length or sign), it alone satisfies every relation. Where both readers are wrong in different ways the true value
  is among these, so that neither reading is left alone;
* other open cells are variables: a value stands only if it is the same whatever they are;
* one error that nobody saw is not enough to mislead it: were another reading (or another value in dispute) the true one, at least
  two further cells, on which the readers agree, would have to be wrong and match each other to the digit. So the printed figures are
  a code of distance three around a repair;
* every relation that binds the cell, and every one that binds a cell beside it there, holds as far as it is known;
* witnesses are figures that were read: a cell that follows from the others bears out nothing until it is repaired itself.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from expectations.relations import Relation
from expectations.residuals.allowed import Span
from expectations.residuals.candidates import Choice, choice_of, reading_text
from expectations.residuals.figures import Figure
from expectations.residuals.possible import linear_span, tester
from expectations.residuals.sets import Conflict, SetSolver
from expectations.residuals.system import System, holds, system_of


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell settled: `reading` as it was given, the value it states, and the ids of the relations that refute the others."""

    claim_id: str
    value: Decimal
    reading: str
    proof: tuple[str, ...]
    words: str


@dataclass
class _Repairer:
    """`pending`: the open cells that are not repaired; relations with one of them are no witnesses."""

    system: System
    values: list[int]
    choices: dict[int, Choice]
    pending: set[int]

    def narrow(self) -> bool:
        """Take away what no choice of the other open cells allows, until nothing changes. False if nothing is left of a cell."""
        changed = True
        while changed:
            changed = False
            for cell in sorted(self.choices):
                choice = self._narrowed(cell)
                if choice.is_empty:
                    return False
                changed |= choice != self.choices[cell]
                self.choices[cell] = choice
                if choice.only is not None:
                    self.values[cell] = choice.only
        return True

    def _open(self, cell: int) -> dict[int, Choice]:
        """The other cells of which more than one value is left."""
        return {c: choice for c, choice in self.choices.items() if c != cell and choice.only is None}

    def _narrowed(self, cell: int) -> Choice:
        choice, others = self.choices[cell], self._open(cell)
        bonds = [self.system.bonds[number] for number in self.system.bonds_of[cell]]
        if choice.values is None:
            span: Span = choice.span
            for bond in bonds:
                if bond.kind == "linear":
                    span = (span & linear_span(bond, cell, self.values, others)).on(self.system.steps[cell])
            return replace(choice, span=span)
        left = choice.values
        for bond in bonds:
            test = tester(bond, cell, self.values, others)
            left = frozenset(value for value in left if test(value))
        return replace(choice, values=left, span=Span(min(left), max(left)) if left else choice.span)

    def _is_known(self, number: int, cell: int) -> bool:
        """Whether all cells of a relation, this one apart, are settled or repaired."""
        return not any(c in self.pending and c != cell for c in self.system.bonds[number].cells)

    def proof(self, cell: int, rivals: Iterable[int]) -> tuple[int, ...] | None:
        """The relations that refute the rivals; None if one error elsewhere, seen by nobody, would let a rival be the true value."""
        known = [number for number in self.system.bonds_of[cell] if self._is_known(number, cell)]
        if not all(self._is_sound(number, cell) for number in known):
            return None
        used: set[int] = set()
        for rival in rivals:
            probe = list(self.values)
            probe[cell] = rival
            against = [number for number in known if not holds(self.system.bonds[number], probe)]
            if not against or self._may_be_misread(cell, against, probe):
                return None
            used.update(against)
        return tuple(sorted(used))

    def _may_be_misread(self, cell: int, against: Sequence[int], probe: Sequence[int]) -> bool:
        """Whether a change of one other cell would make all known relations hold with the rival value of `cell` in `probe`."""
        shared = set.intersection(*({*self.system.bonds[number].cells} for number in against)) - {cell}
        if not shared:
            return False
        known = tuple(tuple(n for n in numbers if self._is_known(n, cell)) for numbers in self.system.bonds_of)
        solver = SetSolver(replace(self.system, values=tuple(probe), bonds_of=known))
        return any(not isinstance(solver.answer(frozenset({other})), Conflict) for other in sorted(shared))

    def _is_sound(self, number: int, cell: int) -> bool:
        """Every known relation of every cell of this one holds."""
        beside = {n for c in self.system.bonds[number].cells for n in self.system.bonds_of[c]}
        return all(holds(self.system.bonds[n], self.values) for n in beside if self._is_known(n, cell))

    def proofs(self) -> dict[int, tuple[int, ...]]:
        """For each cell that is settled the relations that prove it. A repaired cell may bear out the next one."""
        found: dict[int, tuple[int, ...]] = {}
        while True:
            for cell in sorted(self.pending):
                choice = self.choices[cell]
                if choice.only is None or choice.only not in choice.readings or len(choice.readings) < 2:
                    continue
                numbers = self.proof(cell, sorted((choice.all_values or frozenset(choice.readings)) - {choice.only}))
                if numbers is not None:
                    found[cell] = numbers
                    self.pending.remove(cell)
                    break
            else:
                return found


def repair(relations: Iterable[Relation], figures: Iterable[Figure]) -> tuple[Repair, ...]:
    """The cells that arithmetic settles, in the order of their claim ids. A cell with one reading is never repaired.

    What hangs together through relations is judged together: if its open cells contradict the relations whatever they are, something
    that counts as settled is wrong, and nothing of it is repaired.
    """
    by_id = {figure.claim_id: figure for figure in figures}
    found: list[Repair] = []
    for part in connected(relation for relation in relations if by_id.keys() >= relation.claim_ids):
        if any(not by_id[claim_id].is_settled for relation in part for claim_id in relation.claim_ids):
            found += _repaired(part, by_id)
    return tuple(sorted(found, key=lambda one: one.claim_id))


def connected(relations: Iterable[Relation]) -> list[list[Relation]]:
    """Relations in groups without a common cell."""
    root: dict[str, str] = {}

    def find(claim_id: str) -> str:
        while root.setdefault(claim_id, claim_id) != claim_id:
            claim_id = root[claim_id] = root[root[claim_id]]
        return claim_id

    relations = [relation for relation in relations if relation.members]
    for relation in relations:
        first, *others = (find(member.claim_id) for member in relation.members)
        for other in others:
            root[find(other)] = find(first)
    groups: dict[str, list[Relation]] = {}
    for relation in relations:
        groups.setdefault(find(relation.members[0].claim_id), []).append(relation)
    return list(groups.values())


def _repaired(relations: Sequence[Relation], by_id: Mapping[str, Figure]) -> list[Repair]:
    by_relation = {relation.relation_id: relation for relation in relations}
    system = system_of(relations, (by_id[claim_id] for relation in relations for claim_id in relation.claim_ids))
    reach = SetSolver(system).reach
    open_cells = {
        cell: choice_of(by_id[claim_id], system, cell, reach(cell))
        for cell, claim_id in enumerate(system.claim_ids)
        if not by_id[claim_id].is_settled
    }
    repairer = _Repairer(system, list(system.values), dict(open_cells), set(open_cells))
    if not repairer.narrow():
        return []
    found: list[Repair] = []
    for cell, numbers in repairer.proofs().items():
        value, choice = repairer.values[cell], open_cells[cell]
        proof = tuple(system.bonds[number].relation_id for number in numbers)
        figure, claim_id = system.decimal(value, cell), system.claim_ids[cell]
        said = sorted({f"{by_relation[one].rule_id} ({by_relation[one].detail or 'exact'})" for one in proof})
        others = ", ".join(str(system.decimal(reading, cell)) for reading in choice.readings if reading != value)
        words = f"{figure} and not {others}: refuted by {'; '.join(said)}"
        found.append(Repair(claim_id, figure, reading_text(by_id[claim_id], figure), proof, words))
    return found
