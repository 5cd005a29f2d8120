"""Real refreshes that are broken off, and what must hold of a home afterwards."""

from __future__ import annotations

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Generator, Mapping
from dataclasses import dataclass
from pathlib import Path

import duckdb

from extractors.archive.store import Archive
from tests.conftest import REPOSITORY, UNTESTED, Instance
from warehouse.releases import Release, current_release

FIRST_DOCUMENT, SECOND_DOCUMENT = "pci_2021_published", "ict_index_2019_published"

PATIENCE = 900.0
"""Seconds after which a test gives up waiting for an event: a guard against a hang, not a measure."""


def catalogue_of(folder: Path, *document_ids: str) -> Path:
    """A catalogue of these documents of the repository."""
    shutil.rmtree(folder, ignore_errors=True)
    source = REPOSITORY / "extractors"
    for name in ("entries", "documents"):
        (folder / name).mkdir(parents=True)
    for key in document_ids:
        shutil.copyfile(source / "catalogue" / "entries" / f"{key}.yml", folder / "entries" / f"{key}.yml")
        (document,) = (source / "documents").glob(f"{key}.*")
        shutil.copyfile(document, folder / "documents" / document.name)
    return folder


def environment_of(instance: Instance, extra: Mapping[str, str] | None = None) -> dict[str, str]:
    own = dict(os.environ) | UNTESTED | {"CCHC_HOME": str(instance.home), "COLUMNS": "200"} | dict(extra or {})
    own.pop("CCHC_INBOX", None)
    if instance.catalogue is not None:
        own["CCHC_CATALOGUE"] = str(instance.catalogue)
    return own


def refresh(instance: Instance, *arguments: str, **extra: str) -> subprocess.CompletedProcess[str]:
    return instance.run("refresh", *arguments, environment=UNTESTED | extra, timeout=PATIENCE)


@contextlib.contextmanager
def started(
    instance: Instance, *arguments: str, messages: Path | None = None, **extra: str
) -> Generator[subprocess.Popen[str]]:
    """`cchc …` in a process group of its own; whatever of it is left at the end is killed. Its messages go to `messages`, by
    default `stderr.txt` beside home."""
    command = [str(Path(sys.executable).parent / "cchc"), *arguments]
    with (messages or instance.home.parent / "stderr.txt").open("w", encoding="utf-8") as stream:
        process = subprocess.Popen(
            command, env=environment_of(instance, extra), stdout=subprocess.DEVNULL, stderr=stream, text=True, cwd=REPOSITORY,
            start_new_session=True,
        )  # fmt: skip
        try:
            yield process
        finally:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait()


# ---------------------------------------------------------------- where a run is, seen from outside


def _newest(path: Path) -> int:
    try:
        return path.stat().st_mtime_ns
    except FileNotFoundError:
        return 0


def _names(folder: Path, pattern: str) -> frozenset[str]:
    return frozenset(str(path) for path in folder.glob(pattern))


def _link(path: Path) -> str:
    return str(path.readlink()) if path.is_symlink() else ""


POINTS: Mapping[str, Callable[[Path], object]] = {
    "archive": lambda home: _names(home / "archive", "??/*"),
    "extract": lambda home: _names(home / "extracted", "*/*"),
    "gate 1": lambda home: _newest(home / "build" / "gate1.duckdb"),
    "load": lambda home: _newest(home / "build" / "build.duckdb"),
    "dbt build": lambda home: _newest(home / "dbt_target" / "manifest.json"),
    "gate 2": lambda home: _newest(home / "dbt_target" / "run_results.json"),
    "publish": lambda home: _names(home / "published" / "releases", ".staging-*/*"),
    "before the swap": lambda home: (home / "published" / ".publishing").exists(),
    "after the swap": lambda home: _link(home / "published" / "current"),
    "report": lambda home: _names(home / "runs", "2*.json"),
}
"""What changes in a home when a refresh comes to this point: files that appear, are written, or point elsewhere."""


def wait_for(point: str, home: Path, process: subprocess.Popen[str], before: object) -> bool:
    """Wait until the run is at this point; False if it ended before it came there (nothing to do at that stage)."""
    look, end = POINTS[point], time.monotonic() + PATIENCE
    while time.monotonic() < end:
        if look(home) != before:
            return True
        if process.poll() is not None:
            return look(home) != before
        time.sleep(0.001)  # the file system has no event that every system tells
    raise AssertionError(f"the refresh did not come to {point!r} in {PATIENCE:.0f} s")


def kill(process: subprocess.Popen[str], *, whole_group: bool) -> None:
    """SIGKILL to the refresh alone, or to all that it has started too."""
    with contextlib.suppress(ProcessLookupError):
        if whole_group:
            os.killpg(process.pid, signal.SIGKILL)
        else:
            process.kill()
    process.wait()


def survivors(home: Path) -> list[str]:
    """Commands of processes that work in this home (Linux)."""
    wanted, found = f"CCHC_HOME={home}".encode(), list[str]()
    for folder in Path("/proc").glob("[0-9]*"):
        with contextlib.suppress(OSError):
            if wanted in (folder / "environ").read_bytes().split(b"\0"):
                found.append((folder / "cmdline").read_bytes().replace(b"\0", b" ").decode(errors="replace"))
    return [command for command in found if command]


def assert_nobody_survives(home: Path) -> None:
    """Whatever a killed refresh had started ends with it: it would write into the build of the next one."""
    end = time.monotonic() + 60
    while left := survivors(home):
        assert time.monotonic() < end, f"still at work in {home}: {left}"
        time.sleep(0.05)


# ---------------------------------------------------------------- what must hold


@dataclass(frozen=True)
class Expected:
    """What a whole release may be: the one of before (None: there was none), or one with these contents."""

    before: Release | None
    fingerprint: str
    row_counts: Mapping[str, int]


def whole(home: Path) -> Release | None:
    """The published release after a look at every byte of it; each mart is read and has the rows that the manifest says."""
    release = current_release(home / "published", is_thorough=True)
    if release is None:
        return None
    with duckdb.connect(str(release.database), read_only=True) as connection:
        for table, count in release.row_counts.items():
            assert connection.execute(f'select count(*) from (select * from "{table}")').fetchone() == (count,), table
    return release


def assert_nothing_is_lost(home: Path, expected: Expected) -> Release | None:
    """Readers have the old release or the new one, byte by byte, and the archive holds what it says."""
    release = whole(home)
    if release is None:
        assert expected.before is None, "the published release is gone"
    elif expected.before is None or release.release_id != expected.before.release_id:
        assert (release.fingerprint, release.row_counts) == (expected.fingerprint, expected.row_counts)
    else:
        # The home may be a copy, elsewhere; every byte of it was held against its manifest just now.
        assert (release.fingerprint, release.row_counts) == (expected.before.fingerprint, expected.before.row_counts)
    damaged = [issue for issue in Archive(home / "archive").verify() if issue.severity == "error"]
    assert damaged == []
    return release


def assert_is_the_right_one(home: Path, expected: Expected) -> None:
    """The new release is published, and nothing of the runs that broke off is left."""
    release = assert_nothing_is_lost(home, expected)
    assert release is not None
    assert (release.fingerprint, release.row_counts) == (expected.fingerprint, expected.row_counts)
    published = home / "published"
    assert sorted(path.name for path in (published / "releases").glob(".*")) == []
    assert not (published / ".publishing").exists()
    assert [issue for issue in Archive(home / "archive").verify() if issue.code == "archive_damaged"] == []
