"""The archive is asked for everything that the published release was read from."""

from __future__ import annotations

import shutil

from tests.conftest import Instance


def test_an_archive_that_was_lost_is_told_also_where_the_outcomes_are_lost_too(copied: Instance) -> None:
    """A home of which only `published/` was kept once passed with 0 files hashed and 0 findings."""
    assert copied.run("archive", "verify").returncode == 0
    shutil.rmtree(copied.home / "archive")
    shutil.rmtree(copied.home / "extracted")
    done = copied.run("archive", "verify")
    assert done.returncode == 1
    assert "archive_missing: papi_2011_2024_dimensions: " in done.stdout
    assert "11 findings" in done.stdout
