"""Failed runs and ticks are told; what a mail server could not take is sent again; what is old goes."""

import dagster as dg

from dagster_project.alerting import tell, tell_again
from dagster_project.failed_runs import alarms
from dagster_project.season import TIME_ZONE
from dagster_project.settings import load_settings
from dagster_project.tidy import tidy


@dg.sensor(
    name="failed_runs",
    minimum_interval_seconds=60,
    default_status=dg.DefaultSensorStatus.RUNNING,
    description="Tells of runs that failed, were canceled or whose process died, and of schedules and sensors whose ticks fail",
)
def failed_runs(context: dg.SensorEvaluationContext) -> dg.SkipReason:
    """Looks at all jobs and backfills; a refresh that told by itself is not told twice. Starts nothing."""
    settings = load_settings()
    found = alarms(context.instance, settings)
    told = [tell(settings, "dagster", found), *tell_again(settings)]
    for problem in dict.fromkeys(problem for one in told for problem in one.problems):
        context.log.warning(problem)
    return dg.SkipReason("; ".join(f"{one.code} {one.subject}" for one in found) or "nothing failed")


@dg.op(description="Removes what is old of runs/ and of Dagster's history; docs/operations.md says what")
def remove_what_is_old(context: dg.OpExecutionContext) -> None:
    """`cchc tidy` does the same by hand."""
    context.log.info(tidy(load_settings(), context.instance).words())


@dg.job(description="Keeps the home from growing without end")
def tidy_up() -> None:
    """One step."""
    remove_what_is_old()


monthly_tidy = dg.ScheduleDefinition(
    name="monthly_tidy",
    job=tidy_up,
    cron_schedule="0 3 2 * *",
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="On the second of each month at 03:00 in Việt Nam",
)

definitions = dg.Definitions(sensors=[failed_runs], jobs=[tidy_up], schedules=[monthly_tidy])
