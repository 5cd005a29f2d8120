"""Entry point of Dagster; `cchc dagster` opens it."""

from __future__ import annotations

import os

import dagster as dg

from dagster_project.settings import load_settings, tool_environment

os.environ.update(tool_environment(load_settings()))

# The definitions below read the dbt manifest while they are imported, with the environment set above.
from dagster_project.defs import alarms, automation, backfill, freshness, ingest, publishing, transform, watching

_MODULES = (ingest, transform, publishing, automation, watching, backfill, alarms, freshness)

# Process starts, not data, are the cost of a run here.
defs = dg.Definitions.merge(
    *(module.definitions for module in _MODULES),
    dg.Definitions(executor=dg.in_process_executor),
)
