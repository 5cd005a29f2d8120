"""What `cchc review` does: find an item, say what can be decided about it, and write the decision into the file of its document."""

from __future__ import annotations

import subprocess
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date, timedelta
from typing import Literal

from dagster_project.decided import decided_item
from dagster_project.decision_files import add_decision, remove_decision
from dagster_project.workbench import Workbench
from extractors.catalogue.corrections import Decision, Place, Statement, decision_file
from extractors.corrections import corrected, correction_of, number_form
from extractors.quarantine import QuarantineItem, item_id_of_claim
from extractors.records import HOLDS_THE_DOCUMENT, UNSETTLED, Claim, Locator, Outcome
from extractors.text.numbers import NumberError

DAYS_OF_ACCEPTANCE = 365
"""How long an acceptance counts unless the steward says otherwise; then somebody looks again."""


class ReviewError(ValueError):
    """A decision that cannot be made; the message says why and what to do instead."""


@dataclass(frozen=True, slots=True)
class Reviewed:
    """An item with the decision on it in the catalogue, if there is one. `is_pending`: it takes effect with the next refresh."""

    item: QuarantineItem
    decision: Decision | None = None

    @property
    def is_open(self) -> bool:
        return self.item.status == "open" and self.decision is None

    @property
    def is_pending(self) -> bool:
        return self.decision is not None and self.item.status == "open" and not self.is_stale

    @property
    def is_stale(self) -> bool:
        return self.item.code in HOLDS_THE_DOCUMENT


def all_items(bench: Workbench) -> tuple[Reviewed, ...]:
    """What the last refresh held back, and every decision of the catalogue, sorted by document and place."""
    decisions = {d.item_id(key): (key, d) for key, listed in bench.decisions.items() for d in listed}
    held = {item.item_id: item for report in bench.store.quarantine() for item in report.items}
    found = [Reviewed(item, decisions[key][1] if key in decisions else None) for key, item in held.items()]
    for key, (document_id, decision) in decisions.items():
        if key not in held:
            correction = correction_of(document_id, decision, value=decision.value)
            found.append(Reviewed(decided_item(correction, _outcome(bench, document_id)), decision))
    return tuple(sorted(found, key=lambda one: (one.item.document_id, _order(one.item.locator), one.item.item_id)))


def _order(locator: Locator) -> tuple[int | str, ...]:
    numbers = (locator.page, locator.table_number, locator.row_number, locator.column_number)
    return (locator.sheet or "", *(number or 0 for number in numbers))


def _outcome(bench: Workbench, document_id: str) -> Outcome | None:
    entry = next((entry for entry in bench.entries if entry.id == document_id), None)
    found = bench.peek(entry) if entry else None
    return found.extracted.outcome if found and found.extracted else None


def find(bench: Workbench, item_id: str) -> Reviewed:
    """The item with this id.

    Raises:
        ReviewError: there is none.
    """
    for one in all_items(bench):
        if one.item.item_id == item_id:
            return one
    raise ReviewError(f"expected the id of an item in quarantine, found {item_id!r}; `cchc review list` shows them")


def statements(bench: Workbench, item: QuarantineItem) -> Claim | None:
    """The claim that the item is about, as it is read now; None if it is not there any more."""
    outcome = _outcome(bench, item.document_id)
    if outcome is None:
        return None
    claims: Iterable[Claim] = (*outcome.claims, *(one.claim for one in outcome.unsettled))
    return next((claim for claim in claims if item_id_of_claim(claim) == item.item_id), None)


def git_user() -> str:
    """Who decides, if the command does not say.

    Raises:
        ReviewError: Git knows no name.
    """
    try:
        done = subprocess.run(["git", "config", "user.name"], capture_output=True, text=True, check=False, timeout=10)
        name = done.stdout.strip()
    except (OSError, subprocess.TimeoutExpired):
        name = ""
    if not name:
        raise ReviewError('expected to know who decides; say it with --by "Your name", or set git\'s user.name')
    return name


def why_not(action: Literal["accept", "reject", "correct"], one: Reviewed) -> str | None:
    """Why this cannot be decided about the item, or None."""
    item = one.item
    if one.is_stale:
        return (
            f"the decision on this cell no longer fits what is read ({item.message}); take it back with "
            f"`cchc review undo {item.item_id}`, refresh, and decide on what then stands there"
        )
    if one.decision is not None:
        return f"it is decided already ({one.decision.action} by {one.decision.by}); `cchc review undo {item.item_id}` takes it back"
    if item.kind == "document" and not item.edition_id:
        return f"the whole document is held back, no single cell: {item.hint or item.message}"
    if not item.edition_id and action != "reject":
        return f"no statement could be read from it, so there is nothing to {action}: {item.hint or item.message}"
    return _why_not_accept(item) if action == "accept" else None


def _why_not_accept(item: QuarantineItem) -> str | None:
    if UNSETTLED in item.raw_text:
        return "nobody knows what the cell says, so it cannot be published as printed; correct it to what the page shows"
    if not _judged(item):
        return (
            "no rule reports its failure at this cell; accept the cell at which it does "
            "(`cchc review list` shows it), or correct or reject this one"
        )
    return None


def _judged(item: QuarantineItem) -> tuple[str, ...]:
    return tuple(dict.fromkeys(broken.rule_id for broken in item.broken if broken.is_judged_here))


def decide(
    bench: Workbench,
    item_id: str,
    action: Literal["accept", "reject", "correct"],
    *,
    why: str,
    by: str,
    today: date,
    value: str | None = None,
    until: date | None = None,
    source: str | None = None,
) -> tuple[Decision, str]:
    """Write the decision into the file of its document; the decision and that file come back.

    Raises:
        ReviewError: it cannot be decided so; nothing was written.
        DecisionFileError, CatalogueError: the file cannot be changed safely, or not read; nothing was written.
    """
    one = find(bench, item_id)
    item = one.item
    reason = why_not(action, one)
    if reason is not None:
        raise ReviewError(f"{item.item_id} ({item.document_id}, {item.locator}): {reason}")
    if not why.strip():
        raise ReviewError("expected a reason, found an empty one; say it with --why, for whoever looks at the cell next")
    if until is not None and until < today:
        raise ReviewError(f"expected a day that is to come with --until, found {until.isoformat()}")
    if action == "correct":
        _check_value(bench, item, value or "")
    statement = (
        Statement(
            original_id=item.original_id,
            edition_id=item.edition_id,
            entity_code=item.entity_code,
            criterion_code=item.criterion_code,
            measure=item.measure,
        )
        if item.edition_id
        else None
    )
    decision = Decision(
        id=item.item_id,
        action=action,
        cell=Place.of(
            item.locator if statement is None or item.locator.page is None else replace(item.locator, paragraph=None)
        ),
        statement=statement,
        issue=None if statement else item.code,
        expect=item.raw_text,
        value=value if action == "correct" else None,
        rules=_judged(item) if action == "accept" else (),
        expires_on=(until or today + timedelta(days=DAYS_OF_ACCEPTANCE)) if action == "accept" else None,
        why=why.strip(),
        by=by,
        at=today,
        source=source,
    )
    add_decision(decision_file(bench.settings.corrections, item.document_id), decision)
    return decision, bench.decision_file(item.document_id)


def _check_value(bench: Workbench, item: QuarantineItem, value: str) -> None:
    claim = statements(bench, item)
    if claim is None:
        raise ReviewError(
            f"{item.item_id}: the document has changed since this was held back; run `cchc refresh` and look again"
        )
    mark = number_form(bench.entry(item.document_id))
    try:
        after = corrected(claim, value, mark, "checked")
    except NumberError as error:
        form = "a decimal point" if mark == "." else "a decimal comma"
        raise ReviewError(f"{item.item_id}: {error}; this document writes {form}") from error
    if after.value == claim.value and after.value_text == claim.value_text:
        raise ReviewError(
            f"{item.item_id}: {value!r} is what was read; if the source prints it so, accept the cell, else give another value"
        )


def undo(bench: Workbench, item_id: str) -> tuple[Decision, str]:
    """Take the decision on an item back; the decision and its file come back.

    Raises:
        ReviewError: nobody decided about it.
    """
    for document_id, decisions in bench.decisions.items():
        for decision in decisions:
            if item_id in (decision.item_id(document_id), decision.id):
                remove_decision(decision_file(bench.settings.corrections, document_id), decision)
                return decision, bench.decision_file(document_id)
    raise ReviewError(f"expected an item that somebody decided about, found {item_id!r}; `cchc review list --all` shows them")
