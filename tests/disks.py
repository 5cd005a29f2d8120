"""File systems of a test's own: a small one that fills, and another one than the temporary folder's."""

from __future__ import annotations

import os
import shutil
import subprocess
import uuid
from collections.abc import Generator
from contextlib import contextmanager
from pathlib import Path

import pytest


@contextmanager
def small_disk(folder: Path, megabytes: int) -> Generator[Path]:
    """An empty file system in memory (tmpfs), for which Linux asks for the rights of root; without them the test skips."""
    disk = folder / "disk"
    disk.mkdir()
    done = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", f"size={megabytes}m", "tmpfs", str(disk)], capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        pytest.skip(f"no small disk to fill: mounting a tmpfs needs the rights of root ({done.stderr.strip()})")
    try:
        yield disk
    finally:
        subprocess.run(["umount", "--lazy", str(disk)], check=True)


@contextmanager
def other_file_system() -> Generator[Path]:
    """A folder of another file system than the temporary folder's."""
    memory = Path("/dev/shm")  # noqa: S108 (a file system in memory, which every Linux has)
    if not memory.is_dir():
        pytest.skip("no second file system to write to: this system has no /dev/shm")
    folder = memory / f"cchc-test-{os.getpid()}-{uuid.uuid4().hex[:8]}"
    folder.mkdir()
    try:
        yield folder
    finally:
        shutil.rmtree(folder)
