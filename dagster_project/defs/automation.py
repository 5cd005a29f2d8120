"""Jobs and the schedule."""

import dagster as dg

from dagster_project.defs.ingest import document_outcome

extract_document = dg.define_asset_job(
    "extract_document", selection=[document_outcome], description="Read one document of the catalogue (one partition)"
)
# Refreshes follow one another (deploy/dagster.*.yaml). One whose process died is started anew, once, from the beginning: what its steps
# share is on disk, and the lock of the home is taken by the first of them. What a gate refused is not tried again.
REFRESH_TAGS = {"cchc/one_at_a_time": "refresh", "dagster/max_retries": "1", "dagster/retry_strategy": "ALL_STEPS"}

refresh_warehouse = dg.define_asset_job(
    "refresh_warehouse",
    tags=REFRESH_TAGS,
    selection=dg.AssetSelection.all() - dg.AssetSelection.assets(document_outcome),
    description="Every document, gate 1, load, dbt, gate 2, publish. What did not change is not read again.",
)

weekly_refresh = dg.ScheduleDefinition(
    name="weekly_refresh",
    job=refresh_warehouse,
    cron_schedule="0 6 * * 1",
    execution_timezone="Asia/Ho_Chi_Minh",
    description="Mondays at 06:00 in Việt Nam. The Ministry publishes once a year on an unannounced day.",
)


definitions = dg.Definitions(jobs=[extract_document, refresh_warehouse], schedules=[weekly_refresh])
