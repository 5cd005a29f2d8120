"""What the build holds beside what the last release holds: scores, ranks, units and documents, and why each difference came about.

The facts go into schema `comparison` of the build database, where gate 2 judges them; a release is made of schema `marts` alone, so
nothing of them reaches it. A difference has a cause: its documents changed (other bytes, or others speak about the cell, or they rank
otherwise), a person decided about the cell, the code changed, or none of these, which must not happen.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Literal, cast

import duckdb

from warehouse.diff_sql import DECIDED, DOCUMENTS, NOTHING, NOTHING_DECIDED, PLACES, SCORES, SIDE
from warehouse.releases import Release, last_whole

State = Literal["new", "changed", "gone"]
Cause = Literal["document", "decision", "withheld", "code", "none"]

CAUSES: Mapping[str, str] = {
    "document": "the documents that speak of it changed",
    "decision": "a person decided about it",
    "withheld": "its new document says that it is withheld",
    "code": "the code or the reference data changed",
    "none": "nothing that it is made of changed",
}


class CompareError(RuntimeError):
    """The last release cannot be read; the message says which file, and what to do."""


@dataclass(frozen=True, slots=True)
class Provenance:
    """What a build is made of.

    `code`: digest of all that reads and models; `readings`: document id -> mark of its catalogue entry and readers.
    """

    code: str
    readings: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class ScoreChange:
    """One key of `rpt_scores` that differs: `previous_…` as released, without it as built; null where that side has none."""

    state: State
    cause: Cause
    index_code: str
    edition_id: str
    entity_type: str
    province_code: str
    province: str
    criterion_code: str
    methodology_code: str
    previous_score: float | None
    score: float | None
    previous_rank: int | None
    rank: int | None
    previous_unit: str | None
    unit: str | None
    previous_document_id: str | None
    document_id: str | None


@dataclass(frozen=True, slots=True)
class DocumentChange:
    """One document that is new, has other bytes, or is gone. `superseded_by`: the newer vintage that stands in the build."""

    state: State
    document_id: str
    title: str
    previous_sha256: str | None
    sha256: str | None
    superseded_by: str | None


@dataclass(frozen=True, slots=True)
class Comparison:
    """A build beside the release of before; `previous_release` is None if nothing was ever published (then nothing is compared)."""

    previous_release: str | None
    is_code_changed: bool
    accepted_because: str | None
    scores: tuple[ScoreChange, ...]
    documents: tuple[DocumentChange, ...]


@dataclass(frozen=True, slots=True)
class Side:
    """Where the marts of one side of a comparison stand: an attached database, and the schema in it."""

    database: str
    schema: str

    @property
    def marts(self) -> str:
        return f'"{self.database}".{self.schema}.'


def _quoted(text: str) -> str:
    return "'" + text.replace("'", "''") + "'"


def _has_table(connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> bool:
    sql = "select 1 from duckdb_tables() where database_name = ? and schema_name = ? and table_name = ?"
    return connection.execute(sql, [database, schema, table]).fetchone() is not None


def _columns(connection: duckdb.DuckDBPyConnection, database: str, schema: str, table: str) -> set[str]:
    sql = "select column_name from duckdb_columns() where database_name = ? and schema_name = ? and table_name = ?"
    return {str(name) for (name,) in connection.execute(sql, [database, schema, table]).fetchall()}


def _write_side(connection: duckdb.DuckDBPyConnection, side: str, where: Side) -> None:
    known = _columns(connection, where.database, where.schema, "rpt_scores")
    places = ", ".join(f"s.{name}" if name in known else f"cast(null as {kind}) as {name}" for name, kind in PLACES.items())
    connection.execute(SIDE.format(side=side, marts=where.marts, places=places))
    # Releases from before there were decisions have no such table.
    has_decisions = _has_table(connection, where.database, where.schema, "dim_correction")
    connection.execute((DECIDED if has_decisions else NOTHING_DECIDED).format(side=side, marts=where.marts))


def provenance_of(release: Release | None) -> Provenance:
    """What a release was made of, as its manifest says; of no release nothing."""
    if release is None:
        return Provenance("", {})
    facts = json.loads((release.directory / "manifest.json").read_text(encoding="utf-8"))
    return Provenance(str(facts.get("code", "")), dict(facts.get("readings", {})))


def write_comparison(
    database: Path, published: Path, *, run_id: str, made_of: Provenance, accepted_because: str | None = None
) -> Comparison:
    """Put schema `comparison` into the build database and give back what differs.

    `accepted_because`: why a person lets differences pass that gate 2 would stop; kept with them.

    Raises:
        CompareError: the last release cannot be read.
    """
    release = last_whole(published)
    before = provenance_of(release)
    source = release.database if release else database
    with duckdb.connect(str(database)) as connection:
        (name,) = connection.execute("select current_database()").fetchone() or ("",)
        if release is not None:
            try:
                connection.execute(f"attach {_quoted(str(source))} as last_release (read_only)")
            except duckdb.Error as error:
                raise CompareError(
                    f"{source}: expected the release that is published, to compare the new one with it, found no readable file "
                    f"({error}). Put the folder back from a copy, or move it away: then the release before it counts."
                ) from error
        write_sides(
            connection,
            earlier=Side("last_release", "main") if release else None,
            later=Side(name, "marts"),
            before=before,
            after=made_of,
            release_id=release.release_id if release else None,
            run_id=run_id,
            accepted_because=accepted_because,
        )
        return _read(connection, run_id)


def write_sides(
    connection: duckdb.DuckDBPyConnection,
    *,
    earlier: Side | None,
    later: Side,
    before: Provenance,
    after: Provenance,
    release_id: str | None,
    run_id: str,
    accepted_because: str | None,
) -> None:
    """Compare two sides that the connection can read; schema `comparison` is written into its own database.

    `earlier` is None if nothing was ever published: then both sides are the later one, and nothing differs. `release_id`: the release
    of the earlier side.
    """
    connection.execute("create schema if not exists comparison")
    connection.execute(
        "create or replace table comparison.release as select ? as run_id, cast(? as varchar) as release_id, "
        "cast(? as boolean) as is_code_changed, cast(? as varchar) as accepted_because",
        [run_id, release_id, before.code != after.code, accepted_because],
    )
    marks = [(key, key in before.readings and before.readings[key] != mark) for key, mark in sorted(after.readings.items())]
    connection.execute("create or replace table comparison.mark (document_id varchar, is_changed boolean)")
    if marks:
        connection.executemany("insert into comparison.mark values (?, ?)", marks)
    _write_side(connection, "current", later)
    _write_side(connection, "previous", earlier or later)
    connection.execute(SCORES)
    connection.execute(DOCUMENTS.format(earlier=(earlier or later).marts, later=later.marts))
    if earlier is None:
        connection.execute(NOTHING)


def read_comparison(database: Path, run_id: str) -> Comparison | None:
    """What the comparison of this run found; None if the run did not come so far, or what broke still holds the database."""
    if not database.is_file():
        return None
    try:
        connection = duckdb.connect(str(database), read_only=True)
    except duckdb.IOException:  # locked by what a failed step left running; why it failed is told by the run itself
        return None
    with connection:
        (name,) = connection.execute("select current_database()").fetchone() or ("",)
        if not _has_table(connection, name, "comparison", "document"):
            return None
        is_of_this_run = connection.execute("select 1 from comparison.release where run_id = ?", [run_id]).fetchone()
        return _read(connection, run_id) if is_of_this_run else None


def _read(connection: duckdb.DuckDBPyConnection, run_id: str) -> Comparison:
    release = connection.execute(
        "select release_id, is_code_changed, accepted_because from comparison.release where run_id = ?", [run_id]
    ).fetchone()
    scores = connection.execute(
        f"select {', '.join(ScoreChange.__dataclass_fields__)} from comparison.score where state <> 'same' "
        "order by state, edition_id, entity_type, province_code, criterion_code, methodology_code"
    ).fetchall()
    documents = connection.execute(
        f"select {', '.join(DocumentChange.__dataclass_fields__)} from comparison.document where state <> 'same' "
        "order by state, document_id"
    ).fetchall()
    release_id, is_code_changed, accepted_because = cast("tuple[str | None, bool, str | None]", release)
    return Comparison(
        release_id,
        is_code_changed,
        accepted_because,
        tuple(ScoreChange(*row) for row in scores),
        tuple(DocumentChange(*row) for row in documents),
    )
