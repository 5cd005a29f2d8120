"""What is known of a published figure beside its cell: rules that judged it, statements that disagree, vintages, corrections."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import TypedDict

from warehouse.query import ask

Record = dict[str, object]

# One row per rule, relation and figure of the cell; a rule that compared the figure with several others has several.
_RELATIONS = """
select r.rule_id, q.title_vi, q.title_en, q.reason, q.tolerance_source, q.severity, c.measure, m.role,
       r.relation_verdict as verdict, r.expected, r.found, r.relation_tolerance as tolerance, r.detail, r.member_count, r.relation_id
from qa_relation_members as m
join qa_relations as r using (relation_id)
join fct_claim as c on c.claim_id = m.claim_id
left join (
    select rule_id, any_value(title_vi) as title_vi, any_value(title_en) as title_en, any_value(rule_reason) as reason,
           any_value(tolerance_source) as tolerance_source, any_value(severity) as severity
    from qa_results group by rule_id
) as q on q.rule_id = r.rule_id
where m.claim_id in ($1, $2)
order by case r.relation_verdict when 'fail' then 1 when 'incomplete' then 2 else 3 end, r.rule_id, c.measure desc, r.relation_id
"""

_DISAGREEMENTS = """
select measure, kind, found_by, relation_text, precedence_rule, chosen_value, chosen_raw_text, chosen_document_id,
       other_value, other_raw_text, other_modality, other_source_class, other_document_id, other_source_url, other_page, other_sheet,
       other_a1, other_table_number, other_row_number, other_column_number, other_paragraph, other_province, other_year,
       other_criterion_code, difference, tolerance, is_known_failure
from rpt_conflicts
where edition_id = $1 and entity_type = $2 and province_code = $3 and criterion_code = $4 and stage = 'published'
  and score_source = 'total'
order by case kind when 'contradiction' then 1 else 2 end, measure desc, other_document_id, other_claim_id
"""

_VINTAGES = """
select vintage, known_from, is_known_from_stated, known_to, is_current_vintage, score, unit, rank, rank_out_of, rank_kind,
       value_status, missing_reason, precedence_rule, document_id
from fct_score_vintage
where edition_id = $1 and entity_type = $2 and entity_code = $3 and criterion_code = $4 and stage = 'published'
  and score_source = 'total'
order by vintage
"""

_CORRECTIONS = """
select * from dim_correction
where list_contains($1, correction_id) or (edition_id = $2 and entity_code = $3 and criterion_code = $4)
order by correction_id
"""


class Chain(TypedDict):
    relations: tuple[Record, ...]
    disagreements: tuple[Record, ...]
    vintages: tuple[Record, ...]
    corrections: tuple[Record, ...]


def chain_of(published: Path, score: Mapping[str, object], claims: Iterable[Mapping[str, object]]) -> Chain:
    """All that hangs on one line of `rpt_scores`. Releases from before there were relations or corrections have none."""
    cell = (score["edition_id"], score["entity_type"], score["province_code"], score["criterion_code"])
    tables = {str(name) for (name,) in ask(published, "select table_name from duckdb_tables()").rows}

    def records(table: str, sql: str, parameters: tuple[object, ...]) -> tuple[Record, ...]:
        return tuple(ask(published, sql, parameters).records()) if table in tables else ()

    corrected = [str(claim["correction_id"]) for claim in claims if claim.get("correction_id")]
    return {
        "relations": records("qa_relations", _RELATIONS, (score["score_claim_id"], score["rank_claim_id"])),
        "disagreements": records("rpt_conflicts", _DISAGREEMENTS, cell),
        "vintages": records("fct_score_vintage", _VINTAGES, cell),
        "corrections": records("dim_correction", _CORRECTIONS, (corrected, cell[0], cell[2], cell[3])),
    }
