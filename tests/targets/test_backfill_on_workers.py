"""Reading on several machines: a Dask cluster of two workers, processes of their own, on the documents of the repository."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from collections.abc import Generator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from tests.conftest import REPOSITORY, Instance
from tests.targets.server import until

pytestmark = pytest.mark.slow
pytest.importorskip("dagster_dask", reason="make setup-scale")

DASK = str(Path(sys.executable).parent / "dask")


@dataclass
class Cluster:
    """A scheduler and its workers, each a process as `dask scheduler` and `dask worker` start it."""

    folder: Path
    processes: dict[str, subprocess.Popen[bytes]] = field(default_factory=dict[str, subprocess.Popen[bytes]])

    @property
    def address(self) -> str:
        """Where the scheduler listens, from the file in which it says so."""
        path = self.folder / "scheduler.json"
        text = until("the scheduler", lambda: path.read_text(encoding="utf-8") if path.exists() else None)
        return json.loads(text)["address"]

    def start(self, name: str, *arguments: str, environment: dict[str, str]) -> None:
        log = (self.folder / f"{name}.log").open("wb")
        self.processes[name] = subprocess.Popen(
            [DASK, *arguments], env=environment, cwd=REPOSITORY, stdout=log, stderr=subprocess.STDOUT, start_new_session=True
        )

    def log(self, name: str) -> str:
        return (self.folder / f"{name}.log").read_text(encoding="utf-8", errors="replace")

    def kill(self, name: str) -> None:
        """The worker and all that it started, as when its machine goes away."""
        process = self.processes.pop(name)
        import psutil  # not part of the default set-up

        family = [*psutil.Process(process.pid).children(recursive=True), psutil.Process(process.pid)]
        for one in family:
            one.send_signal(signal.SIGKILL)
        process.wait()


@contextmanager
def cluster(folder: Path, home: Path, workers: dict[str, tuple[str, ...]]) -> Generator[Cluster]:
    """A cluster whose workers have this home, and each the options given for it."""
    folder.mkdir()
    base = os.environ | {"CCHC_HOME": str(home), "PYTHONPATH": str(REPOSITORY)}
    base.pop("CCHC_INBOX", None)
    found = Cluster(folder)
    try:
        listen = ("--host", "127.0.0.1", "--port", "0", "--no-dashboard", "--no-show")
        found.start("scheduler", "scheduler", *listen, "--scheduler-file", str(folder / "scheduler.json"), environment=base)
        for name, own in workers.items():
            options = ("--nthreads", "1", "--no-dashboard", "--no-nanny", "--host", "127.0.0.1", "--name", name)
            local = ("--local-directory", str(folder / name))
            found.start(name, "worker", found.address, *options, *local, *own, environment=base)
        for name in workers:
            until(f"worker {name}", lambda name=name: "Registered to" in found.log(name) or None)
        yield found
    finally:
        for name in list(found.processes):
            if found.processes[name].poll() is None:
                found.kill(name)


def _outcomes(home: Path) -> dict[str, Any]:
    """What was read from each document, by document and mark; without the moment at which its bytes were archived."""
    found: dict[str, Any] = {}
    for path in sorted((home / "extracted").glob("*/*.json")):
        value = json.loads(path.read_text(encoding="utf-8"))
        value["facts"].pop("retrieved_at")
        found[f"{path.parent.name}/{path.stem}"] = value
    return found


def _backfill(home: Path, *arguments: str, **environment: str) -> tuple[int, dict[str, Any]]:
    done = Instance(home).run("backfill", "--json", *arguments, environment=environment)
    assert done.stdout, done.stderr
    return done.returncode, json.loads(done.stdout)


@pytest.fixture(scope="module")
def in_process(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A home on which the whole catalogue was read in one process."""
    home = tmp_path_factory.mktemp("one") / "home"
    code, found = _backfill(home)
    assert code == 0, found
    assert len(found["readers"]) == 1
    return home


def test_two_workers_read_what_one_process_reads(in_process: Path, tmp_path: Path) -> None:
    home = tmp_path / "home"
    with cluster(tmp_path / "dask", home, {"first": (), "second": ()}) as dask:
        code, found = _backfill(home, CCHC_DASK_ADDRESS=dask.address)
        assert code == 0, found
        assert len(found["readers"]) == 2, found["readers"]
        assert _outcomes(home) == _outcomes(in_process)
        assert set(found["read"]) == {path.parent.name for path in (home / "extracted").glob("*/*.json")}
        again = _backfill(home, CCHC_DASK_ADDRESS=dask.address)[1]
    assert again["read"] == []
    assert again["cached"] == found["read"]
    from dagster import AssetKey, DagsterInstance
    from dagster._core.instance.ref import InstanceRef

    with DagsterInstance.from_ref(InstanceRef.from_dir(str(home / "dagster"))) as instance:
        assert instance.get_materialized_partitions(AssetKey("document_outcome")) == set(found["read"])


def test_several_processes_of_one_machine_read_the_same(in_process: Path, tmp_path: Path) -> None:
    ids = sorted(path.name for path in (in_process / "extracted").iterdir())[:4]
    code, found = _backfill(tmp_path / "home", *ids, CCHC_BACKFILL_PROCESSES="2")
    assert (code, found["read"]) == (0, ids)
    assert len(found["readers"]) == len(ids)  # a process for each step
    expected = _outcomes(in_process)
    assert all(expected[key] == value for key, value in _outcomes(tmp_path / "home").items())


def test_when_a_worker_dies_the_other_reads_the_rest_and_a_second_call_reads_nothing_twice(
    in_process: Path, tmp_path: Path
) -> None:
    home = tmp_path / "home"
    with cluster(tmp_path / "dask", home, {"first": (), "second": ()}) as dask:
        environment = os.environ | {"CCHC_HOME": str(home), "CCHC_DASK_ADDRESS": dask.address}
        command = [str(Path(sys.executable).parent / "cchc"), "backfill", "--json"]
        with subprocess.Popen(command, env=environment, cwd=REPOSITORY, stdout=subprocess.PIPE) as running:
            until("the first outcome", lambda: list((home / "extracted").glob("*/*.json")))
            dask.kill("first")
            output = running.communicate(timeout=600)[0]
        found = json.loads(output)
        kept = {path: path.stat().st_mtime_ns for path in (home / "extracted").glob("*/*.json")}
        again = _backfill(home, CCHC_DASK_ADDRESS=dask.address)[1]
    assert all("read" in words or "worker" in words.lower() for words in found["failed"].values()), found["failed"]
    assert again["failed"] == {}
    assert all(path.stat().st_mtime_ns == moment for path, moment in kept.items())
    assert _outcomes(home) == _outcomes(in_process)


def test_a_worker_with_other_readers_reads_nothing_and_says_what_to_do(tmp_path: Path) -> None:
    home, other = tmp_path / "home", tmp_path / "other.py"
    other.write_text("import extractors.readers\nextractors.readers.code_fingerprint = lambda: 64 * 'f'\n", encoding="utf-8")
    with cluster(tmp_path / "dask", home, {"other": ("--preload", str(other))}) as dask:
        code, found = _backfill(home, "sipas_2023_thua_thien_hue_ubnd", CCHC_DASK_ADDRESS=dask.address)
    assert code == 1
    words = found["failed"]["sipas_2023_thua_thien_hue_ubnd"]
    assert "expected readers with the mark" in words
    assert "ffffffffffff" in words
    assert not (home / "extracted").exists()
