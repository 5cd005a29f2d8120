"""`cchc refresh`: one run from the catalogue to the published release, and a summary that a person understands."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator
from contextlib import contextmanager, redirect_stdout
from dataclasses import asdict, dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.diskspace import full_words, in_words, is_full, no_room
from dagster_project.lockfile import AlreadyRunningError, only_one
from dagster_project.manifest import DbtParseError, ensure_manifest
from dagster_project.progress import ConsoleReporter, report, watched_by
from dagster_project.recovery import clear, damaged_release
from dagster_project.run_notices import tell_run
from dagster_project.run_records import keep_event, marked_as_running, record_could_not_run
from dagster_project.run_report import build_report, next_stamp, write_report
from dagster_project.settings import Settings, load_settings, prepare_dagster_home, tool_environment
from dagster_project.wording import shown_status
from dagster_project.workbench import Workbench, open_workbench
from extractors.archive.store import ArchiveError
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.lock import LockFileError
from extractors.catalogue.reference import ReferenceDataError
from extractors.isolation import LimitsError
from extractors.records import Issue
from warehouse.diff import read_comparison
from warehouse.query import ask
from warehouse.releases import DamagedReleaseError, Release, current_release


class CouldNotRunError(RuntimeError):
    """The refresh could not run at all; the message says why and what to do. The published release is untouched."""


class AnotherRunsError(CouldNotRunError):
    """Another refresh runs: this one was not needed."""


@dataclass(slots=True)
class Summary:
    """What a refresh did. `held_back` maps a document to the reasons; `blocked` lists checks that kept everything back."""

    run_id: str
    started_at: datetime
    finished_at: datetime | None = None
    documents_read: int = 0
    documents_known: int = 0
    documents_extracted: list[str] = field(default_factory=list)
    claims: int = 0
    scores: int = 0
    checks: dict[str, int] = field(default_factory=dict)
    conflicts: int = 0
    withheld: int = 0
    listed_failures: int = 0
    incomplete_families: int = 0
    held_back: dict[str, list[str]] = field(default_factory=dict)
    kept_old: list[str] = field(default_factory=list)
    blocked: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_unchanged: bool = False
    release_id: str | None = None
    published: str = ""
    quarantine: str = ""
    open_items: int = 0
    report: dict[str, Any] = field(default_factory=dict)
    report_page: str = ""

    @property
    def exit_code(self) -> int:
        return 2 if self.blocked else 1 if self.held_back or self.open_items else 0

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "exit_code": self.exit_code}


@contextmanager
def _problems_in_words(settings: Settings) -> Generator[None]:
    try:
        yield
    except AlreadyRunningError as error:
        raise AnotherRunsError(str(error)) from None
    except (CatalogueError, LockFileError, ReferenceDataError, ArchiveError, DbtParseError, LimitsError) as error:
        words = f"\n{full_words(settings)}" if is_full(f"{error} {error.__cause__}") else ""
        raise CouldNotRunError(f"{error}\nNothing was published; the release of before stands.{words}") from error
    except CouldNotRunError:
        raise
    except Exception as error:  # Dagster, DuckDB and SQLite each wrap a disk that refuses in an error of their own
        words = in_words(settings, error)
        if words is None:
            raise
        raise CouldNotRunError(words) from error


def run_refresh(*, inbox: Path | None = None, force: bool = False, accept_changes: str | None = None) -> Summary:
    """Run the whole path once. `accept_changes`: why differences from the last release that gate 2 would stop may pass this time.

    Raises:
        CouldNotRunError: another refresh runs, a folder cannot be written, the catalogue or the dbt project is broken.
    """
    started_at, settings = datetime.now(UTC), load_settings(inbox)
    try:
        summary = _refresh(settings, started_at, inbox=inbox, force=force, accept_changes=accept_changes)
    except BaseException as error:
        said = str(error) if isinstance(error, CouldNotRunError) else f"it broke off: {type(error).__name__} {error}".strip()
        is_expected = isinstance(error, AnotherRunsError | KeyboardInterrupt)
        tell_run(settings, record_could_not_run(settings, said, started_at=started_at, is_expected=is_expected))
        raise
    tell_run(settings, summary.as_dict())
    return summary


def _refresh(
    settings: Settings, started_at: datetime, *, inbox: Path | None, force: bool, accept_changes: str | None
) -> Summary:
    if inbox is not None:
        if not inbox.is_dir():
            raise CouldNotRunError(f"expected a folder with documents at {inbox}, found none")
        os.environ["CCHC_INBOX"] = str(inbox)
    os.environ.update(tool_environment(settings))
    reporter = ConsoleReporter()
    with (
        _problems_in_words(settings),
        only_one(settings.lock_file),
        marked_as_running(settings, started_at),
        watched_by(reporter),
    ):
        try:
            return _run(settings, started_at, force=force, accept_changes=accept_changes)
        finally:
            reporter.close()


def _run(settings: Settings, started_at: datetime, *, force: bool, accept_changes: str | None) -> Summary:
    clear(settings)
    problem = no_room(settings)
    if problem is not None:
        raise CouldNotRunError(problem)
    prepare_dagster_home(settings)
    bench = open_workbench(settings)
    summary = Summary(run_id="", started_at=started_at)
    damage = damaged_release(settings)
    summary.notes += [damage] if damage else []
    ensure_manifest(settings)

    import dagster as dg

    from dagster_project.definitions import defs
    from dagster_project.defs.ingest import documents
    from dagster_project.runstate import RunState

    # A run that stops early because nothing changed makes Dagster warn about each check that had nothing to judge.
    logging.getLogger("dagster").setLevel(logging.ERROR)
    state = RunState.start(settings, force=force, accept_changes=accept_changes)
    with dg.DagsterInstance.get() as instance:
        instance.add_dynamic_partitions(str(documents.name), [entry.id for entry in bench.entries])
        _bury_dead_runs(instance)
        _extract_all(bench, instance, defs, summary)
        lost = bench.store.lost()
        job = defs.resolve_job_def("refresh_warehouse")
        settings.logs.mkdir(parents=True, exist_ok=True)
        with (settings.logs / "refresh.log").open("w", encoding="utf-8") as log, redirect_stdout(log):
            result = job.execute_in_process(instance=instance, raise_on_error=False, run_config=_QUIET, tags=_own_tag())
    summary.run_id = result.run_id
    state = RunState.of(settings)
    summary.notes += [
        f"{key}: what was read of it for the release of before is lost ({path}), so it is judged as if it were new"
        for key, path in lost.items()
        if not path.exists()
    ]
    _summarise(bench, state, summary, failure=None if result.success else _failure(settings, result))
    return summary


PROCESS_TAG = "cchc/process"


def _own_tag() -> dict[str, str]:
    return {PROCESS_TAG: str(os.getpid())}


def _bury_dead_runs(instance: Any) -> None:
    """A refresh that was killed still holds its place in the writer's queue, and every later one would wait for it for ever.

    Whoever calls this holds the lock of the home, so any other refresh of ours that looks unfinished is dead. Process numbers
    would not tell: in a container every refresh may be number 1.
    """
    from dagster import DagsterRunStatus, RunsFilter

    storage = instance.event_log_storage
    dead: set[str] = set()
    for key in storage.get_concurrency_keys():
        # Who waits for the build database has taken the lock before, and we hold it now.
        queue = storage.get_concurrency_info(key)
        dead |= {step.run_id for step in (*queue.claimed_slots, *queue.pending_steps)}
    unfinished = [DagsterRunStatus.STARTED, DagsterRunStatus.STARTING, DagsterRunStatus.NOT_STARTED]
    for run in instance.get_runs(filters=RunsFilter(statuses=unfinished)):
        if run.run_id in dead or PROCESS_TAG in run.tags:
            dead.add(run.run_id)
            instance.report_run_failed(run, "the process of this run ended before the run did")
    for run_id in dead:
        storage.free_concurrency_slots_for_run(run_id)


_QUIET: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def _extract_all(bench: Workbench, instance: Any, defs: Any, summary: Summary) -> None:
    """Each document as its own partition run, so that Dagster's history says when it was read; unchanged ones are not run."""
    job = defs.resolve_job_def("extract_document")
    summary.notes += _inbox_notes(bench.inbox.issues)
    for entry in bench.entries:
        found = bench.peek(entry)
        if found is None:
            job.execute_in_process(
                partition_key=entry.id, instance=instance, raise_on_error=True, run_config=_QUIET, tags=_own_tag()
            )
            summary.documents_extracted.append(entry.id)
    found_all = {entry.id: bench.extract(entry) for entry in bench.entries}
    present = {key: found for key, found in found_all.items() if not found.is_absent}
    summary.documents_known = len(present)
    summary.documents_read = sum(1 for found in present.values() if not found.is_held_back)
    for key, found in present.items():
        summary.notes += [str(issue) for issue in found.issues if issue.code in ADDRESS_NOTES and issue.severity == "warning"]
        errors = [issue for issue in found.issues if issue.severity == "error"]
        if errors:
            summary.held_back[key] = [str(issue) for issue in errors]
            if bench.store.accepted(key) is not None:
                summary.kept_old.append(key)
    report("extract", f"{len(present)} documents, {len(summary.documents_extracted)} read anew, the rest unchanged")


ADDRESS_NOTES = frozenset({"fetch_failed", "clock_skew", "not_locked", "lock_mismatch"})
"""Codes of warnings about where bytes came from; they hold nothing back, and are told."""


def _inbox_notes(issues: tuple[Issue, ...]) -> list[str]:
    """One line for all unknown files, with the remedy once; every other finding of the inbox in full."""
    unknown = [issue for issue in issues if issue.code == "inbox_unknown_file"]
    notes = [str(issue) for issue in issues if issue.code != "inbox_unknown_file"]
    if unknown:
        names = ", ".join(issue.found for issue in unknown[:12]) + (", …" if len(unknown) > 12 else "")
        notes.append(
            f"{len(unknown)} files of the inbox are no document of the catalogue and were not read: {names}. {unknown[0].hint}"
        )
    return notes


def _failure(settings: Settings, result: Any) -> list[str]:
    """Messages of the steps that failed, without a traceback: what failed, and where the whole log is."""
    messages: list[str] = []
    for event in result.all_events:
        if event.is_step_failure:
            error = event.step_failure_data.error
            text = (error.cause.message if error and error.cause else error.message if error else "unknown error").strip()
            kept = [line for line in text.splitlines() if line.strip() and not line.startswith(("`", "failed with exit code"))]
            messages.append(f"step {event.step_key}: " + "\n      ".join(kept[:12]))
    if any(is_full(message) for message in messages):
        messages.insert(0, full_words(settings))
    return (
        [*messages, f"the whole log: {settings.logs / 'refresh.log'}"]
        if messages
        else ["the run ended early; see `cchc status`"]
    )


def _summarise(bench: Workbench, state: Any, summary: Summary, failure: list[str] | None) -> None:
    settings = bench.settings
    found = state.state
    summary.finished_at = datetime.now(UTC)
    summary.is_unchanged = found.is_unchanged
    summary.claims = found.claims_count
    summary.kept_old += [key for key in found.kept_old if key not in summary.kept_old]
    if found.run_id:  # gate 1 has spoken, and what arithmetic repaired is no longer held back
        summary.held_back = {one.document_id: list(one.messages) for one in bench.store.quarantine()}
        summary.kept_old = [key for key in summary.kept_old if key in summary.held_back]
    summary.open_items = len(state.open_items)
    for row in found.qa_rows:
        status = shown_status(row.status, row.checked_count)
        summary.checks[status] = summary.checks.get(status, 0) + 1
        summary.listed_failures += row.tolerated_count
        summary.incomplete_families += row.incomplete_count
    summary.published = str(settings.published / "current")
    summary.quarantine = str(settings.quarantine) if summary.held_back else ""
    if failure is not None:
        summary.blocked = found.blocking or failure
    _count_published(settings, summary)
    stamp = next_stamp(settings.runs, summary.started_at)
    comparison = None if summary.is_unchanged else read_comparison(settings.build_database, summary.run_id)
    values = found.model_dump(mode="json")
    rules = [*values["qa_rows"], *(_gate2_of_release(settings) if summary.is_unchanged else ())]
    summary.report = build_report(
        summary,
        comparison,
        rules=rules,
        items=values["quarantine"],
        corrections=values["corrections"],
        titles={
            entry.id: entry.title_vi for entry in bench.entries if entry.id in found.accepted or entry.id in summary.held_back
        },
        stamp=stamp,
    )
    summary.report_page = str(settings.runs / f"{stamp}.html")
    write_report(settings, summary, comparison, stamp)
    keep_event(settings, summary.as_dict(), stamp)


def _whole_release(settings: Settings) -> Release | None:
    """The published release; None if there is none, or if it is damaged: a note of the summary says so."""
    try:
        return current_release(settings.published)
    except DamagedReleaseError:
        return None


def _gate2_of_release(settings: Settings) -> list[dict[str, object]]:
    """What gate 2 said of the release that stands: it is not judged again while nothing changes."""
    if _whole_release(settings) is None:
        return []
    return ask(settings.published, "select * from qa_results where gate = 'gate2' order by rule_id").records()


def _count_published(settings: Settings, summary: Summary) -> None:
    release = _whole_release(settings)
    if release is None:
        return
    summary.release_id = release.release_id
    rows = ask(
        settings.published,
        """select (select count(*) from fct_score where score is not null),
                  (select count(*) from rpt_conflicts where kind = 'contradiction'),
                  (select count(*) from fct_score where value_status = 'withheld')""",
    ).rows
    summary.scores, summary.conflicts, summary.withheld = (int(str(value)) for value in rows[0])
