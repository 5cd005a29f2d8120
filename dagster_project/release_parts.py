"""What a release of this home consists of besides its tables."""

from __future__ import annotations

from dagster_project.progress import report
from dagster_project.release_settings import release_settings
from dagster_project.runstate import RunState
from dagster_project.workbench import Workbench
from warehouse.publish import Plan


def release_plan(bench: Workbench, state: RunState) -> Plan:
    """How the release of this refresh is made.

    Raises:
        LimitsError: a variable of the environment has another value than it may have.
    """
    chosen = release_settings()
    report("publish", "writing DuckDB, Parquet and CSV")
    return Plan(keep=chosen.keep, has_bom=chosen.has_bom, public_url=chosen.public_url, parts=())
