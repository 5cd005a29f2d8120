"""Editions that have figures: what is known of each, and the score of the whole country."""

from __future__ import annotations

from warehouse.bi.export import Export

EDITIONS = """
with national as (
    select s.edition_id, any_value(s.score) as score, any_value(s.raw_text) as raw_text, any_value(s.document_id) as document_id,
        any_value(s.value_status) as value_status
    from published.rpt_scores s join published.dim_index i using (index_code)
    where s.entity_type = 'nation' and s.criterion_code = i.root_criterion_code and s.score is not null
    group by s.edition_id
)
select
    c.edition_id, c.index_code, index_label(c.index_code, c.index_name_vi) as index_label,
    index_label_en(c.index_code, c.index_name_en) as index_label_en, c.index_name_vi as index_name,
    c.index_name_en, i.publisher_vi as publisher, i.publisher_en, c.index_sort::int as index_sort, c.year::int as year,
    e.instrument_name_vi as instrument, e.instrument_name_en as instrument_en, c.methodology_code, c.geography,
    case when row_number() over (
             partition by c.index_code, c.year order by c.units_with_score_count desc, c.claim_count desc, c.edition_id) = 1
         then c.year::varchar else c.year || ' · ' || e.instrument_name_vi end as year_label,
    case when row_number() over (
             partition by c.index_code, c.year order by c.units_with_score_count desc, c.claim_count desc, c.edition_id) = 1
         then c.year::varchar else c.year || ' · ' || e.instrument_name_en end as year_label_en,
    c.units_with_score_count::int as n_scored, c.units_with_rank_count::int as n_ranked, c.units_withheld_count::int as n_withheld,
    c.units_with_criteria_count::int as n_with_criteria, c.criteria_with_score_count::int as n_criteria, c.n_units::int as n_units,
    c.units_with_score_count || coalesce('/' || c.n_units, '') as coverage_text, c.claim_count::int as n_claims,
    c.conflict_count::int as n_conflicts, coalesce(rank_note(c.rank_kind), '') as rank_note,
    coalesce(rank_note_en(c.rank_kind), '') as rank_note_en,
    n.score::double as national_score, coalesce(vn_number(n.score, printed_decimals(n.raw_text, n.score)), '–') as national_text,
    coalesce(en_number(n.score, printed_decimals(n.raw_text, n.score)), '–') as national_text_en,
    coalesce(n.document_id, '') as national_document_id, coalesce(score_note(n.value_status, n.score), '') as national_note,
    coalesce(score_note_en(n.value_status, n.score), '') as national_note_en,
    c.year = max(c.year) over (partition by c.index_code) as is_latest
from published.rpt_edition_coverage c
join published.dim_edition e using (edition_id)
join published.dim_index i on i.index_code = c.index_code
left join national n on n.edition_id = c.edition_id
where c.claim_count > 0
order by index_sort, year desc, c.edition_id
"""

EXPORTS = (
    Export(
        "bi_editions",
        EDITIONS,
        {
            "rpt_edition_coverage": (
                "edition_id", "index_code", "index_name_vi", "index_name_en", "index_sort", "year", "geography", "methodology_code",
                "n_units", "rank_kind", "units_with_score_count", "units_with_rank_count", "units_withheld_count",
                "units_with_criteria_count", "criteria_with_score_count", "claim_count", "conflict_count",
            ),
            "dim_edition": ("edition_id", "instrument_name_vi", "instrument_name_en"),
            "dim_index": ("index_code", "publisher_vi", "publisher_en", "root_criterion_code"),
            "rpt_scores": ("edition_id", "index_code", "entity_type", "criterion_code", "score", "raw_text", "document_id",
                "value_status"),
        },
    ),
)  # fmt: skip
