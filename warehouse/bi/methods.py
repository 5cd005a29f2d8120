"""Methods of the indices in time, and what may be compared with what."""

from __future__ import annotations

from warehouse.bi.export import Export

METHODS = """
with used as (
    select index_code, methodology_code, count(*)::int as n_editions, min(year) as first_used, max(year) as last_used
    from bi.bi_editions group by all
)
select
    m.index_code, index_label(m.index_code, i.index_name_vi) as index_label, index_label_en(m.index_code, i.index_name_en)
        as index_label_en, i.index_sort::int as index_sort, m.methodology_code,
    coalesce(m.decision_number, '') as decision_number, coalesce(strftime(m.decision_date, '%d/%m/%Y'), '') as decision_text,
    coalesce(m.first_year, e.first_used)::int as first_year, coalesce(m.last_year, e.last_used)::int as last_year,
    coalesce(m.first_year, e.first_used) || case when m.last_year is null then '–'
        when m.last_year = coalesce(m.first_year, e.first_used) then '' else '–' || m.last_year end
        as years_text,
    coalesce(m.criterion_count, m.component_count)::int as n_criteria,
    case m.rollup_rule when 'mean_of_leaves' then 'trung bình cộng các tiêu chí lá' when 'mean_of_children' then
            'trung bình cộng các nhóm con' when 'sum_points' then 'cộng điểm' when 'sum_of_children' then 'cộng các nội dung'
        when 'weighted_sum' then 'cộng có trọng số' else 'không rõ' end as rollup_text,
    case m.rollup_rule when 'mean_of_leaves' then 'mean of all scored criteria' when 'mean_of_children' then 'mean of the groups below'
        when 'sum_points' then 'sum of points' when 'sum_of_children' then 'sum of the dimensions'
        when 'weighted_sum' then 'weighted sum' else 'not known' end as rollup_text_en,
    coalesce(m.rollup_source, '') as rollup_source,
    case m.comparable_with_previous when 'yes' then 'có' when 'no' then 'không' else 'chưa rõ, coi là không' end as comparable_text,
    case m.comparable_with_previous when 'yes' then 'yes' when 'no' then 'no' else 'not known, taken as no' end as comparable_text_en,
    coalesce(m.comparable_source, '') as comparable_source, coalesce(m.source, '') as source, coalesce(m.note, '') as note,
    e.n_editions,
    (row_number() over (order by i.index_sort, m.first_year, m.methodology_code))::int as method_sort
from published.dim_methodology m
join published.dim_index i using (index_code)
join used e using (index_code, methodology_code)
order by method_sort
"""

COMPARABILITY = """
with pair as (
    select c.edition_id, max(c.previous_year)::int as previous_year,
        max(c.comparability_note_vi) filter (where c.criterion_code = i.root_criterion_code) as whole_note,
        max(c.comparability_note_en) filter (where c.criterion_code = i.root_criterion_code) as whole_note_en,
        coalesce(bool_or(c.change_is_comparable) filter (where c.criterion_code = i.root_criterion_code), false)
            as is_whole_comparable,
        count(*) filter (where c.change_is_comparable)::int as n_comparable,
        count(*) filter (where not coalesce(c.change_is_comparable, false))::int as n_not,
        coalesce(max(c.comparability_source), '') as source
    from published.rpt_comparability c
    join published.dim_index i on i.index_code = c.index_code
    group by c.edition_id
)
select
    false as is_placeholder, e.index_code, e.index_label, e.index_label_en, e.index_sort, e.year, p.previous_year, p.edition_id,
    coalesce(p.whole_note, '') as whole_note, coalesce(p.whole_note_en, '') as whole_note_en, p.is_whole_comparable, p.n_comparable,
    p.n_not, p.source, (row_number() over (order by e.index_sort, e.year desc, p.edition_id))::int as pair_sort
from pair p
join bi.bi_editions e using (edition_id)
order by pair_sort
"""

ASSUMPTIONS = """
select distinct
    false as is_placeholder, u.index_code, u.assumption, u.sample_size::int as sample_size, u.sample_size_status, u.sample_source,
    u.year::int as year, u.edition_id
from published.rpt_uncertainty u
order by year desc, sample_source
"""

EXPORTS = (
    Export(
        "bi_methods",
        METHODS,
        {
            "dim_methodology": (
                "index_code", "methodology_code", "decision_number", "decision_date", "first_year", "last_year", "criterion_count",
                "component_count", "rollup_rule", "rollup_source", "comparable_with_previous", "comparable_source", "source", "note",
            ),
            "dim_index": ("index_code", "index_name_vi", "index_name_en", "index_sort", "root_criterion_code"),
        },
    ),
    Export(
        "bi_comparability",
        COMPARABILITY,
        {
            "rpt_comparability": (
                "index_code", "edition_id", "criterion_code", "previous_year", "change_is_comparable", "comparability_note_vi",
                "comparability_note_en", "comparability_source",
            )
        },
        may_be_empty=True,
    ),
    Export(
        "bi_assumptions",
        ASSUMPTIONS,
        {
            "rpt_uncertainty": (
                "index_code", "assumption", "sample_size", "sample_size_status", "sample_source", "year", "edition_id",
            )
        },
        may_be_empty=True,
    ),
)  # fmt: skip
