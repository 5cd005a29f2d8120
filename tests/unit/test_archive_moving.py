"""The archive is looked through, and taken to another machine without losing or harming a byte."""

from __future__ import annotations

import io
import json
import os
import tarfile
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest
from typer.testing import CliRunner

from dagster_project.cli import app
from extractors.archive import moving
from extractors.archive.moving import export, import_from
from extractors.archive.store import Archive, ArchiveError, Facts

EARLY, LATE = datetime(2024, 5, 23, 8, 0, tzinfo=UTC), datetime(2025, 5, 23, 8, 0, tzinfo=UTC)
FACTS = Facts("sipas_2023_synthetic", "216.pdf", LATE, "application/pdf", "https://example.org/216.pdf", '"v1"')
ONE, TWO = b"%PDF-1.7 one %%EOF", b"%PDF-1.7 two %%EOF"


@pytest.fixture
def archive(tmp_path: Path) -> Archive:
    found = Archive(tmp_path / "archive")
    found.put(ONE, FACTS, "pdf")
    found.put(TWO, replace(FACTS, document_id="sipas_2024_synthetic", url=None, etag=None), "pdf")
    return found


def damage(archive: Archive, data: bytes) -> Path:
    path = archive.path(Archive.name_of(data))
    path.chmod(0o644)
    path.write_bytes(data[:-1] + b"?")
    return path


def contents(archive: Archive) -> dict[str, tuple[str, ...]]:
    return {name: tuple(f"{one.document_id} {one.retrieved_at}" for one in archive.origins(name)) for name in archive.names()}


@pytest.mark.parametrize("name", ["moved", "moved.tar"])
def test_an_archive_comes_whole_to_another_machine_and_twice_is_as_good_as_once(
    archive: Archive, tmp_path: Path, name: str
) -> None:
    target, other = tmp_path / name, Archive(tmp_path / "other")
    assert export(archive, target) == moving.Moved(2, 2)
    assert import_from(target, other) == moving.Moved(2, 2)
    assert import_from(target, other) == moving.Moved(2, 0)
    assert contents(other) == contents(archive)
    assert other.verify() == ()
    assert (other.get(Archive.name_of(ONE)), other.get(Archive.name_of(TWO))) == (ONE, TWO)
    (origin,) = other.origins(Archive.name_of(ONE))
    assert (origin.url, origin.etag, origin.file_name) == (FACTS.url, FACTS.etag, "216.pdf")


def test_sidecars_are_merged_and_the_earliest_time_stays(archive: Archive, tmp_path: Path) -> None:
    other = Archive(tmp_path / "other")
    other.put(ONE, replace(FACTS, retrieved_at=EARLY), "pdf")
    other.put(TWO, replace(FACTS, document_id="sipas_2024_own_copy"), "pdf")
    export(archive, tmp_path / "moved.tar")
    import_from(tmp_path / "moved.tar", other)
    assert contents(other) == {
        Archive.name_of(ONE): (f"sipas_2023_synthetic {EARLY}",),
        Archive.name_of(TWO): (f"sipas_2024_own_copy {LATE}", f"sipas_2024_synthetic {LATE}"),
    }
    # The other way round the earlier time comes in.
    export(other, tmp_path / "back")
    import_from(tmp_path / "back", archive)
    assert contents(archive)[Archive.name_of(ONE)] == (f"sipas_2023_synthetic {EARLY}",)


def test_a_damaged_file_is_left_out_on_both_sides_and_told(archive: Archive, tmp_path: Path) -> None:
    export(archive, tmp_path / "moved")
    damage(archive, ONE)
    moved = export(archive, tmp_path / "again.tar")
    assert (moved.files, len(moved.problems)) == (1, 1)
    assert "is damaged and was left out" in moved.problems[0]
    damage(Archive(tmp_path / "moved"), TWO)
    moved = import_from(tmp_path / "moved", archive)
    assert (moved.files, moved.new) == (1, 1)
    assert "expected the bytes that its name says" in moved.problems[0]
    # The whole copy has mended what was damaged here.
    assert archive.verify() == ()


@pytest.mark.parametrize(
    "member",
    [
        ("../outside", tarfile.REGTYPE, ""),
        ("/etc/cchc", tarfile.REGTYPE, ""),
        ("ab/link", tarfile.SYMTYPE, "/etc/passwd"),
        ("ab/inside", tarfile.SYMTYPE, "other"),
        ("ab/pipe", tarfile.FIFOTYPE, ""),
        ("notes.txt", tarfile.REGTYPE, ""),
        ("aa/" + "b" * 64, tarfile.REGTYPE, ""),
    ],
    ids=lambda member: member[0][:12],
)
def test_a_tar_file_with_a_path_that_is_none_of_an_archive_is_refused_whole(
    archive: Archive, tmp_path: Path, member: tuple[str, bytes, str]
) -> None:
    export(archive, tmp_path / "moved.tar")
    name, kind, target = member
    with tarfile.open(tmp_path / "moved.tar", "a") as tar:
        info = tarfile.TarInfo(name)
        info.type, info.linkname = kind, target
        tar.addfile(info, io.BytesIO())
    other = Archive(tmp_path / "other")
    with pytest.raises(ArchiveError, match="nothing was imported"):
        import_from(tmp_path / "moved.tar", other)
    assert not other.root.exists()
    assert not (tmp_path / "outside").exists()


def test_an_import_that_is_cut_short_harms_nothing_and_is_finished_by_the_next(
    archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    export(archive, tmp_path / "moved.tar")
    other = Archive(tmp_path / "other")

    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        import_from(tmp_path / "moved.tar", other, stop)
    assert other.verify() == ()
    assert len(other.names()) == 1
    assert import_from(tmp_path / "moved.tar", other) == moving.Moved(2, 1)
    assert contents(other) == contents(archive)


def test_an_export_that_is_cut_short_leaves_no_file_that_looks_whole(archive: Archive, tmp_path: Path) -> None:
    def stop(done: int, whole: int) -> None:
        raise KeyboardInterrupt

    with pytest.raises(KeyboardInterrupt):
        export(archive, tmp_path / "moved.tar", stop)
    assert sorted(path.name for path in tmp_path.iterdir()) == ["archive"]


def test_what_is_no_exported_archive_is_told(tmp_path: Path) -> None:
    (tmp_path / "file").write_bytes(b"no tar file")
    (tmp_path / "folder").mkdir()
    for name, words in (("file", "expected a tar file made by `cchc archive export`"), ("folder", "found no file of one")):
        with pytest.raises(ArchiveError, match=words):
            import_from(tmp_path / name, Archive(tmp_path / "other"))


def test_verify_names_each_file_with_what_to_do(archive: Archive, tmp_path: Path) -> None:
    damaged = damage(archive, ONE)
    gone = archive.path(Archive.name_of(TWO))
    gone.unlink()
    lone = archive.merge(b"bytes of which nobody knows anything", ())
    (damaged.parent / ".cut.tmp").write_bytes(b"x")
    (damaged.parent / "notes.txt").write_bytes(b"x")
    needed = {"e" * 64: "papi_2023_synthetic"}
    seen: list[tuple[int, int]] = []
    found = archive.verify(needed, lambda done, whole: seen.append((done, whole)))
    assert sorted((issue.code, issue.document_id) for issue in found) == [
        ("archive_damaged", "sipas_2023_synthetic"),
        ("archive_left_over", "archive"),
        ("archive_missing", "papi_2023_synthetic"),
        ("archive_missing", "sipas_2024_synthetic"),
        ("archive_no_sidecar", "archive"),
        ("archive_stray", "archive"),
    ]
    assert all(issue.hint for issue in found)
    assert any(lone in issue.message for issue in found)
    assert seen[-1][0] == seen[-1][1]


def test_the_command_line_verifies_lists_and_moves(archive: Archive, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    home = tmp_path / "home"
    home.mkdir()
    os.rename(archive.root, home / "archive")  # noqa: PTH104 - a folder, to another folder
    for folder in ("entries", "documents"):
        (tmp_path / "catalogue" / folder).mkdir(parents=True)
    monkeypatch.setenv("CCHC_HOME", str(home))
    monkeypatch.setenv("CCHC_CATALOGUE", str(tmp_path / "catalogue"))

    def run(*arguments: str) -> tuple[int, str]:
        done = CliRunner().invoke(app, ["archive", *arguments])
        return done.exit_code, done.output

    code, text = run("verify")
    assert (code, "2 files hashed, 0 findings" in text) == (0, True)
    code, text = run("list", "--document", FACTS.document_id, "--json")
    assert [(row["sha256"], row["url"]) for row in json.loads(text)] == [(Archive.name_of(ONE), FACTS.url)]
    assert run("export", str(tmp_path / "moved.tar"))[0] == 0
    code, text = run("export", str(tmp_path / "moved.tar"))
    assert (code, "expected no file at" in text) == (2, True)
    damage(Archive(home / "archive"), ONE)
    code, text = run("verify")
    assert (code, "cchc archive import" in text) == (1, True)
    code, text = run("import", str(tmp_path / "moved.tar"))
    assert (code, "2 files of" in text, "1 of them new" in text) == (0, True, True)
    assert run("verify")[0] == 0
    code, text = run("import", str(tmp_path / "nowhere.tar"))
    assert (code, "Traceback" in text) == (2, False)
