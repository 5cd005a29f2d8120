"""Several at once: two refreshes, a refresh beside a run of Dagster, readers beside all of them."""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from pathlib import Path

import duckdb
import pytest

from dagster_project.lockfile import only_one
from tests.conftest import REPOSITORY, Instance
from tests.faults.harness import (
    FIRST_DOCUMENT,
    PATIENCE,
    SECOND_DOCUMENT,
    Expected,
    assert_is_the_right_one,
    catalogue_of,
    environment_of,
    refresh,
    started,
    whole,
)

pytestmark = pytest.mark.slow

READERS = 5

SQL = (
    "select (select string_agg(distinct run_id, ' ') from qa_results), (select count(*) from fct_claim), "
    "(select count(*) from rpt_scores), (select count(*) from dim_document)"
)
"""Which run made the release, and how much is in it: an answer of two releases would be none of theirs."""

READER = """
import json, sys, time
from pathlib import Path
import duckdb
from warehouse.query import ask

published, stop, SQL = Path(sys.argv[1]), Path(sys.argv[2]), sys.argv[3]
seen, answers, errors = set(), 0, []
print("reads", flush=True)
while not stop.exists():
    try:
        with duckdb.connect(str(published / "current" / "cchc.duckdb"), read_only=True) as connection:
            first = connection.execute(SQL).fetchone()
            time.sleep(0.05)  # whoever thinks between two questions keeps the release that he opened
            assert connection.execute(SQL).fetchone() == first
        seen |= {tuple(first), tuple(ask(published, SQL).rows[0])}
        answers += 2
    except Exception as error:
        errors.append(repr(error))
print(json.dumps({"seen": sorted(map(list, seen)), "answers": answers, "errors": errors}))
"""


def _dagster(instance: Instance, *arguments: str) -> subprocess.Popen[str]:
    from dagster_project.settings import Settings, tool_environment

    where = Settings(instance.home, instance.home, instance.home, instance.home, None)
    command = [sys.executable, "-m", "dagster", *arguments, "-m", "dagster_project.definitions"]
    return subprocess.Popen(
        command, env=environment_of(instance) | tool_environment(where), stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True,
        cwd=REPOSITORY,
    )  # fmt: skip


def _wait_for_the_lock(instance: Instance, process: subprocess.Popen[str]) -> None:
    lock_file, end = instance.home / "refresh.lock", time.monotonic() + PATIENCE
    while not (lock_file.is_file() and f'"process": {process.pid},' in lock_file.read_text(encoding="utf-8", errors="replace")):
        assert process.poll() is None
        assert time.monotonic() < end
        time.sleep(0.01)


def _expected(release: object, instance: Instance) -> Expected:
    found = whole(instance.home)
    assert found is not None
    assert found != release
    return Expected(None, found.fingerprint, found.row_counts)


def test_of_two_refreshes_one_publishes_and_the_other_is_told_who_runs(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home", catalogue_of(tmp_path / "catalogue", FIRST_DOCUMENT))
    with started(instance, "refresh") as first:
        _wait_for_the_lock(instance, first)
        second = refresh(instance)
        assert first.wait() == 0
    assert second.returncode == 2
    assert f"another refresh is running (process {first.pid} on " in second.stderr
    assert ", since 2" in second.stderr
    assert "Traceback" not in second.stderr
    assert_is_the_right_one(instance.home, _expected(None, instance))
    assert len(list((instance.home / "published" / "releases").iterdir())) == 1


def test_a_run_of_dagster_beside_a_refresh_changes_nothing_and_says_who_runs(tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home", catalogue_of(tmp_path / "catalogue", FIRST_DOCUMENT))
    (instance.home / "dagster").mkdir(parents=True)
    with only_one(instance.home / "refresh.lock"):
        job = _dagster(instance, "job", "execute", "-j", "refresh_warehouse")
        said, _ = job.communicate(timeout=PATIENCE)
    assert job.returncode != 0
    assert f"another refresh is running (process {os.getpid()} on " in said
    assert not (instance.home / "build" / "build.duckdb").exists()
    assert not (instance.home / "published").exists()


def test_readers_see_one_release_at_a_time_while_others_are_published_and_a_document_is_read_again(tmp_path: Path) -> None:
    one = Instance(tmp_path / "home", catalogue_of(tmp_path / "one", FIRST_DOCUMENT))
    both = Instance(tmp_path / "home", catalogue_of(tmp_path / "two", FIRST_DOCUMENT, SECOND_DOCUMENT))
    assert refresh(one).returncode == 0
    published, stop = one.home / "published", tmp_path / "stop"
    command = [sys.executable, "-c", READER, str(published), str(stop), SQL]
    readers = [
        subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment_of(one), cwd=REPOSITORY)
        for _ in range(READERS)
    ]
    try:
        for reader in readers:
            assert reader.stdout is not None
            assert reader.stdout.readline() == "reads\n"
        assert refresh(one, "--force").returncode == 0
        again = _dagster(one, "asset", "materialize", "--select", "document_outcome", "--partition", FIRST_DOCUMENT)
        said, _ = again.communicate(timeout=PATIENCE)
        assert again.returncode == 0, said
        assert refresh(both).returncode == 0
    finally:
        stop.touch()
        found = [json.loads(reader.communicate(timeout=PATIENCE)[0]) for reader in readers]
    whole_answers = set[tuple[object, ...]]()
    for release in (published / "releases").glob("v*"):
        with duckdb.connect(str(release / "cchc.duckdb"), read_only=True) as connection:
            whole_answers.add(connection.execute(SQL).fetchone() or ())
    assert len(whole_answers) == 3
    assert [error for reader in found for error in reader["errors"]] == []
    assert {tuple(answer) for reader in found for answer in reader["seen"]} <= whole_answers
    assert min(reader["answers"] for reader in found) > 10
    print(f"{sum(reader['answers'] for reader in found)} answers of {READERS} readers, no error")
