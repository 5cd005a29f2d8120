"""The files of a release open read-only in other versions of DuckDB: the newest, and the one before ours."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.conftest import Instance

pytestmark = pytest.mark.slow

READ = """
import json, sys, duckdb
found = {"version": duckdb.__version__}
with duckdb.connect(sys.argv[1] + "/cchc.duckdb", read_only=True) as connection:
    found["release"] = connection.execute("select release_id from release").fetchone()[0]
    tables = [row[0] for row in connection.execute("select table_name from duckdb_tables() order by 1").fetchall()]
    found["rows"] = {name: connection.execute(f'select count(*) from "{name}"').fetchone()[0] for name in tables}
    found["comments"] = connection.execute("select count(comment) from duckdb_columns() where not internal").fetchone()[0]
    found["sum"] = round(connection.execute("select sum(score) from rpt_scores").fetchone()[0], 4)
with duckdb.connect(sys.argv[1] + "/bi.duckdb", read_only=True) as connection:
    found["pages"] = connection.execute("select count(*) from bi_scores").fetchone()[0]
print(json.dumps(found))
"""


def _read(release: Path, packages: Path | None = None) -> dict[str, object]:
    environment = os.environ | ({"PYTHONPATH": str(packages)} if packages else {})
    done = subprocess.run(
        [sys.executable, "-c", READ, str(release)], env=environment, capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.parametrize("version", ["2.0.0", "1.4.4"])
def test_another_version_reads_what_ours_reads(refreshed: Instance, tmp_path: Path, version: str) -> None:
    command = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--no-deps"]
    done = subprocess.run(
        [*command, "--target", str(tmp_path), f"duckdb=={version}"], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
    ours, theirs = _read(refreshed.release), _read(refreshed.release, tmp_path)
    assert (ours.pop("version"), theirs.pop("version")) == ("1.5.5", version)
    assert theirs == ours
