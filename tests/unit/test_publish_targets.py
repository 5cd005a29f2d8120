"""Folders that refuse a release: no right to write, no room, another file system, no symbolic links. The published one stays."""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Generator
from pathlib import Path

import duckdb
import pytest

from tests.disks import other_file_system, small_disk
from tests.unit.releases import NOW, build_of, publish_mark
from warehouse.publish import Plan, PublishError, Staged, publish
from warehouse.releases import Release, current_release
from warehouse.swap import clear_left_overs


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return build_of(tmp_path, monkeypatch)


def _untouched(published: Path, before: Release) -> None:
    assert current_release(published, is_thorough=True) == before
    assert [path.name for path in (published / "releases").iterdir()] == [before.release_id], "nothing half written is left"


@pytest.fixture
def other_disk() -> Generator[Path]:
    with other_file_system() as folder:
        yield folder


def test_releases_may_lie_on_another_file_system_than_the_build(build: Path, other_disk: Path) -> None:
    assert build.parent.stat().st_dev != other_disk.stat().st_dev
    first = publish_mark(build, other_disk / "published", "a")
    second = publish_mark(build, other_disk / "published", "b")
    assert current_release(other_disk / "published", is_thorough=True) == second
    assert first.database.is_file()


def test_a_folder_of_releases_on_a_disk_of_its_own_is_staged_there(build: Path, tmp_path: Path, other_disk: Path) -> None:
    """`published/releases` is a mount of its own: a rename over its border would fail, so nothing is staged outside of it."""
    published = tmp_path / "published"
    published.mkdir()
    (other_disk / "releases").mkdir()
    (published / "releases").symlink_to(other_disk / "releases")
    publish_mark(build, published, "a")
    second = publish_mark(build, published, "b")
    found = current_release(published, is_thorough=True)
    assert found is not None
    assert found.directory == other_disk / "releases" / second.release_id


def test_a_folder_without_the_right_to_write_is_named_with_what_to_set(
    build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "published"
    first = publish_mark(build, published, "a")

    def refused(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EACCES, os.strerror(errno.EACCES), str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "mkdir", refused)  # whoever runs the tests as root is refused nothing
        with pytest.raises(
            PublishError, match=r"published: Permission denied.*untouched.*Make the folder writable.*CCHC_PUBLISHED"
        ):
            publish(build, published, fingerprint="b", facts={}, now=NOW)
    _untouched(published, first)


def test_a_disk_without_room_keeps_the_release_of_before(build: Path, tmp_path: Path) -> None:
    with small_disk(tmp_path, 24) as disk:
        published = disk / "published"
        first = publish_mark(build, published, "a")
        ballast = disk / "ballast"
        ballast.write_bytes(b"\0" * (shutil.disk_usage(disk).free - 64 * 1024))
        with pytest.raises(PublishError, match=r"untouched.*make room"):
            publish_mark(build, published, "b")
        _untouched(published, first)
        ballast.unlink()
        assert current_release(published) == first
        assert publish_mark(build, published, "b").release_id != first.release_id


def test_a_file_system_without_symbolic_links_is_told(build: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    published = tmp_path / "published"

    def refused(self: Path, *_: object, **__: object) -> None:
        raise PermissionError(errno.EPERM, os.strerror(errno.EPERM), str(self))

    with monkeypatch.context() as patch:
        patch.setattr(Path, "symlink_to", refused)
        with pytest.raises(PublishError, match="expected a file system with symbolic links"):
            publish_mark(build, published, "a")
    clear_left_overs(published)
    assert current_release(published) is None
    assert publish_mark(build, published, "a").release_id == "v2026.11.0", "the id was never shown, so it is still free"


def test_a_part_that_cannot_be_written_stops_the_release(build: Path, tmp_path: Path) -> None:
    """The comparison with the last release is such a part: without it nothing is published."""
    published = tmp_path / "published"
    first = publish_mark(build, published, "a")

    def part(staged: Staged) -> None:
        raise PublishError(f"expected to compare {staged.facts.release_id} with {first.release_id}, found no such thing")

    with pytest.raises(PublishError, match=r"expected to compare v2026\.11\.1"):
        publish_mark(build, published, "b", plan=Plan(parts=(part,)))
    _untouched(published, first)


def test_a_file_that_lost_rows_on_the_way_is_found_before_readers_see_it(build: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    first = publish_mark(build, published, "a")

    def spoil(staged: Staged) -> None:
        path = staged.directory / "csv" / "rpt_scores.csv"
        path.write_bytes(b"".join(path.read_bytes().splitlines(keepends=True)[:-1]))

    with pytest.raises(PublishError, match=r"rpt_scores\.csv: expected 3,000 rows of rpt_scores, as were built, found 2,999"):
        publish_mark(build, published, "b", plan=Plan(parts=(spoil,)))
    _untouched(published, first)


def test_csv_files_begin_with_a_byte_order_mark_where_it_is_asked_for(build: Path, tmp_path: Path) -> None:
    plain = publish_mark(build, tmp_path / "plain", "a")
    marked = publish_mark(build, tmp_path / "marked", "a", plan=Plan(has_bom=True))
    texts = [(one.directory / "csv" / "release_mark.csv").read_bytes() for one in (plain, marked)]
    assert texts == [b"mark\na\n", b"\xef\xbb\xbfmark\na\n"]


def test_the_manifest_says_licence_and_hash_of_each_file_and_the_database_says_which_release_it_is(
    build: Path, tmp_path: Path
) -> None:
    facts = {"git_revision": "0f0f", "lock_sha256": "a0a0", "checks": [{"rule_id": "synthetic", "status": "passed"}]}
    release = publish(build, tmp_path / "published", fingerprint="a", facts=facts, now=NOW)
    manifest = json.loads((release.directory / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["git_revision"], manifest["lock_sha256"], manifest["checks"]) == ("0f0f", "a0a0", facts["checks"])
    assert manifest["row_counts"] == {"release": 1, "release_mark": 1, "rpt_scores": 3000}
    assert {row["licence"] for row in manifest["files"].values()} == {"CC-BY-4.0"}
    with duckdb.connect(str(release.database), read_only=True) as connection:
        row = connection.execute("select release_id, git_revision, lock_sha256, licence from release").fetchone()
        (comment,) = connection.execute("select comment from duckdb_tables() where table_name = 'release'").fetchone() or ("",)
    assert row == ("v2026.11.0", "0f0f", "a0a0", "CC-BY-4.0")
    assert comment.startswith("VI: Một dòng")


def test_equal_data_give_equal_files(build: Path, tmp_path: Path) -> None:
    one, two = (publish_mark(build, tmp_path / name, "a") for name in ("one", "two"))
    for name in ("parquet/rpt_scores.parquet", "csv/rpt_scores.csv", "csv/release_mark.csv"):
        assert (one.directory / name).read_bytes() == (two.directory / name).read_bytes(), name
