"""Going back to a release that is kept: in one step, with a reason, and so that no schedule undoes it."""

from __future__ import annotations

import json
import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest

from extractors.durable import DamagedStateError
from tests.unit.releases import NOW, build_of, publish_mark
from warehouse.publish import Plan
from warehouse.releases import Release, all_releases, current_release, last_whole, nothing_to_compare_with, unreadable_releases
from warehouse.rollback import RollbackError, roll_back
from warehouse.withdrawn import withdrawal_of, withdrawals

LATER = datetime(2026, 11, 23, 8, 0, tzinfo=UTC)


@pytest.fixture
def build(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    return build_of(tmp_path, monkeypatch)


@pytest.fixture
def three(build: Path, tmp_path: Path) -> tuple[Path, list[Release]]:
    published = tmp_path / "published"
    return published, [publish_mark(build, published, mark) for mark in ("a", "b", "c")]


def _current(published: Path) -> str:
    found = current_release(published, is_thorough=True)
    assert found is not None
    return found.release_id


def test_readers_are_pointed_at_the_release_before_and_the_reason_is_kept(three: tuple[Path, list[Release]]) -> None:
    published, (_, b, c) = three
    done = roll_back(published, None, why="điểm của Huế sai một dòng", now=LATER)
    assert (done.before, done.now.release_id) == (c.release_id, b.release_id)
    assert _current(published) == b.release_id
    (one,) = withdrawals(published)
    assert (one.release_id, one.fingerprint, one.replaced_by) == (c.release_id, "c", b.release_id)
    assert "điểm của Huế sai một dòng" in one.words()
    assert c.database.is_file(), "nothing is deleted"


def test_going_back_twice_goes_one_further(three: tuple[Path, list[Release]]) -> None:
    published, (a, b, c) = three
    roll_back(published, None, why="first", now=LATER)
    roll_back(published, None, why="second", now=LATER)
    assert _current(published) == a.release_id
    assert {one.release_id: one.why for one in withdrawals(published)} == {c.release_id: "first", b.release_id: "second"}
    with pytest.raises(RollbackError, match=f"expected a whole release before {a.release_id}, found none"):
        roll_back(published, None, why="third", now=LATER)
    assert _current(published) == a.release_id


def test_what_was_taken_back_is_known_by_what_it_was_built_from(three: tuple[Path, list[Release]]) -> None:
    published, _ = three
    roll_back(published, None, why="wrong", now=LATER)
    found = withdrawal_of(published, "c")
    assert found is not None
    assert found.why == "wrong"
    assert withdrawal_of(published, "d") is None, "something else may be published"
    assert withdrawal_of(published, "b") is None


def test_going_forward_again_lifts_the_withdrawal(three: tuple[Path, list[Release]]) -> None:
    published, (a, _, c) = three
    roll_back(published, a.release_id, why="wrong", now=LATER)
    assert len(withdrawals(published)) == 2
    roll_back(published, c.release_id, why="it was right after all", now=LATER)
    assert _current(published) == c.release_id
    assert withdrawal_of(published, "c") is None


def test_a_damaged_release_is_passed_over_or_refused_by_name(three: tuple[Path, list[Release]]) -> None:
    published, (a, b, c) = three
    b.database.write_bytes(b"")
    with pytest.raises(RollbackError, match=rf"release {b.release_id} is damaged: .*cchc\.duckdb.*name another: kept are"):
        roll_back(published, b.release_id, why="wrong", now=LATER)
    assert _current(published) == c.release_id
    done = roll_back(published, None, why="wrong", now=LATER)
    assert (done.now.release_id, done.no_way_back) == (a.release_id, None)
    (words,) = done.passed_over
    assert f"release {b.release_id} is damaged" in words, "nobody is led past it without a word"


def test_the_current_release_may_be_the_damaged_one(three: tuple[Path, list[Release]]) -> None:
    published, (_, b, c) = three
    c.database.write_bytes(b"")
    done = roll_back(published, None, why="damaged", now=LATER)
    assert done.now.release_id == b.release_id
    assert f"release {c.release_id} is damaged" in str(done.no_way_back), "it is not offered as a way back"


def test_where_every_release_before_is_damaged_each_is_said(three: tuple[Path, list[Release]]) -> None:
    published, (a, b, c) = three
    for one in (a, b):
        one.database.write_bytes(b"")
    with pytest.raises(
        RollbackError, match=rf"before {c.release_id}, found release {b.release_id} is damaged.*{a.release_id} is damaged"
    ):
        roll_back(published, None, why="wrong", now=LATER)


def test_a_release_without_a_readable_manifest_is_named_where_releases_are_listed(three: tuple[Path, list[Release]]) -> None:
    published, (a, b, _) = three
    (b.directory / "manifest.json").write_bytes(b"{")
    assert [one.release_id for one in all_releases(published)][-1] == a.release_id
    (words,) = unreadable_releases(published)
    assert words.startswith(f"release {b.release_id} is damaged: ")
    assert "expected its manifest" in words


def test_a_release_in_whose_place_another_was_copied_counts_as_none(three: tuple[Path, list[Release]]) -> None:
    published, (a, b, c) = three
    shutil.copyfile(c.directory / "manifest.json", b.directory / "manifest.json")
    a.database.unlink()
    manifest = json.loads((a.directory / "manifest.json").read_text(encoding="utf-8"))
    del manifest["files"]["cchc.duckdb"]
    (a.directory / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    (words,) = unreadable_releases(published)
    assert words == f"release {b.release_id} is damaged: expected its manifest, found that of {c.release_id}"
    with pytest.raises(RollbackError, match=rf"{a.release_id} is damaged: expected .*cchc\.duckdb, found nothing"):
        roll_back(published, None, why="wrong", now=LATER)


@pytest.mark.parametrize(
    ("release_id", "why", "words"),
    [
        (
            "v2020.01.0",
            "wrong",
            "expected a release that is kept, found 'v2020.01.0'; kept are v2026.11.2, v2026.11.1, v2026.11.0",
        ),
        ("v2026.11.2", "wrong", "readers open v2026.11.2 already"),
        (None, "  ", "expected a reason"),
    ],
)
def test_what_cannot_be_done_is_said_and_changes_nothing(
    three: tuple[Path, list[Release]], release_id: str | None, why: str, words: str
) -> None:
    published, _ = three
    with pytest.raises(RollbackError, match=words):
        roll_back(published, release_id, why=why, now=LATER)
    assert _current(published) == "v2026.11.2"
    assert withdrawals(published) == ()


def test_nothing_published_says_so(tmp_path: Path) -> None:
    with pytest.raises(RollbackError, match="none is kept; run `cchc refresh`"):
        roll_back(tmp_path / "published", None, why="wrong", now=LATER)


def test_a_reader_who_holds_the_release_keeps_reading_it(three: tuple[Path, list[Release]]) -> None:
    published, _ = three
    with duckdb.connect(str(published / "current" / "cchc.duckdb"), read_only=True) as reader:
        before = reader.execute("select mark from release_mark").fetchone()
        roll_back(published, None, why="wrong", now=LATER)
        assert reader.execute("select mark from release_mark").fetchone() == before == ("c",)
    with duckdb.connect(str(published / "current" / "cchc.duckdb"), read_only=True) as reader:
        assert reader.execute("select mark from release_mark").fetchone() == ("b",)


def test_withdrawn_releases_are_the_first_to_go_and_no_id_is_given_twice(
    build: Path, three: tuple[Path, list[Release]]
) -> None:
    published, (a, b, c) = three
    roll_back(published, a.release_id, why="wrong", now=LATER)
    d = publish_mark(build, published, "d")
    assert d.release_id not in (a.release_id, b.release_id, c.release_id)
    assert [one.release_id for one in all_releases(published)] == [d.release_id, c.release_id, a.release_id], "b went, not a"


def test_as_many_releases_are_kept_as_the_plan_says(build: Path, tmp_path: Path) -> None:
    published = tmp_path / "published"
    for mark in "abcdef":
        publish_mark(build, published, mark, plan=Plan(keep=5))
    assert [one.release_id for one in all_releases(published)] == [f"v2026.11.{n}" for n in (5, 4, 3, 2, 1)]
    publish_mark(build, published, "g", plan=Plan(keep=1))
    assert [one.release_id for one in all_releases(published)] == ["v2026.11.6"]


def test_a_damaged_list_of_withdrawals_is_named_and_never_taken_for_an_empty_one(three: tuple[Path, list[Release]]) -> None:
    published, _ = three
    roll_back(published, None, why="wrong", now=LATER)
    path = published / "withdrawn.json"
    path.write_text(json.dumps([{"release_id": "v2026.11.2"}]), encoding="utf-8")
    with pytest.raises(DamagedStateError, match=r"withdrawn\.json: expected the list of releases that were withdrawn"):
        withdrawal_of(published, "c")


def test_ids_are_of_the_month_of_publishing(build: Path, tmp_path: Path) -> None:
    assert publish_mark(build, tmp_path / "published", "a", now=NOW).release_id == "v2026.11.0"


def test_the_next_release_is_compared_with_the_last_whole_one_that_was_not_withdrawn(three: tuple[Path, list[Release]]) -> None:
    published, (a, b, _) = three
    roll_back(published, b.release_id, why="wrong", now=LATER)
    assert last_whole(published) == b
    assert nothing_to_compare_with(published) is None
    b.database.write_bytes(b"")
    assert last_whole(published) == a, "not the newest, which was withdrawn"


def test_a_damaged_file_beside_the_database_does_not_hinder_the_comparison(three: tuple[Path, list[Release]]) -> None:
    published, (_, _, c) = three
    (c.directory / "csv" / "rpt_scores.csv").unlink()
    assert last_whole(published) == c


def test_without_a_whole_release_there_is_nothing_to_compare_with_and_the_words_say_what_to_do(
    three: tuple[Path, list[Release]],
) -> None:
    published, releases = three
    roll_back(published, None, why="wrong", now=LATER)
    for release in releases[:2]:
        release.database.write_bytes(b"")
    words = nothing_to_compare_with(published)
    assert words is not None
    assert "found v2026.11.0, v2026.11.1, v2026.11.2 (withdrawn)" in words
    assert "--accept-changes" in words


def test_a_first_release_needs_none_to_be_compared_with(tmp_path: Path) -> None:
    assert nothing_to_compare_with(tmp_path / "published") is None
