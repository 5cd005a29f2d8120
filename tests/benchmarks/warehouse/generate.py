"""A synthetic schema `raw` of any size: made-up units, criteria and figures, for measuring only.

Every id and title says `synthetic`, and gate 2 refuses a document of that name, so nothing of it can reach a release. The shape is
that of the real warehouse: a whole, fields and leaves that add up; editions with printed ranks and editions without; a share of cells
that two documents print differently, of cells that a publisher withheld, and of printed changes.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import duckdb

from extractors.catalogue.reference import Criterion, Edition, Entity, Index, Methodology, Reference
from extractors.records import RankKind
from warehouse.load import Row, write_raw

UNITS_AT_1X = 10
"""10 units × 60 criteria × 16 years are 9,600 scores, about as many as the warehouse holds today."""

YEARS = range(2010, 2026)
FIELDS = 6
LEAVES = 53
INDEX = "SYNTHETIC"
METHOD = "synthetic-2010"
SOURCE = "synthetic: made up for the benchmark"


def _criteria() -> tuple[Criterion, ...]:
    def node(code: str, parent: str | None, order: int, *, is_leaf: bool) -> Criterion:
        return Criterion(
            index_code=INDEX,
            methodology_code=METHOD,
            criterion_code=code,
            parent_code=parent,
            level=code.count("."),
            sort_order=order,
            facet="none",
            is_scored_leaf=is_leaf,
            name_vi=f"Tiêu chí synthetic {code}",
            name_en=f"Synthetic criterion {code}",
            max_points=2.0 if is_leaf else None,
            unit="points",
            scale_min=0.0,
            source=SOURCE,
        )

    fields = [node(f"Y.{field}", "Y", 1 + field * 100, is_leaf=False) for field in range(1, FIELDS + 1)]
    leaves = [
        node(f"Y.{number % FIELDS + 1}.{number // FIELDS + 1}", f"Y.{number % FIELDS + 1}", 101 + number, is_leaf=True)
        for number in range(LEAVES)
    ]
    return (node("Y", None, 0, is_leaf=False), *fields, *leaves)


def _edition(year: int) -> Edition:
    # Publishers that print ranks and publishers that leave them to the reader take turns: the models treat them differently.
    rank_kind: RankKind = "official" if year % 2 else "derived_by_us"
    return Edition(
        edition_id=f"synthetic_{year}_bench",
        index_code=INDEX,
        instrument_code="bench",
        reference_year=year,
        period_start=date(year, 1, 1),
        period_end=date(year, 12, 31),
        methodology_code=METHOD,
        geography="vn63",
        as_of_date=date(year, 12, 31),
        n_units=None,
        rank_kind=rank_kind,
        published_on=date(year + 1, 4, 1),
        instrument_name_vi="Khảo sát synthetic",
        instrument_name_en="Synthetic survey",
        source=SOURCE,
    )


def synthetic_reference(units: int) -> Reference:
    """One index with one method, a tree of 60 criteria, 16 editions and `units` units."""
    return Reference(
        indices=(
            Index(
                index_code=INDEX,
                name_vi="Chỉ số synthetic",
                name_en="Synthetic index",
                publisher_vi="synthetic",
                publisher_en="synthetic",
                native_unit="points",
                root_criterion_code="Y",
            ),
        ),
        methodologies=(
            Methodology(
                index_code=INDEX,
                methodology_code=METHOD,
                decision_number=None,
                decision_date=None,
                first_year=YEARS[0],
                last_year=None,
                rollup_rule="sum_points",
                rollup_source=SOURCE,
                comparable_with_previous="unknown",
                comparable_within="yes",
                source=SOURCE,
            ),
        ),
        criteria=_criteria(),
        entities=tuple(
            Entity(
                entity_type="province",
                entity_code=f"{number:05d}",
                valid_from=date(2000, 1, 1),
                valid_to=None,
                name_vi=f"Đơn vị synthetic {number:05d}",
                name_en=f"Synthetic unit {number:05d}",
                geography="vn63",
                unit_type="province",
                source=SOURCE,
            )
            for number in range(1, units + 1)
        ),
        successions=(),
        editions=tuple(_edition(year) for year in YEARS),
        comparability=(),
    )


def _documents() -> list[Row]:
    return [
        {
            "document_id": document_id,
            "index_code": INDEX,
            "title_vi": "Bảng synthetic",
            "title_en": "Synthetic table",
            "publisher": "synthetic",
            "cited_title": "synthetic",
            "cited_publisher": "synthetic",
            "source_class": source_class,
            "layout": "synthetic",
            "kind": "csv",
            "language": "vi",
            "licence": "synthetic",
            "is_reset": True,
            "file_name": f"{document_id}.csv",
            "sha256": document_id,
            "bytes_count": 0,
            "retrieved_at": datetime(2026, 1, 1, tzinfo=UTC),
            "status": "loaded",
            "claim_count": 0,
            "extractor_version": "synthetic",
        }
        for year in YEARS
        for document_id, source_class in (
            (f"synthetic_{year}_bench", "ministry_report_table"),
            (f"synthetic_{year}_press", "press_table"),
        )
    ]


# Leaves are made up by hashing unit, criterion and year; fields and the whole are their sums, so that roll-ups hold.
_FIGURES = """
create temp table figure as
with leaf as (
    select u.entity_code, e.edition_id, e.reference_year, e.rank_kind, c.criterion_code, c.parent_code,
           hash(u.entity_code, c.criterion_code, e.reference_year) as mark,
           cast((hash(u.entity_code, c.criterion_code) % 120 + hash(u.entity_code, c.criterion_code, e.reference_year) % 80) / 100
                as decimal(18, 6)) as value
    from raw.entity u, raw.edition e, raw.criterion c
    where c.is_scored_leaf
),
field as (
    select entity_code, edition_id, reference_year, rank_kind, parent_code as criterion_code, 'Y' as parent_code,
           hash(entity_code, parent_code, reference_year) as mark, cast(sum(value) as decimal(18, 6)) as value
    from leaf group by all
),
whole as (
    select entity_code, edition_id, reference_year, rank_kind, 'Y' as criterion_code, cast(null as varchar) as parent_code,
           hash(entity_code, 'Y', reference_year) as mark, cast(sum(value) as decimal(18, 6)) as value
    from field group by all
)
select * from leaf union all select * from field union all select * from whole
"""

_CLAIM = """
insert into raw.claim by name
select
    {key} || '-' || entity_code || '-' || criterion_code || '-' || reference_year as claim_id,
    'synthetic_' || reference_year || '_{document}' as document_id,
    'synthetic_' || reference_year || '_{document}' as original_id,
    '{source_class}' as source_class,
    '{index}' as index_code, 'bench' as instrument_code, edition_id, reference_year, '{method}' as methodology_code,
    'province' as entity_type, entity_code, entity_code as entity_label_raw, criterion_code, criterion_code as criterion_label_raw,
    '{measure}' as measure, '{unit}' as unit, 'table' as modality, {raw_text} as raw_text, {value} as value,
    {decimals} as printed_decimals, 'published' as stage, 'total' as score_source, '{status}' as value_status,
    {missing_reason} as missing_reason, {rank_kind} as rank_kind,
    cast(make_date(reference_year + 1, 4, 1) as varchar) as published_on, '' as note,
    cast(1 + mark % 200 as integer) as page, 1 as table_number, cast(1 + mark % 60 as integer) as row_number, {column} as column_number
from {source}
where {condition}
"""

_SCORE = {
    "document": "bench",
    "source_class": "ministry_report_table",
    "index": INDEX,
    "method": METHOD,
    "measure": "score",
    "unit": "points",
    "raw_text": "cast(value as varchar)",
    "value": "value",
    "decimals": "2",
    "status": "published",
    "missing_reason": "null",
    "rank_kind": "null",
    "column": "3",
    "source": "figure",
    "condition": "true",
}

_KINDS: tuple[dict[str, str], ...] = (
    {"key": "'s'", "condition": "mark % 200 <> 1 or criterion_code not like 'Y.%.%'"},
    {
        "key": "'w'",
        "condition": "mark % 200 = 1 and criterion_code like 'Y.%.%'",
        "raw_text": "'…'",
        "value": "null",
        "decimals": "null",
        "status": "withheld",
        "missing_reason": "'withheld_by_publisher'",
    },
    {
        "key": "'p'",
        "condition": "mark % 100 = 7",
        "document": "press",
        "source_class": "press_table",
        "raw_text": "cast(value + 0.01 as varchar)",
        "value": "value + 0.01",
    },
    {
        "key": "'r'",
        "condition": "rank_kind = 'official'",
        "source": "(select *, rank() over (partition by edition_id, criterion_code order by value desc) as place from figure "
        "where criterion_code not like 'Y.%.%')",
        "measure": "rank",
        "unit": "places",
        "raw_text": "cast(place as varchar)",
        "value": "place",
        "decimals": "0",
        "rank_kind": "'official'",
        "column": "4",
    },
    {
        "key": "'c'",
        "condition": "earlier is not null",
        "source": "(select *, lag(value) over (partition by entity_code order by reference_year) as earlier "
        "from figure where criterion_code = 'Y')",
        "measure": "change",
        "raw_text": "cast(value - earlier as varchar)",
        "value": "value - earlier",
        "column": "5",
    },
)


def write_synthetic(database: Path, scale: int) -> int:
    """Write schema raw of `scale` times today's size; the number of claims comes back."""
    write_raw(
        database,
        reference=synthetic_reference(UNITS_AT_1X * scale),
        documents=_documents(),
        claims=(),
        issues=(),
        qa_results=(),
    )
    with duckdb.connect(str(database)) as connection:
        connection.execute(_FIGURES)
        for kind in _KINDS:
            connection.execute(_CLAIM.format_map(_SCORE | kind))
        connection.execute("checkpoint")
        row = connection.execute("select count(*) from raw.claim").fetchone()
    assert row is not None
    return int(row[0])
