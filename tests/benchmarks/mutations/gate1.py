"""Gate 1 over many damaged documents at once: every rule judges document by document, so hundreds stand in one database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path
from typing import Literal

from dagster_project.gatework import document_row
from dagster_project.items import Diagnosed, judged_claims
from dagster_project.outcomes import Extracted, SourceFacts
from dagster_project.remainder import remainder
from expectations import Failure, GateReport, run_gate
from expectations.relations import Relation, read_relations
from expectations.residuals import Diagnosis, figures_of, locate
from extractors.catalogue.reference import Reference
from extractors.records import Claim
from tests.benchmarks.mutations.cases import Case, Key, Said, key_of, renamed, said
from tests.benchmarks.mutations.specimens import Bench, Specimen
from warehouse.load import Row, write_raw

TODAY = date(2026, 11, 22)

FEW_CELLS = 2
"""So few cells as an explanation say little of how far the damage goes: `Located.beside`."""

EFFORT = 1.0
"""Effort of the solver for each case, in its own seconds."""

Signature = tuple[str, ...]


@dataclass(frozen=True)
class Bound:
    """A relation of a document, with what its members say, by claim id."""

    relation: Relation
    members: Mapping[str, tuple[Key, Said]]

    @property
    def cells(self) -> frozenset[tuple[Key, Said]]:
        return frozenset(self.members.values())

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset(key for key, _ in self.cells)


Explained = Literal["alone", "among ties", "elsewhere", "not explained"]
"""Where the smallest explanation of the violated relations lies: the changed cells and no others; one of several explanations of that
size; in other cells only; or there is none of few cells."""


@dataclass(frozen=True)
class Located:
    """What the solver says of a case that gate 1 caught.

    `beside`: changed statements in no violated relation, of a case that at most `FEW_CELLS` cells explain: if only the cells of the
    violated relations were held back, these would be loaded.
    """

    explained: Explained
    beside: int


def locate_changes(changed: frozenset[str], diagnosis: Diagnosis) -> Located | None:
    """Whether the solver names the changed cells (claim ids); None where a rule failed that gives no relation to solve."""
    # What a damaged cell has nothing to do with is no business of this case.
    parts = [part for part in diagnosis.parts if part.violated_cells & changed]
    if not parts:
        return None
    is_few = diagnosis.n_cells is not None and diagnosis.n_cells <= FEW_CELLS and diagnosis.is_complete
    beside = len(changed - diagnosis.violated_cells) if is_few else 0
    if any(not part.explanations for part in parts):
        return Located("not explained", beside)
    if all(part.is_located and part.explanations[0].claim_ids <= changed for part in parts):
        return Located("alone", beside)
    held = all(any(explanation.claim_ids <= changed for explanation in part.explanations) for part in parts)
    return Located("among ties" if held else "elsewhere", beside)


@dataclass(frozen=True)
class Loaded:
    """What is loaded of a document that gate 1 catches and that was never published. `wrong`: statements of the damage among them."""

    statements: int = 0
    wrong: int = 0


NOTHING = Loaded()


def solve(
    case: Case, claims: Sequence[Claim], bounds: Sequence[Bound], failures: Sequence[Failure], accepted: Sequence[Failure]
) -> tuple[Located | None, Loaded]:
    """What the solver says of a case, and what a refresh would load of it.

    `accepted`: what the source itself prints wrong; the relations of these failures are left out, as where a person accepted them.
    """
    wrong = {(own, says) for key, says in case.difference.wrong for own in own_keys(case, (key,))}
    changed = frozenset(claim.claim_id for claim in claims if (_own_key(claim), said(claim)) in wrong)
    known = {(failure.rule_id, claim.claim_id) for failure in accepted for claim in judged_claims(failure, claims)}
    relations = [
        bound.relation for bound in bounds if not any((bound.relation.rule_id, member) in known for member in bound.members)
    ]
    diagnosis = locate(relations, figures_of(claims), seconds=EFFORT)
    violated = tuple(relation for relation in relations if relation.relation_id in diagnosis.violated)
    rest = remainder(replace(case.outcome, claims=tuple(claims)), failures, Diagnosed(violated, diagnosis))
    kept = rest.kept if rest else ()
    return locate_changes(changed, diagnosis), Loaded(len(kept), sum(claim.claim_id in changed for claim in kept))


@dataclass(frozen=True)
class Seen:
    """What gate 1 says of one case: rules of severity error, and of severity warning, that the clean document does not fail.

    `bounds`: the relations of the document. `located`, `loaded`: of one that fails such a rule and states something wrong.
    """

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()
    located: Located | None = None
    loaded: Loaded = NOTHING


@dataclass(frozen=True)
class CleanJudgement:
    """Gate 1 over the clean documents. `accused`: those that fail a rule (must be none); `known`: failures that the source itself
    prints, by specimen, which a damaged copy has as well. `bound`: the relations of each specimen."""

    accused: Mapping[str, tuple[str, ...]]
    known: Mapping[str, frozenset[Signature]]
    bound: Mapping[str, tuple[Bound, ...]]


def row_of(specimen: Specimen, document_id: str, claims: Sequence[Claim]) -> Row:
    """The row of `raw.document` of a copy of a specimen."""
    facts = SourceFacts(f"{document_id}.synthetic", 0, datetime(2026, 1, 1, tzinfo=UTC))
    entry = specimen.entry.model_copy(update={"id": document_id})
    outcome = replace(specimen.clean, document_id=document_id, claims=tuple(claims))
    return document_row(Extracted(entry, outcome, facts, document_id, "synthetic"))


def claims_to_judge(case: Case) -> tuple[Claim, ...]:
    """The claims of the damaged document; of a workbook of several editions those of the editions that changed.

    No relation of a workbook reaches from one edition into another, so the rest of it has been judged with the clean one.
    """
    claims = renamed(case.outcome, case.document_id)
    if case.specimen.layout != "pci_workbook":
        return claims
    touched = {key[1] for key in (*case.difference.keys, *(key for key, _ in case.difference.doubled))}
    return tuple(claim for claim in claims if claim.edition_id in touched)


def _signature(failure: Failure) -> Signature:
    cell = (failure.edition_id, failure.entity_code, failure.criterion_code, failure.measure, failure.raw_text, failure.found)
    return (failure.rule_id, *cell)


def _run(database: Path, reference: Reference, documents: Iterable[Row], claims: Iterable[Claim]) -> GateReport:
    database.unlink(missing_ok=True)
    write_raw(database, reference=reference, documents=documents, claims=claims, issues=())
    report = run_gate("gate1", database, today=TODAY, run_id="synthetic")
    crashed = [result.message() for result in report.crashed()]
    if crashed:
        raise RuntimeError(f"expected every rule to run, found {crashed}")
    return report


def bounds_of(database: Path, claims: Iterable[Claim], documents: Iterable[str]) -> Mapping[str, tuple[Bound, ...]]:
    """The relations of these documents, by document. Keys name the document as `own`, so that copies can be compared."""
    wanted = set(documents)
    of_claim = {claim.claim_id: (_own_key(claim), said(claim)) for claim in claims if claim.document_id in wanted}
    found: dict[str, list[Bound]] = {}
    for relation in read_relations(database, documents=wanted):
        members = {claim_id: of_claim[claim_id] for claim_id in relation.claim_ids}
        found.setdefault(relation.document_id, []).append(Bound(relation, members))
    return {document_id: tuple(bounds) for document_id, bounds in found.items()}


def _own_key(claim: Claim) -> Key:
    return key_of(replace(claim, original_id="own") if claim.original_id == claim.document_id else claim)


def own_keys(case: Case, keys: Iterable[Key]) -> frozenset[Key]:
    """The same keys, with the document's own id as `own`."""
    return frozenset(("own", *key[1:]) if key[0] == case.specimen.entry.id else key for key in keys)


def _clean_id(specimen: Specimen, number: int) -> str:
    return f"{specimen.entry.id}_synthetic_clean{number:02d}"


def judge_clean(bench: Bench, database: Path) -> CleanJudgement:
    """Every clean document under its own id, and under another, as its damaged copies are judged."""
    own = {specimen.entry.id: specimen for specimen in bench.specimens}
    claims = [claim for specimen in bench.specimens for claim in specimen.clean.claims]
    ids = {specimen.name: _clean_id(specimen, number) for number, specimen in enumerate(bench.specimens)}
    copies = [claim for specimen in bench.specimens for claim in renamed(specimen.clean, ids[specimen.name])]
    rows = [row_of(specimen, document_id, ()) for document_id, specimen in own.items()]
    rows += [row_of(specimen, ids[specimen.name], ()) for specimen in bench.specimens]
    report = _run(database, bench.reference, rows, [*claims, *copies])
    accused = {
        document_id: tuple(failure.message() for failure in failures)
        for document_id, failures in report.failing_documents().items()
        if document_id in own
    }
    found: dict[str, set[Signature]] = {}
    for result in report.results:
        for failure in result.failures:
            found.setdefault(failure.document_id, set()).add(_signature(failure))
    known = {name: frozenset(found.get(document_id, ())) for name, document_id in ids.items()}
    by_document = bounds_of(database, copies, ids.values())
    return CleanJudgement(accused, known, {name: by_document.get(document_id, ()) for name, document_id in ids.items()})


def judge_cases(bench: Bench, cases: Sequence[Case], clean: CleanJudgement, database: Path) -> Mapping[int, Seen]:
    """What gate 1 sees of each case, by its number; of one that it does not see, which relations of it hold."""
    claims = {case.number: claims_to_judge(case) for case in cases}
    rows = [row_of(case.specimen, case.document_id, claims[case.number]) for case in cases]
    report = _run(database, bench.reference, rows, (claim for found in claims.values() for claim in found))
    numbers = {case.document_id: case for case in cases}
    errors: dict[int, list[Failure]] = {case.number: [] for case in cases}
    warnings: dict[int, list[Failure]] = {case.number: [] for case in cases}
    accepted: dict[int, list[Failure]] = {case.number: [] for case in cases}
    for result in report.results:
        seen = errors if result.rule.severity == "error" else warnings
        for failure in (*result.failures, *result.tolerated):
            case = numbers[failure.document_id]
            is_known = _signature(failure) in clean.known[case.specimen.name]
            (accepted if is_known else seen)[case.number].append(failure)
    bounds = bounds_of(database, (claim for found in claims.values() for claim in found), numbers)
    found: dict[int, Seen] = {}
    for case in cases:
        number, mine = case.number, bounds.get(case.document_id, ())
        located, loaded = None, NOTHING
        if errors[number] and case.difference.wrong:
            located, loaded = solve(case, claims[number], mine, errors[number], accepted[number])
        found[number] = Seen(_rule_ids(errors[number]), _rule_ids(warnings[number]), mine, located, loaded)
    return found


def _rule_ids(failures: Iterable[Failure]) -> tuple[str, ...]:
    return tuple(sorted({failure.rule_id for failure in failures}))
