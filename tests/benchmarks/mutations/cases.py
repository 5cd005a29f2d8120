"""The cases of a run: every mutation on every layout that it applies to, in turn, at random under one seed."""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from random import Random

from extractors.records import Claim, Issue, Outcome
from tests.benchmarks.mutations.draw import Damage, NotApplicableError
from tests.benchmarks.mutations.figures import decimal_mark, rank_twice, swap_digits, zero_for_blank, zero_for_withheld
from tests.benchmarks.mutations.names import swap_provinces
from tests.benchmarks.mutations.specimens import Bench, Specimen
from tests.benchmarks.mutations.tables import (
    drop_row,
    repeat_page,
    shift_column,
    swap_columns,
    swap_rows_figures,
    swap_rows_labels,
)

Mutation = Callable[[Specimen, Random], Damage]

MUTATIONS: Mapping[str, Mutation] = {
    "swap_digits": swap_digits,
    "swap_rows_figures": swap_rows_figures,
    "swap_rows_labels": swap_rows_labels,
    "swap_columns": swap_columns,
    "swap_provinces": swap_provinces,
    "shift_column": shift_column,
    "drop_row": drop_row,
    "repeat_page": repeat_page,
    "decimal_mark": decimal_mark,
    "zero_for_withheld": zero_for_withheld,
    "zero_for_blank": zero_for_blank,
    "rank_twice": rank_twice,
}

LAYOUTS = (
    "sipas_provincial_plan",
    "sipas_department_answer",
    "par_component_ranking",
    "par_scoring_workbook",
    "par_scoring_sheet",
    "compilation",
    "papi_dimensions_workbook",
    "papi_undp_workbook",
    "papi_panel_csv",
    "pci_workbook",
)

Key = tuple[str, ...]
Said = tuple[str, ...]
"""What a claim says: value and unit, or why there is none."""


def key_of(claim: Claim) -> Key:
    """What a claim is about, wherever it stands."""
    return (
        claim.original_id,
        claim.edition_id,
        claim.entity_type,
        claim.entity_code,
        claim.criterion_code,
        claim.methodology_code,
        claim.measure,
        claim.stage,
        claim.score_source,
        claim.modality,
    )


def said(claim: Claim) -> Said:
    value = "" if claim.value is None else format(claim.value.normalize(), "f")
    return (value, claim.unit, claim.missing_reason or "", claim.value_text or "")


def statements(claims: tuple[Claim, ...]) -> Counter[tuple[Key, Said]]:
    return Counter((key_of(claim), said(claim)) for claim in claims)


@dataclass(frozen=True)
class Difference:
    """What a damaged document says otherwise. `wrong`: statements that the clean one does not make; `lost`: that only it makes;
    `doubled`: made more often than there."""

    wrong: frozenset[tuple[Key, Said]]
    lost: frozenset[tuple[Key, Said]]
    doubled: frozenset[tuple[Key, Said]]

    @property
    def is_none(self) -> bool:
        return not (self.wrong or self.lost or self.doubled)

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset(key for key, _ in (*self.wrong, *self.lost))


_CLEAN: dict[int, Counter[tuple[Key, Said]]] = {}


def difference(clean: Outcome, damaged: Outcome) -> Difference:
    """What `damaged` says otherwise; the statements of a clean document are counted once for a run."""
    before = _CLEAN.setdefault(id(clean), Counter()) or statements(clean.claims)
    _CLEAN[id(clean)] = before
    after = statements(damaged.claims)
    return Difference(
        wrong=frozenset(after.keys() - before.keys()),
        lost=frozenset(before.keys() - after.keys()),
        doubled=frozenset(item for item in after.keys() & before.keys() if after[item] > before[item]),
    )


@dataclass(frozen=True)
class Case:
    """One damaged document. `refusals`: codes of the errors that its reading adds to those of the clean one."""

    number: int
    mutation: str
    specimen: Specimen
    what: str
    outcome: Outcome
    difference: Difference
    refusals: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def document_id(self) -> str:
        return f"{self.specimen.entry.id}_synthetic_m{self.number:05d}"

    @property
    def is_held_whole(self) -> bool:
        return self.outcome.is_held_back


def new_issues(clean: Outcome, damaged: Outcome, severity: str) -> tuple[str, ...]:
    known = Counter((issue.code, issue.message) for issue in clean.issues)

    def is_new(issue: Issue) -> bool:
        known[issue.code, issue.message] -= 1
        return known[issue.code, issue.message] < 0

    return tuple(sorted({issue.code for issue in damaged.issues if issue.severity == severity and is_new(issue)}))


def renamed(outcome: Outcome, document_id: str) -> tuple[Claim, ...]:
    """The claims as those of another document: what quotes the document itself quotes the other one."""
    own = outcome.document_id
    return tuple(
        replace(claim, document_id=document_id, original_id=document_id if claim.original_id == own else claim.original_id)
        for claim in outcome.claims
    )


def make_case(number: int, mutation: str, specimen: Specimen, random: Random) -> Case:
    """Raises NotApplicableError if the document has nothing to do it to."""
    damage = MUTATIONS[mutation](specimen, random)
    outcome = specimen.understand(damage.reading)
    return Case(
        number=number,
        mutation=mutation,
        specimen=specimen,
        what=damage.what,
        outcome=outcome,
        difference=difference(specimen.clean, outcome),
        refusals=new_issues(specimen.clean, outcome, "error"),
        warnings=new_issues(specimen.clean, outcome, "warning"),
    )


def _one(number: int, mutation: str, documents: tuple[Specimen, ...], random: Random) -> Case:
    """One case on a document of a layout, large ones more often; another document is tried where one has nothing to damage."""
    reason = NotApplicableError("no document")
    order = sorted(documents, key=lambda d: random.random() ** (1 / min(len(d.clean.claims), 500)), reverse=True)
    for document in order:
        try:
            return make_case(number, mutation, document, random)
        except NotApplicableError as error:
            reason = error
    raise reason


def draw_cases(
    bench: Bench, count: int, seed: int, not_applicable: dict[tuple[str, str], str], mutations: Sequence[str] = tuple(MUTATIONS)
) -> Iterator[Case]:
    """At least `count` cases, as many of each pair of mutation and layout as of any other, so that any part of them is balanced.

    `not_applicable` learns the pairs that have no case, and why.
    """
    random = Random(seed)  # noqa: S311 - repeatable, not secret
    number = 0
    layouts = tuple(layout for layout in LAYOUTS if bench.of_layout(layout))
    while number < count and len(not_applicable) < len(mutations) * len(layouts):
        for mutation in mutations:
            for layout in layouts:
                if (mutation, layout) in not_applicable:
                    continue
                try:
                    case = _one(number + 1, mutation, bench.of_layout(layout), random)
                except NotApplicableError as error:
                    not_applicable[mutation, layout] = str(error)
                    continue
                number += 1
                yield case
