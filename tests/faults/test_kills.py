"""SIGKILL at any moment of a refresh: readers have the old release or the new one, and the next refresh completes."""

from __future__ import annotations

import os
import random
import shutil
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from tests.conftest import Instance
from tests.faults.harness import (
    FIRST_DOCUMENT,
    POINTS,
    SECOND_DOCUMENT,
    Expected,
    assert_is_the_right_one,
    assert_nobody_survives,
    assert_nothing_is_lost,
    catalogue_of,
    kill,
    refresh,
    started,
    wait_for,
    whole,
)

KILLS = int(os.environ.get("FAULTS_KILLS", "50"))
KILLS_OF_A_FIRST_REFRESH = int(os.environ.get("FAULTS_FIRST_KILLS", "10"))
SEED = int(os.environ.get("FAULTS_SEED", "20261122"))
COMPLETE_AFTER = 5
"""So many kills in a row, then a refresh that nobody disturbs."""


def _kill_at(instance: Instance, point: str, *arguments: str, whole_group: bool = False) -> bool:
    """Start a refresh and kill it at this point. False if it never came there."""
    before = POINTS[point](instance.home)
    with started(instance, "refresh", *arguments) as process:
        found = wait_for(point, instance.home, process, before)
        kill(process, whole_group=whole_group)
    return found


def test_three_kills_at_three_stages_lose_nothing_and_the_next_refresh_completes(copied: Instance) -> None:
    """One while bytes are archived, one while schema raw is loaded, one right after readers were pointed at the new release."""
    old = whole(copied.home)
    assert old is not None
    document = "sipas_2022_quang_nam_so_noi_vu"
    sha256 = next(copied.home.glob(f"extracted/{document}/*.json")).read_text(encoding="utf-8").split('"sha256": "')[1][:64]
    shutil.rmtree(copied.home / "extracted" / document)
    for path in (copied.home / "archive" / sha256[:2]).glob(f"{sha256}*"):
        path.unlink()
    expected = Expected(old, old.fingerprint, old.row_counts)  # read anew from the same bytes, so made of the same
    for point in ("archive", "load", "after the swap"):
        assert _kill_at(copied, point, "--force"), f"the refresh never came to {point}"
        assert_nobody_survives(copied.home)
        now = assert_nothing_is_lost(copied.home, expected)
        assert now is not None
        assert (now.release_id == old.release_id) == (point != "after the swap")
    assert copied.run("query", "select count(*) as n from rpt_scores", "--json").returncode == 0
    done = refresh(copied)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "nothing re-extracted" in done.stdout
    assert f"release {now.release_id} stands" in done.stdout
    assert_is_the_right_one(copied.home, expected)


# ---------------------------------------------------------------- the long ones


@dataclass(frozen=True)
class Bench:
    """A home with a release of one document, a catalogue of two, and what an undisturbed refresh makes of them."""

    template: Path
    catalogue: Path
    expected: Expected
    seconds: float

    def fresh(self, home: Path) -> Instance:
        shutil.rmtree(home, ignore_errors=True)
        shutil.copytree(self.template, home, symlinks=True)
        return Instance(home, self.catalogue)


@pytest.fixture(scope="module")
def bench(tmp_path_factory: pytest.TempPathFactory) -> Bench:
    folder = tmp_path_factory.mktemp("kills")
    template = folder / "template"
    done = refresh(Instance(template, catalogue_of(folder / "one", FIRST_DOCUMENT)))
    assert done.returncode == 0, done.stdout + done.stderr
    both = catalogue_of(folder / "two", FIRST_DOCUMENT, SECOND_DOCUMENT)
    shutil.copytree(template, folder / "undisturbed", symlinks=True)
    begin = time.monotonic()
    done = refresh(Instance(folder / "undisturbed", both))
    seconds = time.monotonic() - begin
    assert done.returncode == 0, done.stdout + done.stderr
    old, new = whole(template), whole(folder / "undisturbed")
    assert old is not None
    assert new is not None
    assert new.fingerprint != old.fingerprint
    return Bench(template, both, Expected(old, new.fingerprint, new.row_counts), seconds)


def _kill_after(instance: Instance, seconds: float, *, whole_group: bool) -> None:
    """Start a refresh and kill it after so many seconds, wherever it is then."""
    with started(instance, "refresh") as process:
        end = time.monotonic() + seconds
        while time.monotonic() < end and process.poll() is None:
            time.sleep(0.005)
        kill(process, whole_group=whole_group)


def _plan(count: int, seconds: float, seed: int) -> list[tuple[str, float, bool]]:
    """Kills: a point or "" with a time, and whether the whole group dies. Times cover the run evenly, in a random order."""
    dice = random.Random(seed)  # noqa: S311  (nothing is secret here)
    names = list(POINTS)
    timed = count - len(names) if count > 2 * len(names) else count // 2
    kills = [("", seconds * (number + dice.random()) / timed, dice.random() < 0.3) for number in range(timed)]
    kills += [(names[number % len(names)], 0.0, dice.random() < 0.3) for number in range(count - timed)]
    dice.shuffle(kills)
    return kills


@pytest.mark.slow
def test_kills_all_over_a_refresh_leave_the_old_release_or_the_new_one(bench: Bench, tmp_path: Path) -> None:
    print(f"{KILLS} kills over {bench.seconds:.1f} s, seed {SEED}")
    instance, swapped, completed = bench.fresh(tmp_path / "home"), 0, 0
    old = bench.expected.before
    assert old is not None
    for number, (point, seconds, whole_group) in enumerate(_plan(KILLS, bench.seconds, SEED), start=1):
        if point:
            _kill_at(instance, point, whole_group=whole_group)
        else:
            _kill_after(instance, seconds, whole_group=whole_group)
        assert_nobody_survives(instance.home)
        now = assert_nothing_is_lost(instance.home, bench.expected)
        assert now is not None
        is_new = now.release_id != old.release_id
        swapped += is_new
        print(f"kill {number}: {point or f'{seconds:.1f} s'}{' (group)' if whole_group else ''}: {now.release_id}", flush=True)
        assert instance.run("query", "select count(*) from rpt_scores").returncode == 0
        if is_new or number % COMPLETE_AFTER == 0 or number == KILLS:
            done = refresh(instance)
            assert done.returncode == 0, done.stdout + done.stderr
            assert_is_the_right_one(instance.home, bench.expected)
            completed += 1
            instance = bench.fresh(instance.home)
    print(f"{KILLS} kills, {swapped} of them after the swap, {completed} refreshes completed after them")


@pytest.mark.slow
def test_kills_of_a_first_refresh_leave_nothing_or_the_whole_release(bench: Bench, tmp_path: Path) -> None:
    instance = Instance(tmp_path / "home", bench.catalogue)
    expected = Expected(None, bench.expected.fingerprint, bench.expected.row_counts)
    print(f"{KILLS_OF_A_FIRST_REFRESH} kills, seed {SEED + 1}")
    for point, seconds, whole_group in _plan(KILLS_OF_A_FIRST_REFRESH, 1.2 * bench.seconds, SEED + 1):
        if point:
            _kill_at(instance, point, whole_group=whole_group)
        else:
            _kill_after(instance, seconds, whole_group=whole_group)
        assert_nobody_survives(instance.home)
        now = assert_nothing_is_lost(instance.home, expected)
        print(f"{point or f'{seconds:.1f} s'}: {now.release_id if now else 'nothing published'}", flush=True)
    done = refresh(instance)
    assert done.returncode == 0, done.stdout + done.stderr
    assert_is_the_right_one(instance.home, expected)
