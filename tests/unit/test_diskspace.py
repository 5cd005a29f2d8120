"""Room for a refresh is looked at before it begins, and a disk that refuses is told in words."""

from __future__ import annotations

import errno
import os
import sqlite3
from pathlib import Path

import pytest

from dagster_project.diskspace import FIRST_REFRESH, MEGABYTE, in_words, needed_bytes, room_problem
from dagster_project.settings import Settings


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(tmp_path, tmp_path, tmp_path, tmp_path, None)


def test_a_refresh_needs_what_the_last_one_took_and_the_first_one_what_was_measured() -> None:
    assert needed_bytes(0, 0) == needed_bytes(0, 50 * MEGABYTE) == FIRST_REFRESH
    assert needed_bytes(80 * MEGABYTE, 48 * MEGABYTE) >= 128 * MEGABYTE
    assert needed_bytes(8000 * MEGABYTE, 48 * MEGABYTE) > needed_bytes(80 * MEGABYTE, 48 * MEGABYTE)


def test_too_little_room_is_said_with_the_disk_and_both_figures(tmp_path: Path) -> None:
    assert room_problem(tmp_path, free=200 * MEGABYTE, needed=200 * MEGABYTE) is None
    problem = room_problem(tmp_path, free=12 * MEGABYTE, needed=200 * MEGABYTE)
    assert problem is not None
    for words in (str(tmp_path), "about 200 MB", "12 MB free", "CCHC_HOME"):
        assert words in problem


@pytest.mark.parametrize(
    ("error", "words"),
    [
        (OSError(errno.ENOSPC, os.strerror(errno.ENOSPC), "/x"), "is full"),
        (OSError(errno.EDQUOT, os.strerror(errno.EDQUOT), "/x"), "quota"),
        (sqlite3.OperationalError("database or disk is full"), "is full"),
        (sqlite3.DatabaseError("file is not a database"), "Move that folder away"),
        (OSError(errno.EROFS, os.strerror(errno.EROFS), "/x/y"), "cannot write /x/y"),
    ],
)
def test_an_error_that_something_else_has_wrapped_is_still_known(settings: Settings, error: Exception, words: str) -> None:
    wrapped = RuntimeError("a step failed")
    wrapped.__cause__ = error
    found = in_words(settings, wrapped)
    assert found is not None
    assert words in found


def test_an_error_of_another_kind_is_not_blamed_on_the_disk(settings: Settings) -> None:
    assert in_words(settings, RuntimeError("expected 63 provinces, found 62")) is None
