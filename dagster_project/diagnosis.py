"""What arithmetic says about documents that fail gate 1: which relations are broken, and which cells would explain them."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path

from dagster_project.items import Diagnosed, judged_claims
from expectations import GateReport
from expectations.relations import Relation, read_relations
from extractors.records import Outcome


def _accepted(relation: Relation, outcome: Outcome, report: GateReport) -> bool:
    """Whether this relation is one that a person accepted as the source prints it."""
    tolerated = report.result(relation.rule_id).tolerated
    return any(
        claim.claim_id in relation.claim_ids for failure in tolerated for claim in judged_claims(failure, outcome.claims)
    )


def diagnose(database: Path, outcomes: Mapping[str, Outcome], report: GateReport) -> Mapping[str, Diagnosed]:
    """For each of these failing documents its broken relations, and the smallest sets of cells that explain them.

    `database` is the one that `report` judged; relations that are broken and accepted are left out.
    """
    relations = read_relations(database, documents=outcomes)
    failing = report.failing_documents()
    found: dict[str, Diagnosed] = {}
    for document_id, outcome in outcomes.items():
        judged = {(f.rule_id, c.claim_id) for f in failing[document_id] for c in judged_claims(f, outcome.claims)}
        violated = tuple(
            relation
            for relation in relations
            if relation.document_id == document_id
            and any((relation.rule_id, claim_id) in judged for claim_id in relation.claim_ids)
            and not _accepted(relation, outcome, report)
        )
        found[document_id] = Diagnosed(violated)
    return found
