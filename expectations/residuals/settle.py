"""First what arithmetic settles, then what is wrong among the figures that stand."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace

from expectations.relations import Relation
from expectations.residuals.diagnosis import Diagnosis
from expectations.residuals.figures import Figure
from expectations.residuals.locate import locate
from expectations.residuals.repair import Repair, repair


@dataclass(frozen=True, slots=True)
class Settlement:
    """`repairs`: cells that arithmetic settles. `diagnosis`: of the figures that stand, repaired ones among them.

    `open_cells`: the cells that stay unsettled; what they bind is not judged, and they are held back.
    """

    repairs: tuple[Repair, ...]
    diagnosis: Diagnosis
    open_cells: frozenset[str]


def settle(relations: Iterable[Relation], figures: Iterable[Figure]) -> Settlement:
    """What becomes of one document: its repairs, its cells that stay open, and a diagnosis of the relations between the others.

    Args:
        relations: those of the document, read while its unsettled statements had a figure each (`provisional`).
        figures: all of its figures (`figures_of`).
    """
    relations, figures = tuple(relations), tuple(figures)
    repairs = repair(relations, figures)
    settled = {one.claim_id: one.value for one in repairs}
    standing = [
        replace(figure, value=settled.get(figure.claim_id, figure.value), readings=())
        for figure in figures
        if figure.is_settled or figure.claim_id in settled
    ]
    open_cells = frozenset(figure.claim_id for figure in figures) - {figure.claim_id for figure in standing}
    return Settlement(repairs, locate(relations, standing), open_cells)
