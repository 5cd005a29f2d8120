"""Database files that a run makes for itself and nobody else reads."""

from __future__ import annotations

import shutil
from pathlib import Path


def emptied(database: Path) -> Path:
    """The place of a new database file: nothing of an earlier one is left there.

    A run that was killed leaves a write-ahead log, and DuckDB would replay it into whatever database stands beside it next.
    """
    for path in (database, database.with_name(f"{database.name}.wal")):
        path.unlink(missing_ok=True)
    shutil.rmtree(database.with_name(f"{database.name}.tmp"), ignore_errors=True)
    return database
