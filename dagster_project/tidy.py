"""What may go after a year, so that a home that nobody looks after does not grow without end. What happened stays told for ever.

Kept for ever: `runs/history.jsonl`, archive, accepted outcomes, decisions. Releases have a rule of their own (`warehouse.releases`),
ticks of Dagster one in its settings (deploy/dagster.*.yaml).
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

from dagster_project.history_file import read_events
from dagster_project.run_records import RECORD_NAME, keep_event, read_record, record_stamps
from dagster_project.settings import Settings

if TYPE_CHECKING:
    from dagster import DagsterInstance

KEPT_REPORTS = timedelta(days=400)
"""Reports of refreshes; a year and a month, so that a season can be held against the one before."""

LEAST_REPORTS = 20
"""So many reports stay whatever their age: a home on which little happens keeps its last ones."""

KEPT_LOOKS = timedelta(days=60)
"""Runs of Dagster that only looked."""

KEPT_FAILURES = timedelta(days=400)
"""Runs of Dagster that failed or were canceled. Those that made something stay: Dagster's page of each document rests on them."""

LOOKING_JOBS = ("look_for_late_editions", "tidy_up")
_MOST_RUNS = 1000


@dataclass(frozen=True, slots=True)
class Tidied:
    """Counts of what was removed, and bytes of the files among it."""

    reports: int = 0
    files: int = 0
    bytes_count: int = 0
    runs: int = 0

    def words(self) -> str:
        if not (self.files or self.runs):
            return "nothing is old enough to go"
        return f"removed {self.reports} reports ({self.files} files, {self.bytes_count / 1e6:.1f} MB) and {self.runs} runs of Dagster"


def tidy_reports(settings: Settings, now: datetime) -> Tidied:
    """Remove old reports with their pages and tables of scores, each after its line stands in the history.

    Raises:
        OSError: a file cannot be removed.
    """
    stamps = record_stamps(settings)
    border = f"{now - KEPT_REPORTS:%Y%m%dT%H%M%SZ}"
    old = [stamp for stamp in stamps[: max(len(stamps) - LEAST_REPORTS, 0)] if stamp < border]
    known = {str(event.get("stamp")) for event in read_events(settings)[0] if event["kind"] == "run"} if old else set[str]()
    files = size = reports = 0
    for stamp in old:
        report = read_record(settings, stamp)
        if report is not None and stamp not in known:
            keep_event(settings, report, stamp)
        if stamp not in known and not _stands(settings, stamp):
            continue  # its line could not be written, or there is nothing to write: it stays for a person to look at
        reports += 1
        # The report itself goes last, so that a tidying that breaks off is done again.
        paths = [path for path in settings.runs.glob(f"{stamp}[._]*") if not RECORD_NAME.fullmatch(path.name)]
        for path in (*paths, settings.runs / f"{stamp}.json"):
            size += path.stat().st_size
            path.unlink()
            files += 1
    return Tidied(reports, files, size)


def _stands(settings: Settings, stamp: str) -> bool:
    return any(event["kind"] == "run" and event.get("stamp") == stamp for event in read_events(settings)[0])


def tidy_runs(instance: DagsterInstance, settings: Settings, now: datetime) -> int:
    """Remove old runs of Dagster that made nothing; how many."""
    from dagster import DagsterRunStatus, RunsFilter

    ended = [DagsterRunStatus.SUCCESS, DagsterRunStatus.FAILURE, DagsterRunStatus.CANCELED]
    looks = [RunsFilter(job_name=job, statuses=ended, updated_before=now - KEPT_LOOKS) for job in LOOKING_JOBS]
    failures = RunsFilter(statuses=ended[1:], updated_before=now - KEPT_FAILURES)
    found = {run.run_id for wanted in (*looks, failures) for run in instance.get_runs(wanted, limit=_MOST_RUNS)}
    for run_id in found:
        instance.delete_run(run_id)
        shutil.rmtree(settings.dagster_home / "storage" / run_id, ignore_errors=True)
    return len(found)


def tidy(settings: Settings, instance: DagsterInstance | None, now: datetime | None = None) -> Tidied:
    """Both. `instance`: None if there is no history of Dagster."""
    at = now or datetime.now(UTC)
    done = tidy_reports(settings, at)
    runs = tidy_runs(instance, settings, at) if instance is not None else 0
    return Tidied(done.reports, done.files, done.bytes_count, runs)
