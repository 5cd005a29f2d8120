"""Names of the settings that the environment may hold: one that is misspelt would be ignored without a word."""

from __future__ import annotations

import difflib
from collections.abc import Iterable

PREFIX = "CCHC_"
_NAMES = """
ALERT_FROM ALERT_TO ALERT_WEBHOOK ALERT_WEBHOOK_FILE ALERT_WEBHOOK_FORMAT ALERT_WEBHOOK_SECRET ALERT_WEBHOOK_SECRET_FILE
ALLOW_LOOPBACK ALLOW_UNTESTED_BUILD ASK_AGAIN_MINUTES BACKFILL_PROCESSES BUILD_DB CATALOGUE CODE_SOCKET COMMAND CSV_BOM
DAGSTER_POSTGRES_URL DASK_ADDRESS DUCKDB_EXTENSIONS HOME INBOX INBOX_SETTLE_SECONDS KEEP_RELEASES LAKE_DATA LAKE_DATABASE
LOCK_WAIT_MINUTES MEMORY_LIMIT PG_DATABASE PG_HOST PG_PASSWORD PG_PORT PG_USER PUBLIC_URL PUBLISHED
READ_MEMORY_MB READ_SECONDS READ_SECONDS_PER_SCANNED_PAGE RELEASE_PARTS
SMTP_CA_FILE SMTP_HOST SMTP_PASSWORD SMTP_PASSWORD_FILE SMTP_PORT SMTP_TLS SMTP_USER
SPARK_CORES SPARK_MEMORY SPARK_PARTITIONS SPARK_RAW SPARK_WAREHOUSE
"""
SETTINGS = frozenset(f"{PREFIX}{name}" for name in _NAMES.split())

ELSEWHERE = frozenset(
    {
        "CCHC_RELEASE", "CCHC_TEST_HOME", "CCHC_BI_DB", "CCHC_REPORTS_SITE", "CCHC_REPORTS_OUT", "CCHC_REPORTS_SHOTS",
        "CCHC_REPORTS_STAMP", "CCHC_PYTHON",
        "CCHC_REFERENCE_DATA",
    }
)  # fmt: skip
"""Read by the notebook, the pages, the tests, the set-up and the scripts, not by `cchc`."""


def unknown_settings(names: Iterable[str]) -> list[str]:
    """Of these names of variables those that begin like a setting and are none, in words, each with the nearest that is one."""
    found: list[str] = []
    for name in sorted(names):
        if name.startswith(PREFIX) and name not in SETTINGS | ELSEWHERE:
            near = difflib.get_close_matches(name, SETTINGS, n=1, cutoff=0.8)
            found.append(f"{name} is set and is no setting" + (f"; is {near[0]} meant?" if near else ""))
    return found
