"""Writes schema `raw`, the border between Python and SQL: claims, documents, issues and reference data, whole, at every refresh."""

from __future__ import annotations

import dataclasses
from collections.abc import Iterable, Mapping
from datetime import date, datetime
from decimal import Decimal
from pathlib import Path
from typing import get_args, get_origin, get_type_hints

import duckdb
import pyarrow as pa
from pydantic import BaseModel

from extractors.catalogue.reference import (
    Comparability,
    Criterion,
    Edition,
    Entity,
    EntitySet,
    Index,
    Methodology,
    Reference,
    Succession,
)
from extractors.quarantine import Correction, QuarantineItem
from extractors.records import Claim, Issue, Locator
from extractors.text.order import search_text, slug, vietnamese_places

Row = Mapping[str, object]

DECIMAL = pa.decimal128(18, 6)
"""Scores keep six decimals: the PAPI panel has six; Ministry figures have two."""

LOCATOR_COLUMNS: dict[str, pa.DataType] = {
    "page": pa.int32(),
    "table_number": pa.int32(),
    "row_number": pa.int32(),
    "column_number": pa.int32(),
    "x0": pa.float64(),
    "top": pa.float64(),
    "x1": pa.float64(),
    "bottom": pa.float64(),
    "sheet": pa.string(),
    "a1": pa.string(),
    "paragraph": pa.int32(),
}

DOCUMENT_SCHEMA = pa.schema(
    {
        "document_id": pa.string(),
        "index_code": pa.string(),
        "title_vi": pa.string(),
        "title_en": pa.string(),
        "publisher": pa.string(),
        "cited_title": pa.string(),
        "cited_publisher": pa.string(),
        "cited_decision": pa.string(),
        "cited_published_on": pa.date32(),
        "cited_url": pa.string(),
        "cited_note": pa.string(),
        "source_class": pa.string(),
        "layout": pa.string(),
        "kind": pa.string(),
        "language": pa.string(),
        "licence": pa.string(),
        "licence_stated_at": pa.string(),
        "is_reset": pa.bool_(),
        "supersedes": pa.string(),
        "file_name": pa.string(),
        "url": pa.string(),
        "sha256": pa.string(),
        "bytes_count": pa.int64(),
        "pages": pa.int32(),
        "producer": pa.string(),
        "retrieved_at": pa.timestamp("us", tz="UTC"),
        "status": pa.string(),
        "claim_count": pa.int32(),
        "extractor_version": pa.string(),
    }
)
"""One row per document of the refresh; `status` is `loaded` or `held_back` (then it has no claims)."""

QA_RESULT_SCHEMA = pa.schema(
    {
        "run_id": pa.string(),
        "gate": pa.string(),
        "rule_id": pa.string(),
        "severity": pa.string(),
        "owner": pa.string(),
        "title_vi": pa.string(),
        "title_en": pa.string(),
        "rule_reason": pa.string(),
        "tolerance_source": pa.string(),
        "grain": pa.string(),
        "status": pa.string(),
        "is_success": pa.bool_(),
        "checked_count": pa.int64(),
        "failed_count": pa.int64(),
        "tolerated_count": pa.int64(),
        "incomplete_count": pa.int64(),
        "sample": pa.string(),
        "checked_at": pa.timestamp("us", tz="UTC"),
    }
)

QA_RELATION_SCHEMA = pa.schema(
    {
        "relation_id": pa.string(),
        "rule_id": pa.string(),
        "document_id": pa.string(),
        "original_id": pa.string(),
        "edition_id": pa.string(),
        "relation_kind": pa.string(),
        "verdict": pa.string(),
        "expected": pa.string(),
        "found": pa.string(),
        "tolerance": pa.string(),
        "low": pa.float64(),
        "high": pa.float64(),
        "detail": pa.string(),
        "judged_count": pa.int64(),
        "member_count": pa.int64(),
    }
)
"""One row per relation that gate 1 judged between claims; `expectations.relations` fills it in the database itself."""

QA_RELATION_MEMBER_SCHEMA = pa.schema(
    {
        "relation_id": pa.string(),
        "claim_id": pa.string(),
        "role": pa.string(),
        "coefficient": pa.float64(),
        "group_code": pa.string(),
    }
)

KNOWN_FAILURE_SCHEMA = pa.schema(
    {
        "rule_id": pa.string(),
        "document_id": pa.string(),
        "original_id": pa.string(),
        "edition_id": pa.string(),
        "entity_code": pa.string(),
        "criterion_code": pa.string(),
        "measure": pa.string(),
        "raw_text": pa.string(),
        "evidence": pa.string(),
        "expires_on": pa.date32(),
    }
)


QUARANTINE_SCHEMA = pa.schema(
    {
        "item_id": pa.string(),
        "document_id": pa.string(),
        "kind": pa.string(),
        "code": pa.string(),
        "status": pa.string(),
        "is_suspect": pa.bool_(),
        "original_id": pa.string(),
        "index_code": pa.string(),
        "edition_id": pa.string(),
        "entity_type": pa.string(),
        "entity_code": pa.string(),
        "entity_label": pa.string(),
        "criterion_code": pa.string(),
        "criterion_label": pa.string(),
        "measure": pa.string(),
        **LOCATOR_COLUMNS,
        "raw_text": pa.string(),
        "expected": pa.string(),
        "found": pa.string(),
        "message": pa.string(),
        "hint": pa.string(),
        "rules": pa.string(),
        "readings": pa.string(),
        "proposals": pa.string(),
        "explanation_count": pa.int32(),
        "correction_id": pa.string(),
        "decided_by": pa.string(),
        "decided_at": pa.date32(),
        "decided_why": pa.string(),
    }
)
"""One row per cell, row or document that is held back, and per decision. Several texts of one column stand with "; " between them."""


def _arrow_type(annotation: object) -> pa.DataType:
    """Arrow type of a record's field. Literals are text; `X | None` is X; tuples of text are lists."""
    arguments = [a for a in get_args(annotation) if a is not type(None)]
    if get_origin(annotation) is tuple:
        return pa.list_(pa.string())
    if arguments and type(None) in get_args(annotation):
        return _arrow_type(arguments[0])
    simple: dict[object, pa.DataType] = {
        bool: pa.bool_(),
        int: pa.int32(),
        float: pa.float64(),
        Decimal: DECIMAL,
        date: pa.date32(),
        datetime: pa.timestamp("us", tz="UTC"),
    }
    return simple.get(annotation, pa.string())


def _record_schema(record: type) -> pa.Schema:
    columns: dict[str, pa.DataType] = {}
    for name, annotation in get_type_hints(record).items():
        if name == "model_config":
            continue
        if annotation is Locator:
            columns |= LOCATOR_COLUMNS
        else:
            columns[name] = _arrow_type(annotation)
    return pa.schema(columns)


def flatten_locator(locator: Locator) -> Row:
    x0, top, x1, bottom = locator.bbox or (None, None, None, None)
    flat = {name: getattr(locator, name) for name in LOCATOR_COLUMNS if hasattr(locator, name)}
    return flat | {"x0": x0, "top": top, "x1": x1, "bottom": bottom}


def _record_row(record: Claim | Issue | Correction) -> Row:
    row: dict[str, object] = {}
    for field in dataclasses.fields(record):
        value = getattr(record, field.name)
        row |= flatten_locator(value) if isinstance(value, Locator) else {field.name: value}
    return row


def quarantine_row(item: QuarantineItem) -> Row:
    """Texts that an item does not have are null, several of them one text."""
    one = {name: getattr(item, name) or None for name in QUARANTINE_SCHEMA.names if hasattr(item, name)}
    return {
        **one,
        **flatten_locator(item.locator),
        "is_suspect": item.is_suspect,
        "rules": "; ".join(sorted({broken.rule_id for broken in item.broken})) or None,
        "readings": "; ".join(item.readings) or None,
        "proposals": "; ".join(item.proposals) or None,
        "explanation_count": len(item.explanations),
    }


CLAIM_SCHEMA = pa.schema([pa.field("claim_id", pa.string()), *_record_schema(Claim)])


def claim_row(claim: Claim) -> Row:
    return {"claim_id": claim.claim_id, **_record_row(claim)}


def _write(connection: duckdb.DuckDBPyConnection, name: str, schema: pa.Schema, rows: Iterable[Row]) -> int:
    table = pa.Table.from_pylist([dict(row) for row in rows], schema=schema)
    connection.register("incoming", table)
    connection.execute(f"create or replace table raw.{name} as select * from incoming")
    connection.unregister("incoming")
    return table.num_rows


def _model_rows(models: Iterable[BaseModel]) -> list[Row]:
    return [model.model_dump(mode="python") for model in models]


ENTITY_SCHEMA = pa.schema(
    [
        *_record_schema(Entity),
        pa.field("name_ascii", pa.string()),
        pa.field("name_slug", pa.string()),
        pa.field("name_sort", pa.int32()),
    ]
)
"""Names as they are searched and sorted are written here, once, so that no engine's own accents or collation decide."""


def entity_rows(reference: Reference) -> list[Row]:
    places = vietnamese_places(entity.name_vi for entity in reference.entities)
    return [
        entity.model_dump(mode="python")
        | {"name_ascii": search_text(entity.name_vi), "name_slug": slug(entity.name_vi), "name_sort": places[entity.name_vi]}
        for entity in reference.entities
    ]


def entity_set_rows(reference: Reference) -> tuple[list[Row], list[Row]]:
    """Sets of units that are ranked with one another, and their members.

    An edition without a listed set that ranks provinces has one: all provinces of its map. The members of a set that a source only
    counts are unknown, so it has none.
    """
    ranked_types = {index.index_code: index.ranked_entity_type for index in reference.indices}
    listed = {group.edition_id for group in reference.entity_sets}
    sets = list(reference.entity_sets)
    for edition in reference.editions:
        if edition.edition_id in listed or edition.n_units is None or ranked_types.get(edition.index_code) != "province":
            continue
        provinces = [e for e in reference.entities if e.entity_type == "province" and e.is_valid_on(edition.as_of_date)]
        sets.append(
            EntitySet(
                edition_id=edition.edition_id,
                entity_set_code=f"{edition.geography}_provinces",
                name_vi="Các tỉnh, thành phố trực thuộc trung ương",
                name_en="Provinces and centrally run cities",
                entity_type="province",
                unit_count=len(provinces),
                members=tuple(e.entity_code for e in provinces),
                source=edition.source,
            )
        )
    members: list[Row] = [
        {
            "edition_id": group.edition_id,
            "entity_set_code": group.entity_set_code,
            "entity_type": group.entity_type,
            "entity_code": code,
        }
        for group in sets
        for code in group.members or ()
    ]
    return [group.model_dump(mode="python", exclude={"members"}) for group in sets], members


def constituent_rows(reference: Reference) -> list[Row]:
    """For each version of a province, all versions that came before it on its land, however many steps back."""
    before: dict[tuple[str, date], list[tuple[str, date]]] = {}
    for link in reference.successions:
        successor = (link.successor_code, link.successor_valid_from)
        before.setdefault(successor, []).append((link.predecessor_code, link.predecessor_valid_from))
    rows: list[Row] = []
    for entity in reference.entities:
        if entity.entity_type != "province":
            continue
        found: set[tuple[str, date]] = set()
        waiting = [(entity.entity_code, entity.valid_from)]
        while waiting:
            for earlier in before.get(waiting.pop(), ()):
                if earlier not in found:
                    found.add(earlier)
                    waiting.append(earlier)
        rows.extend(
            {
                "entity_code": entity.entity_code,
                "valid_from": entity.valid_from,
                "constituent_code": code,
                "constituent_valid_from": since,
            }
            for code, since in sorted(found)
        )
    return rows


def _alias_rows(reference: Reference) -> tuple[list[Row], list[Row]]:
    criteria: list[Row] = [
        {
            "index_code": c.index_code,
            "methodology_code": c.methodology_code,
            "criterion_code": c.criterion_code,
            "alias": alias,
        }
        for c in reference.criteria
        for alias in c.aliases
    ]
    entities: list[Row] = [
        {"entity_type": e.entity_type, "entity_code": e.entity_code, "valid_from": e.valid_from, "alias": alias}
        for e in reference.entities
        for alias in e.aliases
    ]
    return criteria, entities


def leaf_rows(reference: Reference) -> list[Row]:
    """For each parent its scored leaves that take part in the roll-up: the closure that `mean_of_leaves` averages over."""
    rows: list[Row] = []
    for ancestor in reference.criteria:
        stack = list(reference.children(ancestor.index_code, ancestor.methodology_code, ancestor.criterion_code))
        while stack:
            node = stack.pop()
            if not node.takes_part_in_rollup:
                continue
            stack.extend(reference.children(node.index_code, node.methodology_code, node.criterion_code))
            if node.is_scored_leaf:
                rows.append(
                    {
                        "index_code": node.index_code,
                        "methodology_code": node.methodology_code,
                        "criterion_code": ancestor.criterion_code,
                        "leaf_code": node.criterion_code,
                    }
                )
    return rows


def write_reference(connection: duckdb.DuckDBPyConnection, reference: Reference) -> None:
    connection.execute("create schema if not exists raw")
    for name, model, rows in (
        ("index", Index, reference.indices),
        ("methodology", Methodology, reference.methodologies),
        ("criterion", Criterion, reference.criteria),
        ("succession", Succession, reference.successions),
        ("edition", Edition, reference.editions),
        ("comparability", Comparability, reference.comparability),
    ):
        _write(connection, name, _record_schema(model), _model_rows(rows))
    _write(connection, "entity", ENTITY_SCHEMA, entity_rows(reference))
    criterion_aliases, entity_aliases = _alias_rows(reference)
    sets, members = entity_set_rows(reference)
    text = pa.string()
    set_schema = _record_schema(EntitySet)
    _write(connection, "entity_set", set_schema.remove(set_schema.get_field_index("members")), sets)
    member_schema = {"edition_id": text, "entity_set_code": text, "entity_type": text, "entity_code": text}
    _write(connection, "entity_set_member", pa.schema(member_schema), members)
    constituent_schema = {
        "entity_code": text,
        "valid_from": pa.date32(),
        "constituent_code": text,
        "constituent_valid_from": pa.date32(),
    }
    _write(connection, "constituent", pa.schema(constituent_schema), constituent_rows(reference))
    _write(
        connection,
        "criterion_alias",
        pa.schema({"index_code": text, "methodology_code": text, "criterion_code": text, "alias": text}),
        criterion_aliases,
    )
    _write(
        connection,
        "entity_alias",
        pa.schema({"entity_type": text, "entity_code": text, "valid_from": pa.date32(), "alias": text}),
        entity_aliases,
    )
    _write(
        connection,
        "criterion_leaf",
        pa.schema({"index_code": text, "methodology_code": text, "criterion_code": text, "leaf_code": text}),
        leaf_rows(reference),
    )


def write_raw(
    database: Path,
    *,
    reference: Reference,
    documents: Iterable[Row],
    claims: Iterable[Claim],
    issues: Iterable[Issue],
    qa_results: Iterable[Row] = (),
    known_failures: Iterable[Row] = (),
    quarantine: Iterable[QuarantineItem] = (),
    corrections: Iterable[Correction] = (),
) -> Mapping[str, int]:
    """Create or replace every table of schema `raw` in `database`; the row counts of documents, claims and issues come back."""
    database.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(database)) as connection:
        write_reference(connection, reference)
        counts = {
            "document": _write(connection, "document", DOCUMENT_SCHEMA, documents),
            "claim": _write(connection, "claim", CLAIM_SCHEMA, map(claim_row, claims)),
            "issue": _write(connection, "issue", _record_schema(Issue), map(_record_row, issues)),
        }
        _write(connection, "qa_result", QA_RESULT_SCHEMA, qa_results)
        _write(connection, "known_failure", KNOWN_FAILURE_SCHEMA, known_failures)
        _write(connection, "qa_relation", QA_RELATION_SCHEMA, ())
        _write(connection, "qa_relation_member", QA_RELATION_MEMBER_SCHEMA, ())
        _write(connection, "quarantine", QUARANTINE_SCHEMA, map(quarantine_row, quarantine))
        _write(connection, "correction", _record_schema(Correction), map(_record_row, corrections))
    return counts
