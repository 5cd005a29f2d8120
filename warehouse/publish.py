"""Publishing: build a release beside the published one, then swap one symbolic link. Readers never meet half a release.

A release is a folder `releases/<release_id>/` with `cchc.duckdb` (all marts, comments included), `bi.duckdb` (plain types for the
report pages), `parquet/`, `csv/` and `manifest.json`. `current` is a symbolic link to the release that readers open. A reader that
holds the old file open keeps reading the old release until it opens again.
"""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from extractors.durable import sync_folder, sync_tree, write_atomically
from warehouse.bi import write_bi
from warehouse.releases import (
    ANNOUNCED,
    DATABASE_NAME,
    MANIFEST_NAME,
    Release,
    all_releases,
    current_directory,
    read_manifest,
    sha256_of,
)

MARTS_SCHEMA = "marts"
KEPT_RELEASES = 3


class PublishError(RuntimeError):
    """A release could not be made; the published one is untouched. The message says what to do."""


def next_release_id(used: Mapping[str, int], now: datetime) -> str:
    """Calendar version vYYYY.MM.PATCH; PATCH counts the releases of the month from 0. `used`: the highest given in each month."""
    month = f"v{now:%Y.%m}"
    return f"{month}.{used.get(month, -1) + 1}"


def _ids_used(published: Path) -> dict[str, int]:
    """Month -> highest number ever given in it. Names of releases that were pruned since stand in the manifests of later ones."""
    used: dict[str, int] = {}
    names = [path.name for path in (published / "releases").glob("v*.*.*")]
    given = [(month, int(number)) for month, _, number in (name.rpartition(".") for name in names) if number.isdigit()]
    given += [pair for release in all_releases(published) for pair in release.ids_used.items()]
    for month, number in given:
        used[month] = max(number, used.get(month, -1))
    return used


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


def _point_at(published: Path, release_id: str) -> None:
    link = published / ".current.next"
    link.unlink(missing_ok=True)
    link.symlink_to(Path("releases") / release_id)
    link.replace(published / "current")
    sync_folder(published)


def _remove(directory: Path) -> None:
    """Under another name first: what is half removed must not look like a release."""
    gone = directory.with_name(f".gone-{directory.name}")
    directory.replace(gone)
    shutil.rmtree(gone)


def clear_left_overs(published: Path) -> None:
    """Remove what killed runs left: releases half written, half removed, or written whole and never shown to readers.

    The caller holds the lock of the home, so whoever wrote them is dead.

    Raises:
        OSError: a folder may not be changed.
    """
    announced = published / ANNOUNCED
    if announced.is_file():
        directory = published / "releases" / announced.read_text(encoding="utf-8").strip()
        if directory != current_directory(published) and directory.is_dir() and directory.name != "releases":
            _remove(directory)
        announced.unlink()
    for path in (published / "releases").glob(".*"):
        shutil.rmtree(path)


def _prune(published: Path, keep: int) -> None:
    current = current_directory(published)
    order = [release.directory.name for release in all_releases(published)]
    others = [path for path in (published / "releases").glob("[!.]*") if path.resolve() != current]
    # A folder whose manifest cannot be read is no release that anybody could go back to.
    others.sort(key=lambda path: order.index(path.name) if path.name in order else len(order))
    for path in others[keep - 1 :]:
        _remove(path)


def publish(build: Path, published: Path, *, fingerprint: str, facts: Mapping[str, Any], now: datetime) -> Release:
    """Make a release from the marts of `build` and swap it in. `facts` (git revision, checks, documents) go into the manifest.

    Every byte is on the disk before readers are pointed at it. The caller holds the lock of the home.

    Raises:
        PublishError: the target cannot be written, or the build has no marts. The published release is untouched then.
    """
    staging = published / "releases" / f".staging-{os.getpid()}"
    try:
        clear_left_overs(published)
        staging.mkdir(parents=True)
        counts = _write_files(build, staging)
        if not counts:
            raise PublishError(f"expected tables in schema {MARTS_SCHEMA} of {build}, found none; run the dbt build first")
        write_bi(staging / DATABASE_NAME, staging / "bi.duckdb")
        used = _ids_used(published)
        release_id = next_release_id(used, now)
        month, _, number = release_id.rpartition(".")
        files = {str(path.relative_to(staging)): path for path in sorted(staging.rglob("*")) if path.is_file()}
        manifest = {
            "release_id": release_id,
            "sequence": max((one.sequence for one in all_releases(published)), default=0) + 1,
            "published_at": now.isoformat(),
            "fingerprint": fingerprint,
            "row_counts": counts,
            **facts,
            "ids_used": used | {month: int(number)},
            "files": {name: {"bytes": path.stat().st_size, "sha256": sha256_of(path)} for name, path in files.items()},
        }
        text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
        write_atomically(staging / MANIFEST_NAME, text.encode())
        sync_tree(staging)
        target = published / "releases" / release_id
        write_atomically(published / ANNOUNCED, release_id.encode())
        staging.replace(target)
        sync_folder(target.parent)
        _point_at(published, release_id)
        (published / ANNOUNCED).unlink()
        _prune(published, KEPT_RELEASES)
    except (OSError, duckdb.Error) as error:
        reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
        raise PublishError(
            f"cannot write the release under {published}: {reason}. The published release is untouched. "
            "Make the folder writable or set CCHC_HOME to another one."
        ) from error
    finally:
        if staging.exists():
            shutil.rmtree(staging, ignore_errors=True)
    return read_manifest(target)
