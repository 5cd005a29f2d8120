"""One trial: some cells of a clean table are misread; does arithmetic notice, place and mend it?"""

from __future__ import annotations

import random
from collections.abc import Mapping
from dataclasses import dataclass, fields, replace
from decimal import Decimal
from itertools import product

from expectations.residuals import Diagnosis, repair
from expectations.residuals.locate import diagnosis_of
from expectations.residuals.repair import connected
from expectations.residuals.system import System, system_of
from tests.benchmarks.residuals.errors import Kind, misread, read_twice
from tests.benchmarks.residuals.tables import Table

SECONDS = 1.0
"""Effort for each diagnosis, as `locate` counts it."""

SCATTERED, NEAR = "anywhere", "near each other"
"""Where the errors of a trial fall: anywhere in the table, or all in relations that share a cell, where they can hide each other."""


@dataclass
class Tally:
    """Counts over trials, and over cells with two readings.

    `detected`: a relation is violated. `located`: one smallest set, and it is the cells that were misread. `tied`: they are one of
    several smallest sets. `partly`: a smallest set holds some of them and no other cell; the rest hides behind it or behind rounding.
    `accused`: one smallest set, with a cell in it that was read right; `misled`: several, of which none is the misread cells or some
    of them. `unexplained`: no set of at most three cells was found. `incomplete`: of all these, the limit of effort was met.
    `open_right`: open cells with the true figure among their readings. `silent`: cells that both engines misread alike.
    """

    trials: int = 0
    detected: int = 0
    located: int = 0
    tied: int = 0
    partly: int = 0
    accused: int = 0
    misled: int = 0
    unexplained: int = 0
    incomplete: int = 0
    open_cells: int = 0
    open_right: int = 0
    repaired_right: int = 0
    repaired_wrong: int = 0
    silent: int = 0

    def __add__(self, other: Tally) -> Tally:
        return Tally(*(getattr(self, one.name) + getattr(other, one.name) for one in fields(self)))


def sets_of(diagnosis: Diagnosis, most: int = 4096) -> list[frozenset[str]]:
    """The sets of cells that explain all parts together; empty if a part is not explained."""
    choices = [[explanation.claim_ids for explanation in part.explanations] for part in diagnosis.parts]
    found: list[frozenset[str]] = []
    for chosen in product(*choices):
        found.append(frozenset[str]().union(*chosen))
        if len(found) == most:
            break
    return found


class Bench:
    """A table made ready for many trials."""

    def __init__(self, table: Table) -> None:
        self.table = table
        self.figures = {figure.claim_id: figure for figure in table.figures}
        self.system = system_of(table.relations, table.figures)
        self.index = {claim_id: number for number, claim_id in enumerate(self.system.claim_ids)}
        self.parts = connected(table.relations)
        self.part_of = {claim_id: n for n, part in enumerate(self.parts) for r in part for claim_id in r.claim_ids}
        self.near: dict[str, list[str]] = {}
        for relation in table.relations:
            if 1 < len(relation.claim_ids) <= 12:
                for claim_id in relation.claim_ids:
                    self.near.setdefault(claim_id, []).extend(sorted(relation.claim_ids))

    def cells(self, count: int, where: str, rng: random.Random) -> list[str]:
        bound = list(self.table.bound)
        if where == NEAR:
            first = rng.choice(bound)
            around = {c for near in self.near.get(first, ()) for c in self.near.get(near, ())} - {first}
            if len(around) >= count - 1:
                return [first, *rng.sample(sorted(around), count - 1)]
        return rng.sample(bound, count)

    def damaged(self, values: Mapping[str, Decimal]) -> System:
        numbers = list(self.system.values)
        for claim_id, value in values.items():
            numbers[self.index[claim_id]] = int(value.scaleb(self.system.digits))
        return replace(self.system, values=tuple(numbers))

    def one_reading(self, count: int, kind: Kind, where: str, rng: random.Random, tally: Tally) -> None:
        """Cells with one reading, misread: nothing is repaired, only named."""
        wrong = {
            claim_id: misread(self.figures[claim_id].value, self.figures[claim_id].decimals, kind, rng)
            for claim_id in self.cells(count, where, rng)
        }
        diagnosis = diagnosis_of(self.damaged(wrong), seconds=SECONDS)
        truth = frozenset(wrong)
        tally.trials += 1
        tally.detected += not diagnosis.is_clean
        tally.incomplete += not diagnosis.is_complete
        if diagnosis.is_clean:
            return
        sets = sets_of(diagnosis)
        if sets == [truth]:
            tally.located += 1
        elif truth in sets:
            tally.tied += 1
        elif not sets:
            tally.unexplained += 1
        elif any(one < truth for one in sets):
            tally.partly += 1
        elif len(sets) > 1:
            tally.misled += 1
        else:
            tally.accused += 1

    def two_readings(self, count: int, kind: Kind, where: str, rng: random.Random, tally: Tally) -> None:
        """Cells that two engines read: what is repaired, and whether it is right."""
        figures = dict(self.figures)
        for claim_id in self.cells(count, where, rng):
            read = read_twice(figures[claim_id], kind, rng)
            figures[claim_id] = read.figure
            tally.silent += read.is_silent
            tally.open_cells += not read.is_silent
            tally.open_right += read.is_right_among
        touched = {self.part_of[claim_id] for claim_id, figure in figures.items() if figure.readings}
        for one in repair((r for part in sorted(touched) for r in self.parts[part]), figures.values()):
            is_right = one.value == self.figures[one.claim_id].value
            tally.repaired_right += is_right
            tally.repaired_wrong += not is_right
