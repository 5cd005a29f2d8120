"""The dbt that refreshes start: its version is said at once, without a network."""

from __future__ import annotations

import os
import re
import subprocess
from importlib.metadata import version

from dagster_project.manifest import bound_dbt
from dagster_project.settings import load_settings, tool_environment


def test_its_version_is_that_of_the_package_in_the_form_that_dagster_reads() -> None:
    environment = os.environ | tool_environment(load_settings())
    done = subprocess.run([bound_dbt(), "--version"], env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    found = re.search(r"(\d+\.\d+\.\d+)", done.stdout)
    assert found is not None
    assert found.group(1) == version("dbt-core")
    assert "latest" not in done.stdout
