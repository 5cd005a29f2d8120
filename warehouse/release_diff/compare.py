"""Making a comparison of two releases: the figures and their causes by the queries that gate 2 uses, the tables row by row."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import fields
from pathlib import Path
from typing import Any, cast

import duckdb

from warehouse.diff import Cause, DocumentChange, Provenance, Side, provenance_of, write_sides
from warehouse.diff_sql import KEY
from warehouse.formats.tables import quoted
from warehouse.release_diff.records import ReleaseDiff, ReleaseName, ScoreLine, TableChange
from warehouse.release_diff.tables import compare_tables
from warehouse.release_diff.words import Reason
from warehouse.release_facts import ReleaseFacts
from warehouse.releases import DamagedReleaseError, Release, read_release

Keys = Mapping[str, Sequence[str]]

_OF_CLAIMS = (
    "document_id",
    "source_class",
    "is_superseded",
    "edition_id",
    "entity_type",
    "entity_code",
    "criterion_code",
    "measure",
)

NEEDED = {
    "rpt_scores": (*KEY, "province", "score", "rank", "unit", "rank_kind", "missing_reason", "document_id"),
    "fct_claim": _OF_CLAIMS,
    "dim_document": ("document_id", "title_vi", "sha256", "supersedes", "document_status"),
}
"""Columns without which figures cannot be compared; a release of so early a form is compared table by table only."""


class DiffError(RuntimeError):
    """Two releases cannot be compared; the message says which file is at fault, and what to do."""


def manifest_of(release: Release) -> dict[str, Any]:
    """The manifest of a release, whose form was looked at when it was read."""
    return cast("dict[str, Any]", json.loads((release.directory / "manifest.json").read_text(encoding="utf-8")))


def _name(release: Release) -> ReleaseName:
    facts = manifest_of(release)
    return ReleaseName(
        release.release_id, release.published_at, str(facts.get("git_revision", "")), str(facts.get("lock_sha256", ""))
    )


def diff_of_staged(
    database: Path,
    before: Release | None,
    *,
    facts: ReleaseFacts,
    made_of: Provenance,
    keys: Keys,
    accepted_because: str | None,
) -> ReleaseDiff:
    """A release that is being made (`database` is its `cchc.duckdb`) beside the one before it.

    Raises:
        DiffError: one of the databases cannot be read.
    """
    after = ReleaseName(facts.release_id, facts.published_at.isoformat(), facts.git_revision, facts.lock_sha256)
    return _diff(database, after, made_of, before, keys, accepted_because)


def diff_of_releases(before: Release | None, after: Release) -> ReleaseDiff:
    """Two releases that are kept, in this order, whichever was published first.

    Raises:
        DiffError: one of them is damaged.
    """
    facts = manifest_of(after)
    try:
        for release in (before, after):
            if release is not None:
                read_release(release.directory)
    except DamagedReleaseError as error:
        raise DiffError(f"{error}. Put it back from a copy, or name another release: `cchc releases`") from error
    keys = cast("dict[str, list[str]]", facts.get("keys", {}))
    return _diff(after.database, _name(after), provenance_of(after), before, keys, facts.get("accepted_changes"))


def _diff(
    database: Path, after: ReleaseName, made_of: Provenance, before: Release | None, keys: Keys, because: str | None
) -> ReleaseDiff:
    earlier, later = Side("earlier", "main"), Side("later", "main")
    with duckdb.connect() as connection:
        _attach(connection, "later", database)
        if before is not None:
            _attach(connection, "earlier", before.database)
        tables = compare_tables(connection, earlier if before else later, later, keys)
        lacking = [*_lacking(connection, later), *(_lacking(connection, earlier) if before else ())]
        code_before = provenance_of(before)
        if not lacking:
            write_sides(
                connection, earlier=earlier if before else None, later=later, before=code_before, after=made_of,
                release_id=before.release_id if before else None, run_id="", accepted_because=because,
            )  # fmt: skip
        documents = () if lacking else _documents(connection)
        scores = () if lacking else tuple(_scores(connection, documents))
        same_scores, same_documents = (0, 0) if lacking else tuple(
            _count(connection, f"select count(*) from comparison.{name} where state = 'same'") for name in ("score", "document")
        )  # fmt: skip
    return ReleaseDiff(
        before=_name(before) if before else None,
        after=after,
        is_code_changed=before is not None and code_before.code != made_of.code,
        accepted_because=because,
        tables=tables if before else tuple(_first(one) for one in tables),
        documents=documents,
        scores=scores,
        unchanged_scores=same_scores,
        unchanged_documents=same_documents,
        not_compared=tuple(lacking),
    )


def _first(table: TableChange) -> TableChange:
    """A table of a first release: there was none before."""
    return TableChange(table.table, None, table.rows_after, added=table.rows_after or 0)


def _attach(connection: duckdb.DuckDBPyConnection, name: str, database: Path) -> None:
    try:
        connection.execute(f"attach {quoted(str(database))} as {name} (read_only)")
    except duckdb.Error as error:
        raise DiffError(
            f"{database}: expected the database of a release, to say what differs, found no readable file ({error}). Put the folder "
            "back from a copy, or move it away: then the release before it counts"
        ) from error


def _lacking(connection: duckdb.DuckDBPyConnection, side: Side) -> Iterable[str]:
    rows = connection.execute(
        "select table_name, column_name from duckdb_columns() where database_name = ? and schema_name = ?",
        [side.database, side.schema],
    ).fetchall()
    known = {(str(table), str(column)) for table, column in rows}
    wanted = [f"{table}.{column}" for table, columns in NEEDED.items() for column in columns if (table, column) not in known]
    if wanted:
        which = "the release before" if side.database == "earlier" else "this release"
        yield f"scores and documents one by one: {which} lacks {', '.join(wanted)}"


def _count(connection: duckdb.DuckDBPyConnection, sql: str) -> int:
    (found,) = connection.execute(sql).fetchone() or (0,)
    return int(found)


def _documents(connection: duckdb.DuckDBPyConnection) -> tuple[DocumentChange, ...]:
    names = ", ".join(field.name for field in fields(DocumentChange))
    rows = connection.execute(
        f"select {names} from comparison.document where state <> 'same' order by state, document_id"
    ).fetchall()
    return tuple(DocumentChange(*row) for row in rows)


_OWN = frozenset({"reason", "because"})


def _scores(connection: duckdb.DuckDBPyConnection, documents: Sequence[DocumentChange]) -> Iterable[ScoreLine]:
    names = [field.name for field in fields(ScoreLine) if field.name not in _OWN]
    rows = connection.execute(
        f"select {', '.join(names)}, cause, source_changes, decision_changes from comparison.score where state <> 'same' "
        "order by edition_id desc, entity_type, province_code, criterion_code, methodology_code"
    ).fetchall()
    known = {one.document_id: one for one in documents}
    for row in rows:
        facts = dict(zip([*names, "cause", "source_changes", "decision_changes"], row, strict=True))
        cause, sources, decisions = (facts.pop(name) for name in ("cause", "source_changes", "decision_changes"))
        reason, because = reason_of(cause, sources or "", decisions or "", known)
        yield ScoreLine(reason=reason, because=because, **facts)


def reason_of(
    cause: Cause, source_changes: str, decision_changes: str, documents: Mapping[str, DocumentChange]
) -> tuple[Reason, tuple[str, ...]]:
    """The reason of a difference, and the documents or decisions that explain it.

    `source_changes`: the parts `document sha256 class superseded` that stand on one side only; `documents`: those that differ.
    """
    if cause == "decision":
        return "correction", tuple(decision_changes.split(" | ")) if decision_changes else ()
    named = tuple(dict.fromkeys(part.partition(" ")[0] for part in source_changes.split(" | ") if part))
    if cause == "withheld":
        return "withheld", named
    if cause != "document":
        return cause, ()
    found = [documents[name] for name in named if name in documents]
    superseding = {one.superseded_by for one in documents.values() if one.superseded_by}
    vintages = [
        one.document_id for one in found if one.state == "changed" or one.superseded_by or one.document_id in superseding
    ]
    reason: Reason
    if vintages:
        reason = "new_vintage"
    elif any(one.state == "new" for one in found):
        reason = "new_document"
    elif any(one.state == "gone" for one in found):
        reason = "document_gone"
    else:
        reason = "entry"
    return reason, tuple(vintages or (one.document_id for one in found)) or named
