"""What arithmetic says about documents: which readings of unsettled cells it bears out, and what is wrong where gate 1 fails."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from pathlib import Path

from dagster_project.items import Diagnosed, judged_claims
from dagster_project.outcomes import Extracted, derived
from expectations import GateReport
from expectations.relations import Relation, read_relations
from expectations.residuals import Repair, figures_of, locate, provisional, repair, steady
from extractors.catalogue.reference import Reference
from extractors.corrections import answered_at, value_text
from extractors.quarantine import Correction, item_id_of_claim
from extractors.records import Claim, Outcome
from warehouse.load import write_raw
from warehouse.scratch import emptied


def _is_accepted(relation: Relation, outcome: Outcome, report: GateReport) -> bool:
    """Whether this relation is one that a person accepted as the source prints it."""
    tolerated = report.result(relation.rule_id).tolerated
    return any(
        claim.claim_id in relation.claim_ids for failure in tolerated for claim in judged_claims(failure, outcome.claims)
    )


def diagnose(database: Path, outcomes: Mapping[str, Outcome], report: GateReport) -> Mapping[str, Diagnosed]:
    """For each of these documents its broken relations, and the smallest sets of cells that explain them.

    `database` is the one that `report` judged; relations that are broken and accepted are left out.
    """
    by_document: dict[str, list[Relation]] = {document_id: [] for document_id in outcomes}
    for relation in read_relations(database, documents=outcomes):
        if not _is_accepted(relation, outcomes[relation.document_id], report):
            by_document[relation.document_id].append(relation)
    found: dict[str, Diagnosed] = {}
    for document_id, relations in by_document.items():
        diagnosis = locate(relations, figures_of(outcomes[document_id].claims))
        broken = diagnosis.violated
        found[document_id] = Diagnosed(tuple(one for one in relations if one.relation_id in broken), diagnosis)
    return found


def with_repairs(database: Path, candidates: Mapping[str, Extracted], reference: Reference) -> Mapping[str, Extracted]:
    """The documents, each with those unsettled cells settled whose reading arithmetic bears out (`expectations.residuals`).

    Their relations are read from a judging database of its own in which the unsettled statements stand with a trial value; nothing of
    that database is loaded.
    """
    open_ones = {key: item for key, item in candidates.items() if any(len(one.readings) > 1 for one in item.outcome.unsettled)}
    if not open_ones:
        return candidates
    outcomes = [item.outcome for item in open_ones.values()]
    # Which cells a rule binds may hang on the trial value itself: what does not stand with either reading proves nothing.
    first, last = (_trial_relations(database, outcomes, reference, is_last=is_last) for is_last in (False, True))
    relations = steady(first, last)
    settled: dict[str, Extracted] = {}
    for key, item in open_ones.items():
        mine = [relation for relation in relations if relation.document_id == key]
        repairs = repair(mine, figures_of(item.outcome.claims, item.outcome.unsettled))
        settled[key] = settled_by(item, repairs)
    return {**candidates, **settled}


def _trial_relations(
    database: Path, outcomes: Sequence[Outcome], reference: Reference, *, is_last: bool
) -> tuple[Relation, ...]:
    emptied(database)
    trial = [c for one in outcomes for c in (*one.claims, *provisional(one.claims, one.unsettled, is_last=is_last))]
    write_raw(database, reference=reference, documents=(), claims=trial, issues=())
    return read_relations(database, documents=[one.document_id for one in outcomes])


def repair_id(claim: Claim, found: Repair) -> str:
    """The same in every run that derives the same repair from the same proof."""
    key = "\x1f".join((claim.document_id, claim.claim_id, str(found.value), *found.proof))
    return f"arithmetic:{hashlib.sha256(key.encode()).hexdigest()[:10]}"


def settled_by(extracted: Extracted, repairs: Iterable[Repair]) -> Extracted:
    """The document with these cells settled: claims with the raw text that they had, and a correction with its proof for each."""
    outcome = extracted.outcome
    unsettled = {one.claim.claim_id: one for one in outcome.unsettled}
    claims, corrections, issues = list(outcome.claims), list(extracted.corrections), outcome.issues
    for found in repairs:
        before = unsettled.pop(found.claim_id).claim
        correction_id = repair_id(before, found)
        exponent = found.value.as_tuple().exponent
        after = replace(
            before,
            value=found.value,
            printed_decimals=max(0, -exponent) if isinstance(exponent, int) else 0,
            missing_reason=None,
            value_status="published",
            correction_id=correction_id,
        )
        claims.append(after)
        corrections.append(_correction(after, found, correction_id))
        issues = answered_at(issues, before.locator, unsettled.values(), correction_id)
    changed = replace(outcome, claims=tuple(claims), unsettled=tuple(unsettled.values()), issues=issues)
    return derived(extracted, changed, tuple(sorted(corrections, key=lambda one: one.correction_id)))


def _correction(claim: Claim, found: Repair, correction_id: str) -> Correction:
    return Correction(
        correction_id=correction_id,
        item_id=item_id_of_claim(claim),
        document_id=claim.document_id,
        action="repair",
        locator=claim.locator,
        original_id=claim.original_id,
        edition_id=claim.edition_id,
        entity_code=claim.entity_code,
        criterion_code=claim.criterion_code,
        measure=claim.measure,
        raw_text=found.reading,
        value=value_text(claim),
        why=found.words,
        decided_by="arithmetic",
        proof="; ".join(found.proof),
    )
