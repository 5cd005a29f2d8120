"""What locating says: the smallest explanations of the violated relations, part by part."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal


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
