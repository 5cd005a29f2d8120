"""Walks one published number back: score -> chosen claim -> cell -> document -> archived bytes -> cited original."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

from warehouse.query import Answer, ask

_SCORE = """
select * from rpt_scores
where index_code = $1 and year = $2
  and (lower(province) = lower($3) or lower(province_ascii) = lower($3) or province_code = $3)
  and criterion_code = $4
order by edition_id
"""

_CLAIMS = """
select c.claim_id, c.raw_text, c.value, c.unit, c.modality, c.measure, c.entity_label_raw, c.criterion_label_raw,
       c.source_class, c.original_id, c.source_url, c.document_id, c.note, c.missing_reason,
       p.sha256, p.page, p.table_number, p.row_number, p.column_number, p.x0, p.top, p.x1, p.bottom, p.sheet, p.a1, p.paragraph,
       d.title_vi, d.publisher, d.cited_title, d.cited_publisher, d.cited_decision, d.cited_url, d.licence, d.is_reset,
       d.file_name, d.retrieved_at
from fct_claim as c
left join fct_cell_provenance as p using (claim_id)
left join dim_document as d on d.document_id = c.document_id
where c.edition_id = $1 and c.entity_type = $2 and c.entity_code = $3 and c.criterion_code = $4
order by c.measure, c.claim_id
"""


@dataclass(frozen=True, slots=True)
class Explanation:
    """One line of `rpt_scores` as a record, and every claim about its cell, the chosen ones first."""

    score: dict[str, object]
    claims: tuple[dict[str, object], ...]

    @property
    def chosen(self) -> dict[str, object] | None:
        return next((c for c in self.claims if c["claim_id"] == self.score.get("claim_id")), None)


class NothingToExplainError(LookupError):
    """No published score has that index, year, province and criterion."""


def explain(published: Path, index_code: str, year: int, province: str, criterion_code: str) -> tuple[Explanation, ...]:
    """Every published score of that cell (one per edition: the Ministry's survey and a province's own are two).

    Raises:
        NothingToExplainError: no such score; the message lists what is there.
    """
    scores = ask(published, _SCORE, (index_code, year, province, criterion_code)).records()
    if not scores:
        near: Answer = ask(
            published,
            "select distinct criterion_code from rpt_scores where index_code = $1 and year = $2 "
            "and (lower(province) = lower($3) or lower(province_ascii) = lower($3) or province_code = $3) order by 1 limit 60",
            (index_code, year, province),
        )
        known = ", ".join(str(row[0]) for row in near.rows) or "nothing for that index, year and province"
        raise NothingToExplainError(
            f"expected a score for {index_code} {year} {province} {criterion_code}, found none; known criteria there: {known}"
        )
    found: list[Explanation] = []
    for score in scores:
        key = (score["edition_id"], score["entity_type"], score["province_code"], criterion_code)
        found.append(Explanation(score, tuple(ask(published, _CLAIMS, key).records())))
    return tuple(found)
