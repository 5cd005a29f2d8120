"""Items of the quarantine, made from what a reading, a gate and decisions say. Each refresh makes them anew: none leaves by time."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from functools import cache

from expectations import Failure, load_rule_book
from expectations.relations import Relation
from expectations.residuals import Diagnosis, Part
from extractors.catalogue.corrections import Decision
from extractors.quarantine import (
    Broken,
    Explanation,
    QuarantineItem,
    item_id_of_claim,
    item_id_of_issue,
    place_key,
)
from extractors.records import HOLDS_THE_DOCUMENT, UNSETTLED, Claim, Issue, Locator, Outcome

HELD_WITH = "held_back_with"
"""Code of an item that waits for no fault of its own, but for where it stands."""


@dataclass(frozen=True, slots=True)
class Diagnosed:
    """What arithmetic says about one failing document: the relations that do not hold, and what would explain them."""

    violated: tuple[Relation, ...] = ()
    diagnosis: Diagnosis = field(default_factory=Diagnosis)

    @property
    def located_cells(self) -> int | None:
        """How few cells explain everything that is broken; None if that is not known for certain."""
        return self.diagnosis.n_cells if self.violated and self.diagnosis.is_complete else None

    def _parts(self, claim_id: str) -> tuple[Part, ...]:
        """The parts of the document that this cell has to do with: as a member of a broken relation, or as a suspect."""
        return tuple(
            part
            for part in self.diagnosis.parts
            if claim_id in part.violated_cells or any(claim_id in one.claim_ids for one in part.explanations)
        )

    def explanations(self, claim_id: str, names: Mapping[str, str]) -> tuple[Explanation, ...]:
        """The smallest sets for the part of the document in which this cell stands; `names`: item ids by claim id."""
        return tuple(
            Explanation(tuple(names[cell.claim_id] for cell in one.cells), tuple(str(cell) for cell in one.cells))
            for part in self._parts(claim_id)
            for one in part.explanations
        )

    def is_cut(self, claim_id: str) -> bool:
        """Whether there may be more explanations of this cell's part than are listed."""
        return any(part.has_more_ties or not part.is_complete for part in self._parts(claim_id))


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
    outcome: Outcome, failures: Sequence[Failure], diagnosed: Diagnosed, beside: Mapping[str, Locator] | None
) -> tuple[QuarantineItem, ...]:
    """Items for what gate 1 refused in one document: its suspects, the cells at which rules failed, and the failures without a cell.

    `beside`: of a document that is loaded in part, the claims that are held back only for where they stand, each with the cell that it
    stands with (`dagster_project.remainder`); then all other cells of the broken relations are items too. None: the whole document is
    held back, and what may be at fault is named.
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
    suspects = diagnosed.diagnosis.suspects
    for relation in diagnosed.violated:
        for claim_id in relation.claim_ids & by_id.keys():
            if beside is not None or claim_id in suspects or claim_id in gathered:
                gathered.setdefault(claim_id, _Gathered(by_id[claim_id])).relations.append(relation)
    for claim_id in suspects & by_id.keys():  # one may stand in relations that hold, and only as long as another is as it is
        gathered.setdefault(claim_id, _Gathered(by_id[claim_id]))
    names = {claim_id: item_id_of_claim(claim) for claim_id, claim in by_id.items()}
    found: dict[str, QuarantineItem] = {}
    for one in gathered.values():
        item = _failure_item(one, outcome, diagnosed, names)
        found.setdefault(item.item_id, item)
    for claim_id, near in (beside or {}).items():
        item = _item_beside(by_id[claim_id], outcome, near)
        found.setdefault(item.item_id, item)
    return (*found.values(), *whole.values())


def _item_beside(claim: Claim, outcome: Outcome, near: Locator) -> QuarantineItem:
    """An item that breaks nothing itself."""
    message = f"held back with {near}: what is wrong there may reach through the table"
    item = claim_item(claim, outcome, HELD_WITH, message, f"decide on {near}; this one follows with the next refresh")
    return replace(item, found=item.raw_text, is_suspect=False)


@cache
def _titles() -> Mapping[str, str]:
    """What each rule of gate 1 claims, in words."""
    return {rule.id: rule.title_en for rule in load_rule_book("gate1").rules}


def _failure_item(one: _Gathered, outcome: Outcome, diagnosed: Diagnosed, names: Mapping[str, str]) -> QuarantineItem:
    claim_id = one.claim.claim_id
    suspects = diagnosed.diagnosis.suspects
    here = tuple(Broken(failure.rule_id, failure.verdict(), is_judged_here=True) for failure in one.failures)
    judged = {failure.rule_id for failure in one.failures}
    elsewhere = tuple(
        Broken(relation.rule_id, f"does not hold: {_titles()[relation.rule_id]} ({relation.detail or 'exact'})")
        for relation in one.relations
        if relation.rule_id not in judged
    )
    broken = (*here, *dict.fromkeys(elsewhere))
    first = one.failures[0] if one.failures else None
    mine = item_id_of_claim(one.claim)
    values = [str(proposal) for proposal in diagnosed.diagnosis.proposals(claim_id)]
    code = broken[0].rule_id if broken else "suspect"
    message = broken[0].message if broken else "it belongs to a smallest set of cells that explains what is broken elsewhere"
    item = claim_item(one.claim, outcome, code, message, _hint(mine))
    return replace(
        item,
        expected=first.expected if first else "",
        found=first.found if first else item.raw_text,
        broken=broken,
        is_suspect=not suspects or claim_id in suspects,
        explanations=diagnosed.explanations(claim_id, names),
        is_complete=not diagnosed.is_cut(claim_id),
        proposals=tuple(dict.fromkeys(values)),
    )
