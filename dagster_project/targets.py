"""`cchc build --target …`: the figures of the published release, modelled by the same dbt project on another target, and compared."""

from __future__ import annotations

import os
import re
import shutil
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass, field
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

from dagster_project.lockfile import only_one
from dagster_project.manifest import dbt_executable
from dagster_project.progress import ConsoleReporter
from dagster_project.runstate import RunState
from dagster_project.settings import DBT_PROJECT_DIR, Settings, tool_environment
from warehouse.releases import DamagedReleaseError, current_release
from warehouse.targets import Places, TargetError, TargetName, places_of
from warehouse.targets.attach import HOW_TO_INSTALL
from warehouse.targets.parity import compare_marts
from warehouse.targets.raw_copy import copy_raw

STAGES = ("look", "copy raw", "dbt build", "compare")
PACKAGES: Mapping[TargetName, tuple[str, ...]] = {
    "lake": ("duckdb-extensions", "duckdb-extension-ducklake", "duckdb-extension-postgres-scanner"),
    "postgres": ("dbt-postgres", "duckdb-extensions", "duckdb-extension-ducklake", "duckdb-extension-postgres-scanner"),
    "spark": ("dbt-spark", "pyspark"),
}
JAVA = 17
"""The oldest Java that this version of Spark runs on."""

_STEP = re.compile(r"\b(?P<step>\d+) of (?P<steps>\d+) (?P<what>OK|PASS|ERROR|FAIL|SKIP|WARN)\b")
_TROUBLE = re.compile(r"^\S+ +(Failure in|(Database|Runtime|Compilation|Contract|Parsing) Error|Encountered an error)")


@dataclass(slots=True)
class TargetBuild:
    """What a build on a target did. `failures`: dbt's messages; `differences`: marts that are not DuckDB's."""

    target: TargetName
    raw_rows: int = 0
    steps: int = 0
    marts: int = 0
    failures: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    log: str = ""

    @property
    def exit_code(self) -> int:
        return 2 if self.failures else 1 if self.differences else 0

    def as_dict(self) -> dict[str, Any]:
        return {**asdict(self), "exit_code": self.exit_code}


def build_target(settings: Settings, target: TargetName, environment: Mapping[str, str] = os.environ) -> TargetBuild:
    """Copy schema raw of the published release to the target, run `dbt build` there, compare every mart with DuckDB's.

    Raises:
        TargetError: the target cannot be used, or the last refresh was not published.
        AlreadyRunningError: a refresh is running.
    """
    places = places_of(environment, settings.home)
    reporter = ConsoleReporter(stages=STAGES)
    try:
        reporter.stage("look", f"packages, release and target {target}")
        _require_packages(target)
        if target == "spark":
            _require_java(environment)
        release_id = _require_published(settings)
        # A refresh would replace the build database that is read here.
        with only_one(settings.lock_file):
            reporter.stage("copy raw", f"of release {release_id}")
            found = TargetBuild(target, raw_rows=copy_raw(settings.build_database, target, places))
            reporter.stage("copy raw", f"{found.raw_rows:,} rows of release {release_id}")
            _run_dbt(settings, places, found, lambda detail: reporter.stage("dbt build", detail), environment)
            if not found.failures:
                reporter.stage("compare", "every mart with DuckDB's")
                compared = compare_marts(settings.build_database, target, places)
                found.marts = len(compared)
                found.differences = [mart.message() for mart in compared if not mart.is_equal]
                reporter.stage(
                    "compare", f"{found.marts - len(found.differences)} of {found.marts} marts equal DuckDB's, row by row"
                )
        return found
    finally:
        reporter.close()


def _require_packages(target: TargetName) -> None:
    missing: list[str] = []
    for name in PACKAGES[target]:
        try:
            version(name)
        except PackageNotFoundError:
            missing.append(name)
    if missing:
        raise TargetError(f"target {target} needs {', '.join(missing)}, not installed here; {HOW_TO_INSTALL}")


def _require_java(environment: Mapping[str, str]) -> None:
    home = environment.get("JAVA_HOME")
    java = str(Path(home) / "bin" / "java") if home else shutil.which("java", path=environment.get("PATH"))
    how = f"install Java {JAVA} or newer (Debian: sudo apt-get install openjdk-{JAVA}-jre-headless) or set JAVA_HOME"
    if java is None or not Path(java).exists():
        raise TargetError(f"Spark needs Java, and there is none{f' at {java}' if java else ''}; {how}")
    done = subprocess.run([java, "-version"], capture_output=True, text=True, check=False, timeout=60)
    found = re.search(r'version "(?:1\.)?(\d+)', done.stderr + done.stdout)
    if found is None or int(found.group(1)) < JAVA:
        raise TargetError(
            f"expected Java {JAVA} or newer, found {found.group(1) if found else 'an unknown version'} at {java}; {how}"
        )


def _require_published(settings: Settings) -> str:
    """Only what passed both gates may reach another server."""
    try:
        release = current_release(settings.published)
    except DamagedReleaseError as error:
        raise TargetError(str(error)) from None
    if release is None or not settings.build_database.exists():
        raise TargetError(f"expected a published release under {settings.published}, found none; run `cchc refresh` first")
    if RunState.of(settings).state.fingerprint != release.fingerprint:
        raise TargetError(
            f"the last refresh published nothing, so {settings.build_database} is not what release {release.release_id} was made of; "
            "see `cchc status`, mend what held it back, and run `cchc refresh`"
        )
    return release.release_id


def dbt_command(settings: Settings, target: TargetName) -> list[str]:
    folder = settings.home / "dbt_target" / "targets" / target
    paths = {"--project-dir": DBT_PROJECT_DIR, "--profiles-dir": DBT_PROJECT_DIR, "--target-path": folder, "--log-path": folder}
    # Whole, because a seed may have other columns than the one that the last build left there.
    return [
        dbt_executable(),
        "--no-use-colors",
        "build",
        "--full-refresh",
        *(str(part) for pair in paths.items() for part in pair),
    ]


def _run_dbt(
    settings: Settings, places: Places, found: TargetBuild, say: Callable[[str], None], environment: Mapping[str, str]
) -> None:
    log = settings.logs / f"target_{found.target}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    places.spark_warehouse.mkdir(parents=True, exist_ok=True)
    found.log = str(log)
    own = dict(environment) | tool_environment(settings) | places.environment() | {"DBT_TARGET": found.target}
    say("models, tests and unit tests")
    trouble: list[str] = []
    with (
        log.open("w", encoding="utf-8", buffering=1) as stream,
        subprocess.Popen(
            dbt_command(settings, found.target), env=own, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
            errors="replace", cwd=places.spark_warehouse if found.target == "spark" else None,
        ) as process,
    ):  # fmt: skip
        for line in process.stdout or ():
            stream.write(line)
            step = _STEP.search(line)
            if step is not None:
                found.steps = int(step["steps"])
                say(f"{step['step']} of {found.steps} models, tests and unit tests")
            if _TROUBLE.match(line) or (trouble and line.startswith("  ") and len(trouble) < 24):
                trouble.append(line.split("  ", 1)[-1].rstrip() if _TROUBLE.match(line) else line.rstrip())
    if process.returncode != 0:
        found.failures = trouble or [f"dbt ended with code {process.returncode} before it built anything"]


def target_lines(found: TargetBuild) -> list[str]:
    """The end of a build on a target, to be read aloud."""
    if found.failures:
        return [
            f"dbt build failed on target {found.target}:",
            *[f"  {line}" for line in found.failures],
            f"the whole log: {found.log}",
        ]
    if found.differences:
        return [
            f"Built on target {found.target}, but {len(found.differences)} of {found.marts} marts are not DuckDB's:",
            *[f"  {line}" for line in found.differences],
            "If the models changed since the last refresh, run `cchc refresh --force` and build again.",
        ]
    return [
        f"Built on target {found.target}: {found.steps} models, tests and unit tests passed, {found.marts} marts equal DuckDB's"
    ]
