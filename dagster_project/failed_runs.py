"""Runs, schedules and sensors of Dagster that failed and were not mended since: read from its history, told as notices."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from dagster import (
    AssetKey,
    AssetRecordsFilter,
    DagsterEventType,
    DagsterInstance,
    DagsterRun,
    DagsterRunStatus,
    RunRecord,
    RunsFilter,
)
from dagster._core.execution.backfill import BulkActionsFilter, BulkActionStatus
from dagster._core.scheduler.instigation import InstigatorState, InstigatorStatus, TickStatus

from dagster_project.notices import Notice
from dagster_project.run_records import is_locked, run_events, running_mark
from dagster_project.runs import DOCUMENTS, is_of_command, is_refresh
from dagster_project.settings import Settings

LOOK_BACK = timedelta(days=30)
"""A failure that nobody tried again for so long has been told and reminded of; it is then history."""

MOST_RUNS = 500

_ENDED = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
_PARTITION_TAG, _BACKFILL_TAG, _RETRIED_TAG = "dagster/partition", "dagster/backfill", "dagster/will_retry"
_RANGE_TAGS = ("dagster/asset_partition_range_start", "dagster/asset_partition_range_end")
_OUTCOME = AssetKey("document_outcome")
_NO_WORDS = ("`", "failed with exit code", "dagster._core.errors.DagsterExecutionStepExecutionError")


@dataclass(frozen=True, slots=True)
class FailedRun:
    """The last run about one subject (a document, a job), which failed or was canceled."""

    run: DagsterRun
    subject: str
    ended_at: datetime
    reasons: tuple[str, ...]


def _documents(run: DagsterRun, known: Sequence[str]) -> tuple[str, ...]:
    """The documents that a run was to read: one, or a stretch of the catalogue in a backfill; none for any other run."""
    first, last = (run.tags.get(tag) for tag in _RANGE_TAGS)
    if first in known and last in known:
        return tuple(known[known.index(first) : known.index(last) + 1])
    partition = run.tags.get(_PARTITION_TAG)
    return (partition,) if partition else ()


def _subject(run: DagsterRun) -> str:
    """What a run about no document is about. A later success about the same ends the alarm."""
    if run.job_name.startswith("__") and run.asset_selection:
        return "assets " + ", ".join(sorted(key.to_user_string() for key in run.asset_selection)[:5])
    return run.job_name


def _read_since(instance: DagsterInstance, record: RunRecord, documents: Sequence[str]) -> set[str]:
    """Those that were read in this run or since, by whomever: a refresh reads without a run of its own."""
    since = AssetRecordsFilter(_OUTCOME, asset_partitions=documents, after_timestamp=record.create_timestamp.timestamp())
    found = instance.fetch_materializations(since, limit=MOST_RUNS).records
    return {one.partition_key for one in found if one.partition_key is not None}


def last_failures(
    instance: DagsterInstance, records: Iterable[RunRecord], recorded: frozenset[str]
) -> list[tuple[str, RunRecord]]:
    """Of each subject the last run that ended, if it did not end well; `records`: newest first; `recorded`: runs with a report."""
    seen: set[str] = set()
    found: list[tuple[str, RunRecord]] = []
    known = instance.get_dynamic_partitions(DOCUMENTS)
    for record in records:
        run = record.dagster_run
        is_failed = run.status is not DagsterRunStatus.SUCCESS
        if is_failed and run.tags.get(_RETRIED_TAG) == "true":
            continue  # another run goes on where this one ended, and speaks for it
        documents = _documents(run, known)
        mended = _read_since(instance, record, documents) if is_failed and documents else set[str]()
        tells_itself = run.run_id in recorded or is_of_command(run) or is_refresh(run)
        for subject in [f"document {key}" for key in documents if key not in mended] if documents else [_subject(run)]:
            if subject not in seen and is_failed and not tells_itself:
                found.append((subject, record))
            seen.add(subject)
    return found


def _reasons(instance: DagsterInstance, run: DagsterRun) -> tuple[str, ...]:
    """Why, in words: the steps that failed, else what ended the run. No traceback."""
    if run.status is DagsterRunStatus.CANCELED:
        return ("it was canceled",)
    steps: list[str] = []
    whole: list[str] = []
    wanted = {DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE}
    for entry in instance.all_logs(run.run_id, of_type=wanted):
        event = entry.dagster_event
        if event is None:
            continue
        if event.is_step_failure:
            data = event.step_failure_data
            error = data.error.cause if data.error is not None and data.error.cause is not None else data.error
            said = data.user_failure_data.description if data.user_failure_data is not None else None
            steps.append(
                f"step {event.step_key}: {_words(said or (error.message if error is not None else 'no reason is known'))}"
            )
        elif event.message:
            whole.append(_words(event.message))
    return tuple(steps or whole or ["its process ended before the run did"])


def _words(text: str) -> str:
    lines = [line.strip() for line in text.splitlines() if line.strip() and not line.strip().startswith(_NO_WORDS)]
    return " ".join(lines[:8]) or "no reason is known"


def failed_runs(instance: DagsterInstance, recorded: frozenset[str], now: datetime) -> list[FailedRun]:
    records = instance.get_run_records(
        RunsFilter(statuses=_ENDED, updated_after=now - LOOK_BACK),
        limit=MOST_RUNS,
        order_by="update_timestamp",
        ascending=False,
    )
    return [
        FailedRun(record.dagster_run, subject, record.update_timestamp, _reasons(instance, record.dagster_run))
        for subject, record in last_failures(instance, records, recorded)
    ]


def run_notice(found: FailedRun, dagster_home: Path) -> Notice:
    run = found.run
    backfill = run.tags.get(_BACKFILL_TAG)
    what = f"run {run.run_id} of {run.job_name}" + (f", part of backfill {backfill}" if backfill else "")
    ended = "was canceled" if run.status is DagsterRunStatus.CANCELED else "failed"
    reasons = "\n".join(found.reasons[:5])
    log = dagster_home / "storage" / run.run_id / "compute_logs"
    where = f"; what it printed: {log}" if log.is_dir() else ""
    return Notice(
        "run_canceled" if run.status is DagsterRunStatus.CANCELED else "run_failed",
        "error",
        found.subject,
        f"expected {what} to succeed, but it {ended} at {found.ended_at:%Y-%m-%d %H:%M} UTC\n{reasons}",
        f"`cchc dagster`, then the page /runs/{run.run_id}{where}; the alarm ends with the next run of the same that succeeds",
        run.run_id,
    )


def killed_refresh(settings: Settings) -> tuple[Notice, ...]:
    """A refresh that said that it began and whose process is gone."""
    mark = running_mark(settings)
    if mark is None or is_locked(settings):
        return ()
    return (
        Notice(
            "refresh_died",
            "error",
            "refresh",
            f"expected the refresh of {str(mark['started_at'])[:16]} UTC to come to its end, but its process {mark['process']} is gone",
            "`cchc refresh` starts where it was; the published release is untouched",
            str(mark["stamp"]),
        ),
    )


def failing_ticks(instance: DagsterInstance) -> list[tuple[InstigatorState, str]]:
    """Schedules and sensors that are switched on and whose last tick failed, with the reason in words."""
    found: list[tuple[InstigatorState, str]] = []
    if instance.schedule_storage is None:  # an instance in memory, which has no daemon
        return found
    ended = [TickStatus.SUCCESS, TickStatus.SKIPPED, TickStatus.FAILURE]
    for state in instance.all_instigator_state():
        if state.status is InstigatorStatus.STOPPED:
            continue
        ticks = instance.get_ticks(state.instigator_origin_id, state.selector_id, limit=1, statuses=ended)
        if ticks and ticks[0].status is TickStatus.FAILURE:
            error = ticks[0].error
            reason = error.cause or error if error is not None else None
            found.append((state, _words(reason.message if reason is not None else "no reason is known")))
    return found


def tick_notices(failing: Sequence[tuple[InstigatorState, str]]) -> list[Notice]:
    return [
        Notice(
            "tick_failed",
            "error",
            f"{state.instigator_type.value.lower()} {state.name}",
            f"expected it to do its work, but its last tick failed: {reason}",
            "`cchc dagster`, then Automation; the alarm ends with the next tick that succeeds",
        )
        for state, reason in failing
    ]


def backfill_notices(instance: DagsterInstance, now: datetime) -> list[Notice]:
    """Backfills that Dagster itself gave up, perhaps before they had a run that could fail; a later one that ends well ends the alarm.

    Those of which only runs failed are told by these.
    """
    found: list[Notice] = []
    for backfill in instance.get_backfills(filters=BulkActionsFilter(created_after=now - LOOK_BACK)):
        if backfill.status is BulkActionStatus.COMPLETED_SUCCESS:
            break
        if backfill.status is BulkActionStatus.FAILED:
            reason = _words(backfill.error.message) if backfill.error is not None else "no reason is known"
            found.append(
                Notice(
                    "backfill_failed",
                    "error",
                    f"backfill {backfill.backfill_id}",
                    f"expected backfill {backfill.backfill_id} to start its runs, but Dagster gave it up: {reason}",
                    f"`cchc dagster`, then the page /runs/b/{backfill.backfill_id}; the alarm ends with the next that succeeds",
                    backfill.backfill_id,
                )
            )
    return found


def alarms(instance: DagsterInstance, settings: Settings, now: datetime | None = None) -> tuple[Notice, ...]:
    """All that stands of Dagster now."""
    at = now or datetime.now(UTC)
    recorded = frozenset(str(event["run_id"]) for event in run_events(settings) if event.get("run_id"))
    runs = [run_notice(found, settings.dagster_home) for found in failed_runs(instance, recorded, at)]
    return (*runs, *backfill_notices(instance, at), *killed_refresh(settings), *tick_notices(failing_ticks(instance)))
