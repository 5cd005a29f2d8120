"""`cchc rollback` on a real release: readers get the other one at once, and no refresh undoes it by itself."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

from tests.conftest import Instance

EARLIER = "v2026.01.0"


def _earlier_release(home: Path) -> None:
    """A copy of the release, as if it had been published before it, of something else."""
    current = (home / "published" / "current").resolve()
    earlier = current.with_name(EARLIER)
    shutil.copytree(current, earlier)
    manifest = json.loads((earlier / "manifest.json").read_text(encoding="utf-8"))
    manifest |= {"release_id": EARLIER, "sequence": 0, "fingerprint": "synthetic"}
    (earlier / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")


def test_a_release_that_was_taken_back_is_not_published_again_by_the_next_refresh(copied: Instance) -> None:
    _earlier_release(copied.home)
    later = copied.release.name
    listed = copied.run("releases")
    assert f"→ {later}" in listed.stdout
    assert f"  {EARLIER}" in listed.stdout

    without_reason = copied.run("rollback")
    assert without_reason.returncode == 2
    assert "say it with --why" in without_reason.stderr
    assert copied.release.name == later

    done = copied.run("rollback", "--why", "S.1.4 của Huế đọc sai")
    assert done.returncode == 0, done.stderr
    assert f"Readers open {EARLIER} now (before: {later})" in done.stdout
    assert copied.release.name == EARLIER
    assert copied.run("query", "select count(*) as n from rpt_scores").returncode == 0

    assert f"release {later} was withdrawn" in copied.run("status").stdout, "before any refresh stumbles over it"

    refreshed = copied.run("refresh")
    assert refreshed.returncode == 1, "something waits for a person"
    assert f"Nothing was published; {EARLIER} stands" in refreshed.stdout
    assert "S.1.4 của Huế đọc sai" in refreshed.stdout
    assert "cchc refresh --force" in refreshed.stdout
    assert copied.release.name == EARLIER
    history = copied.run("history").stdout
    assert f"readers were pointed from {later} to {EARLIER}: S.1.4 của Huế đọc sai" in history
    assert f"not published again: release {later} was withdrawn" in history
    told = next(line for line in copied.run("alerts").stdout.splitlines() if "release_withdrawn" in line)
    assert later in told.split("was withdrawn")[0], "the one that was taken back, not the one that stands"
    status = copied.run("status").stdout
    assert "UTC: not published again" in status
    assert f"because: release {later} was withdrawn" in status

    back = copied.run("rollback", later, "--why", "đã kiểm tra lại, đúng")
    assert back.returncode == 0, back.stderr
    again = copied.run("refresh")
    assert again.returncode == 0, again.stdout + again.stderr
    assert f"Nothing changed: release {later} stands" in again.stdout
