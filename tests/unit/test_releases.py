"""Publishing: whole before it is shown, ordered by its own number, pruned by that order; what is damaged is named."""

from __future__ import annotations

import json
import os
import shutil
from datetime import UTC, datetime
from pathlib import Path

import pytest

from dagster_project.runstate import RunState
from dagster_project.settings import load_settings
from tests.unit.releases import NOW, build_of, publish_mark
from warehouse.publish import KEPT_RELEASES, PublishError, publish
from warehouse.query import ask
from warehouse.releases import (
    DamagedReleaseError,
    NotPublishedError,
    all_releases,
    current_release,
    last_whole,
    published_documents,
)
from warehouse.swap import clear_left_overs


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return build_of(tmp_path, monkeypatch)


@pytest.fixture
def published(tmp_path: Path) -> Path:
    return tmp_path / "published"


def _ids(published: Path) -> list[str]:
    return sorted(path.name for path in (published / "releases").iterdir())


def test_a_release_is_on_the_disk_before_readers_are_pointed_at_it(
    build: Path, published: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    order: list[str] = []
    sync, replace = os.fsync, Path.replace

    def noted_sync(descriptor: int) -> None:
        order.append(Path(f"/proc/self/fd/{descriptor}").readlink().name)
        sync(descriptor)

    def noted_replace(self: Path, target: Path) -> Path:
        order.append(f"-> {target.name}")
        return replace(self, target)

    monkeypatch.setattr(os, "fsync", noted_sync)
    monkeypatch.setattr(Path, "replace", noted_replace)
    release = publish_mark(build, published, "a")
    swap = order.index("-> current")
    assert order[swap + 1] == "published"
    assert order[order.index(f"-> {release.release_id}") + 1] == "releases"
    before = order[: order.index(f"-> {release.release_id}")]
    assert {"cchc.duckdb", "bi.duckdb", "rpt_scores.parquet", "rpt_scores.csv", "manifest.json", "parquet", "csv"} <= {
        name.removeprefix("-> ") for name in before
    }


@pytest.mark.parametrize("damage", ["cut", "empty", "gone", "other bytes"])
def test_a_release_that_is_no_longer_what_was_published_is_named_with_its_file(
    build: Path, published: Path, damage: str
) -> None:
    first = publish_mark(build, published, "a")
    second = publish_mark(build, published, "b")
    data = second.database.read_bytes()
    if damage == "gone":
        second.database.unlink()
    else:
        cut = {"cut": data[: len(data) // 2], "empty": b"", "other bytes": data[:-1] + bytes([data[-1] ^ 1])}
        second.database.write_bytes(cut[damage])
    with pytest.raises(DamagedReleaseError, match=rf"{second.release_id} is damaged: .*cchc\.duckdb.*Run `cchc refresh`"):
        current_release(published, is_thorough=True)
    if damage != "other bytes":
        with pytest.raises(NotPublishedError, match=f"the earlier release {first.release_id}"):
            ask(published, "select count(*) from rpt_scores")
    assert last_whole(published) == first
    assert published_documents(published) == {"pci_2021_published": "b"}, "its manifest still says what was published"


@pytest.mark.parametrize("text", ["", '{"release_id": "v2026', "[]", '{"release_id": "v2026.11.1"}'])
def test_a_damaged_manifest_is_told_and_the_release_before_it_is_the_one_to_compare_with(
    build: Path, published: Path, text: str
) -> None:
    first = publish_mark(build, published, "a")
    second = publish_mark(build, published, "b")
    (second.directory / "manifest.json").write_text(text, encoding="utf-8")
    with pytest.raises(DamagedReleaseError, match=r"manifest\.json"):
        current_release(published)
    assert last_whole(published) == first
    assert published_documents(published) == {"pci_2021_published": "a"}
    third = publish_mark(build, published, "c")
    assert current_release(published) == third
    assert third.release_id not in (first.release_id, second.release_id)


def test_a_link_that_is_lost_forgets_nothing_that_was_published(build: Path, published: Path) -> None:
    """Seen: without the link the next release was compared with nothing, so figures could vanish from it unnoticed."""
    publish_mark(build, published, "a")
    second = publish_mark(build, published, "b")
    (published / "current").unlink()
    with pytest.raises(DamagedReleaseError, match=rf"current to point at .*found nothing there. Run .*{second.release_id}"):
        current_release(published)
    with pytest.raises(NotPublishedError, match="found nothing there"):
        ask(published, "select count(*) from rpt_scores")
    assert last_whole(published) == second
    assert published_documents(published) == {"pci_2021_published": "b"}
    third = publish_mark(build, published, "c")
    assert current_release(published) == third


@pytest.mark.parametrize("damage", ["link gone", "link to nowhere", "file cut short"])
def test_a_release_that_is_damaged_does_not_stand_though_nothing_else_changed(
    build: Path, published: Path, monkeypatch: pytest.MonkeyPatch, damage: str
) -> None:
    release = publish_mark(build, published, "a")
    monkeypatch.setenv("CCHC_HOME", str(published.parent))
    state = RunState.start(load_settings(), force=False, refresh_id="synthetic")
    assert state.has_release()
    if damage == "link gone":
        (published / "current").unlink()
    elif damage == "link to nowhere":
        shutil.rmtree(release.directory)
    else:
        release.database.write_bytes(b"")
    assert not state.has_release()


def test_a_first_release_that_was_never_shown_is_none(build: Path, published: Path) -> None:
    release = publish_mark(build, published, "a")
    (published / "current").unlink()
    (published / ".publishing").write_text(release.release_id, encoding="utf-8")
    assert current_release(published) is None
    assert published_documents(published) == {}


def test_a_link_that_points_nowhere_is_told_and_mended_by_the_next_release(build: Path, published: Path) -> None:
    release = publish_mark(build, published, "a")
    shutil.rmtree(release.directory)
    with pytest.raises(DamagedReleaseError, match=release.release_id):
        current_release(published)
    again = publish_mark(build, published, "a")
    assert current_release(published) == again


def test_a_clock_that_steps_back_neither_removes_the_newest_releases_nor_gives_an_id_twice(
    build: Path, published: Path
) -> None:
    october = datetime(2026, 10, 1, tzinfo=UTC)
    given = [publish_mark(build, published, "first", october).release_id]
    given += [publish_mark(build, published, str(number)).release_id for number in range(3)]
    late = [publish_mark(build, published, f"back {number}", october) for number in range(2)]
    given += [release.release_id for release in late]
    for path in (published / "releases").iterdir():  # copied to another disk: times of files say nothing
        os.utime(path, (0, 0) if path.name == late[-1].release_id else None)
    given.append(publish_mark(build, published, "last", october).release_id)
    assert len(set(given)) == len(given), "v2026.10.0 was pruned long ago, and is not given again"
    assert [release.release_id for release in all_releases(published)] == given[: -KEPT_RELEASES - 1 : -1]
    current = current_release(published)
    assert current is not None
    assert current.release_id == given[-1]


def test_what_killed_runs_left_is_cleared_and_nothing_else(build: Path, published: Path) -> None:
    first = publish_mark(build, published, "a")
    for name in (".staging-4711", f".gone-{first.release_id}"):
        (published / "releases" / name / "parquet").mkdir(parents=True)
    shutil.copytree(first.directory, published / "releases" / "v2026.11.1")
    (published / ".publishing").write_text("v2026.11.1", encoding="utf-8")
    clear_left_overs(published)
    assert _ids(published) == [first.release_id]
    assert current_release(published) == first
    (published / ".publishing").write_text(first.release_id, encoding="utf-8")  # killed right after the swap
    clear_left_overs(published)
    assert current_release(published) == first
    assert not (published / ".publishing").exists()


def test_a_release_to_which_a_person_went_back_stays(build: Path, published: Path) -> None:
    first, second = publish_mark(build, published, "a"), publish_mark(build, published, "b")
    (published / "current").unlink()
    (published / "current").symlink_to(Path("releases") / first.release_id)
    clear_left_overs(published)
    assert current_release(published) == first
    third = publish_mark(build, published, "c")
    assert third.release_id not in (first.release_id, second.release_id)
    assert _ids(published) == [first.release_id, second.release_id, third.release_id]


def test_a_build_that_cannot_be_read_leaves_the_published_release_alone(build: Path, published: Path) -> None:
    first = publish_mark(build, published, "a")
    build.write_bytes(b"not a database")
    with pytest.raises(PublishError, match="The published release is untouched"):
        publish(build, published, fingerprint="b", facts={}, now=NOW)
    assert _ids(published) == [first.release_id]
    assert current_release(published) == first
    assert json.loads((first.directory / "manifest.json").read_text(encoding="utf-8"))["sequence"] == 1
