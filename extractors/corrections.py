"""Decisions of data stewards, applied to what a document says: a pure function from claims to claims, before any gate judges them.

The raw text of a claim never changes; a corrected claim carries the id of its correction. A decision that no longer fits the document
holds it back (`HOLDS_THE_DOCUMENT`), so that a fault that the publisher mended is not "mended" a second time.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from extractors.catalogue.corrections import Decision
from extractors.catalogue.models import CatalogueEntry
from extractors.quarantine import Correction, item_id_of_claim, place_key, statement_key
from extractors.records import HOLDS_THE_DOCUMENT, UNSETTLED, Claim, Issue, Locator, Outcome, UnsettledClaim
from extractors.statements import stored
from extractors.text.numbers import DecimalMark, NumberError, parse_number, parse_rank

_NUMBERS_STORED = frozenset({"xlsx", "xls", "ods", "csv"})
_TEXT_MEASURES = frozenset({"responsible_unit", "evidence"})


@dataclass(frozen=True, slots=True)
class Applied:
    """What a document says after the decisions on it, and those decisions that are in force and fit it."""

    outcome: Outcome
    corrections: tuple[Correction, ...] = ()


def number_form(entry: CatalogueEntry) -> DecimalMark:
    """The decimal mark of this document: a point where numbers are stored as numbers or the language is English, else a comma."""
    return "." if entry.kind in _NUMBERS_STORED or entry.language == "en" else ","


def corrected(claim: Claim, text: str, decimal_mark: DecimalMark, correction_id: str) -> Claim:
    """The claim with the figure that `text` is; what was read of it (`raw_text`) stays.

    Raises:
        NumberError: the measure is a figure and `text` is not one number in this form.
    """
    settled = replace(claim, missing_reason=None, correction_id=correction_id)
    if claim.value_status in ("withheld", "not_published"):
        settled = replace(settled, value_status="published")
    if claim.measure in _TEXT_MEASURES:
        return replace(settled, value_text=text)
    if claim.measure == "rank":
        rank, out_of = parse_rank(text)
        return replace(settled, value=Decimal(rank), printed_decimals=0, rank_out_of=out_of or claim.rank_out_of)
    number = stored(
        parse_number(text, decimal_mark=decimal_mark, thousands=claim.measure == "count", points=claim.unit == "points")
    )
    return replace(settled, value=number.value, printed_decimals=number.decimals)


def value_text(claim: Claim) -> str | None:
    """The figure of a claim as text, with as many decimals as it has."""
    if claim.value is None:
        return claim.value_text
    return f"{claim.value:.{claim.printed_decimals or 0}f}"


def correction_of(document_id: str, decision: Decision, about: Claim | None = None, value: str | None = None) -> Correction:
    """The record of a decision; `about`: the claim it fits, `value`: its figure afterwards."""
    statement = decision.statement
    return Correction(
        correction_id=decision.correction_id(document_id),
        item_id=item_id_of_claim(about) if about else decision.item_id(document_id),
        document_id=document_id,
        action=decision.action,
        locator=about.locator if about else decision.cell.locator,
        original_id=statement.original_id if statement else document_id,
        edition_id=statement.edition_id if statement else "",
        entity_code=statement.entity_code if statement else "",
        criterion_code=statement.criterion_code if statement else "",
        measure=statement.measure if statement else "",
        raw_text=decision.expect,
        value=value,
        why=decision.why,
        decided_by=decision.by,
        decided_at=decision.at,
        source=decision.source,
        rules=", ".join(decision.rules) or None,
        expires_on=decision.expires_on,
    )


class _Applying:
    """One document while decisions are applied to it."""

    def __init__(self, outcome: Outcome, decimal_mark: DecimalMark, file: str) -> None:
        self.outcome, self.file = outcome, file
        self.mark: DecimalMark = decimal_mark
        self.claims: list[Claim] = list(outcome.claims)
        self.unsettled = list(outcome.unsettled)
        self.issues = list(outcome.issues)
        self.corrections: list[Correction] = []

    def _problem(self, code: str, decision: Decision, message: str, expected: str, found: str) -> None:
        item = decision.item_id(self.outcome.document_id)
        hint = (
            f"compare with the page; then change or delete the decision {decision.id!r} in {self.file} "
            f"(`cchc review undo {item}` deletes it)"
        )
        self.issues.append(
            Issue(code, "error", self.outcome.document_id, message, hint, expected, found, decision.cell.locator)
        )

    def _stale(self, decision: Decision, found: Sequence[str]) -> None:
        texts = ", ".join(repr(text) for text in found)
        what = decision.statement.key[1:] if decision.statement else (decision.issue or "",)
        self._problem(
            "stale_correction",
            decision,
            f"the decision {decision.id!r} ({decision.action} {' '.join(what)}) no longer fits: "
            f"expected the text {decision.expect!r}, found {texts or 'no such statement in this cell'}",
            decision.expect,
            ", ".join(found),
        )

    def apply(self, decision: Decision, today: date) -> None:
        if decision.issue is not None:
            self._reject_issue(decision)
            return
        here = [claim for claim in (*self.claims, *(one.claim for one in self.unsettled)) if self._is_about(decision, claim)]
        about = [claim for claim in here if claim.raw_text == decision.expect]
        if not about:
            self._stale(decision, sorted({claim.raw_text for claim in here}))
            return
        if decision.action == "accept":
            if decision.is_in_force(today):
                self.corrections.append(correction_of(self.outcome.document_id, decision, about[0], value_text(about[0])))
            return
        mended = self._mended(decision, about) if decision.action == "correct" else {}
        if mended is None:
            return
        was_unsettled = [one.claim for one in self.unsettled if one.claim in about]
        # A mended claim takes the place of the one it mends, so that the order of reading stays.
        self.claims = [mended.get(claim, claim) for claim in self.claims if claim in mended or claim not in about]
        self.claims += [mended[claim] for claim in was_unsettled if claim in mended]
        self.unsettled = [one for one in self.unsettled if one.claim not in about]
        value = value_text(mended[about[0]]) if mended else None
        self.corrections.append(correction_of(self.outcome.document_id, decision, about[0], value))
        if UNSETTLED in decision.expect:
            correction_id = decision.correction_id(self.outcome.document_id)
            self.issues = list(answered_at(self.issues, about[0].locator, self.unsettled, correction_id))

    def _is_about(self, decision: Decision, claim: Claim) -> bool:
        place = claim.locator if decision.cell.paragraph is not None else replace(claim.locator, paragraph=None)
        return (
            decision.statement is not None
            and statement_key(claim) == decision.statement.key
            and place_key(place) == place_key(decision.cell.locator)
        )

    def _mended(self, decision: Decision, about: Sequence[Claim]) -> Mapping[Claim, Claim] | None:
        """Each claim with its corrected one; None, and an issue, if the value of the decision cannot be read."""
        correction_id = decision.correction_id(self.outcome.document_id)
        try:
            return {claim: corrected(claim, decision.value or "", self.mark, correction_id) for claim in about}
        except NumberError as error:
            form = "a decimal point" if self.mark == "." else "a decimal comma"
            self._problem(
                "unreadable_correction",
                decision,
                f"the decision {decision.id!r} cannot be applied: {error} (this document writes {form})",
                "one figure as the page prints it",
                decision.value or "",
            )
            return None

    def _reject_issue(self, decision: Decision) -> None:
        here = [
            number
            for number, issue in enumerate(self.issues)
            if issue.severity == "error"
            and issue.code == decision.issue
            and place_key(issue.locator) == place_key(decision.cell.locator)
        ]
        about = [number for number in here if self.issues[number].found == decision.expect]
        if not about:
            self._stale(decision, sorted({self.issues[number].found for number in here}))
            return
        for number in about:
            self.issues[number] = answered(self.issues[number], decision.correction_id(self.outcome.document_id))
        self.corrections.append(correction_of(self.outcome.document_id, decision))


def answered(issue: Issue, correction_id: str) -> Issue:
    """The issue as information: a decision (or a proof) has answered it."""
    return replace(issue, severity="info", message=f"{issue.message} (answered by {correction_id})", hint="")


def answered_at(
    issues: Iterable[Issue], place: Locator, unsettled: Iterable[UnsettledClaim], correction_id: str
) -> tuple[Issue, ...]:
    """The issues, those that reading raised at this place answered, once nothing of the cell is unsettled any more."""
    if any(place_key(one.claim.locator) == place_key(place) for one in unsettled):
        return tuple(issues)
    return tuple(
        answered(issue, correction_id)
        if issue.severity == "error" and place_key(issue.locator) == place_key(place) and issue.code not in HOLDS_THE_DOCUMENT
        else issue
        for issue in issues
    )


def apply(outcome: Outcome, decisions: Sequence[Decision], *, decimal_mark: DecimalMark, file: str, today: date) -> Applied:
    """The outcome after the decisions on its document.

    A corrected statement keeps its raw text and place; a rejected one is gone; an accepted one stays as it is (the gate lists it).
    An unsettled cell that is corrected becomes a claim.

    Args:
        decisions: those of this document, no cell twice (the loader sees to that).
        decimal_mark: how the document writes numbers, see `number_form`.
        file: the file of the decisions, as messages name it.
        today: decides which acceptances have ended.
    """
    state = _Applying(outcome, decimal_mark, file)
    for decision in decisions:
        state.apply(decision, today)
    changed = replace(outcome, claims=tuple(state.claims), issues=tuple(state.issues), unsettled=tuple(state.unsettled))
    return Applied(changed, tuple(state.corrections))
