"""Shared fixtures: the folder of reference data, and one real refresh that the end-to-end tests read."""

from __future__ import annotations

import fcntl
import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).resolve().parent.parent

# Files that a test puts into an inbox are whole when it says so; what waits for that has tests of its own.
os.environ.setdefault("CCHC_INBOX_SETTLE_SECONDS", "0")
# Nor for another refresh to end.
os.environ.setdefault("CCHC_LOCK_WAIT_MINUTES", "0")

UNTESTED = {
    "DBT_EXCLUDE_RESOURCE_TYPES": "test unit_test",
    "CCHC_ALLOW_UNTESTED_BUILD": "1",
    "CCHC_RELEASE_PARTS": "none",
}
"""For refreshes whose state is judged and not their figures: half of the time of each would be dbt's own tests and the workbooks."""


_FIRST = ("test_change.py", "test_dagster_runs.py", "test_bad_files.py")
"""Of two processes one refreshes for both; the other has files that need no refresh to do meanwhile."""


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """The files of `_FIRST` before the others, which stay in their order."""
    items.sort(key=lambda item: _FIRST.index(item.path.name) if item.path.name in _FIRST else len(_FIRST))


@pytest.fixture(scope="session")
def reference_data() -> Path:
    """The folder with the published figures that the documents were set from; tests that compare with it skip where it is absent."""
    folder = Path(os.environ.get("CCHC_REFERENCE_DATA", REPOSITORY.parent / "shared" / "data"))
    if not folder.is_dir():
        pytest.skip(f"the reference folder {folder} is absent; set CCHC_REFERENCE_DATA to compare with the cited figures")
    return folder


@dataclass(frozen=True)
class Instance:
    """One instance of the warehouse: a home folder and the command line on it."""

    home: Path
    catalogue: Path | None = None

    def run(
        self, *arguments: str, timeout: float = 600, environment: dict[str, str] | None = None
    ) -> subprocess.CompletedProcess[str]:
        """`cchc …` in a process of its own, as a person would run it."""
        own = os.environ | {"CCHC_HOME": str(self.home), "COLUMNS": "200"} | (environment or {})
        own.pop("CCHC_INBOX", None)
        if self.catalogue is not None:
            own["CCHC_CATALOGUE"] = str(self.catalogue)
        command = [str(Path(sys.executable).parent / "cchc"), *arguments]
        return subprocess.run(command, env=own, capture_output=True, text=True, check=False, timeout=timeout, cwd=REPOSITORY)

    @property
    def release(self) -> Path:
        return (self.home / "published" / "current").resolve()


def _refreshed_once(home: Path) -> None:
    given = os.environ.get("CCHC_TEST_HOME")
    if given and "CI" not in os.environ:  # for whoever runs one test again and again: a home that was refreshed just before
        shutil.copytree(given, home, symlinks=True, dirs_exist_ok=True)
        return
    done = Instance(home).run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture(scope="session")
def refreshed(tmp_path_factory: pytest.TempPathFactory) -> Instance:
    """A home on which `cchc refresh` ran once, on the documents that ship with the repository, and ended well.

    Of several workers the first one refreshes, and each has a copy of its own.
    """
    home = tmp_path_factory.mktemp("home")
    if "PYTEST_XDIST_WORKER" not in os.environ:
        _refreshed_once(home)
        return Instance(home)
    shared = tmp_path_factory.getbasetemp().parent / "refreshed"
    shared.mkdir(exist_ok=True)
    with (shared / "lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not (shared / "done").exists():
            _refreshed_once(shared / "home")
            (shared / "done").touch()
    shutil.copytree(shared / "home", home, symlinks=True, dirs_exist_ok=True)
    return Instance(home)


@pytest.fixture(scope="session")
def refreshed_again(refreshed: Instance) -> subprocess.CompletedProcess[str]:
    """A second refresh of that home, with nothing new: what it said."""
    before = refreshed.release
    done = refreshed.run("refresh")
    assert done.returncode == 0, done.stdout + done.stderr
    assert refreshed.release == before
    return done


def copy_of(instance: Instance, folder: Path) -> Instance:
    """A copy of this home in `folder`, with a copy of the catalogue of the repository."""
    home, catalogue = folder / "home", folder / "catalogue"
    shutil.copytree(instance.home, home, symlinks=True)
    shutil.copytree(REPOSITORY / "extractors/catalogue/entries", catalogue / "entries")
    shutil.copytree(REPOSITORY / "extractors/catalogue/corrections", catalogue / "corrections")
    shutil.copytree(REPOSITORY / "extractors/documents", catalogue / "documents")
    shutil.copy(REPOSITORY / "extractors/catalogue/sources.lock.yml", catalogue)
    return Instance(home, catalogue)


@pytest.fixture
def copied(refreshed: Instance, tmp_path: Path) -> Instance:
    """A copy of the refreshed home and of the catalogue, to be damaged."""
    return copy_of(refreshed, tmp_path)
