"""What is loaded of a document that gate 1 refuses and that was never published: what stands apart from the fault, or nothing."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from dagster_project.items import Diagnosed, judged_claims
from expectations import Failure
from extractors.records import Claim, Locator, Outcome

Ground = tuple[str, str | int | None]
"""A sheet of a workbook, a table of a document, or all of its prose: what one damage to rows or columns reaches."""


@dataclass(frozen=True, slots=True)
class Remainder:
    """`kept`: the claims that are loaded. `beside`: those held back only for where they stand, by claim id, each with a cell of a
    broken relation (or a suspect) in the same table."""

    kept: tuple[Claim, ...]
    beside: Mapping[str, Locator]


def remainder(outcome: Outcome, failures: Iterable[Failure], diagnosed: Diagnosed) -> Remainder | None:
    """What of this document is loaded; None if the whole of it is held back.

    A part is loaded only if exactly ONE cell explains everything that is broken, by a search that was complete, and every failure lies
    at a cell of a broken relation. Held back with it: all cells of all broken relations, all suspects, and every table (of a workbook
    every sheet; all prose) in which one of them stands.

    The smallest explanation is not the damage: of a column that stands one row too high perhaps one cell breaks a rule, and of two
    columns that change places one. So the explanation says that a table is damaged, not how far. That it needs one cell only makes it
    likely that nothing else is damaged; that its table is held back whole makes its rows and columns safe. Measured on 421 damaged
    documents that gate 1 caught (docs/checks-mutations.md): with explanations of up to two cells, and only the cells of the broken
    relations held back, 350 wrong statements of 41 documents would be loaded; with one cell, and its row and its column held back, 172
    of one document, of which two columns had changed places; by this rule none.
    """
    if diagnosed.located_cells != 1:
        return None
    held = {claim_id for relation in diagnosed.violated for claim_id in relation.claim_ids}
    for failure in failures:
        about = judged_claims(failure, outcome.claims)
        if not about or not all(claim.claim_id in held for claim in about):
            return None
    held |= diagnosed.diagnosis.suspects
    near: dict[Ground, Locator] = {}
    for claim in outcome.claims:
        if claim.claim_id in held:
            near.setdefault(_ground(claim.locator), claim.locator)
    others = [claim for claim in outcome.claims if claim.claim_id not in held]
    beside = {claim.claim_id: near[ground] for claim in others if (ground := _ground(claim.locator)) in near}
    kept = tuple(claim for claim in others if claim.claim_id not in beside)
    return Remainder(kept, beside) if kept else None


def _ground(at: Locator) -> Ground:
    if at.sheet is not None:
        return "sheet", at.sheet
    return ("prose", None) if at.table_number is None else ("table", at.table_number)
