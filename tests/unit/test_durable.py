"""A file is the old one or the new one, whatever breaks off the writing of it, and its bytes are on the disk before its name is."""

from __future__ import annotations

import errno
import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from extractors.durable import left_overs, sync_tree, write_atomically

_FOR_EVER = (
    "import sys; from pathlib import Path; from extractors.durable import write_atomically\n"
    "path = Path(sys.argv[1]); number = 0\n"
    "while True:\n"
    "    number += 1; write_atomically(path, str(number).encode() * 200_000)\n"
    "    print(number, flush=True)"
)


@pytest.fixture
def order(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """What reached the disk, in its order: the name of each file or folder that was synced, `-> name` for a name that was set."""
    found: list[str] = []
    sync, replace = os.fsync, Path.replace

    def noted_sync(descriptor: int) -> None:
        found.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        found.append(f"-> {target.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    return found


@pytest.mark.skipif(sys.platform != "linux", reason="the names of open files are read from /proc")
def test_the_bytes_reach_the_disk_before_the_name_and_the_name_before_the_end(tmp_path: Path, order: list[str]) -> None:
    write_atomically(tmp_path / "new" / "deep" / "state.json", b"{}")
    assert order[:2] == [tmp_path.name, "new"], "new folders would be lost with what lies in them"
    assert order[2].startswith(".state.json.")
    assert order[3:] == ["-> state.json", "deep"]


def test_a_disk_that_is_full_leaves_the_old_file_and_nothing_else(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "state.json"
    write_atomically(path, b"old")

    def full(descriptor: int) -> None:
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(OSError, match="No space left"):
        write_atomically(path, b"new")
    assert path.read_bytes() == b"old"
    assert list(tmp_path.iterdir()) == [path]


def test_a_kill_in_the_middle_leaves_a_whole_file_and_a_left_over_that_is_known(tmp_path: Path) -> None:
    path = tmp_path / "state.json"
    for wanted in ("3", "7", "12"):
        with subprocess.Popen(
            [sys.executable, "-c", _FOR_EVER, str(path)], stdout=subprocess.PIPE, text=True, bufsize=1
        ) as writer:
            assert writer.stdout is not None
            for line in writer.stdout:
                if line.strip() == wanted:
                    break
            writer.send_signal(signal.SIGKILL)
        data = path.read_bytes()
        assert data == data[: len(data) // 200_000] * 200_000
    (tmp_path / ".of-a-person.tmp").touch()
    assert all(one.name.startswith(".state.json.") for one in left_overs(tmp_path))
    assert {one.name for one in tmp_path.iterdir()} - {one.name for one in left_overs(tmp_path)} == {
        "state.json",
        ".of-a-person.tmp",
    }


@pytest.mark.skipif(sys.platform != "linux", reason="the names of open files are read from /proc")
def test_a_tree_is_synced_from_its_leaves_up(tmp_path: Path, order: list[str]) -> None:
    (tmp_path / "parquet").mkdir()
    (tmp_path / "parquet" / "a.parquet").write_bytes(b"a")
    (tmp_path / "manifest.json").write_bytes(b"{}")
    sync_tree(tmp_path)
    assert sorted(order[:-1]) == ["a.parquet", "manifest.json", "parquet"]
    assert order.index("a.parquet") < order.index("parquet")
    assert order[-1] == tmp_path.name
