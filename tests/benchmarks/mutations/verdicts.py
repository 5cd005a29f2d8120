"""What became of each case: where it was caught, or why arithmetic could not see it."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Literal

from expectations.residuals import is_satisfied
from tests.benchmarks.mutations.cases import Case, Key, Said, statements
from tests.benchmarks.mutations.gate1 import NOTHING, Bound, CleanJudgement, Loaded, Located, Seen, own_keys
from tests.benchmarks.mutations.gate2 import Shown

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
    """`by`: issue codes, rules or relations that the fate rests on. `shown`: what gate 2 and the marts show of it."""

    case: Case
    fate: Fate
    by: tuple[str, ...] = ()
    located: Located | None = None
    loaded: Loaded = NOTHING
    shown: Shown | None = None


def _rules(bounds: Iterable[Bound]) -> tuple[str, ...]:
    return tuple(sorted({bound.relation.rule_id for bound in bounds}))


def _values(members: Mapping[str, tuple[Key, Said]], of_key: Mapping[Key, set[str]]) -> dict[str, Decimal] | None:
    """Figures of a relation's members as another document states them; None if it does not state each of them once."""
    found: dict[str, Decimal] = {}
    for claim_id, (key, _) in members.items():
        (value, *others) = of_key.get(key, {""})
        if others or not value:
            return None
        found[claim_id] = Decimal(value)
    return found


def _broken(case: Case, clean: tuple[Bound, ...]) -> tuple[Bound, ...]:
    """Relations of the clean document that the figures of the damaged one break: arithmetic can see the damage."""
    keys = own_keys(case, case.difference.keys)
    damaged: dict[Key, set[str]] = {}
    for key, (value, *_) in statements(case.outcome.claims):
        for own in own_keys(case, (key,)):
            damaged.setdefault(own, set()).add(value)
    found: list[Bound] = []
    for bound in clean:
        after = _values(bound.members, damaged) if bound.keys & keys else None
        before = {claim_id: Decimal(value) for claim_id, (_, (value, *_)) in bound.members.items() if value}
        if after is not None and is_satisfied(bound.relation, before) and not is_satisfied(bound.relation, after):
            found.append(bound)
    return tuple(found)


def _blind(case: Case, seen: Seen, clean: tuple[Bound, ...]) -> Verdict:
    """Why no relation of severity error failed over the changed cells: none binds them to another cell, or all that do hold."""
    broken = _broken(case, clean)
    if broken:
        return Verdict(case, "visible", _rules(broken))
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
    return Verdict(case, "gate1", seen.errors, seen.located, seen.loaded) if seen.errors else None


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


def is_let_through(found: Verdict) -> bool:
    """Whether gate 1 would load the damaged document, and there is something to see."""
    return found.fate not in CAUGHT and found.fate != "unchanged"


def after_gate_2(found: Verdict, shown: Shown) -> Verdict:
    """A rule of gate 2 catches; a conflict is shown to readers. What is only missing or doubled keeps its name."""
    found = replace(found, shown=shown)
    if shown.rules:
        return replace(found, fate="gate2", by=shown.rules)
    if shown.conflicts and found.case.difference.wrong:
        return replace(found, fate="conflict", by=shown.conflicts)
    return found
