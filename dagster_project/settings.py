"""Where things are. Everything that is not code lies under one folder, so that a test or a second instance is one variable away."""

from __future__ import annotations

import os
import sys
from dataclasses import dataclass
from pathlib import Path

from extractors.catalogue.corrections import CORRECTIONS_DIR
from extractors.catalogue.lock import LOCK_NAME
from extractors.durable import write_atomically
from extractors.isolation import Limits, LimitsError, limits_of

REPOSITORY = Path(__file__).resolve().parent.parent
DEPLOY_DIR = REPOSITORY / "deploy"
HISTORY_URL = "CCHC_DAGSTER_POSTGRES_URL"
"""Variable with the address of the PostgreSQL database of Dagster's history; unset: SQLite files in the home."""

DASK_ADDRESS = "CCHC_DASK_ADDRESS"
"""Variable with the address of the Dask scheduler on whose workers a backfill reads; unset: on this machine."""

_WRITTEN_BY_US = "# Written by cchc at each start from {source}. To keep changes of your own, delete this line.\n"
_FIRST_DAGSTER_YAML = "telemetry:\n  enabled: false\nconcurrency:\n  pools:\n    default_limit: 1\n"
"""What was written before the line above was."""

DBT_PROJECT_DIR = REPOSITORY / "dbt_project"


@dataclass(frozen=True, slots=True)
class Settings:
    """Folders of one instance. `home`: state and published files; `entries`, `documents`, `corrections`: of one catalogue.

    `published_elsewhere`: where releases are put instead of a folder of the home.
    """

    home: Path
    entries: Path
    documents: Path
    corrections: Path
    inbox: Path | None
    published_elsewhere: Path | None = None

    @property
    def archive(self) -> Path:
        return self.home / "archive"

    @property
    def asked(self) -> Path:
        """What each address answered last, one note per document; below it `hosts/`, when each host was last asked."""
        return self.home / "asked"

    @property
    def discovery(self) -> Path:
        """What was seen on each landing page."""
        return self.home / "discovery"

    @property
    def sources_lock(self) -> Path:
        """Which bytes were reviewed: every catalogue has its own lock beside its entries."""
        return self.entries.parent / LOCK_NAME

    @property
    def extracted(self) -> Path:
        return self.home / "extracted"

    @property
    def quarantine(self) -> Path:
        return self.home / "quarantine"

    @property
    def build(self) -> Path:
        return self.home / "build"

    @property
    def build_database(self) -> Path:
        return self.build / "build.duckdb"

    @property
    def published(self) -> Path:
        """Releases, and the link `current` to the one that readers open."""
        return self.published_elsewhere or self.home / "published"

    @property
    def runs(self) -> Path:
        return self.home / "runs"

    @property
    def data_docs(self) -> Path:
        """Great Expectations' own pages of the last refresh that Dagster drove, a folder per gate."""
        return self.home / "data_docs"

    @property
    def logs(self) -> Path:
        """What dbt printed in the last refresh."""
        return self.home / "logs"

    @property
    def dagster_home(self) -> Path:
        return self.home / "dagster"

    @property
    def lock_file(self) -> Path:
        return self.home / "refresh.lock"


class HomeError(RuntimeError):
    """`CCHC_HOME` or `CCHC_PUBLISHED` names no folder; the message says what to do."""


def load_settings(inbox: Path | None = None) -> Settings:
    """Settings from the environment: CCHC_HOME, CCHC_PUBLISHED, CCHC_CATALOGUE, CCHC_INBOX.

    The home and the catalogue have defaults inside the checkout; releases lie in the home.

    Raises:
        HomeError: something else than a folder is where the home, or the releases, should be.
    """
    home = _folder("CCHC_HOME", REPOSITORY / "warehouse" / "data")
    catalogue = os.environ.get("CCHC_CATALOGUE")
    given_inbox = inbox or (Path(os.environ["CCHC_INBOX"]) if os.environ.get("CCHC_INBOX") else None)
    extractors = REPOSITORY / "extractors"
    return Settings(
        home=home,
        entries=Path(catalogue).resolve() / "entries" if catalogue else extractors / "catalogue" / "entries",
        documents=Path(catalogue).resolve() / "documents" if catalogue else extractors / "documents",
        corrections=Path(catalogue).resolve() / "corrections" if catalogue else CORRECTIONS_DIR,
        inbox=given_inbox.resolve() if given_inbox else None,
        published_elsewhere=_folder("CCHC_PUBLISHED", home / "published") if os.environ.get("CCHC_PUBLISHED") else None,
    )


def _folder(variable: str, default: Path) -> Path:
    found = Path(os.environ.get(variable) or default).resolve()
    if found.exists() and not found.is_dir():
        raise HomeError(f"expected a folder in the variable {variable}, found a file: {found}; name a folder")
    return found


def read_limits() -> Limits:
    """How much one file may take, from the environment: CCHC_READ_SECONDS, CCHC_READ_SECONDS_PER_SCANNED_PAGE, CCHC_READ_MEMORY_MB.

    Raises:
        LimitsError: one of them is no whole number above zero.
    """
    return limits_of(os.environ)


def span(variable: str, unit: str, *, default: float, most: float) -> float:
    """A length of time from an environment variable, in its unit.

    Raises:
        LimitsError: it is no number from 0 to `most`.
    """
    given = os.environ.get(variable, str(default))
    try:
        found = float(given)
    except ValueError:
        found = -1.0
    if not 0 <= found <= most:
        raise LimitsError(f"{variable}: expected a number of {unit} from 0 to {most:.0f}, found {given!r}")
    return found


def settle_seconds() -> float:
    """How long a file of the inbox must not have changed to be taken, from the environment: CCHC_INBOX_SETTLE_SECONDS, default 10.

    Raises:
        LimitsError: it is no number of seconds, or below zero.
    """
    return span("CCHC_INBOX_SETTLE_SECONDS", "seconds", default=10, most=86_400)


def backfill_processes() -> int:
    """In how many processes of this machine a backfill reads, from the environment: CCHC_BACKFILL_PROCESSES, default 1.

    Raises:
        LimitsError: it is no whole number from 1 to 256.
    """
    given = os.environ.get("CCHC_BACKFILL_PROCESSES", "1")
    if not given.isdecimal() or not 1 <= int(given) <= 256:
        raise LimitsError(f"CCHC_BACKFILL_PROCESSES: expected a whole number from 1 to 256, found {given!r}")
    return int(given)


def lock_minutes() -> float:
    """How long a run of Dagster waits for another refresh to end, from CCHC_LOCK_WAIT_MINUTES; 30 if nothing is said.

    Raises:
        LimitsError: it is no number of minutes.
    """
    return span("CCHC_LOCK_WAIT_MINUTES", "minutes", default=30, most=24 * 60)


def may_be_untested() -> bool:
    """Whether a build whose dbt tests were left out may be published: CCHC_ALLOW_UNTESTED_BUILD=1, for tests of the project only."""
    return os.environ.get("CCHC_ALLOW_UNTESTED_BUILD") == "1"


def tool_environment(settings: Settings) -> dict[str, str]:
    """Environment of Dagster and dbt: telemetry off, absolute paths, state under `home`. A release is always built on DuckDB."""
    return {
        "DAGSTER_HOME": str(settings.dagster_home),
        "DAGSTER_DISABLE_TELEMETRY": "1",
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
        "DO_NOT_TRACK": "1",
        "GX_ANALYTICS_ENABLED": "false",
        "DBT_TARGET": "duckdb",
        "CCHC_HOME": str(settings.home),
        "CCHC_BUILD_DB": str(settings.build_database),
        "CCHC_PYTHON": sys.executable,
    }


def dagster_yaml() -> Path:
    """The settings of Dagster that fit the environment: PostgreSQL for a server, else SQLite."""
    return DEPLOY_DIR / ("dagster.server.yaml" if os.environ.get(HISTORY_URL) else "dagster.local.yaml")


def prepare_dagster_home(settings: Settings) -> None:
    """The folder in which Dagster keeps its history, with its settings. A file that a person has written or changed stays as it is.

    Raises:
        OSError: the folder cannot be written.
    """
    settings.dagster_home.mkdir(parents=True, exist_ok=True)
    source, path = dagster_yaml(), settings.dagster_home / "dagster.yaml"
    wanted = _WRITTEN_BY_US.format(source=source.relative_to(REPOSITORY)) + source.read_text(encoding="utf-8")
    found = path.read_text(encoding="utf-8") if path.exists() else None
    mark = _WRITTEN_BY_US.partition("{")[0]
    if found == wanted or (found is not None and not found.startswith(mark) and found != _FIRST_DAGSTER_YAML):
        return
    write_atomically(path, wanted.encode())
