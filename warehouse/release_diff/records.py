"""What a comparison of two releases consists of."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field

from warehouse.diff import DocumentChange, State
from warehouse.release_diff.words import Reason


@dataclass(frozen=True, slots=True)
class ReleaseName:
    """One side: which release it is, and what made it. Texts are empty where an earlier form of the manifest does not say."""

    release_id: str
    published_at: str
    git_revision: str
    lock_sha256: str


@dataclass(frozen=True, slots=True)
class TableChange:
    """One table on both sides; a count is None where the side has no such table.

    `changed`: rows of the same key with other contents; None if no key of the table is known: such a row is one removed and one added.
    `changed_columns`: column -> in how many of the changed rows it differs, the most frequent first.
    """

    table: str
    rows_before: int | None
    rows_after: int | None
    added: int = 0
    removed: int = 0
    changed: int | None = None
    columns_added: tuple[str, ...] = ()
    columns_removed: tuple[str, ...] = ()
    columns_retyped: tuple[str, ...] = ()
    changed_columns: Mapping[str, int] = field(default_factory=dict[str, int])

    @property
    def is_same(self) -> bool:
        has_rows = self.added or self.removed or self.changed
        has_columns = self.columns_added or self.columns_removed or self.columns_retyped
        return not has_rows and not has_columns and self.rows_before is not None and self.rows_after is not None


@dataclass(frozen=True, slots=True)
class ScoreLine:
    """One row of `rpt_scores` that is new, gone or another. `previous_…`: as in the release before.

    Its place is that of the figure as it is now, of one that is gone as it was. `because`: documents or decisions that explain it.
    """

    state: State
    reason: Reason
    because: tuple[str, ...]
    index_code: str
    edition_id: str
    entity_type: str
    province_code: str
    province: str
    criterion_code: str
    methodology_code: str
    previous_score: float | None
    score: float | None
    previous_rank: int | None
    rank: int | None
    previous_unit: str | None
    unit: str | None
    previous_document_id: str | None
    document_id: str | None
    page: int | None
    sheet: str | None
    table_number: int | None
    row_number: int | None
    column_number: int | None
    a1: str | None
    raw_text: str | None


@dataclass(frozen=True, slots=True)
class ReleaseDiff:
    """`before` is None for a first release. `not_compared`: what one side lacks, so that nothing is said of it."""

    before: ReleaseName | None
    after: ReleaseName
    is_code_changed: bool
    accepted_because: str | None
    tables: tuple[TableChange, ...]
    documents: tuple[DocumentChange, ...]
    scores: tuple[ScoreLine, ...]
    unchanged_scores: int
    unchanged_documents: int
    not_compared: tuple[str, ...] = ()

    @property
    def states(self) -> Mapping[str, int]:
        """How many scores are new, changed, gone."""
        counted = Counter(line.state for line in self.scores)
        return {state: counted[state] for state in ("gone", "changed", "new")}

    @property
    def reasons(self) -> Mapping[Reason, int]:
        """How many scores differ for each reason, the most frequent first."""
        counted = Counter[Reason](line.reason for line in self.scores)
        return dict(counted.most_common())

    @property
    def is_same_for_readers(self) -> bool:
        """Whether no table, score or document differs: the release was only built anew."""
        return self.before is not None and not self.scores and not self.documents and all(one.is_same for one in self.tables)
