"""A refresh as a run of Dagster: which refresh a run belongs to, who may write, what became of runs whose process died."""

from __future__ import annotations

import os
from collections.abc import Callable, Iterable
from datetime import UTC, datetime

import dagster as dg
from dagster import DagsterEventType, RunsFilter

from dagster_project.diskspace import full_words, is_full, no_room
from dagster_project.lockfile import AlreadyRunningError, hold_when_free
from dagster_project.memory import memory_of
from dagster_project.recovery import clear, damaged_release
from dagster_project.run_notices import tell_run
from dagster_project.run_records import record_could_not_run, run_events
from dagster_project.runstate import NotJudgedError, RunState
from dagster_project.settings import Settings, load_settings, lock_minutes
from dagster_project.summary import summarise
from dagster_project.workbench import Workbench, open_workbench
from extractors.isolation import LimitsError

REFRESH_TAG = "cchc/refresh"
"""On runs that `cchc refresh` makes and reports itself; its value is the id of that refresh."""

PROCESS_TAG = "cchc/process"
"""On runs that have taken the lock of the home; its value is the process."""

BACKFILL_TAG = "cchc/backfill"
"""On runs that `cchc backfill` makes; its value is the process. They take the lock of backfills, not that of the home."""

REFRESH_JOB = "refresh_warehouse"
READ_JOB = "extract_document"
DOCUMENTS = "documents"
_DIED = "the process of this run ended before the run did"
_UNFINISHED = [dg.DagsterRunStatus.STARTED, dg.DagsterRunStatus.STARTING, dg.DagsterRunStatus.NOT_STARTED]
_WAITING_OR_GOING = [*_UNFINISHED, dg.DagsterRunStatus.QUEUED, dg.DagsterRunStatus.CANCELING]


def refresh_id_of(run: dg.DagsterRun) -> str:
    """A run that goes on where another one failed belongs to the same refresh."""
    return run.tags.get(REFRESH_TAG) or run.root_run_id or run.run_id


def is_of_command(run: dg.DagsterRun) -> bool:
    """Whether `cchc refresh` made the run, and tells of it. One that somebody starts again in Dagster keeps the tag, and is none."""
    return REFRESH_TAG in run.tags and run.parent_run_id is None


def is_refresh(run: dg.DagsterRun) -> bool:
    """Whether a run that Dagster drove has the report of a refresh (`report_run`): that job, and all else that took the home's lock."""
    if is_of_command(run) or run.job_name == READ_JOB:
        return False
    return run.job_name == REFRESH_JOB or PROCESS_TAG in run.tags


def bench_of(context: dg.AssetExecutionContext) -> Workbench:
    """The workbench of this run, which remembers what its refresh collected so far."""
    return open_workbench(memory=memory_of(refresh_id_of(context.run)))


def begin(context: dg.AssetExecutionContext) -> tuple[Workbench, RunState]:
    """Take the lock of the home, so that a scheduled run and `cchc refresh` never mix, and open the state of this refresh.

    Raises:
        dg.Failure: another refresh holds the lock, and held it for as long as one waits (CCHC_LOCK_WAIT_MINUTES).
    """
    settings = _locked(context.log.info)
    state = RunState.of_refresh(settings, refresh_id_of(context.run))
    if not is_of_command(context.run):
        # With a state, the run has a report however it ends; the tag says so to whoever tells of failed runs.
        state = RunState.start(settings, force=False, refresh_id=refresh_id_of(context.run))
        context.instance.add_run_tags(context.run_id, {PROCESS_TAG: str(os.getpid())})
        buried = bury_dead_runs(context.instance, besides=context.run_id)
        clear(settings)
        if (problem := no_room(settings)) is not None:
            raise dg.Failure(problem, allow_retries=False)
        state.note(*buried, *([damage] if (damage := damaged_release(settings)) else []))
    bench = bench_of(context)
    sync_partitions(context.instance, (entry.id for entry in bench.entries))
    return bench, state or RunState.start(settings, force=False, refresh_id=refresh_id_of(context.run))


def go_on(
    context: dg.AssetExecutionContext, *, require: Callable[[RunState], None] = RunState.require_judged
) -> tuple[Workbench, RunState]:
    """The lock and the state for a stage after gate 1. `require`: what must have gone well before it.

    Raises:
        dg.Failure: another refresh holds the lock, or has begun since gate 1 of this one; what must have been did not.
    """
    settings = _locked(context.log.info)
    wanted, state = refresh_id_of(context.run), RunState.of(settings)
    if state.state.refresh_id != wanted:
        raise dg.Failure(
            f"expected what gate 1 of refresh {wanted} accepted in {RunState.path(settings)}, "
            f"found that of {state.state.refresh_id or 'no refresh'}; start the job {REFRESH_JOB} from its beginning",
            allow_retries=False,
        )
    try:
        require(state)
    except NotJudgedError as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    return bench_of(context), state


def _locked(say: Callable[[str], None]) -> Settings:
    settings = load_settings()
    try:
        # What another refresh has begun without (a file dropped since) must not wait for the next tick of the schedule.
        hold_when_free(settings.lock_file, lock_minutes(), say=say)
    except (AlreadyRunningError, LimitsError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    return settings


def sync_partitions(instance: dg.DagsterInstance, ids: Iterable[str]) -> None:
    """One partition per entry of the catalogue. That of an entry that is gone goes too; its history stays in the event log."""
    wanted, known = list(ids), set(instance.get_dynamic_partitions(DOCUMENTS))
    missing = [one for one in wanted if one not in known]
    if missing:
        instance.add_dynamic_partitions(DOCUMENTS, missing)
    for gone in known - set(wanted):
        instance.delete_dynamic_partition(DOCUMENTS, gone)


def refreshes_under_way(instance: dg.DagsterInstance) -> list[str]:
    """Ids of runs of the job that wait or go on."""
    return [run.run_id for run in instance.get_runs(RunsFilter(job_name=REFRESH_JOB, statuses=_WAITING_OR_GOING))]


def bury_dead_runs(instance: dg.DagsterInstance, besides: str = "") -> list[str]:
    """A refresh that was killed still holds its place in the writer's queue, and every later one would wait for it for ever.

    Whoever calls this holds the lock of the home, so any other refresh that had it and looks unfinished is dead. Process numbers
    would not tell: in a container every refresh may be number 1. What was found comes back in words.
    """
    storage = instance.event_log_storage
    dead: set[str] = set()
    for key in storage.get_concurrency_keys():
        # Who waits for the build database has taken the lock before, and we hold it now.
        queue = storage.get_concurrency_info(key)
        dead |= {step.run_id for step in (*queue.claimed_slots, *queue.pending_steps)} - {besides}
    words: list[str] = []
    for record in instance.get_run_records(RunsFilter(statuses=_UNFINISHED)):
        run = record.dagster_run
        if run.run_id != besides and (run.run_id in dead or PROCESS_TAG in run.tags):
            dead.add(run.run_id)
            instance.report_run_failed(run, _DIED)
            words.append(
                f"run {run.run_id} of {run.job_name}, of {record.create_timestamp:%Y-%m-%d %H:%M} UTC, had died unfinished"
            )
    for run_id in dead:
        storage.free_concurrency_slots_for_run(run_id)
    return words


def bury_dead_backfills(instance: dg.DagsterInstance) -> None:
    """A `cchc backfill` that was killed would hold its place in the queue. Whoever calls this holds the lock of backfills."""
    for run in instance.get_runs(RunsFilter(statuses=_UNFINISHED)):
        if BACKFILL_TAG in run.tags:
            instance.report_run_failed(run, _DIED)


def failure_messages(settings: Settings, instance: dg.DagsterInstance, run: dg.DagsterRun, log: str) -> list[str]:
    """Why a run failed, without a traceback: what failed, and where the whole log is."""
    messages: list[str] = []
    for entry in instance.all_logs(run.run_id, of_type={DagsterEventType.STEP_FAILURE, DagsterEventType.RUN_FAILURE}):
        event = entry.dagster_event
        if event is not None and event.is_step_failure:
            error = event.step_failure_data.error
            cause = error.cause if error and error.cause else error
            data = event.step_failure_data.user_failure_data
            text = (data.description if data and data.description else cause.message if cause else "unknown error").strip()
            kept = [line for line in text.splitlines() if line.strip() and not line.startswith(("`", "failed with exit code"))]
            messages.append(f"step {event.step_key}: " + "\n      ".join(kept[:12]))
        elif event is not None and event.message and not messages:
            messages.append(event.message.strip().splitlines()[0])
    if run.status is dg.DagsterRunStatus.CANCELED and not messages:
        messages.append("the run was canceled")
    if any(is_full(message) for message in messages):
        messages.insert(0, full_words(settings))
    return [*messages, f"the whole log: {log}"] if messages else ["the run ended early; see `cchc status`"]


def report_run(instance: dg.DagsterInstance, run_id: str) -> bool:
    """Record and tell how a run that Dagster drove ended, as `cchc refresh` does for its own; False if there is nothing to tell.

    Runs of the job count, and any other that took the lock for gate 1 (a backfill of everything).
    """
    settings, record = load_settings(), instance.get_run_record_by_id(run_id)
    if record is None or not is_refresh(record.dagster_run):
        return False
    run = record.dagster_run
    if any(event.get("run_id") == run_id for event in run_events(settings)):
        return False
    state = RunState.of_refresh(settings, refresh_id_of(run))
    started_at = datetime.fromtimestamp(record.start_time or record.create_timestamp.timestamp(), UTC)
    is_success = run.status is dg.DagsterRunStatus.SUCCESS
    failure = None if is_success else failure_messages(settings, instance, run, f"run {run_id} in Dagster")
    if state is None:
        message = "\n".join(failure or ["its state is lost: nothing is known but that it ended well"])
        told = record_could_not_run(settings, message, started_at=started_at, run_id=run_id)
    else:
        titles = {entry.id: entry.title_vi for entry in open_workbench(settings).entries}
        summary = summarise(settings, state, run_id=run_id, started_at=started_at, titles=titles, failure=failure)
        told = summary.as_dict()
    tell_run(settings, told)
    return True
