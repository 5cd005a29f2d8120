"""`cchc refresh`: one run from the catalogue to the published release, and a summary that a person understands."""

from __future__ import annotations

import logging
import os
from collections.abc import Generator, Mapping
from contextlib import contextmanager, redirect_stdout
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any
from uuid import uuid4

from dagster_project.diskspace import full_words, in_words, is_full, no_room
from dagster_project.judging import judge_documents, record_reading
from dagster_project.lockfile import AlreadyRunningError, only_one
from dagster_project.manifest import DbtParseError, ensure_manifest
from dagster_project.memory import memory_of
from dagster_project.progress import ConsoleReporter, report, watched_by
from dagster_project.recovery import clear, damaged_release
from dagster_project.release_settings import release_settings
from dagster_project.run_notices import tell_run
from dagster_project.run_records import marked_as_running, record_could_not_run
from dagster_project.runstate import RunState
from dagster_project.settings import Settings, load_settings, prepare_dagster_home, tool_environment
from dagster_project.summary import Summary, summarise
from dagster_project.workbench import Workbench, open_workbench
from extractors.archive.store import ArchiveError
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.lock import LockFileError
from extractors.catalogue.reference import ReferenceDataError
from extractors.isolation import LimitsError
from warehouse.releases import nothing_to_compare_with

if TYPE_CHECKING:
    from dagster import DagsterInstance, DagsterRun


class CouldNotRunError(RuntimeError):
    """The refresh could not run at all; the message says why and what to do. The published release is untouched."""


class AnotherRunsError(CouldNotRunError):
    """Another refresh runs: this one was not needed."""


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
    release_settings()  # a wrong word in it is told now, not after the documents were read
    clear(settings)
    problem = no_room(settings)
    if problem is not None:
        raise CouldNotRunError(problem)
    lost = nothing_to_compare_with(settings.published) if accept_changes is None else None
    if lost is not None:
        raise CouldNotRunError(lost)
    damage, refresh_id = damaged_release(settings), str(uuid4())
    prepare_dagster_home(settings)
    bench = open_workbench(settings, memory=memory_of(refresh_id))
    titles = {entry.id: entry.title_vi for entry in bench.entries}

    import dagster as dg

    from dagster_project.runs import PROCESS_TAG, REFRESH_TAG, bury_dead_runs, failure_messages, sync_partitions

    # A run that stops early because nothing changed makes Dagster warn about each check that had nothing to judge.
    logging.getLogger("dagster").setLevel(logging.ERROR)
    state = RunState.start(settings, force=force, accept_changes=accept_changes, refresh_id=refresh_id)
    tags = {PROCESS_TAG: str(os.getpid()), REFRESH_TAG: refresh_id}
    with dg.DagsterInstance.get() as instance:
        sync_partitions(instance, titles)
        state.note(*bury_dead_runs(instance), *([damage] if damage else []))
        _read_all(bench, instance, state, tags)
        if _is_unchanged(bench, instance, state):
            return summarise(settings, state, run_id=refresh_id, started_at=started_at, titles=titles)
        lost = bench.store.lost()
        log = settings.logs / "refresh.log"
        run = _run_job(settings, instance, tags, log)
        failure = None if run.is_success else failure_messages(settings, instance, run, str(log))
    state = RunState.of(settings)
    state.note(
        *(
            f"{key}: what was read of it for the release of before is lost ({path}), so it is judged as if it were new"
            for key, path in lost.items()
            if not path.exists()
        )
    )
    return summarise(settings, state, run_id=run.run_id, started_at=started_at, titles=titles, failure=failure)


_QUIET: dict[str, Any] = {"loggers": {"console": {"config": {"log_level": "CRITICAL"}}}}


def _run_job(settings: Settings, instance: DagsterInstance, tags: Mapping[str, str], log: Path) -> DagsterRun:
    ensure_manifest(settings)
    from dagster_project.definitions import defs
    from dagster_project.runs import REFRESH_JOB

    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as stream, redirect_stdout(stream):
        result = defs.resolve_job_def(REFRESH_JOB).execute_in_process(
            instance=instance, raise_on_error=False, run_config=_QUIET, tags=dict(tags)
        )
    return result.dagster_run


def _read_all(bench: Workbench, instance: DagsterInstance, state: RunState, tags: Mapping[str, str]) -> None:
    """Each document that must be read as its own partition run, so that Dagster's history says when it was; others are not run."""
    unread = [entry for entry in bench.entries if bench.peek(entry) is None]
    if unread:
        ensure_manifest(bench.settings)
        from dagster_project.definitions import defs

        job = defs.resolve_job_def("extract_document")
        for entry in unread:
            job.execute_in_process(
                partition_key=entry.id, instance=instance, raise_on_error=False, run_config=_QUIET, tags=dict(tags)
            )
    record_reading(bench, state, {entry.id: bench.extract(entry) for entry in bench.entries}, anew=[one.id for one in unread])
    found = state.state
    report(
        "extract",
        f"{found.documents_known} documents: {len(unread)} read anew, {found.documents_known - len(unread)} as before",
    )


def _is_unchanged(bench: Workbench, instance: DagsterInstance, state: RunState) -> bool:
    """Whether the published release holds all this already. Then no run is started: Dagster would first write down every step and
    check of it. That somebody looked stands in its history as an observation of the release."""
    if state.force or state.state.documents_extracted or not state.has_release():
        return False
    judged = judge_documents(bench, state, state.state.refresh_id)
    if judged.has_news:
        return False
    state.record_unchanged()
    from dagster import AssetObservation

    instance.report_runless_asset_event(
        AssetObservation(
            "published_release",
            description="cchc refresh found nothing new",
            metadata={"documents": state.state.documents_known, "claims": judged.claims, "refresh": state.state.refresh_id},
        )
    )
    return True
