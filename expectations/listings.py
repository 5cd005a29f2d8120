"""Faults that a source itself prints: cells that a person accepted as they are printed, with the rules that they fail.

They come from the decisions on a document (extractors/catalogue/corrections/<document id>.yml, action `accept`). A listed cell is
published with a flag instead of holding its document back, until its last day; then it fails again.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date

from expectations.models import RULE_ID_PATTERN, RuleBook, RuleBookError
from extractors.catalogue.corrections import Decisions


@dataclass(frozen=True, slots=True)
class KnownFailure:
    """One rule that one cell is known to fail. It names the printed text, so that it never covers a figure nobody looked at."""

    rule_id: str
    document_id: str
    original_id: str
    edition_id: str
    entity_code: str
    criterion_code: str
    measure: str
    raw_text: str
    evidence: str
    owner: str
    expires_on: date
    correction_id: str

    def is_in_force(self, today: date) -> bool:
        return today <= self.expires_on


def listings_of(decisions: Decisions) -> tuple[KnownFailure, ...]:
    """One listing per rule of each acceptance, expired ones included.

    Raises:
        RuleBookError: an acceptance names something that is no id of a rule.
    """
    found: list[KnownFailure] = []
    for document_id, of_document in decisions.items():
        for decision in of_document:
            if decision.action != "accept" or decision.statement is None or decision.expires_on is None:
                continue
            for rule_id in decision.rules:
                if not RULE_ID_PATTERN.match(rule_id):
                    raise RuleBookError(
                        f"corrections/{document_id}.yml: {decision.id!r}: field rules: expected ids such as "
                        f"gate1__score__mean_of_children, found {rule_id!r}"
                    )
                original_id, edition_id, entity_code, criterion_code, measure = decision.statement.key
                found.append(
                    KnownFailure(
                        rule_id=rule_id,
                        document_id=document_id,
                        original_id=original_id,
                        edition_id=edition_id,
                        entity_code=entity_code,
                        criterion_code=criterion_code,
                        measure=measure,
                        raw_text=decision.expect,
                        evidence=decision.why,
                        owner=decision.by,
                        expires_on=decision.expires_on,
                        correction_id=decision.correction_id(document_id),
                    )
                )
    return tuple(found)


def listings_for(book: RuleBook, listings: Iterable[KnownFailure]) -> tuple[KnownFailure, ...]:
    """The listings for rules of this book.

    Raises:
        RuleBookError: one names a rule that its book does not have (it would cover nothing, and nobody would know).
    """
    known = {rule.id for rule in book.rules}
    mine = tuple(listing for listing in listings if listing.rule_id.startswith(f"{book.gate}__"))
    for listing in mine:
        if listing.rule_id not in known:
            raise RuleBookError(
                f"corrections/{listing.document_id}.yml: field rules: expected a rule of expectations/rules/{book.gate}.yml, "
                f"found {listing.rule_id!r}"
            )
    return mine
