"""What one refresh has decided so far, on disk, so that the stages of a run (and the summary after it) share it."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Any

from pydantic import BaseModel, Field

from dagster_project.gatework import Verdict
from dagster_project.settings import Settings
from expectations import GateReport
from extractors.durable import write_atomically
from extractors.quarantine import Correction, QuarantineItem
from extractors.records import Issue
from warehouse.releases import DamagedReleaseError, Release, current_release
from warehouse.withdrawn import Withdrawal, withdrawal_of

_KEPT_STATES = 10
"""Refreshes whose state stays after they ended."""


class QaRow(BaseModel):
    """One row of `raw.qa_result`."""

    run_id: str
    gate: str
    rule_id: str
    severity: str
    owner: str
    title_vi: str
    title_en: str
    rule_reason: str
    tolerance_source: str
    grain: str
    status: str
    is_success: bool
    checked_count: int
    failed_count: int
    tolerated_count: int
    incomplete_count: int
    sample: str
    checked_at: datetime


class KnownFailureRow(BaseModel):
    """One row of `raw.known_failure`."""

    rule_id: str
    document_id: str
    original_id: str
    edition_id: str
    entity_code: str
    criterion_code: str
    measure: str
    raw_text: str
    evidence: str
    expires_on: date


class State(BaseModel):
    refresh_id: str = Field(
        default="", description="Which refresh this is about; its stages go on with the state of no other one"
    )
    force: bool = False
    accept_changes: str | None = Field(
        default=None, description="Why differences from the last release may pass gate 2 in this refresh"
    )
    accepting_process: int = Field(default=0, description="Process of the refresh that was told so; it holds for no other run")
    run_id: str = ""
    documents_known: int = 0
    documents_read: int = 0
    documents_extracted: list[str] = Field(default_factory=list, description="Whose pages were read anew in this refresh")
    held_back: dict[str, list[str]] = Field(
        default_factory=dict, description="document id -> why; gate 1 adds its own and settles it"
    )
    notes: list[str] = Field(default_factory=list)
    accepted: dict[str, str] = Field(default_factory=dict, description="document id -> fingerprint of the outcome to be loaded")
    claims_count: int = 0
    fingerprint: str = ""
    refused: dict[str, list[Issue]] = Field(default_factory=dict)
    kept_old: list[str] = Field(default_factory=list)
    qa_rows: list[QaRow] = Field(default_factory=list)
    known_failures: list[KnownFailureRow] = Field(default_factory=list)
    quarantine: list[QuarantineItem] = Field(default_factory=list, description="Open and decided items of this run")
    corrections: list[Correction] = Field(default_factory=list)
    partial: list[str] = Field(
        default_factory=list, description="Never published; loaded without the tables of broken relations"
    )
    blocking: list[str] = Field(default_factory=list, description="Messages of checks that stopped the run")
    is_unchanged: bool = False
    withdrawn: str = Field(default="", description="Why what was judged is not published: a person took such a release back")
    withdrawn_release: str = Field(default="", description="Which release that was")
    is_built: bool = Field(default=False, description="dbt has built what was loaded, and all of its tests ran and held")
    release_id: str | None = None


class NotJudgedError(RuntimeError):
    """A step was run whose gate has not spoken; nothing was changed."""


class RunState:
    """The state file of the refresh in `settings.build`; every change is written at once."""

    def __init__(self, settings: Settings, state: State) -> None:
        self.settings = settings
        self.state = state

    @staticmethod
    def path(settings: Settings) -> Path:
        """The state of the newest refresh; those before it lie in the folder `earlier` beside it."""
        return settings.build / "refresh.json"

    @classmethod
    def start(cls, settings: Settings, *, force: bool, accept_changes: str | None = None, refresh_id: str = "") -> RunState:
        """A new refresh. The state of the one before stays, since its report may still have to be written."""
        before = cls.of(settings).state.refresh_id
        if before and before != refresh_id:
            folder = settings.build / "earlier"
            folder.mkdir(parents=True, exist_ok=True)
            cls.path(settings).replace(folder / f"{before}.json")
            for old in sorted(folder.glob("*.json"), key=lambda one: one.stat().st_mtime)[:-_KEPT_STATES]:
                old.unlink(missing_ok=True)
        state = State(refresh_id=refresh_id, force=force, accept_changes=accept_changes, accepting_process=os.getpid())
        found = cls(settings, state)
        found._save()
        return found

    @classmethod
    def of(cls, settings: Settings) -> RunState:
        """What is written there; of a file that is missing or damaged nothing, so that gate 1 has to speak first (`require_…`)."""
        try:
            return cls(settings, State.model_validate_json(cls.path(settings).read_bytes()))
        except (FileNotFoundError, ValueError):
            return cls(settings, State())

    def require_judged(self) -> None:
        """Nothing is loaded that gate 1 has not judged.

        Raises:
            NotJudgedError: the file says of no judgement, or of one that stopped the run.
        """
        if not self.state.run_id or self.state.blocking:
            raise NotJudgedError(self._not_judged("gate 1"))

    def require_built(self) -> None:
        """Nothing is judged at gate 2 that dbt has not built and tested whole, whatever step somebody starts alone.

        Raises:
            NotJudgedError: the file does not say so.
        """
        self.require_judged()
        if not self.state.is_built:
            raise NotJudgedError(self._not_judged("dbt with all of its tests"))

    def require_releasable(self) -> None:
        """Nothing is published that gate 2 has not judged, or has refused.

        Raises:
            NotJudgedError: the file says of no judgement, or of one that stopped the run.
        """
        self.require_built()
        if not any(row.gate == "gate2" for row in self.state.qa_rows):
            raise NotJudgedError(self._not_judged("gate 2"))

    def _not_judged(self, gate: str) -> str:
        return (
            f"{self.path(self.settings)}: expected that {gate} passed what is to be loaded or published, found no such word. "
            "Run the whole of `cchc refresh` (in Dagster the job refresh_warehouse); the published release is untouched."
        )

    @classmethod
    def of_refresh(cls, settings: Settings, refresh_id: str) -> RunState | None:
        """The state of this very refresh; None if it left none."""
        newest = cls.of(settings)
        if newest.state.refresh_id == refresh_id:
            return newest
        path = settings.build / "earlier" / f"{refresh_id}.json"
        try:
            return cls(settings, State.model_validate_json(path.read_bytes()))
        except (FileNotFoundError, ValueError):  # a damaged one is as good as none; the run is told all the same
            return None

    def _save(self) -> None:
        write_atomically(self.path(self.settings), self.state.model_dump_json(indent=1).encode())

    @property
    def force(self) -> bool:
        return self.state.force

    @property
    def accept_changes(self) -> str | None:
        """Why differences may pass, if this very process was told so: a run that broke off leaves its permission to nobody."""
        return self.state.accept_changes if self.state.accepting_process == os.getpid() else None

    def has_release(self) -> bool:
        """Whether readers have one that is whole; a damaged one is built anew, whatever else is unchanged."""
        try:
            return current_release(self.settings.published) is not None
        except DamagedReleaseError:
            return False

    def is_published(self, fingerprint: str) -> bool:
        """Whether readers have a release of exactly this, every file of it as it was published."""
        try:
            release = current_release(self.settings.published, is_thorough=True)
        except DamagedReleaseError:
            return False
        return release is not None and release.fingerprint == fingerprint

    def withdrawal(self, fingerprint: str) -> Withdrawal | None:
        """That a release of exactly this was taken back, unless the refresh is forced."""
        return None if self.force else withdrawal_of(self.settings.published, fingerprint)

    def record_withdrawn(self, withdrawal: Withdrawal) -> None:
        self.state.withdrawn, self.state.withdrawn_release = withdrawal.words(), withdrawal.release_id
        self._save()

    @property
    def open_items(self) -> tuple[QuarantineItem, ...]:
        """What waits for a decision."""
        return tuple(item for item in self.state.quarantine if item.status == "open")

    def record_reading(
        self, *, known: int, read: int, extracted: Iterable[str], held_back: Mapping[str, list[str]], kept_old: Iterable[str]
    ) -> None:
        """What reading came to. Documents read anew by an earlier stage of the refresh stay named."""
        anew = [*self.state.documents_extracted, *(one for one in extracted if one not in self.state.documents_extracted)]
        self.state.documents_known, self.state.documents_read, self.state.documents_extracted = known, read, anew
        self.state.held_back, self.state.kept_old = dict(held_back), list(kept_old)
        self._save()

    def note(self, *lines: str) -> None:
        self.state.notes += [line for line in lines if line not in self.state.notes]
        self._save()

    def record_gate1(
        self,
        verdict: Verdict,
        fingerprint: str,
        items: Iterable[QuarantineItem],
        corrections: Iterable[Correction],
        held_back: Mapping[str, list[str]],
    ) -> None:
        """`held_back`: what arithmetic repaired is no longer held back, what gate 1 refused is."""
        self.state = State(
            refresh_id=self.state.refresh_id,
            force=self.state.force,
            accept_changes=self.state.accept_changes,
            accepting_process=self.state.accepting_process,
            documents_known=self.state.documents_known,
            documents_read=self.state.documents_read,
            documents_extracted=self.state.documents_extracted,
            notes=self.state.notes,
            held_back=dict(held_back),
            run_id=verdict.report.run_id,
            accepted={key: item.fingerprint for key, item in verdict.accepted.items()},
            claims_count=sum(len(item.outcome.claims) for item in verdict.accepted.values()),
            fingerprint=fingerprint,
            refused={key: list(issues) for key, issues in verdict.refused.items()},
            kept_old=sorted({*self.state.kept_old, *verdict.kept_old} & held_back.keys()),
            qa_rows=[QaRow.model_validate(row) for row in verdict.report.qa_rows()],
            known_failures=[KnownFailureRow.model_validate(row) for row in verdict.report.known_failure_rows()],
            quarantine=list(items),
            corrections=list(corrections),
            partial=list(verdict.partial),
            blocking=_blocking(verdict.report) if verdict.report.failing_documents() or verdict.report.crashed() else [],
        )
        self._save()

    def record_built(self, is_built: bool) -> None:
        """False before the build database is touched, True when dbt has ended well. What gate 2 said of an earlier build is void."""
        self.state.is_built = is_built
        self.state.qa_rows = [row for row in self.state.qa_rows if row.gate != "gate2"]
        self._save()

    def record_gate2(self, report: GateReport) -> None:
        self.state.qa_rows += [QaRow.model_validate(row) for row in report.qa_rows()]
        if report.blocks_publish():
            self.state.blocking += _blocking(report)
        self._save()

    def record_unchanged(self) -> None:
        self.state.is_unchanged, self.state.force, self.state.accept_changes = True, False, None
        self._save()

    def record_release(self, release: Release) -> None:
        self.state.release_id, self.state.force, self.state.accept_changes = release.release_id, False, None
        self._save()

    def qa_table(self) -> list[dict[str, Any]]:
        return [row.model_dump() for row in self.state.qa_rows]

    def known_failure_table(self) -> list[dict[str, Any]]:
        return [row.model_dump() for row in self.state.known_failures]


def _blocking(report: GateReport) -> list[str]:
    stopped = [r for r in report.results if r.status == "crashed" or (r.status == "failed" and r.rule.severity == "error")]
    return [message for result in stopped for message in [result.message(), *(f.message() for f in result.failures[:5])]]
