"""Jobs, the schedule and the inbox sensor."""

import hashlib
import os
from pathlib import Path

import dagster as dg

from dagster_project.defs.ingest import document_outcome, documents
from dagster_project.workbench import open_workbench

extract_document = dg.define_asset_job(
    "extract_document", selection=[document_outcome], description="Read one document of the catalogue (one partition)"
)
refresh_warehouse = dg.define_asset_job(
    "refresh_warehouse",
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


def _bytes_mark(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()


@dg.sensor(job=extract_document, minimum_interval_seconds=60, description="Reads files that lie in the inbox ($CCHC_INBOX)")
def inbox_sensor(context: dg.SensorEvaluationContext) -> dg.SensorResult | dg.SkipReason:
    """One run per new file that the catalogue knows by name; the same bytes never run twice. Unknown files are named, not guessed."""
    bench = open_workbench()
    inbox = bench.settings.inbox
    if inbox is None or not inbox.is_dir():
        return dg.SkipReason(f"expected a folder in the variable CCHC_INBOX, found {os.environ.get('CCHC_INBOX') or 'nothing'}")
    matches, issues = bench.inbox_matches()
    for issue in issues:
        context.log.warning(str(issue))
    if not matches:
        return dg.SkipReason(f"{inbox}: no file that the catalogue knows; {len(issues)} unknown")
    requests = [
        dg.RunRequest(run_key=f"{document_id}:{_bytes_mark(path)}", partition_key=document_id)
        for document_id, path in sorted(matches.items())
    ]
    return dg.SensorResult(run_requests=requests, dynamic_partitions_requests=[documents.build_add_request(sorted(matches))])


definitions = dg.Definitions(jobs=[extract_document, refresh_warehouse], schedules=[weekly_refresh], sensors=[inbox_sensor])
