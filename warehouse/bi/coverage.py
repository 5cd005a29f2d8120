"""What is known, and why the rest is missing: by edition and reason, and by province."""

from __future__ import annotations

from warehouse.bi.export import Export

REASONS = """
with cell as (
    select edition_id, coverage_reason, coalesce(reason_stated_by, '') as stated, what_is_known <> 'nothing' as is_known,
        count(*)::int as n_cells, count(distinct entity_key)::int as n_units, count(distinct criterion_code)::int as n_criteria
    from published.rpt_coverage
    where entity_type in ('province', 'ministry')
    group by all
)
select
    e.index_code, e.index_label, e.index_label_en, e.index_sort, e.year, e.year_label, e.year_label_en, c.edition_id,
    c.coverage_reason, coverage_reason_vi(c.coverage_reason) as reason, coverage_reason_en(c.coverage_reason) as reason_en,
    case c.stated when 'claim' then 'nguồn nói' when 'catalogue' then 'danh mục tài liệu của dự án'
        when 'reference' then 'tài liệu tham chiếu' else c.stated end as stated_by,
    case c.stated when 'claim' then 'the source says so' when 'catalogue' then 'the catalogue of documents'
        when 'reference' then 'reference data' else c.stated end as stated_by_en,
    c.is_known, c.n_cells, c.n_units, c.n_criteria, (sum(c.n_cells) over (partition by c.edition_id))::int as n_expected,
    round(100 * c.n_cells / sum(c.n_cells) over (partition by c.edition_id), 1)::double as share_pct,
    vn_number(100 * c.n_cells / sum(c.n_cells) over (partition by c.edition_id), 1) || ' %' as share_text,
    en_number(100 * c.n_cells / sum(c.n_cells) over (partition by c.edition_id), 1) || ' %' as share_text_en,
    (row_number() over (
        order by e.index_sort, e.year desc, c.edition_id, not c.is_known, c.n_cells desc, c.coverage_reason, c.stated
    ))::int as reason_sort
from cell c
join bi.bi_editions e using (edition_id)
order by reason_sort
"""

PROVINCES = """
with cell as (
    select page_slug(p.province_slug, p.geography) as province_slug, sum(p.expected_cell_count)::int as n_expected,
        sum(p.known_cell_count)::int as n_known,
        count(*) filter (where p.score is not null)::int as n_whole, count(*)::int as n_editions
    from published.rpt_province_profile p
    where p.entity_type = 'province'
    group by 1
)
select
    p.province_slug, '/tinh/' || p.province_slug as province_link, p.province_label as province,
    p.province_label_en as province_en, p.search_key, p.geography,
    coalesce(c.n_expected, 0) as n_expected, coalesce(c.n_known, 0) as n_known, coalesce(c.n_whole, 0) as n_whole,
    coalesce(round(100 * c.n_known / nullif(c.n_expected, 0), 1), 0)::double as share_pct,
    coalesce(vn_number(100 * c.n_known / nullif(c.n_expected, 0), 1) || ' %', '–') as share_text,
    coalesce(en_number(100 * c.n_known / nullif(c.n_expected, 0), 1) || ' %', '–') as share_text_en,
    (row_number() over (order by coalesce(c.n_known, 0) desc, p.province_sort))::int as coverage_sort
from bi.bi_provinces p
left join cell c using (province_slug)
order by coverage_sort
"""

EXPORTS = (
    Export(
        "bi_coverage",
        REASONS,
        {
            "rpt_coverage": (
                "edition_id", "coverage_reason", "reason_stated_by", "what_is_known", "entity_key", "entity_type", "criterion_code",
            )
        },
    ),
    Export(
        "bi_coverage_provinces",
        PROVINCES,
        {
            "rpt_province_profile": (
                "province_slug", "geography", "entity_type", "score", "expected_cell_count", "known_cell_count",
            )
        },
    ),
)  # fmt: skip
