"""What looks outside: the sensor of the inbox, and the discovery job that looks at landing pages."""

import time

import dagster as dg

from dagster_project.alerting import tell
from dagster_project.defs.automation import extract_document, refresh_warehouse
from dagster_project.defs.ingest import documents
from dagster_project.inbox_watch import Memory, memory_of, publish_key, read_key, watch
from dagster_project.season import IN_WORDS, REFRESH_HOUR, TIME_ZONE, season_cron
from dagster_project.settings import load_settings, settle_seconds
from extractors.catalogue.loader import CatalogueError, load_entries
from extractors.isolation import LimitsError

_SHOWN = 5
_LONGEST_WAIT_SECONDS = 3600.0


def _is_read(instance: dg.DagsterInstance, memory: Memory, now: float) -> bool:
    """Whether every reading that was asked for has ended, well or not: a refresh then finds it in the cache, or holds it back.

    A reading that never began or never ends is not waited for longer than an hour; the refresh then reads by itself.
    """
    for document_id, seen in memory.reading.items():
        if now - seen.since > _LONGEST_WAIT_SECONDS:
            continue
        asked = instance.get_runs(dg.RunsFilter(tags={"dagster/run_key": read_key(document_id, seen)}))
        if not asked or not all(run.is_finished for run in asked):
            return False
    return bool(memory.reading)


@dg.sensor(
    jobs=[extract_document, refresh_warehouse],
    minimum_interval_seconds=30,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Reads each new whole file of the inbox ($CCHC_INBOX) that the catalogue knows, then refreshes; tells of all others.",
)
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run per new file of a known document, and one refresh when these have ended; the same bytes never run twice."""
    settings, now = load_settings(), time.time()
    if settings.inbox is None:
        return dg.SkipReason("no inbox: the variable CCHC_INBOX names no folder")
    try:
        entries = load_entries(settings.entries, settings.documents, must_exist=False)
        found = watch(settings.inbox, entries, memory_of(context.cursor), settle_seconds=settle_seconds(), now=now)
    except (CatalogueError, LimitsError) as error:
        return dg.SkipReason(str(error))
    for problem in tell(settings, "inbox", found.notices, is_whole=found.is_whole).problems:
        context.log.warning(problem)
    memory = found.memory
    requests = [
        dg.RunRequest(run_key=read_key(document_id, seen), job_name=extract_document.name, partition_key=document_id)
        for document_id, seen in sorted(found.new.items())
    ]
    if not requests and _is_read(context.instance, memory, now):
        requests.append(dg.RunRequest(run_key=publish_key(memory.reading), job_name=refresh_warehouse.name))
        memory = Memory(memory.seen, {})
    said = (*found.waiting, *(f"{notice.message}" for notice in found.notices))
    nothing = "; ".join(said[:_SHOWN]) + (f"; and {len(said) - _SHOWN} more" if len(said) > _SHOWN else "")
    return dg.SensorResult(
        run_requests=requests,
        skip_reason=None if requests else nothing or f"{settings.inbox}: nothing new",
        cursor=memory.as_text(),
        dynamic_partitions_requests=[documents.build_add_request(sorted(found.new))] if found.new else [],
    )


@dg.op(
    description="Looks at each landing page of the catalogue and tells what is new; fetches no document",
    retry_policy=dg.RetryPolicy(max_retries=2, delay=300, backoff=dg.Backoff.EXPONENTIAL),
)
def look_at_landing_pages(context: dg.OpExecutionContext) -> None:
    """A page that cannot be had is told, and is no failure of the run; a catalogue that cannot be read is one."""
    from dagster_project.discovery_run import discovery_lines, run_discovery

    settings = load_settings()
    try:
        found, told = run_discovery(settings)
    except (CatalogueError, LimitsError) as error:
        raise dg.Failure(str(error), allow_retries=False) from None
    except OSError as error:
        raise dg.Failure(
            f"{settings.discovery} cannot be written: {error.strerror or error}; make room or correct its rights"
        ) from None
    for problem in told.problems:
        context.log.warning(problem)
    context.add_output_metadata(
        {
            "pages": len(found.pages),
            "new_documents": sum(len(page.new) for page in found.pages),
            "told": len(told.new),
            "report": dg.MetadataValue.md("\n".join(f"- {line.strip()}" for line in discovery_lines(found))),
        }
    )


@dg.job(
    description="What is new on the landing pages of the publishers: told, never fetched", executor_def=dg.in_process_executor
)
def discover_landing_pages() -> None:
    look_at_landing_pages()


discovery_schedule = dg.ScheduleDefinition(
    name="discovery_schedule",
    job=discover_landing_pages,
    cron_schedule=season_cron(REFRESH_HOUR - 1, 30),
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description=f"Looks at the landing pages before the refresh: {IN_WORDS}.",
)

definitions = dg.Definitions(jobs=[discover_landing_pages], schedules=[discovery_schedule], sensors=[inbox_sensor])
