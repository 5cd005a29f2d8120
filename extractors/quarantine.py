"""What is held back, and what was decided about it: one record per cell, row or document, and one per correction."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import date
from typing import Literal

from extractors.records import Claim, Issue, Locator

ItemKind = Literal["cell", "row", "document"]
ItemStatus = Literal["open", "accepted", "rejected", "corrected"]
CorrectionAction = Literal["accept", "reject", "correct", "repair"]
"""`repair`: by arithmetic, with a proof; the others are decisions of a person."""


@dataclass(frozen=True, slots=True)
class Broken:
    """One rule that a held-back cell breaks, in words. `is_judged_here`: the rule reports its failure at this very cell."""

    rule_id: str
    message: str
    is_judged_here: bool = False


@dataclass(frozen=True, slots=True)
class Explanation:
    """One smallest set of cells whose change explains everything that is broken: item ids, and for each cell a value that would do."""

    item_ids: tuple[str, ...]
    proposals: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class QuarantineItem:
    """One cell, row or document that is held back, with all that a data steward needs to judge it.

    `item_id` stays the same over runs as long as the place and what stands there stay. `is_suspect`: the cell belongs to a smallest set
    that explains the failure, or nothing could be located; the other cells of a broken relation are held back as its witnesses, and
    those of its table with them.
    `explanations` are all smallest sets (more than one: a tie); `is_complete` is False if the search for them stopped at a limit.
    `picture` is the path of the cell's picture below the quarantine folder, "" if there is none; `row` is the row as it was read.
    """

    item_id: str
    document_id: str
    kind: ItemKind
    code: str
    locator: Locator
    message: str
    hint: str = ""
    original_id: str = ""
    index_code: str = ""
    edition_id: str = ""
    entity_type: str = ""
    entity_code: str = ""
    entity_label: str = ""
    criterion_code: str = ""
    criterion_label: str = ""
    measure: str = ""
    raw_text: str = ""
    expected: str = ""
    found: str = ""
    readings: tuple[str, ...] = ()
    is_suspect: bool = True
    broken: tuple[Broken, ...] = ()
    explanations: tuple[Explanation, ...] = ()
    is_complete: bool = True
    proposals: tuple[str, ...] = ()
    row: tuple[str, ...] = ()
    picture: str = ""
    status: ItemStatus = "open"
    correction_id: str | None = None
    decided_by: str | None = None
    decided_at: date | None = None
    decided_why: str | None = None

    @property
    def statement(self) -> str:
        """The statement in names and codes: `sipas_2023_moha Thừa Thiên Huế (46) S.1.4 score`."""
        entity = f"{self.entity_label} ({self.entity_code})" if self.entity_label else self.entity_code
        return " ".join(part for part in (self.edition_id, entity, self.criterion_code, self.measure) if part)


@dataclass(frozen=True, slots=True)
class Correction:
    """A decision that took effect on one cell, or a repair by arithmetic. `value` is the figure as corrected, as text.

    `decided_at` is None for a repair, which is derived again in each run; `proof` then names the relations.
    """

    correction_id: str
    item_id: str
    document_id: str
    action: CorrectionAction
    locator: Locator
    original_id: str
    edition_id: str
    entity_code: str
    criterion_code: str
    measure: str
    raw_text: str
    value: str | None
    why: str
    decided_by: str
    decided_at: date | None = None
    source: str | None = None
    rules: str | None = None
    proof: str | None = None
    expires_on: date | None = None


def place_key(
    locator: Locator,
) -> tuple[int | None, int | None, int | None, int | None, str | None, str | None, int | None]:
    """What tells one place of a document from another: page, table, row, column, sheet, a1, paragraph.

    The box on the page is left out, since it moves with the engine.
    """
    return (
        locator.page,
        locator.table_number,
        locator.row_number,
        locator.column_number,
        locator.sheet,
        locator.a1,
        locator.paragraph,
    )


def item_id(document_id: str, locator: Locator, *what: str) -> str:
    """Ten hexadecimal digits for a place and what stands there: the same in every run, another one when the place or text changes."""
    key = "\x1f".join((document_id, repr(place_key(locator)), *what))
    return hashlib.sha256(key.encode()).hexdigest()[:10]


def statement_key(claim: Claim) -> tuple[str, str, str, str, str]:
    return claim.original_id, claim.edition_id, claim.entity_code, claim.criterion_code, claim.measure


def item_id_of_statement(document_id: str, locator: Locator, statement: tuple[str, ...], raw_text: str) -> str:
    """The id of a statement. Its paragraph is left out: rules do not say it, and the same words on one page are the same fault."""
    return item_id(document_id, replace(locator, paragraph=None), *statement, raw_text)


def item_id_of_claim(claim: Claim) -> str:
    return item_id_of_statement(claim.document_id, claim.locator, statement_key(claim), claim.raw_text)


def item_id_of_issue(issue: Issue) -> str:
    return item_id(issue.document_id, issue.locator, issue.code, issue.found)
