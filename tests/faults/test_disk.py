"""A disk that is full, without files to give, read-only or another user's: exit code 2 in words, and nothing is lost.

A small file system in memory (tmpfs) is the disk, for which Linux asks for the rights of root; without them these tests skip.
"""

from __future__ import annotations

import contextlib
import os
import shutil
import subprocess
import sys
from collections.abc import Generator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from dagster_project.diskspace import FIRST_REFRESH, MEGABYTE
from dagster_project.refresh import CouldNotRunError, run_refresh
from tests.conftest import REPOSITORY, Instance
from tests.disks import small_disk
from tests.faults.harness import (
    FIRST_DOCUMENT,
    POINTS,
    SECOND_DOCUMENT,
    Expected,
    assert_is_the_right_one,
    assert_nothing_is_lost,
    catalogue_of,
    environment_of,
    refresh,
    started,
    wait_for,
    whole,
)

BLOCK = b"\0" * (64 * 1024)


@pytest.fixture
def disk(tmp_path: Path) -> Generator[Path]:
    """An empty file system of 300 MB."""
    with small_disk(tmp_path, 300) as folder:
        yield folder


def _fill(disk: Path) -> Path:
    """Take all room that is left, to the last block."""
    ballast = disk / "ballast"
    with contextlib.suppress(OSError), ballast.open("ab", buffering=0) as stream:
        while True:
            stream.write(BLOCK)
    return ballast


def test_a_refresh_for_which_there_is_no_room_is_not_begun(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.MonkeyPatch.context() as patch:
        for name, value in os.environ.items():  # whatever the refresh sets for its tools goes again
            patch.setenv(name, value)
        patch.setenv("CCHC_HOME", str(tmp_path / "home"))
        monkeypatch.setattr(shutil, "disk_usage", lambda _: shutil._ntuple_diskusage(0, 0, 12 * MEGABYTE))  # type: ignore[attr-defined]
        needed = f"needs about {FIRST_REFRESH // MEGABYTE} MB, found 12 MB free.*Nothing was started"
        with pytest.raises(CouldNotRunError, match=needed):
            run_refresh()
    assert not (tmp_path / "home" / "archive").exists()


@pytest.mark.slow
def test_a_disk_that_fills_at_any_stage_loses_nothing(disk: Path) -> None:
    home = disk / "home"
    one = Instance(home, catalogue_of(disk / "one", FIRST_DOCUMENT))
    assert refresh(one).returncode == 0
    old = whole(home)
    both = Instance(home, catalogue_of(disk / "two", FIRST_DOCUMENT, SECOND_DOCUMENT))
    messages = disk.parent / "stderr.txt"
    for point in ("archive", "extract", "load", "dbt build", "publish", "before the swap"):
        before = POINTS[point](home)
        with started(both, "refresh", messages=messages) as process:
            is_there = wait_for(point, home, process, before)
            ballast = _fill(disk)
            code = process.wait()
        said = messages.read_text(encoding="utf-8")
        ballast.unlink()
        if code == 0 and point == "before the swap":
            break  # that moment is short: it was through before the room was gone
        assert is_there, f"the refresh never came to {point}"
        current = assert_nothing_is_lost(
            home, Expected(old, old.fingerprint, old.row_counts) if old else Expected(None, "", {})
        )
        assert current == old, point
        assert code == 2, (point, said)
        assert "Traceback" not in said, (point, said)
    done = refresh(both)
    assert done.returncode == 0, done.stdout + done.stderr
    release = whole(home)
    assert release is not None
    assert sorted(release.documents) == sorted((FIRST_DOCUMENT, SECOND_DOCUMENT))
    assert_is_the_right_one(home, Expected(old, release.fingerprint, release.row_counts))


@pytest.mark.slow
def test_the_message_of_a_full_disk_says_which_disk_and_how_much_is_needed(disk: Path) -> None:
    both = Instance(disk / "home", catalogue_of(disk / "two", FIRST_DOCUMENT, SECOND_DOCUMENT))
    before, messages = POINTS["extract"](both.home), disk.parent / "stderr.txt"
    with started(both, "refresh", messages=messages) as process:
        assert wait_for("extract", both.home, process, before)
        _fill(disk)
        assert process.wait() == 2
    said = messages.read_text(encoding="utf-8")
    for words in (f"the disk that holds {both.home} is full", "MB", "a refresh needs about", "Make room"):
        assert words in said, said


@pytest.mark.slow
def test_a_disk_without_files_to_give_is_told(disk: Path) -> None:
    home = Instance(disk / "home", catalogue_of(disk / "one", FIRST_DOCUMENT))
    used = sum(1 for _ in disk.rglob("*")) + 40
    subprocess.run(["mount", "-o", f"remount,nr_inodes={used}", str(disk)], check=True)
    done = refresh(home)
    assert done.returncode == 2, done.stdout + done.stderr
    assert " files are free" in done.stderr
    assert "Traceback" not in done.stderr
    subprocess.run(["mount", "-o", "remount,nr_inodes=100000", str(disk)], check=True)
    assert refresh(home).returncode == 0


@pytest.mark.slow
def test_a_read_only_disk_is_told_and_its_release_is_still_read(disk: Path) -> None:
    home = Instance(disk / "home", catalogue_of(disk / "one", FIRST_DOCUMENT))
    assert refresh(home).returncode == 0
    subprocess.run(["mount", "-o", "remount,ro", str(disk)], check=True)
    try:
        done = refresh(home)
        assert home.run("query", "select count(*) from rpt_scores").returncode == 0
        assert home.run("status").returncode in (0, 1)
        tidied = home.run("tidy")
    finally:
        subprocess.run(["mount", "-o", "remount,rw", str(disk)], check=True)
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
    assert tidied.returncode == 2
    assert "expected Dagster's store of runs that may be written" in tidied.stderr
    assert "Traceback" not in tidied.stderr


@pytest.mark.slow
@pytest.mark.skipif(os.geteuid() != 0, reason="only root can become another user")
def test_a_home_of_another_user_is_told() -> None:
    """The folder is there, and this user may only read it."""
    with TemporaryDirectory() as folder:
        Path(folder).chmod(0o755)  # folders of pytest are closed to others
        _refresh_as_another_user(Instance(Path(folder)))


def _refresh_as_another_user(instance: Instance) -> None:
    program = Path(sys.executable).parent / "cchc"
    interpreter = ["test", "-x", os.path.realpath(sys.executable)]
    if subprocess.run(interpreter, user=65534, group=65534, check=False).returncode != 0:
        pytest.skip(f"another user may not run {sys.executable}")
    done = subprocess.run(
        [str(program), "refresh"], env=environment_of(instance) | {"HOME": "/"}, cwd=REPOSITORY, user=65534, group=65534,
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert done.returncode == 2
    assert "cannot write" in done.stderr
    assert "Traceback" not in done.stderr
