"""Gate 1 over many damaged documents at once: every rule judges document by document, so hundreds stand in one database."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from pathlib import Path

from dagster_project.gatework import document_row
from dagster_project.outcomes import Extracted, SourceFacts
from expectations import Failure, GateReport, run_gate
from expectations.relations import Relation, read_relations
from extractors.catalogue.reference import Reference
from extractors.records import Claim
from tests.benchmarks.mutations.cases import Case, Key, Said, key_of, renamed, said
from tests.benchmarks.mutations.specimens import Bench, Specimen
from warehouse.load import Row, write_raw

TODAY = date(2026, 11, 22)

Signature = tuple[str, ...]


@dataclass(frozen=True)
class Bound:
    """A relation of a document, with what its members say: `cells` by key; several members may have one key."""

    relation: Relation
    cells: frozenset[tuple[Key, Said]]

    @property
    def keys(self) -> frozenset[Key]:
        return frozenset(key for key, _ in self.cells)


@dataclass(frozen=True)
class Seen:
    """What gate 1 says of one case: rules of severity error, and of severity warning, that the clean document does not fail.

    `bounds`: the relations of a document that fails none of severity error.
    """

    errors: tuple[str, ...] = ()
    warnings: tuple[str, ...] = ()
    bounds: tuple[Bound, ...] = ()


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
        cells = frozenset(of_claim[claim_id] for claim_id in relation.claim_ids)
        found.setdefault(relation.document_id, []).append(Bound(relation, cells))
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
    errors: dict[int, set[str]] = {case.number: set() for case in cases}
    warnings: dict[int, set[str]] = {case.number: set() for case in cases}
    for result in report.results:
        seen = errors if result.rule.severity == "error" else warnings
        for failure in (*result.failures, *result.tolerated):
            case = numbers[failure.document_id]
            if _signature(failure) not in clean.known[case.specimen.name]:
                seen[case.number].add(failure.rule_id)
    unseen = {case.document_id for case in cases if not errors[case.number]}
    bounds = bounds_of(database, (claim for found in claims.values() for claim in found), unseen)
    return {
        case.number: Seen(
            tuple(sorted(errors[case.number])), tuple(sorted(warnings[case.number])), bounds.get(case.document_id, ())
        )
        for case in cases
    }
