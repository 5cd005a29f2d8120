"""Jobs, the schedule of the season, and the sensors that keep history and partitions true."""

from datetime import UTC, datetime, timedelta

import dagster as dg
from dagster import RunsFilter

from dagster_project.defs.ingest import document_outcome
from dagster_project.lockfile import holder_of
from dagster_project.runs import READ_JOB, REFRESH_JOB, refreshes_under_way, report_run, sync_partitions
from dagster_project.season import IN_WORDS, REFRESH_HOUR, TIME_ZONE, season_cron
from dagster_project.settings import load_settings
from dagster_project.workbench import open_workbench

extract_document = dg.define_asset_job(
    READ_JOB,
    selection=[document_outcome],
    tags={"dagster/max_runtime": 2 * 3600},
    description="Read one document of the catalogue (one partition)",
)
# Refreshes follow one another (deploy/dagster.*.yaml). One whose process died is started anew, once, from the beginning: what its steps
# share is on disk, and the lock of the home is taken by the first of them. What a gate refused is not tried again.
REFRESH_TAGS = {"cchc/one_at_a_time": "refresh", "dagster/max_retries": "1", "dagster/retry_strategy": "ALL_STEPS"}

refresh_warehouse = dg.define_asset_job(
    REFRESH_JOB,
    tags={**REFRESH_TAGS, "dagster/max_runtime": 4 * 3600},
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(document_outcome),
    description="Every document, gate 1, load, dbt, gate 2, publish. What did not change is not read again.",
)
_FINISHED = [dg.DagsterRunStatus.SUCCESS, dg.DagsterRunStatus.FAILURE, dg.DagsterRunStatus.CANCELED]
_LOOK_BACK = timedelta(days=7)
"""How far the first look goes back; what ended before that has nobody waiting for its report."""


@dg.schedule(
    name="season_refresh",
    job=refresh_warehouse,
    cron_schedule=season_cron(REFRESH_HOUR),
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=f"At {REFRESH_HOUR:02}:00, {IN_WORDS}. Skipped while a refresh is going on: runs never pile up.",
)
def season_refresh(context: dg.ScheduleEvaluationContext) -> dg.RunRequest | dg.SkipReason:
    """One run of the job per tick, unless one waits or goes on, or `cchc refresh` is at work."""
    waiting = refreshes_under_way(context.instance)
    if waiting:
        return dg.SkipReason(f"run {waiting[0]} of {REFRESH_JOB} is still going on")
    holder = holder_of(load_settings().lock_file)
    if holder is not None:
        return dg.SkipReason(f"another refresh is running (process {holder})")
    return dg.RunRequest()


@dg.sensor(
    name="refresh_reports",
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Writes the report of each refresh that Dagster drove ($CCHC_HOME/runs) and tells those who want to hear of it",
)
def refresh_reports(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Every finished run, ended well or not, killed or canceled; one that has its report already is passed over."""
    since = datetime.fromisoformat(context.cursor) if context.cursor else datetime.now(UTC) - _LOOK_BACK
    records = context.instance.get_run_records(
        RunsFilter(statuses=_FINISHED, updated_after=since), order_by="update_timestamp", ascending=True
    )
    told: list[str] = []
    for record in records:
        if report_run(context.instance, record.dagster_run.run_id):
            told.append(record.dagster_run.run_id)
        context.update_cursor(record.update_timestamp.astimezone(UTC).isoformat())
    return dg.SkipReason(f"reported: {', '.join(told)}" if told else "no refresh ended since the last look")


@dg.sensor(
    name="catalogue_partitions",
    minimum_interval_seconds=300,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="One partition of document_outcome per entry of the catalogue",
)
def catalogue_partitions(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """So that a new document can be read alone before any refresh has seen it. A refresh does the same."""
    bench = open_workbench()
    sync_partitions(context.instance, (entry.id for entry in bench.entries))
    return dg.SkipReason(f"{len(bench.entries)} documents in the catalogue")


definitions = dg.Definitions(
    jobs=[extract_document, refresh_warehouse],
    schedules=[season_refresh],
    sensors=[refresh_reports, catalogue_partitions],
)
