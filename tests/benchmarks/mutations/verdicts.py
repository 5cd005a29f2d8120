"""What became of each case: where it was caught, or why arithmetic could not see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Literal

from tests.benchmarks.mutations.cases import Case
from tests.benchmarks.mutations.gate1 import Bound, CleanJudgement, Seen, own_keys

Fate = Literal[
    "unchanged",
    "reading_document",
    "reading_row",
    "gate1",
    "warning",
    "gate2",
    "conflict",
    "missing",
    "doubled",
    "no_relation",
    "bounds_only",
    "not_judged",
    "tolerance",
    "compensates",
    "visible",
]
FATES: Mapping[Fate, str] = {
    "unchanged": "meaning unchanged",
    "reading_document": "reading: document refused",
    "reading_row": "reading: row refused",
    "gate1": "gate 1",
    "warning": "warning only",
    "gate2": "gate 2",
    "conflict": "shown as a conflict",
    "missing": "only statements missing",
    "doubled": "only statements doubled",
    "no_relation": "no relation",
    "bounds_only": "only bounds of the cell itself",
    "not_judged": "relation not complete",
    "tolerance": "within tolerance or order",
    "compensates": "change compensates",
    "visible": "visible, not caught",
}
CAUGHT: frozenset[Fate] = frozenset({"reading_document", "reading_row", "gate1", "gate2"})
WEAK: frozenset[Fate] = frozenset({"warning", "conflict"})
VISIBLE: frozenset[Fate] = frozenset({"visible"})
INVISIBLE: frozenset[Fate] = frozenset({"no_relation", "bounds_only", "not_judged", "tolerance", "compensates"})


@dataclass(frozen=True)
class Verdict:
    """`by`: issue codes, rules or relations that the fate rests on."""

    case: Case
    fate: Fate
    by: tuple[str, ...] = ()


def _rules(bounds: Iterable[Bound]) -> tuple[str, ...]:
    return tuple(sorted({bound.relation.rule_id for bound in bounds}))


def _blind(case: Case, seen: Seen, clean: tuple[Bound, ...]) -> Verdict:
    """Why no relation of severity error failed over the changed cells: none binds them to another cell, or all that do hold."""
    wrong = {(own, says) for key, says in case.difference.wrong for own in own_keys(case, (key,))}
    holding = [bound for bound in seen.bounds if bound.cells & wrong]
    binding = [bound for bound in holding if len(bound.cells) > 1]
    if binding:
        several = all(len(bound.cells & wrong) > 1 for bound in binding)
        return Verdict(case, "compensates" if several else "tolerance", _rules(binding))
    keys = own_keys(case, case.difference.keys)
    before = [bound for bound in clean if bound.keys & keys and len(bound.cells) > 1]
    if before:
        return Verdict(case, "not_judged", _rules(before))
    return Verdict(case, "bounds_only", _rules(holding)) if holding else Verdict(case, "no_relation")


def _caught(case: Case, seen: Seen) -> Verdict | None:
    """A refused row counts as caught only if nothing wrong stands in what is left of its document."""
    if case.is_held_whole:
        return Verdict(case, "reading_document", case.refusals)
    if case.refusals and not case.difference.wrong and not case.difference.doubled:
        return Verdict(case, "reading_row", case.refusals)
    return Verdict(case, "gate1", seen.errors) if seen.errors else None


def verdict(case: Case, seen: Seen, clean: CleanJudgement) -> Verdict:
    caught = _caught(case, seen)
    changed = case.difference
    if caught is not None:
        return caught
    if changed.is_none:
        return Verdict(case, "unchanged")
    if seen.warnings or case.warnings:
        return Verdict(case, "warning", (*case.warnings, *seen.warnings))
    if changed.wrong:
        return _blind(case, seen, clean.bound[case.specimen.name])
    return Verdict(case, "missing" if changed.lost else "doubled")
