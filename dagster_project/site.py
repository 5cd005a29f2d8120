"""The site of report pages of a home: built from its published release by `reports/build.sh`, kept in the folder `site`."""

from __future__ import annotations

import hashlib
import json
import os
import shutil
import signal
import subprocess
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from dagster_project.settings import REPOSITORY, Settings
from warehouse.releases import DamagedReleaseError, Release, current_release, sha256_of

REPORTS = REPOSITORY / "reports"
STAMP_NAME = "site.json"
MISSING, FAILED = 2, 1
"""Exit codes of build.sh."""

_NEEDED = ("node", "npm")
_NOT_SOURCES = frozenset({"node_modules", "build", ".evidence", "en", "data", "trang", "tests"})


class SiteError(Exception):
    """The site was not built; the last one stays. `exit_code`: 2 where something is missing, 1 where the build failed."""

    def __init__(self, message: str, exit_code: int = FAILED) -> None:
        super().__init__(message)
        self.exit_code = exit_code


@dataclass(frozen=True, slots=True)
class Site:
    """A built site: where it is, which release it shows, and whether it was built now."""

    folder: Path
    release_id: str
    is_new: bool


def site_folder(settings: Settings) -> Path:
    return settings.home / "site"


def read_stamp(folder: Path) -> Mapping[str, Any]:
    """What the site says of itself; nothing where there is none."""
    try:
        found = json.loads((folder / STAMP_NAME).read_bytes())
    except (OSError, ValueError):
        return {}
    return found if isinstance(found, dict) else {}


def missing_programs() -> list[str]:
    """What the pages need and this machine has not."""
    return [name for name in _NEEDED if shutil.which(name) is None]


def sources_digest(reports: Path = REPORTS) -> str:
    """Digest of all that pages are made of besides the data: a change of it makes a site outdated."""
    digest = hashlib.sha256()
    for path in sorted(reports.rglob("*")):
        relative = path.relative_to(reports)
        is_source = not _NOT_SOURCES & set(relative.parts) and not path.name.endswith((".log", ".duckdb", ".new"))
        if path.is_file() and is_source and path.name not in (".build.lock", ".read-from"):
            digest.update(f"{relative.as_posix()}\0".encode() + path.read_bytes())
    return digest.hexdigest()


def _whole_release(settings: Settings) -> Release:
    """The published release, if its files are those that its manifest names."""
    try:
        release = current_release(settings.published)
    except DamagedReleaseError as error:
        raise SiteError(str(error)) from error
    if release is None:
        raise SiteError(f"nothing is published yet under {settings.published}: run `make refresh`", MISSING)
    bi = release.directory / "bi.duckdb"
    said = json.loads((release.directory / "manifest.json").read_bytes())["files"]["bi.duckdb"]["sha256"]
    if sha256_of(bi) != said:
        raise SiteError(
            f"{bi}: expected the sha256 that the manifest of {release.release_id} names, found another; "
            "publish the release anew: cchc refresh --force"
        )
    return release


def _stop(process: subprocess.Popen[str]) -> None:
    """End the build with all that it started."""
    try:
        os.killpg(process.pid, signal.SIGTERM)
        process.wait(timeout=10)
    except ProcessLookupError:
        return
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def build_site(
    settings: Settings, *, force: bool, minutes: int, tell: Callable[[str], None], script: Path = REPORTS / "build.sh"
) -> Site:
    """Build the pages of the published release, unless the site shows that release already.

    `tell` gets each line of progress. `minutes`: after that long the build is ended.

    Raises:
        SiteError: no release, no node, a damaged release, a failed build or one that took too long. The last site stays.
    """
    release = _whole_release(settings)
    folder = site_folder(settings)
    # Of this release; the same name may have been given anew in another home, so its database is named too.
    shows = {
        "release_id": release.release_id,
        "database": sha256_of(release.directory / "bi.duckdb"),
        "sources": sources_digest(),
    }
    said = read_stamp(folder)
    if not force and all(said.get(name) == value for name, value in shows.items()):
        return Site(folder, release.release_id, is_new=False)
    if missing := missing_programs():
        raise SiteError(
            f"{' and '.join(missing)} not installed: install Node.js 20 or newer and npm (Debian: apt-get install nodejs npm), "
            "then: make reports",
            MISSING,
        )
    stamp = json.dumps({**shows, "built_at": datetime.now(UTC).isoformat(timespec="seconds")})
    environment = os.environ | {
        "CCHC_BI_DB": str(release.directory / "bi.duckdb"),
        "CCHC_REPORTS_OUT": str(folder),
        "CCHC_REPORTS_STAMP": stamp,
    }
    code = _run(script, environment, minutes * 60, tell)
    if code is None:
        raise SiteError(
            f"the pages were not built within {minutes} minutes and the build was ended; what it did stands in reports/*.log; "
            "give it longer: cchc reports --minutes N"
        )
    if code != 0:
        raise SiteError("the pages were not built (see above); the last ones stay", MISSING if code == MISSING else FAILED)
    return Site(folder, release.release_id, is_new=True)


def _run(script: Path, environment: Mapping[str, str], seconds: float, tell: Callable[[str], None]) -> int | None:
    """Exit code of the script, or None if it took too long. Its lines are told as they come."""
    import threading

    with subprocess.Popen(
        [str(script)],
        env=dict(environment),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        encoding="utf-8",
        errors="replace",
        start_new_session=True,
    ) as process:
        late = threading.Event()

        def end() -> None:
            late.set()
            _stop(process)

        timer = threading.Timer(seconds, end)
        timer.start()
        try:
            for line in process.stdout or ():
                tell(line.rstrip("\n"))
            process.wait()
        except BaseException:
            _stop(process)
            raise
        finally:
            timer.cancel()
    return None if late.is_set() else process.returncode
