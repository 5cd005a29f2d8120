"""Publishing: build a release beside the published one, check it, then swap one symbolic link. Readers never meet half a release.

A release is a folder `releases/<release_id>/`: `cchc.duckdb` (all marts, comments included), `bi.duckdb` (plain types for the report
pages), `parquet/`, `csv/`, what describes them (`warehouse.formats`), the parts that the caller adds, and `manifest.json`. `current` is
a symbolic link to the release that readers open. A reader that holds the old file open keeps reading the old release until it opens
again.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Any

import duckdb

from extractors.durable import write_atomically
from warehouse.bi import write_bi
from warehouse.descriptions import Described, with_link
from warehouse.dictionary.bi_comments import comment_bi, texts_of
from warehouse.formats.datapackage import UnknownTypeError
from warehouse.formats.licences import licence_of
from warehouse.formats.metadata import write_metadata
from warehouse.formats.release_table import RELEASE_TABLE, write_release_table
from warehouse.formats.tables import MARTS_SCHEMA, STORAGE_VERSION, Table, quoted, read_tables, write_files
from warehouse.pictures import PagePicture
from warehouse.release_facts import ReleaseFacts
from warehouse.releases import DATABASE_NAME, MANIFEST_NAME, Release, all_releases, read_manifest, sha256_of
from warehouse.swap import clear_left_overs, show

KEPT_RELEASES = 3


class PublishError(RuntimeError):
    """A release could not be made; the published one is untouched. The message says what to do."""


@dataclass(frozen=True, slots=True)
class Staged:
    """A release that is being made: its folder, in which `cchc.duckdb` stands already, and what it says of itself."""

    directory: Path
    facts: ReleaseFacts

    @property
    def database(self) -> Path:
        return self.directory / DATABASE_NAME


Part = Callable[[Staged], None]
"""Writes more files into the folder of a release: workbooks, dictionary, the comparison with the release before.

It raises `PublishError` if it cannot; then nothing is published.
"""


Pictures = Callable[[Staged], Sequence[PagePicture]]
"""Puts pictures of pages of documents into the folder of a release and says which; `bi.duckdb` names them."""


def _no_pictures(staged: Staged) -> Sequence[PagePicture]:
    del staged
    return ()


@dataclass(frozen=True, slots=True)
class Plan:
    """How releases are made: how many are kept, whether CSV files begin with a byte order mark (for Excel), at which address the folder
    `current` is served (empty: nowhere), whether comments link to the dictionary that a part writes, which columns are the key of each
    table, which parts are written besides the tables, and how pages of documents are drawn."""

    keep: int = KEPT_RELEASES
    has_bom: bool = False
    public_url: str = ""
    has_dictionary: bool = False
    keys: Mapping[str, Sequence[str]] = field(default_factory=dict[str, Sequence[str]])
    parts: Sequence[Part] = ()
    pictures: Pictures = _no_pictures


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


def _comment(plan: Plan) -> Callable[[Described, str, str | None], str]:
    """How a text becomes the comment of a table or column: with the link to the dictionary, where the release has one."""

    def comment(text: Described, table: str, column: str | None) -> str:
        return with_link(text.comment, table, column, plan.public_url) if plan.has_dictionary else text.comment

    return comment


def _set_comments(connection: duckdb.DuckDBPyConnection, table: Table, plan: Plan) -> None:
    """Descriptions travel with the data: `create table as` drops them, so they are set again."""
    comment = _comment(plan)
    if table.text.vi:
        connection.execute(f'comment on table staged.main."{table.name}" is {quoted(comment(table.text, table.name, None))}')
    for column in table.columns:
        if column.text.vi:
            text = quoted(comment(column.text, table.name, column.name))
            connection.execute(f'comment on column staged.main."{table.name}"."{column.name}" is {text}')


def _write_tables(build: Path, staged: Staged, plan: Plan) -> tuple[tuple[Table, ...], dict[str, int]]:
    """The database of the release, `parquet/` and `csv/`: what its tables are, and the rows of each."""
    counts: dict[str, int] = {}
    with duckdb.connect() as connection:
        connection.execute(f"attach {quoted(str(build))} as build (read_only)")
        connection.execute(f"attach {quoted(str(staged.database))} as staged (storage_version {quoted(STORAGE_VERSION)})")
        marts = read_tables(connection, "build", MARTS_SCHEMA)
        if not marts:
            raise PublishError(f"expected tables in schema {MARTS_SCHEMA} of {build}, found none; run the dbt build first")
        for table in marts:
            source = f'build.{MARTS_SCHEMA}."{table.name}"'
            connection.execute(f'create table staged.main."{table.name}" as select * from {source} order by {table.order}')
            (counts[table.name],) = connection.execute(f"select count(*) from {source}").fetchone() or (0,)
        write_release_table(connection, "staged", staged.facts)
        tables = (*marts, RELEASE_TABLE)
        for table in tables:
            _set_comments(connection, table, plan)
        write_files(connection, "staged", tables, staged.directory, staged.facts, has_bom=plan.has_bom)
        connection.execute("detach staged")
    return tables, {**counts, RELEASE_TABLE.name: 1}


def _check(staged: Staged, counts: Mapping[str, int]) -> None:
    """Read back what was written, as readers will: every table has its rows, in the database and in each file.

    Raises:
        PublishError: a file has another number of rows than the build.
    """
    with duckdb.connect(str(staged.database), read_only=True) as connection:
        for table, count in counts.items():
            parquet, csv = (str(staged.directory / form / f"{table}.{form}") for form in ("parquet", "csv"))
            for place, source in (
                (DATABASE_NAME, f'"{table}"'),
                (parquet, f"read_parquet({quoted(parquet)})"),
                (csv, f"read_csv({quoted(csv)}, header = true, all_varchar = true, quote = '\"', delim = ',')"),
            ):
                (found,) = connection.execute(f"select count(*) from {source}").fetchone() or (0,)
                if found != count:
                    raise PublishError(
                        f"{place}: expected {count:,} rows of {table}, as were built, found {found:,}; nothing was published. "
                        "Run `cchc refresh --force`; if it comes again, the disk or DuckDB is at fault."
                    )


def _manifest(
    staged: Staged, published: Path, counts: Mapping[str, int], used: Mapping[str, int], facts: Mapping[str, Any]
) -> dict[str, Any]:
    own = staged.facts
    month, _, number = own.release_id.rpartition(".")
    files = {
        path.relative_to(staged.directory).as_posix(): path for path in sorted(staged.directory.rglob("*")) if path.is_file()
    }
    return {
        "release_id": own.release_id,
        "sequence": max((one.sequence for one in all_releases(published)), default=0) + 1,
        "published_at": own.published_at.isoformat(),
        "fingerprint": own.fingerprint,
        "row_counts": counts,
        **facts,
        "ids_used": {**used, month: int(number)},
        "files": {
            name: {"bytes": path.stat().st_size, "sha256": sha256_of(path), "licence": licence_of(name).spdx}
            for name, path in files.items()
        },
    }


def publish(
    build: Path, published: Path, *, fingerprint: str, facts: Mapping[str, Any], now: datetime, plan: Plan | None = None
) -> Release:
    """Make a release from the marts of `build`, check it, and swap it in.

    `facts` (git revision, checks, documents) go into the manifest. The caller holds the lock of the home.

    Raises:
        PublishError: the target cannot be written, the build has no marts, a part cannot be made. The published release is untouched.
    """
    plan = plan or Plan()
    staging = published / "releases" / f".staging-{os.getpid()}"
    try:
        clear_left_overs(published)
        staging.mkdir(parents=True)
        used = _ids_used(published)
        staged = Staged(
            staging,
            ReleaseFacts(
                release_id=next_release_id(used, now),
                published_at=now,
                git_revision=str(facts.get("git_revision", "unknown")),
                lock_sha256=str(facts.get("lock_sha256", "")),
                fingerprint=fingerprint,
            ),
        )
        tables, counts = _write_tables(build, staged, plan)
        write_bi(staged.database, staging / "bi.duckdb", plan.pictures(staged))
        comment_bi(staging / "bi.duckdb", texts_of(staged.database), _comment(plan))
        for part in plan.parts:
            part(staged)
        write_metadata(staged.database, tables, staging, staged.facts, public_url=plan.public_url, keys=plan.keys)
        _check(staged, counts)
        manifest = _manifest(staged, published, counts, used, facts)
        text = json.dumps(manifest, ensure_ascii=False, indent=2, default=str)
        write_atomically(staging / MANIFEST_NAME, text.encode())
        target = show(staging, published, staged.facts.release_id, keep=plan.keep)
    except UnknownTypeError as error:
        raise PublishError(f"{error}. The published release is untouched.") from error
    except (OSError, duckdb.Error) as error:
        raise PublishError(_refused(published, error)) from error
    finally:
        if staging.exists():
            shutil.rmtree(staging, ignore_errors=True)
    return read_manifest(target)


def _refused(published: Path, error: OSError | duckdb.Error) -> str:
    """Why the folder of releases could not be written, and what to do."""
    reason = error.strerror or str(error) if isinstance(error, OSError) else str(error)
    if (
        isinstance(error, OSError)
        and error.errno in (errno.EPERM, errno.EOPNOTSUPP, errno.ENOSYS)
        and "current" in str(error.filename)
    ):
        return (
            f"{published}: expected a file system with symbolic links (readers are pointed at a release by one), found: {reason}. "
            "The published release is untouched. Set CCHC_PUBLISHED to a folder on another file system."
        )
    return (
        f"cannot write the release under {published}: {reason}. The published release is untouched. "
        "Make the folder writable, make room, or set CCHC_PUBLISHED or CCHC_HOME to another folder."
    )
