"""Files of a home that are cut short, empty or garbage: rebuilt, or named with what to do; never a traceback, never a wrong release."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from tests.conftest import Instance
from tests.faults.harness import Expected, assert_is_the_right_one, refresh, whole

GARBAGE = b"\x00\xff not what was written here"


def _cut(path: Path) -> None:
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])


def _damage_everything(home: Path) -> list[str]:
    """Damage one file of each kind, and leave what killed runs leave. Ids of the documents whose outcomes are damaged."""
    outcomes = sorted((home / "extracted").glob("*/*.json"))[:3]
    _cut(outcomes[0])
    outcomes[1].write_bytes(b"")
    outcomes[2].write_bytes(GARBAGE)
    build = home / "build"
    for name in ("refresh.json", "gate1.duckdb", "gate1.duckdb.wal", "build.duckdb.wal", "trial.duckdb.wal"):
        (build / name).write_bytes(GARBAGE)
    (build / "build.duckdb.tmp").mkdir()
    (build / f".refresh.json.999999999-{'0' * 32}.tmp").write_bytes(GARBAGE)
    (home / "quarantine").mkdir(exist_ok=True)
    (home / "quarantine" / "pci_2021_published.json").write_bytes(GARBAGE)
    for path in (*(home / "runs").glob("2*.json"), home / "dbt_target" / "manifest.json"):
        _cut(path)
    (home / "runs" / "running.json").write_bytes(GARBAGE)
    (home / "dbt_target" / "partial_parse.msgpack").write_bytes(GARBAGE)
    (home / ".dbt_parse-999999999-left").mkdir()
    (home / "published" / "releases" / ".staging-1").mkdir()
    (home / "published" / ".publishing").write_bytes(b"")
    (home / "refresh.lock").write_bytes(GARBAGE)
    _cut(home / "published" / "current" / "cchc.duckdb")
    return [path.parent.name for path in outcomes]


def test_whoever_asks_a_damaged_home_is_told_which_file_and_what_to_do(copied: Instance) -> None:
    old = whole(copied.home)
    assert old is not None
    _damage_everything(copied.home)
    asked = copied.run("query", "select 1")
    assert asked.returncode == 2
    assert f"release {old.release_id} is damaged" in asked.stderr
    assert "cchc.duckdb" in asked.stderr
    assert "cchc refresh" in asked.stderr
    status = copied.run("status")
    assert f"release {old.release_id} is damaged" in status.stdout
    listed = copied.run("review", "list")
    assert listed.returncode == 2
    assert "quarantine/pci_2021_published.json" in listed.stderr
    assert "cchc refresh" in listed.stderr
    assert "Traceback" not in asked.stderr + status.stderr + listed.stderr

    (copied.home / "dagster" / "history" / "runs.db").write_bytes(GARBAGE * 100)
    refused = refresh(copied, "--accept-changes", "the disk was damaged, and no copy of the release is left")
    assert refused.returncode == 2
    assert f"the history that Dagster keeps in {copied.home / 'dagster'} is damaged" in refused.stderr
    assert "Traceback" not in refused.stderr


@pytest.mark.slow
def test_the_next_refresh_mends_every_file_of_state_that_is_damaged(copied: Instance) -> None:
    old = whole(copied.home)
    assert old is not None
    documents = _damage_everything(copied.home)
    done = refresh(copied, "--accept-changes", "the disk was damaged, and no copy of the release is left")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "Traceback" not in done.stdout + done.stderr
    assert f"release {old.release_id} is damaged" in done.stdout, "what was wrong is told, though it is mended"
    assert_is_the_right_one(copied.home, Expected(None, old.fingerprint, old.row_counts))
    assert copied.release != old.directory
    assert not (copied.home / "quarantine").exists()
    assert list(copied.home.glob(".dbt_parse-*")) == []
    assert list((copied.home / "build").glob(".*.tmp")) == []
    for document_id in documents:
        for path in (copied.home / "extracted" / document_id).glob("*.json"):
            json.loads(path.read_bytes())


def test_a_release_that_is_gone_is_told_and_none_is_built_that_could_not_be_compared_with_it(copied: Instance) -> None:
    shutil.rmtree(copied.release)
    for command in (("query", "select 1"), ("status",), ("explain", "SIPAS", "2023", "46")):
        done = copied.run(*command)
        assert done.returncode != 0
        assert "is damaged" in done.stdout + done.stderr
        assert "manifest.json" in done.stdout + done.stderr
        assert "Traceback" not in done.stdout + done.stderr
    refused = copied.run("refresh")
    assert refused.returncode == 2
    assert "Nothing is published without that comparison" in refused.stderr
    assert "--accept-changes" in refused.stderr
    assert "Traceback" not in refused.stderr
