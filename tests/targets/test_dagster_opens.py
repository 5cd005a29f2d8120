"""`cchc dagster` on a home where nothing was done yet: what it shows, that it warns of nothing, and that Ctrl-C leaves no process."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
from pathlib import Path
from typing import Any

import httpx
import pytest

from tests.conftest import REPOSITORY
from tests.targets.server import CCHC, processes_of, until

pytestmark = pytest.mark.slow

EVERYTHING = """{ repositoriesOrError { ... on RepositoryConnection { nodes {
    name jobs { name } schedules { name scheduleState { status } } sensors { name sensorState { status } }
    assetNodes { assetKey { path } groupName description kinds owners { ... on TeamAssetOwner { team } }
      assetChecksOrError { ... on AssetChecks { checks { name description } } } } } }
    ... on PythonError { message } }
  workspaceOrError { ... on Workspace { locationEntries { name loadStatus
    locationOrLoadError { __typename ... on PythonError { message } } } } } }"""


def _ask(port: int) -> Any:
    try:
        answer = httpx.post(f"http://127.0.0.1:{port}/graphql", json={"query": EVERYTHING}, timeout=60, trust_env=False)
    except httpx.HTTPError:
        return None
    found = answer.json()
    assert "errors" not in found, found
    (location,) = found["data"]["workspaceOrError"]["locationEntries"] or [None]
    if location is None or location["loadStatus"] != "LOADED":
        return None
    assert location["locationOrLoadError"]["__typename"] == "RepositoryLocation", location
    return next(iter(found["data"]["repositoriesOrError"]["nodes"]), None)


def test_the_first_start_shows_everything_warns_of_nothing_and_ends_whole(tmp_path: Path) -> None:
    home, log = tmp_path / "home", tmp_path / "log"
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    environment = os.environ | {"CCHC_HOME": str(home), "PYTHONPATH": str(REPOSITORY), "COLUMNS": "200"}
    for name in ("CCHC_INBOX", "CCHC_DAGSTER_POSTGRES_URL", "CCHC_DASK_ADDRESS"):
        environment.pop(name, None)
    with log.open("wb") as stream:
        opened = subprocess.Popen(
            [CCHC, "dagster", "--port", str(port)],
            env=environment,
            stdout=stream,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
    try:
        found = until("the pages", lambda: _ask(port))
        second = subprocess.run([CCHC, "dagster"], env=environment, capture_output=True, text=True, check=False, timeout=120)
        opened.send_signal(signal.SIGINT)
        assert opened.wait(timeout=120) == 0
        assert processes_of(home) == {}
    finally:
        for process in processes_of(home):
            os.kill(process, signal.SIGKILL)
    assert {job["name"] for job in found["jobs"]} >= {"refresh_warehouse", "extract_document", "read_documents"}
    schedules = {one["name"]: one["scheduleState"]["status"] for one in found["schedules"]}
    assert schedules == dict.fromkeys(("season_refresh", "discovery_schedule", "daily_freshness", "monthly_tidy"), "RUNNING")
    sensors = {one["name"]: one["sensorState"]["status"] for one in found["sensors"]}
    assert sensors == dict.fromkeys(("inbox_sensor", "refresh_reports", "catalogue_partitions", "failed_runs"), "RUNNING")
    for node in found["assetNodes"]:
        path = "/".join(node["assetKey"]["path"])
        assert node["groupName"] not in ("", "default"), path
        assert node["description"], path
        assert node["owners"] == [{"team": "data-stewards"}], path
        assert node["kinds"], path
    paths = {"/".join(node["assetKey"]["path"]) for node in found["assetNodes"]}
    assert paths >= {"document_outcome", "accepted_claims", "raw/claim", "marts/fct_score", "published_release"}
    checks = {check["name"] for node in found["assetNodes"] for check in node["assetChecksOrError"].get("checks", [])}
    assert len(checks) > 100
    assert all(check["description"] for node in found["assetNodes"] for check in node["assetChecksOrError"].get("checks", []))
    text = log.read_text(encoding="utf-8")
    assert f"http://127.0.0.1:{port}" in text
    assert "warning" not in text.lower(), text
    assert second.returncode == 2
    assert "is open on" in second.stderr
