"""Items of the quarantine, made from what a reading, a gate and decisions say. Each refresh makes them anew: none leaves by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace

from dagster_project.outcomes import Extracted
from expectations import Failure
from expectations.relations import Relation
from extractors.catalogue.corrections import Decision
from extractors.quarantine import (
    Broken,
    Correction,
    Explanation,
    ItemStatus,
    QuarantineItem,
    item_id_of_claim,
    item_id_of_issue,
    place_key,
)
from extractors.records import HOLDS_THE_DOCUMENT, UNSETTLED, Claim, Issue, Locator, Outcome

STATUS: Mapping[str, ItemStatus] = {"accept": "accepted", "reject": "rejected", "correct": "corrected", "repair": "corrected"}


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """What arithmetic says about one failing document.

    `violated`: the relations that do not hold. `explanations`: every smallest set of cells whose change would mend all of them, each
    cell (claim id) with values that would do; empty if nothing could be located. `is_complete` is False if the search stopped early.
    """

    violated: tuple[Relation, ...] = ()
    explanations: tuple[Mapping[str, tuple[str, ...]], ...] = ()
    is_complete: bool = True

    @property
    def suspects(self) -> frozenset[str]:
        return frozenset(claim_id for explanation in self.explanations for claim_id in explanation)

    @property
    def size(self) -> int | None:
        """Cells of a smallest explanation; None if there is none."""
        return min((len(explanation) for explanation in self.explanations), default=None)


def row_as_read(outcome: Outcome, locator: Locator) -> tuple[str, ...]:
    """What was read in the row (or paragraph) of a cell: `column 3: 82,28`, in the order of the columns; () for the whole document."""
    if locator.row_number is None and locator.paragraph is None:
        return ()
    everything = (*outcome.claims, *(one.claim for one in outcome.unsettled))
    beside = [
        claim
        for claim in everything
        if (claim.locator.sheet, claim.locator.table_number, claim.locator.row_number, claim.locator.paragraph)
        == (locator.sheet, locator.table_number, locator.row_number, locator.paragraph)
    ]
    beside.sort(key=lambda claim: claim.locator.column_number or 0)
    labels = list(
        dict.fromkeys(text for claim in beside for text in (claim.entity_label_raw, claim.criterion_label_raw) if text)
    )
    cells = [f"{claim.locator.a1 or f'column {claim.locator.column_number}'}: {_shown(claim.raw_text)}" for claim in beside]
    return (*labels[:4], *dict.fromkeys(cells))


def _shown(text: str) -> str:
    return "(not settled)" if UNSETTLED in text else text


def claim_item(claim: Claim, outcome: Outcome, code: str, message: str, hint: str) -> QuarantineItem:
    """An open item about one statement; callers add what they know of it."""
    return QuarantineItem(
        item_id=item_id_of_claim(claim),
        document_id=claim.document_id,
        kind="cell",
        code=code,
        locator=claim.locator,
        message=message,
        hint=hint,
        original_id=claim.original_id,
        index_code=claim.index_code,
        edition_id=claim.edition_id,
        entity_type=claim.entity_type,
        entity_code=claim.entity_code,
        entity_label=claim.entity_label_raw,
        criterion_code=claim.criterion_code,
        criterion_label=claim.criterion_label_raw,
        measure=claim.measure,
        raw_text=claim.raw_text,
        row=row_as_read(outcome, claim.locator),
    )


def _hint(item_id: str) -> str:
    return f"compare with the page: `cchc review show {item_id}`"


def reading_items(
    document_id: str, outcome: Outcome | None, issues: Iterable[Issue], decisions: Sequence[Decision]
) -> tuple[QuarantineItem, ...]:
    """Items for the errors of reading one document: unsettled statements, rows, stale decisions, the document itself."""
    items: dict[str, QuarantineItem] = {}
    unsettled = outcome.unsettled if outcome else ()
    told = {place_key(issue.locator): issue for issue in issues if issue.severity == "error"}
    for one in unsettled:
        if outcome is None:
            break
        issue = told.get(place_key(one.claim.locator))
        message = issue.message if issue else "what stands in this cell could not be settled"
        item = claim_item(one.claim, outcome, issue.code if issue else "unsettled", message, "")
        items[item.item_id] = replace(
            item, readings=one.readings, proposals=one.readings, hint=_hint(item.item_id), found=", ".join(one.readings)
        )
    stated = {place_key(one.claim.locator) for one in unsettled}
    for issue in issues:
        if issue.severity != "error" or (place_key(issue.locator) in stated and issue.code not in HOLDS_THE_DOCUMENT):
            continue
        item = _issue_item(issue, outcome, decisions)
        items.setdefault(item.item_id, item)
    return tuple(items.values())


def _issue_item(issue: Issue, outcome: Outcome | None, decisions: Sequence[Decision]) -> QuarantineItem:
    rows = outcome.quarantined_rows if outcome else ()
    row = next((row for row in rows if row.get("place") == str(issue.locator)), None)
    as_read = tuple(f"{name}: {text}" for name, text in row.items() if name not in ("reason", "place")) if row else ()
    item = QuarantineItem(
        item_id=item_id_of_issue(issue),
        document_id=issue.document_id,
        kind="document" if issue.locator == Locator() else "row" if row else "cell",
        code=issue.code,
        locator=issue.locator,
        message=issue.message,
        hint=issue.hint,
        raw_text=issue.found,
        expected=issue.expected,
        found=issue.found,
        row=as_read or (row_as_read(outcome, issue.locator) if outcome else ()),
    )
    if issue.code not in HOLDS_THE_DOCUMENT:
        return item
    stale = next((d for d in decisions if d.cell.locator == issue.locator and repr(d.id) in issue.message), None)
    if stale is None:
        return item
    item = replace(
        item,
        item_id=stale.item_id(issue.document_id),
        raw_text=stale.expect,
        correction_id=stale.correction_id(issue.document_id),
        decided_by=stale.by,
        decided_at=stale.at,
        decided_why=stale.why,
    )
    if stale.statement is None:
        return item
    original_id, edition_id, entity_code, criterion_code, measure = stale.statement.key
    return replace(
        item,
        original_id=original_id,
        edition_id=edition_id,
        entity_code=entity_code,
        criterion_code=criterion_code,
        measure=measure,
    )


@dataclass(slots=True)
class _Gathered:
    """What the failures of one document say about one of its cells."""

    claim: Claim
    failures: list[Failure] = field(default_factory=list)
    relations: list[Relation] = field(default_factory=list)


def judged_claims(failure: Failure, claims: Sequence[Claim]) -> tuple[Claim, ...]:
    """The claims that a failure is about: a rule says everything of a cell but the paragraph."""
    place = place_key(failure.locator)
    statement = (failure.original_id, failure.edition_id, failure.entity_code, failure.criterion_code, failure.measure)
    return tuple(
        claim
        for claim in claims
        if (claim.original_id, claim.edition_id, claim.entity_code, claim.criterion_code, claim.measure) == statement
        and claim.raw_text == failure.raw_text
        and place_key(replace(claim.locator, paragraph=None)) == place
    )


def failure_items(
    outcome: Outcome, failures: Sequence[Failure], diagnosed: Diagnosed, *, with_witnesses: bool
) -> tuple[QuarantineItem, ...]:
    """Items for what gate 1 refused in one document: its suspects, the cells at which rules failed, and the failures without a cell.

    `with_witnesses`: all other cells of the broken relations too (they are held back although they may be right).
    """
    by_id = {claim.claim_id: claim for claim in outcome.claims}
    gathered: dict[str, _Gathered] = {}
    whole: dict[str, QuarantineItem] = {}
    for failure in failures:
        about = judged_claims(failure, outcome.claims)
        for claim in about:
            gathered.setdefault(claim.claim_id, _Gathered(claim)).failures.append(failure)
        if not about:
            item = _issue_item(failure.issue("error"), outcome, ())
            whole.setdefault(item.item_id, item)
    for relation in diagnosed.violated:
        for claim_id in relation.claim_ids & by_id.keys():
            if with_witnesses or claim_id in diagnosed.suspects or claim_id in gathered:
                gathered.setdefault(claim_id, _Gathered(by_id[claim_id])).relations.append(relation)
    names = {claim_id: item_id_of_claim(claim) for claim_id, claim in by_id.items()}
    explanations = tuple(
        Explanation(
            tuple(names[claim_id] for claim_id in explanation),
            tuple(" or ".join(values) or "no value found" for values in explanation.values()),
        )
        for explanation in diagnosed.explanations
    )
    found: dict[str, QuarantineItem] = {}
    for claim_id, one in gathered.items():
        item = _failure_item(one, outcome, diagnosed, explanations, claim_id)
        found.setdefault(item.item_id, item)
    return (*found.values(), *whole.values())


def _failure_item(
    one: _Gathered, outcome: Outcome, diagnosed: Diagnosed, explanations: tuple[Explanation, ...], claim_id: str
) -> QuarantineItem:
    here = tuple(Broken(failure.rule_id, failure.verdict(), is_judged_here=True) for failure in one.failures)
    judged = {failure.rule_id for failure in one.failures}
    elsewhere = tuple(
        Broken(relation.rule_id, relation.detail or "a relation of this rule does not hold")
        for relation in one.relations
        if relation.rule_id not in judged
    )
    broken = (*here, *dict.fromkeys(elsewhere))
    first = one.failures[0] if one.failures else None
    mine = item_id_of_claim(one.claim)
    values = [value for explanation in diagnosed.explanations for value in explanation.get(claim_id, ())]
    item = claim_item(one.claim, outcome, broken[0].rule_id, broken[0].message, _hint(mine))
    return replace(
        item,
        expected=first.expected if first else "",
        found=first.found if first else item.raw_text,
        broken=broken,
        is_suspect=not diagnosed.suspects or claim_id in diagnosed.suspects,
        explanations=explanations,
        is_complete=diagnosed.is_complete,
        proposals=tuple(dict.fromkeys(values)),
    )


def decided_items(accepted: Iterable[Extracted], standing: Iterable[str]) -> tuple[QuarantineItem, ...]:
    """One item per correction that took effect. Items that are open in this run (`standing`: their ids) stay open."""
    open_ids = set(standing)
    items: dict[str, QuarantineItem] = {}
    for extracted in accepted:
        for correction in extracted.corrections:
            if correction.item_id not in open_ids:
                items.setdefault(correction.item_id, decided_item(correction, extracted.outcome))
    return tuple(items.values())


def decided_item(correction: Correction, outcome: Outcome | None) -> QuarantineItem:
    claims = outcome.claims if outcome else ()
    claim = next((claim for claim in claims if item_id_of_claim(claim) == correction.item_id), None)
    return QuarantineItem(
        item_id=correction.item_id,
        document_id=correction.document_id,
        kind="cell" if correction.edition_id else "row",
        code=correction.action,
        locator=correction.locator,
        message=f"{STATUS[correction.action]}: {correction.why}",
        original_id=correction.original_id,
        index_code=claim.index_code if claim else "",
        edition_id=correction.edition_id,
        entity_type=claim.entity_type if claim else "",
        entity_code=correction.entity_code,
        entity_label=claim.entity_label_raw if claim else "",
        criterion_code=correction.criterion_code,
        criterion_label=claim.criterion_label_raw if claim else "",
        measure=correction.measure,
        raw_text=correction.raw_text,
        found=correction.value or "",
        status=STATUS[correction.action],
        correction_id=correction.correction_id,
        decided_by=correction.decided_by,
        decided_at=correction.decided_at,
        decided_why=correction.why,
    )


def corrections_of(accepted: Iterable[Extracted], read: Iterable[Extracted]) -> tuple[Correction, ...]:
    """Every correction of this run once: those of what is loaded (which may be older) before those of what was read."""
    found: dict[str, Correction] = {}
    for extracted in (*accepted, *read):
        for correction in extracted.corrections:
            found.setdefault(correction.correction_id, correction)
    return tuple(found[key] for key in sorted(found))
