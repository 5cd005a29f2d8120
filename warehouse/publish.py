"""Publishing: build a release beside the published one, then swap one symbolic link. Readers never meet half a release.

A release is a folder `releases/<release_id>/` with `cchc.duckdb` (all marts, comments included), `bi.duckdb` (plain types for the
report pages), `parquet/`, `csv/` and `manifest.json`. `current` is a symbolic link to the release that readers open. A reader that
holds the old file open keeps reading the old release until it opens again.
"""

from __future__ import annotations

import hashlib
import json
import os
import shutil
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from warehouse.bi import write_bi

MARTS_SCHEMA = "marts"
KEPT_RELEASES = 3
DATABASE_NAME = "cchc.duckdb"


class PublishError(RuntimeError):
    """A release could not be made; the published one is untouched. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Release:
    """A published release. `fingerprint` identifies what it was built from: documents, reference data, rules, models."""

    release_id: str
    directory: Path
    fingerprint: str
    row_counts: Mapping[str, int]

    @property
    def database(self) -> Path:
        return self.directory / DATABASE_NAME


def current_release(published: Path) -> Release | None:
    """The release that readers open now, or None if nothing was ever published."""
    manifest = published / "current" / "manifest.json"
    if not manifest.exists():
        return None
    facts = json.loads(manifest.read_text(encoding="utf-8"))
    return Release(facts["release_id"], manifest.parent.resolve(), facts["fingerprint"], facts["row_counts"])


def next_release_id(published: Path, now: datetime) -> str:
    """Calendar version vYYYY.MM.PATCH; PATCH counts the releases of the month from 0."""
    prefix = f"v{now:%Y.%m}."
    taken = [
        int(path.name.removeprefix(prefix))
        for path in (published / "releases").glob(f"{prefix}*")
        if path.name.removeprefix(prefix).isdigit()
    ]
    return f"{prefix}{max(taken, default=-1) + 1}"


def _tables(connection: duckdb.DuckDBPyConnection, database: str) -> list[str]:
    rows = connection.execute(
        "select table_name from duckdb_tables() where database_name = ? and schema_name = ? order by table_name",
        [database, MARTS_SCHEMA],
    ).fetchall()
    return [name for (name,) in rows]


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _copy_comments(connection: duckdb.DuckDBPyConnection, table: str) -> None:
    """Descriptions travel with the data: `create table as` drops them, so they are set again."""
    (comment,) = connection.execute(
        "select comment from duckdb_tables() where database_name = 'build' and schema_name = ? and table_name = ?",
        [MARTS_SCHEMA, table],
    ).fetchone() or (None,)
    if comment:
        connection.execute(f"comment on table release.main.{table} is {_quoted(comment)}")
    columns = connection.execute(
        """select column_name, comment from duckdb_columns()
           where database_name = 'build' and schema_name = ? and table_name = ? and comment is not null""",
        [MARTS_SCHEMA, table],
    ).fetchall()
    for column, text in columns:
        connection.execute(f'comment on column release.main.{table}."{column}" is {_quoted(text)}')


def _sort_key(connection: duckdb.DuckDBPyConnection, table: str) -> str:
    """Files are sorted by all plain columns, so that equal data give equal files."""
    columns = connection.execute(
        "select column_name from duckdb_columns() where database_name = 'build' and schema_name = ? and table_name = ?",
        [MARTS_SCHEMA, table],
    ).fetchall()
    return ", ".join(f'"{name}"' for (name,) in columns)


def _write_files(build: Path, directory: Path) -> dict[str, int]:
    counts: dict[str, int] = {}
    for folder in ("parquet", "csv"):
        (directory / folder).mkdir(parents=True)
    with duckdb.connect() as connection:
        connection.execute(f"attach {_quoted(str(build))} as build (read_only)")
        connection.execute(f"attach {_quoted(str(directory / DATABASE_NAME))} as release")
        for table in _tables(connection, "build"):
            source = f"build.{MARTS_SCHEMA}.{table}"
            order = _sort_key(connection, table)
            connection.execute(f"create table release.main.{table} as select * from {source} order by {order}")
            _copy_comments(connection, table)
            parquet, csv = (directory / folder / f"{table}.{folder}" for folder in ("parquet", "csv"))
            connection.execute(f"copy release.main.{table} to {_quoted(str(parquet))} (format parquet, compression zstd)")
            connection.execute(f"copy release.main.{table} to {_quoted(str(csv))} (format csv, header)")
            (counts[table],) = connection.execute(f"select count(*) from {source}").fetchone() or (0,)
        connection.execute("detach release")
    return counts


def _sha256(path: Path) -> str:
    with path.open("rb") as stream:
        return hashlib.file_digest(stream, "sha256").hexdigest()


def _swap(published: Path, release_id: str) -> None:
    link = published / ".current.next"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release_id)
    link.replace(published / "current")


def _prune(published: Path, keep: int) -> None:
    releases = sorted((published / "releases").iterdir(), key=lambda path: path.stat().st_mtime, reverse=True)
    current = (published / "current").resolve()
    for path in [path for path in releases if path.resolve() != current][keep - 1 :]:
        shutil.rmtree(path)


def publish(build: Path, published: Path, *, fingerprint: str, facts: Mapping[str, Any], now: datetime) -> Release:
    """Make a release from the marts of `build` and swap it in. `facts` (git revision, checks, documents) go into the manifest.

    Raises:
        PublishError: the target cannot be written, or the build has no marts. The published release is untouched then.
    """
    staging = published / "releases" / f".staging-{os.getpid()}"
    try:
        staging.mkdir(parents=True)
        counts = _write_files(build, staging)
        if not counts:
            raise PublishError(f"expected tables in schema {MARTS_SCHEMA} of {build}, found none; run the dbt build first")
        write_bi(staging / DATABASE_NAME, staging / "bi.duckdb")
        release_id = next_release_id(published, now)
        files = {str(path.relative_to(staging)): path for path in sorted(staging.rglob("*")) if path.is_file()}
        manifest = {
            "release_id": release_id,
            "published_at": now.isoformat(),
            "fingerprint": fingerprint,
            "row_counts": counts,
            **facts,
            "files": {name: {"bytes": path.stat().st_size, "sha256": _sha256(path)} for name, path in files.items()},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
        (staging / "manifest.json").write_text(text, encoding="utf-8")
        target = published / "releases" / release_id
        staging.replace(target)
        _swap(published, release_id)
        _prune(published, KEPT_RELEASES)
    except OSError as error:
        raise PublishError(
            f"cannot write the release under {published}: {error.strerror or error}. The published release is untouched. "
            "Make the folder writable or set CCHC_HOME to another one."
        ) from error
    finally:
        if staging.exists():
            shutil.rmtree(staging, ignore_errors=True)
    return Release(release_id, target, fingerprint, counts)
