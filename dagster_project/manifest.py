"""The dbt manifest that Dagster reads its assets from; written anew when a model, seed, test or macro is newer than it."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import subprocess
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any

from dagster_project.settings import DBT_PROJECT_DIR, Settings, load_settings, tool_environment
from extractors.durable import write_atomically

PARSE_FOLDERS = ".dbt_parse-"
"""Folders in the home in which dbt parses: this, the number of the process, and a random name."""

SOURCE_FOLDERS = ("models", "seeds", "tests", "macros")


class DbtParseError(RuntimeError):
    """The dbt project cannot be parsed; the message is dbt's."""


def dbt_executable() -> str:
    """The dbt of this virtual environment, whether it is activated or not."""
    beside = Path(sys.executable).parent / "dbt"
    return str(beside) if beside.exists() else shutil.which("dbt") or "dbt"


def bound_dbt() -> str:
    """The same dbt as a child that ends when its parent is killed; `tool_environment` says by which Python it runs."""
    return str(Path(__file__).with_name("bound_dbt.sh"))


def target_path(settings: Settings) -> Path:
    return settings.home / "dbt_target"


def dbt_sources() -> list[Path]:
    """Every file that the build depends on: settings, models, seeds, tests, macros."""
    files = [DBT_PROJECT_DIR / "dbt_project.yml", DBT_PROJECT_DIR / "profiles.yml"]
    for folder in SOURCE_FOLDERS:
        files += [path for path in (DBT_PROJECT_DIR / folder).rglob("*") if path.is_file()]
    return sorted(files)


def _sources_mark() -> str:
    """By content, not by time: a copied or checked-out folder has new times and may have old contents."""
    digest = hashlib.sha256(str(DBT_PROJECT_DIR).encode())
    for path in dbt_sources():
        digest.update(path.relative_to(DBT_PROJECT_DIR).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()


def ensure_manifest(settings: Settings | None = None) -> Path:
    """Path of an up-to-date manifest.json; runs `dbt parse` if there is none or the project changed since.

    Raises:
        DbtParseError: dbt refuses the project.
    """
    settings = settings or load_settings()
    target = target_path(settings)
    manifest = target / "manifest.json"
    mark, wanted = target / "sources.sha256", _sources_mark()
    if mark.is_file() and mark.read_bytes() == wanted.encode() and _is_whole(manifest):
        return manifest
    target.mkdir(parents=True, exist_ok=True)
    # Another process may read the manifest, or parse too: each parses in a folder of its own, and what it wrote is swapped in.
    with TemporaryDirectory(dir=settings.home, prefix=f"{PARSE_FOLDERS}{os.getpid()}-") as own:
        _parse(settings, Path(own), target / "logs")
        for path in sorted(Path(own).glob("*.*")):
            path.replace(target / path.name)
    write_atomically(mark, wanted.encode())
    return manifest


def _is_whole(manifest: Path) -> bool:
    """dbt writes the manifest in place in every build, so a killed one leaves half of it."""
    try:
        content: object = json.loads(manifest.read_bytes())
    except (FileNotFoundError, ValueError):
        return False
    return isinstance(content, dict) and "nodes" in content


def _parse(settings: Settings, target: Path, logs: Path) -> None:
    done = subprocess.run(
        [
            dbt_executable(),
            "--quiet",
            "parse",
            "--project-dir",
            str(DBT_PROJECT_DIR),
            "--profiles-dir",
            str(DBT_PROJECT_DIR),
            "--target-path",
            str(target),
            "--log-path",
            str(logs),
        ],
        env=os.environ | tool_environment(settings),
        capture_output=True,
        text=True,
        check=False,
    )
    if done.returncode != 0 or not (target / "manifest.json").exists():
        raise DbtParseError(f"dbt cannot parse {DBT_PROJECT_DIR}:\n{done.stdout}{done.stderr}")


def tests_left_out(manifest: Mapping[str, Any], run_results: Mapping[str, Any]) -> list[str]:
    """Ids of data tests and unit tests of the project that a `dbt build` has no result of, sorted."""
    tests = {key for key, node in manifest["nodes"].items() if node["resource_type"] == "test"}
    done = {result["unique_id"] for result in run_results["results"]}
    return sorted((tests | manifest.get("unit_tests", {}).keys()) - done)


def untested_words(left_out: Sequence[str]) -> str:
    """Why a build stops whose tests were left out, and where to look."""
    return (
        f"expected that dbt runs each of its tests, found {len(left_out)} that did not run, such as {left_out[0]}; nothing is "
        "published. Look for a variable DBT_EXCLUDE_RESOURCE_TYPES or a flag in dbt_project.yml that leaves tests out."
    )


def table_keys(settings: Settings) -> dict[str, list[str]]:
    """Mart -> the columns that tell its rows apart, as the tests of the models say: what dbt has shown to be unique in all rows (a test
    of some rows, by `where`, shows less)."""
    nodes: Mapping[str, Any] = json.loads((target_path(settings) / "manifest.json").read_bytes())["nodes"]
    found: dict[str, list[str]] = {}
    for node in nodes.values():
        test, model = node.get("test_metadata") or {}, nodes.get(node.get("attached_node") or "")
        if model is None or model["schema"] != "marts" or node["config"].get("where"):
            continue
        arguments = test.get("kwargs") or {}
        if test.get("name") == "unique_combination":
            columns = list(arguments["columns"])
        elif test.get("name") == "unique":
            columns = [str(node.get("column_name") or arguments["column_name"])]
        else:
            continue
        name = str(model["name"])
        if name not in found or len(columns) < len(found[name]):
            found[name] = columns
    return dict(sorted(found.items()))
