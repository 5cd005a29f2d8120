"""Fifty readers of the published files during twenty publishes: no error, and no answer of two releases."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.targets.readers import publish_marked, reading
from warehouse.releases import all_releases


@pytest.mark.slow
def test_fifty_readers_of_the_file_meet_no_error_and_no_mixture_in_twenty_publishes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    published = tmp_path / "published"
    publish_marked(tmp_path, published, "synthetic0", monkeypatch)
    with reading("file", str(published), tmp_path, processes=2, threads=25) as seen:
        for number in range(1, 21):
            publish_marked(tmp_path, published, f"synthetic{number}", monkeypatch)
    print(f"{seen.answers} answers of {len(seen.marks)} releases")
    assert (seen.errors, seen.mixed) == ([], [])
    assert len(seen.marks) > 1, "the readers saw more than one release"
    assert seen.answers > 50
    assert len(all_releases(published)) == 3
