"""The queries behind `warehouse.diff`: one side of the comparison, then both beside each other. They run on DuckDB only."""

from __future__ import annotations

PLACES = {
    "page": "integer",
    "sheet": "varchar",
    "table_number": "integer",
    "row_number": "integer",
    "column_number": "integer",
    "a1": "varchar",
    "raw_text": "varchar",
}
"""Columns, with their types, that say where a figure stands in its document; empty where a release of an earlier form lacks one."""

KEY = ("index_code", "edition_id", "entity_type", "province_code", "criterion_code", "methodology_code")
"""What makes a row of `rpt_scores` one score."""

SIDE = """
create temp table {side}_score as
with spoken as (
    select
        c.edition_id, c.entity_type, c.entity_code, c.criterion_code,
        concat_ws(' ', c.document_id, d.sha256, c.source_class, c.is_superseded) as source
    from {marts}fct_claim as c
    left join {marts}dim_document as d on d.document_id = c.document_id
    where c.measure in ('score', 'rank')
),
of_cell as (
    select edition_id, entity_type, entity_code, criterion_code, string_agg(distinct source, ' | ' order by source) as sources
    from spoken group by all
),
of_list as (
    select edition_id, entity_type, criterion_code, string_agg(distinct source, ' | ' order by source) as sources
    from spoken group by all
)
select
    s.index_code, s.edition_id, s.entity_type, s.province_code, s.criterion_code, s.methodology_code, s.province,
    round(s.score, 6) as score, s.rank, s.unit, s.rank_kind = 'derived_by_us' as is_rank_ours,
    s.missing_reason = 'withheld_by_publisher' as is_withheld, s.document_id,
    {places},
    of_cell.sources as cell_sources, of_list.sources as list_sources
from {marts}rpt_scores as s
left join of_cell
    on of_cell.edition_id = s.edition_id and of_cell.entity_type = s.entity_type and of_cell.entity_code = s.province_code
    and of_cell.criterion_code = s.criterion_code
left join of_list
    on of_list.edition_id = s.edition_id and of_list.entity_type = s.entity_type and of_list.criterion_code = s.criterion_code
"""
"""The figures of one side with the sources that speak of each, in one text to compare.

`marts`: schema or database of its tables; `places`: the columns that say where a figure stands. A source is a document, its bytes, its
class and whether it is superseded: what decides which statement is chosen.
"""

DECIDED = """
create temp table {side}_decided as
select edition_id, entity_code, criterion_code, string_agg(distinct correction_id, ' | ' order by correction_id) as decisions
from {marts}dim_correction
where edition_id is not null and correction_id not like 'arithmetic:%'
group by all
"""
"""Decisions of persons about each cell. A repair by arithmetic is none: it follows from bytes and rules, so it explains nothing."""

NOTHING_DECIDED = """
create temp table {side}_decided as
select '' as edition_id, '' as entity_code, '' as criterion_code, '' as decisions where false
"""


def _other_parts(one: str, other: str) -> str:
    """SQL: the parts of two lists (texts with bars between) that stand in only one of them, as such a text."""
    first, second = (f"string_split(coalesce({text}, ''), ' | ')" for text in (one, other))
    parts = (
        f"list_concat(list_filter({first}, lambda part: not list_contains({second}, part)), "
        f"list_filter({second}, lambda part: not list_contains({first}, part)))"
    )
    return f"array_to_string(list_sort(list_filter({parts}, lambda part: part <> '')), ' | ')"


SCORES = f"""
create or replace table comparison.score as
with decided as (
    select
        edition_id, entity_code, criterion_code,
        coalesce(a.decisions, '') <> coalesce(b.decisions, '') as is_other,
        {_other_parts("a.decisions", "b.decisions")} as decisions
    from previous_decided as a
    full outer join current_decided as b using (edition_id, entity_code, criterion_code)
),
decided_list as (
    select edition_id, criterion_code, bool_or(is_other) as is_other, string_agg(distinct decisions, ' | ') as decisions
    from decided where is_other group by all
),
paired as (
    select
        {", ".join(f"coalesce(b.{name}, a.{name}) as {name}" for name in (*KEY, "province"))},
        a.score as previous_score, b.score, a.rank as previous_rank, b.rank, a.unit as previous_unit, b.unit,
        a.document_id as previous_document_id, b.document_id,
        {", ".join(f"case when b.document_id is null then a.{name} else b.{name} end as {name}" for name in PLACES)},
        coalesce(b.is_withheld, false) as is_withheld,
        coalesce(a.is_rank_ours, false) or coalesce(b.is_rank_ours, false) as is_rank_ours,
        a.cell_sources is distinct from b.cell_sources as is_cell_changed,
        a.list_sources is distinct from b.list_sources as is_list_changed,
        {_other_parts("a.cell_sources", "b.cell_sources")} as cell_changes,
        {_other_parts("a.list_sources", "b.list_sources")} as list_changes,
        a.score is distinct from b.score
            or (a.unit is distinct from b.unit and a.score is not null and b.score is not null) as is_score_other,
        a.rank is distinct from b.rank as is_rank_other
    from previous_score as a
    full outer join current_score as b on {" and ".join(f"a.{name} = b.{name}" for name in KEY)}
),
-- A rank that the warehouse derives follows from all scores of its list, so whatever changed in the list explains it.
explained as (
    select
        paired.*,
        coalesce(decided.is_other, false) as is_score_decided,
        case when is_rank_ours then coalesce(decided_list.is_other, false) else coalesce(decided.is_other, false) end
            as is_rank_decided,
        case when is_rank_ours then is_list_changed else is_cell_changed end as is_rank_changed,
        -- What of the sources differs: of the cell, and of the list where only a rank of ours follows from it.
        case when cell_changes <> '' or not is_rank_ours then cell_changes else list_changes end as source_changes,
        coalesce(decided.decisions, decided_list.decisions, '') as decision_changes,
        (select is_code_changed from comparison.release) as is_code_changed,
        -- Its entry, or what decisions and arithmetic let through of it: more of a list is loaded, and ranks of ours move.
        coalesce(mark.is_changed, false) as is_reading_changed
    from paired
    left join decided
        on decided.edition_id = paired.edition_id and decided.entity_code = paired.province_code
        and decided.criterion_code = paired.criterion_code
    left join decided_list
        on decided_list.edition_id = paired.edition_id and decided_list.criterion_code = paired.criterion_code
    left join comparison.mark on mark.document_id = coalesce(paired.document_id, paired.previous_document_id)
)
select
    * exclude (is_rank_ours, is_cell_changed, is_list_changed, is_rank_changed, is_score_decided, is_rank_decided,
        is_reading_changed, cell_changes, list_changes),
    previous_score is not null and score is null as is_score_gone,
    previous_rank is not null and rank is null as is_rank_gone,
    case
        when previous_score is null and previous_rank is null then 'new'
        when score is null and rank is null then 'gone'
        when is_score_other or is_rank_other then 'changed'
        else 'same'
    end as state,
    case
        when (not is_score_other or is_score_decided) and (not is_rank_other or is_rank_decided) then 'decision'
        when is_withheld and is_cell_changed then 'withheld'
        when (not is_score_other or is_score_decided or is_cell_changed)
            and (not is_rank_other or is_rank_decided or is_rank_changed) then 'document'
        when is_code_changed then 'code'
        when is_reading_changed then 'document'
        else 'none'
    end as cause
from explained
where previous_score is not null or previous_rank is not null or score is not null or rank is not null
"""
"""Every figure of either side, in what state it is, and the strongest cause there is for that.

`source_changes`: documents, each with digest and class, that speak of it on one side only or otherwise; `decision_changes`: decisions
of persons that hold on one side only.
"""

DOCUMENTS = """
create or replace table comparison.document as
select
    coalesce(b.document_id, a.document_id) as document_id,
    coalesce(b.title_vi, a.title_vi) as title,
    a.sha256 as previous_sha256, b.sha256,
    newer.document_id as superseded_by,
    case
        when a.document_id is null then 'new'
        when b.document_id is null then 'gone'
        when a.sha256 is distinct from b.sha256 then 'changed'
        else 'same'
    end as state
from (select * from {earlier}dim_document where document_status = 'loaded') as a
full outer join (select * from {later}dim_document where document_status = 'loaded') as b on a.document_id = b.document_id
left join (
    select supersedes, min(document_id) as document_id from {later}dim_document where document_status = 'loaded' group by supersedes
) as newer on newer.supersedes = coalesce(b.document_id, a.document_id)
"""

NOTHING = "delete from comparison.score; delete from comparison.document;"
"""A first release has nothing to be compared with."""
