"""Pictures of the pages of documents: which documents get them, and that the same bytes are drawn once."""

from __future__ import annotations

import shutil
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from PIL import Image

from dagster_project import page_pictures
from dagster_project.page_pictures import write_page_pictures
from dagster_project.settings import Settings
from extractors.archive.store import Archive
from extractors.isolation import LIMITS
from warehouse.pictures import PagePicture
from warehouse.publish import Staged
from warehouse.release_facts import ReleaseFacts

ONE_PAGE = Path(__file__).parents[2] / "extractors" / "documents" / "par_index_2020_press_top10.pdf"


@pytest.fixture
def staged(tmp_path: Path) -> Staged:
    """A release with a document that was set anew, one whose terms nobody states, one whose terms are stated, and a lost one."""
    data = ONE_PAGE.read_bytes()
    sha256 = Archive.name_of(data)
    path = Archive(tmp_path / "archive").path(sha256)
    path.parent.mkdir(parents=True)
    path.write_bytes(data)
    directory = tmp_path / "staging"
    directory.mkdir()
    with duckdb.connect(str(directory / "cchc.duckdb")) as connection:
        connection.execute(
            "create table dim_document (document_id varchar, sha256 varchar, document_kind varchar, document_status varchar, "
            "page_count integer, is_reset boolean, licence varchar)"
        )
        for document_id, digest, is_reset, licence in (
            ("set_anew", sha256, True, "not stated"),
            ("not_ours", sha256, False, "not stated"),
            ("of_the_state", sha256, False, "Luật Sở hữu trí tuệ, Điều 15"),
            ("lost", "0" * 64, True, None),
        ):
            connection.execute(
                "insert into dim_document values (?, ?, 'pdf', 'loaded', 1, ?, ?)", [document_id, digest, is_reset, licence]
            )
    return Staged(directory, ReleaseFacts("v2026.11.0", datetime(2026, 11, 23, tzinfo=UTC), "abc", "def", "f"))


def settings_of(staged: Staged) -> Settings:
    home = staged.directory.parent
    return Settings(home=home, entries=home, documents=home, corrections=home, inbox=None)


def test_only_pages_that_may_be_shown_are_drawn_and_a_lost_document_stops_nothing(
    staged: Staged, monkeypatch: pytest.MonkeyPatch
) -> None:
    told: list[str] = []

    def tell(_: str, text: str) -> None:
        told.append(text)

    monkeypatch.setattr(page_pictures, "report", tell)
    found = write_page_pictures(settings_of(staged), staged, LIMITS)
    assert [one.document_id for one in found] == ["of_the_state", "set_anew"]
    assert found[1] == PagePicture("set_anew", 1, "set_anew/1.webp", 1100, found[1].height)
    with Image.open(staged.directory / "pages" / "set_anew" / "1.webp") as picture:
        assert picture.size == (1100, found[1].height)
    assert (staged.directory / "pages" / "set_anew" / "1.webp").stat().st_size < 200_000
    assert len(told) == 1
    assert "no pictures of the pages of lost: expected the bytes" in told[0]


def test_the_same_bytes_are_drawn_once(staged: Staged, monkeypatch: pytest.MonkeyPatch) -> None:
    first = write_page_pictures(settings_of(staged), staged, LIMITS)

    def never(*_: object, **__: object) -> None:
        raise AssertionError("drawn a second time")

    monkeypatch.setattr(page_pictures, "draw_plain_pages_bounded", never)
    assert write_page_pictures(settings_of(staged), staged, LIMITS) == first


def test_a_picture_that_was_lost_is_drawn_again(staged: Staged) -> None:
    first = write_page_pictures(settings_of(staged), staged, LIMITS)
    (kept,) = (settings_of(staged).extracted / "page_pictures").glob("*/1.webp")
    kept.unlink()
    shutil.rmtree(staged.directory / "pages")
    assert write_page_pictures(settings_of(staged), staged, LIMITS) == first
    assert (staged.directory / "pages" / "set_anew" / "1.webp").is_file()
