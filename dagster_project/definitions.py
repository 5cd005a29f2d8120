"""Entry point of Dagster; `cchc dagster` opens it."""

from __future__ import annotations

import os

import dagster as dg

from dagster_project.settings import load_settings, tool_environment

os.environ.update(tool_environment(load_settings()))

# The definitions below read the dbt manifest while they are imported, with the environment set above.
from dagster_project.defs import automation, ingest, publishing, transform

defs = dg.Definitions(
    assets=[
        ingest.document_outcome,
        ingest.accepted_claims,
        transform.raw_warehouse,
        transform.dbt_models,
        publishing.release_candidate,
        publishing.published_release,
    ],
    jobs=[automation.extract_document, automation.refresh_warehouse],
    schedules=[automation.weekly_refresh],
    sensors=[automation.inbox_sensor],
    resources={"dbt": transform.dbt_resource()},
    # Process starts, not data, are the cost of a run here.
    executor=dg.in_process_executor,
)
