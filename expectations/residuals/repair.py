"""Choosing between the readings of a cell that is not settled, and only there.

Why a repair is not a guess. One relation that one reading satisfies proves little: in trials that took whatever made the figures agree,
up to 12 % of the repairs were wrong while every relation held, because the neighbour was the misread one. So a reading is taken only if

* it was read: at least two readings differ, and the value is one of them;
* nothing else would do: of all values that differ from the readings only at the places in dispute (all values of the grid, if the
  readings differ in length or sign), it alone satisfies every relation. Where both readers are wrong in different ways the true value
  is among these, so that neither reading is left alone;
* other open cells are variables: a value stands only if it is the same whatever they are;
* each other reading, and each other value in dispute, is refuted by `WITNESSES` relations that share no other cell, so that it takes
  errors at two places, read alike by both readers and matched to the digit, to make a wrong reading look right;
* no relation that a witness takes part in is violated: then one of the witnesses is wrong.
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
from expectations.residuals.sets import SetSolver
from expectations.residuals.system import System, holds, system_of

WITNESSES = 2
"""Relations, without a common cell but the one in question, that must refute each other reading and value."""


@dataclass(frozen=True, slots=True)
class Repair:
    """One cell settled: `reading` as it was given, the value it states, and the ids of the relations that refute all else."""

    claim_id: str
    value: Decimal
    reading: str
    proof: tuple[str, ...]
    words: str


@dataclass
class _Repairer:
    system: System
    values: list[int]
    choices: dict[int, Choice]

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
            for cell, choice in list(self.choices.items()):
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
        """Whether all cells of a relation, this one apart, are settled or have one value left."""
        others = self._open(cell)
        return not any(c in others for c in self.system.bonds[number].cells)

    def proof(self, cell: int, rivals: Iterable[int]) -> tuple[int, ...] | None:
        """The relations that refute all rivals, `WITNESSES` apart for each; None if they do not."""
        known = [number for number in self.system.bonds_of[cell] if self._is_known(number, cell)]
        if not all(self._is_sound(number) for number in known):
            return None
        used: set[int] = set()
        for rival in rivals:
            probe = list(self.values)
            probe[cell] = rival
            against = [number for number in known if not holds(self.system.bonds[number], probe)]
            apart = self._apart(against, cell)
            if len(apart) < WITNESSES:
                return None
            used.update(apart)
        return tuple(sorted(used))

    def _is_sound(self, number: int) -> bool:
        """Every relation of every cell of this one holds, as far as its cells are known."""
        cells = self.system.bonds[number].cells
        beside = {n for c in cells for n in self.system.bonds_of[c]}
        still_open = self._open(-1)
        return all(
            holds(self.system.bonds[n], self.values)
            for n in beside
            if not any(c in still_open for c in self.system.bonds[n].cells)
        )

    def _apart(self, numbers: Sequence[int], cell: int) -> list[int]:
        """Relations that share no cell but this one, the short ones first. One without another cell needs no witness but itself."""
        chosen: list[int] = []
        seen: set[int] = set()
        for number in sorted(numbers, key=lambda n: (len(self.system.bonds[n].cells), n)):
            others = {c for c in self.system.bonds[number].cells if c != cell}
            if seen.isdisjoint(others):
                chosen.append(number)
                seen |= others
        return chosen


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
    repairer = _Repairer(system, list(system.values), dict(open_cells))
    if not repairer.narrow():
        return []
    found: list[Repair] = []
    for cell, choice in open_cells.items():
        value = repairer.choices[cell].only
        if value is None or value not in choice.readings or len(choice.readings) < 2:
            continue
        rivals = (choice.values or frozenset(choice.readings)) - {value}
        numbers = repairer.proof(cell, sorted(rivals))
        if numbers is None:
            continue
        proof = tuple(system.bonds[number].relation_id for number in numbers)
        figure, claim_id = system.decimal(value, cell), system.claim_ids[cell]
        said = sorted({f"{by_relation[one].rule_id} ({by_relation[one].detail or 'exact'})" for one in proof})
        others = ", ".join(str(system.decimal(reading, cell)) for reading in choice.readings if reading != value)
        words = f"{figure} and not {others}: refuted by {'; '.join(said)}"
        found.append(Repair(claim_id, figure, reading_text(by_id[claim_id], figure), proof, words))
    return found
