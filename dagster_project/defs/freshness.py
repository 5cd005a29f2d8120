"""Are the editions here that should be? One check per series of editions, looked at every day and told."""

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

import dagster as dg

from dagster_project.alerting import tell
from dagster_project.defs.common import OWNERS
from dagster_project.freshness import Freshness, freshness_notices, last_whole_refresh, name_of, read_freshness, refresh_notices
from dagster_project.season import TIME_ZONE
from dagster_project.settings import load_settings
from extractors.catalogue.calendar import EditionState, Series, load_calendar
from extractors.catalogue.loader import CatalogueError
from extractors.catalogue.reference import ReferenceDataError
from warehouse.query import NotPublishedError, QueryError
from warehouse.releases import DamagedReleaseError

RELEASE_FRESHNESS = dg.FreshnessPolicy.time_window(fail_window=timedelta(days=400), warn_window=timedelta(days=370))
"""Publishers publish once a year: a release that is older missed a whole season."""

CHECKED = "published_editions"
RAN_LATELY = "freshness__refresh__ran_lately"
_SERIES = tuple(series for series in load_calendar().rows if series.cadence == "yearly" and series.publications)


published_editions = dg.AssetSpec(
    CHECKED,
    group_name="publish",
    owners=OWNERS,
    deps=["published_release"],
    kinds={"duckdb"},
    description="The editions of which the release has figures, held against the calendar of their publishers. Nothing is built here.",
)


def check_name(series: Series) -> str:
    return f"freshness__{series.index_code.lower()}_{series.instrument_code}__newest_edition_is_here"


def _state_table(states: list[EditionState]) -> dg.TableMetadataValue:
    columns = ("edition", "state", "expected_from", "expected_by", "why")
    records = [
        dg.TableRecord(
            {
                "edition": name_of(one),
                "state": one.state,
                "expected_from": str(one.expected_from or ""),
                "expected_by": str(one.expected_by or ""),
                "why": one.why,
            }
        )
        for one in states
    ]
    return dg.MetadataValue.table(records, dg.TableSchema([dg.TableColumn(name, "string") for name in columns]))


def _series_result(series: Series, found: Freshness) -> dg.AssetCheckResult:
    states = [one for one in found.editions if (one.index_code, one.instrument_code) == series.key]
    late = [name_of(one) for one in states if one.state == "overdue"]
    return dg.AssetCheckResult(
        check_name=check_name(series),
        asset_key=CHECKED,
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description=f"overdue: {', '.join(late)}" if late else "nothing is overdue",
        metadata={"editions": _state_table(states)},
    )


@dg.multi_asset_check(
    name="editions_are_here",
    specs=[
        *(
            dg.AssetCheckSpec(
                check_name(series),
                asset=CHECKED,
                description=f"No edition of {series.index_code} ({series.instrument_code}) is late by the calendar of publications",
            )
            for series in _SERIES
        ),
        dg.AssetCheckSpec(
            RAN_LATELY, asset=CHECKED, description="A refresh came to its end as lately as the schedule explains"
        ),
    ],
)
def editions_are_here(context: dg.AssetCheckExecutionContext) -> Iterator[dg.AssetCheckResult]:
    """Tells what is late; a broken calendar fails the checks in words and stops no run."""
    settings, now = load_settings(), datetime.now(UTC)
    try:
        found = read_freshness(settings, now.date())
    except (CatalogueError, ReferenceDataError, NotPublishedError, QueryError, DamagedReleaseError) as error:
        for name in (*(check_name(series) for series in _SERIES), RAN_LATELY):
            yield dg.AssetCheckResult(
                check_name=name, asset_key=CHECKED, passed=False, severity=dg.AssetCheckSeverity.WARN, description=str(error)
            )
        return
    late = refresh_notices(last_whole_refresh(settings), now)
    told = tell(settings, "freshness", (*freshness_notices(found), *late))
    for problem in told.problems:
        context.log.warning(problem)
    for series in _SERIES:
        yield _series_result(series, found)
    yield dg.AssetCheckResult(
        check_name=RAN_LATELY,
        asset_key=CHECKED,
        passed=not late,
        severity=dg.AssetCheckSeverity.WARN,
        description=late[0].message if late else "a refresh came to its end lately, or none was ever begun",
    )


look_for_late_editions = dg.define_asset_job(
    "look_for_late_editions",
    selection=dg.AssetSelection.checks(editions_are_here),
    description="Compares the editions of the release with the calendar of publications, and tells what is late",
)
daily_freshness = dg.ScheduleDefinition(
    name="daily_freshness",
    job=look_for_late_editions,
    cron_schedule="30 7 * * *",
    execution_timezone=TIME_ZONE,
    default_status=dg.DefaultScheduleStatus.RUNNING,
    description="Every day at 07:30 in Việt Nam. Asks no server; what is late is told once, and again after a week.",
)

definitions = dg.Definitions(
    assets=[published_editions], asset_checks=[editions_are_here], jobs=[look_for_late_editions], schedules=[daily_freshness]
)
