"""Failed runs and ticks are told; what a mail server could not take is sent again."""

import dagster as dg

from dagster_project.alerting import tell, tell_again
from dagster_project.failed_runs import alarms
from dagster_project.settings import load_settings


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


definitions = dg.Definitions(sensors=[failed_runs])
