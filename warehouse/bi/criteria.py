"""Criteria that have a figure: what each is in every method, and what is known of it in every edition."""

from __future__ import annotations

from warehouse.bi.export import Export

METHODS = """
select
    criterion_slug(c.index_code, c.criterion_code) as criterion_slug, c.index_code, c.criterion_code, c.methodology_code,
    coalesce(c.criterion_name_vi, 'nguồn không nêu tên') as criterion,
    coalesce(c.criterion_name_en, 'not named by the source') as criterion_en,
    coalesce(m.decision_number, '') as decision_number,
    coalesce(c.first_year, m.first_year)::int as first_year, coalesce(c.last_year, m.last_year)::int as last_year,
    coalesce(c.first_year, m.first_year) || coalesce('–' || nullif(coalesce(c.last_year, m.last_year), coalesce(c.first_year,
        m.first_year)), case when coalesce(c.last_year, m.last_year) is null then '–' else '' end) as years_text,
    unit_label(c.unit) as unit_label, unit_label_en(c.unit) as unit_label_en,
    coalesce(rtrim(rtrim(vn_number(c.scale_min, 2), '0'), ',') || '–' || rtrim(rtrim(vn_number(c.scale_max, 2), '0'), ','), '')
        as scale_text,
    coalesce(rtrim(rtrim(en_number(c.scale_min, 2), '0'), '.') || '–' || rtrim(rtrim(en_number(c.scale_max, 2), '0'), '.'), '')
        as scale_text_en,
    coalesce(rtrim(rtrim(vn_number(c.max_points, 2), '0'), ','), '') as max_points_text,
    coalesce(rtrim(rtrim(en_number(c.max_points, 2), '0'), '.'), '') as max_points_text_en,
    coalesce(c.source, '') as source,
    (row_number() over (order by c.index_code, c.criterion_code, m.first_year desc, c.methodology_code))::int as method_sort
from published.dim_criterion c
join published.dim_methodology m using (methodology_key)
where criterion_slug(c.index_code, c.criterion_code) in (select criterion_slug from bi.bi_choices)
order by method_sort
"""

CRITERIA = """
with newest as (
    select criterion_slug, arg_max(criterion, (year, criterion_sort)) as criterion, arg_max(criterion_en, (year, criterion_sort))
            as criterion_en, arg_max(edition_id, (year, n_scored)) as edition_id, arg_max(year_label, (year, n_scored)) as year_label,
        arg_max(year_label_en, (year, n_scored)) as year_label_en,
        any_value(index_code) as index_code, any_value(index_label) as index_label, any_value(index_label_en) as index_label_en,
        any_value(index_sort) as index_sort, any_value(criterion_code) as criterion_code, min(criterion_sort) as criterion_sort,
        min(year) as first_year, max(year) as last_year, count(*)::int as n_editions, sum(n_scored)::int as n_scores,
        bool_or(is_whole_index) as is_whole_index
    from bi.bi_choices group by criterion_slug
),
placed as (
    select criterion_slug(c.index_code, c.criterion_code) as criterion_slug,
        arg_max(criterion_slug(c.index_code, c.parent_code), m.first_year) as parent_slug, arg_max(c.level, m.first_year)::int as level,
        arg_max(c.facet, m.first_year) as facet
    from published.dim_criterion c join published.dim_methodology m using (methodology_key)
    group by 1
)
select
    n.*, coalesce(p.level, 0) as level, coalesce(p.facet, 'none') as facet, facet_label(p.facet) as facet_label,
    facet_label_en(p.facet) as facet_label_en,
    case when p.parent_slug in (select criterion_slug from newest) then p.parent_slug else '' end as parent_slug,
    search_key(n.criterion || ' ' || n.criterion_en || ' ' || n.criterion_code || ' ' || n.index_label) as search_key
from newest n
left join placed p using (criterion_slug)
order by n.index_sort, n.criterion_sort
"""

YEARS = """
with scored as (
    select *, row_number() over (partition by edition_id, criterion_code order by score desc, province_code) as from_top,
        row_number() over (partition by edition_id, criterion_code order by score, province_code) as from_bottom
    from bi.bi_scores where score is not null
),
ends as (
    select edition_id, criterion_code, any_value(unit_label) as unit_label, any_value(unit_label_en) as unit_label_en,
        max(national_mean) as national_mean, max(national_mean_text) filter (where national_mean_text <> '–') as national_mean_text,
        max(national_mean_text_en) filter (where national_mean_text_en <> '–') as national_mean_text_en,
        max(score) as highest, min(score) as lowest, any_value(max_points) as max_points,
        max(score_text) filter (where from_top = 1) as highest_text, max(score_text_en) filter (where from_top = 1) as highest_text_en,
        max(province) filter (where from_top = 1) as highest_province, max(province_en) filter (where from_top = 1)
            as highest_province_en,
        max(province_link) filter (where from_top = 1) as highest_link,
        max(score_text) filter (where from_bottom = 1) as lowest_text, max(score_text_en) filter (where from_bottom = 1)
            as lowest_text_en,
        max(province) filter (where from_bottom = 1) as lowest_province, max(province_en) filter (where from_bottom = 1)
            as lowest_province_en,
        max(province_link) filter (where from_bottom = 1) as lowest_link
    from scored group by edition_id, criterion_code
)
select
    c.criterion_slug, c.edition_id, c.criterion_code, c.year, c.year_label, c.year_label_en, e.methodology_code, c.criterion,
    c.criterion_en, c.n_scored, c.n_ranked, c.n_units,
    c.n_scored || coalesce('/' || c.n_units, '') as coverage_text,
    -- Highest and lowest say something of a whole table only, not of the few provinces that some document names.
    coalesce(c.n_scored >= 0.9 * c.n_units, false) as is_full,
    x.national_mean, coalesce(x.national_mean_text, '–') as national_mean_text, coalesce(x.national_mean_text_en, '–')
        as national_mean_text_en,
    x.highest, x.lowest, x.max_points, coalesce(x.highest_text, '') as highest_text, coalesce(x.highest_text_en, '')
        as highest_text_en,
    coalesce(x.highest_province, '') as highest_province, coalesce(x.highest_province_en, '') as highest_province_en,
    coalesce(x.highest_link, '') as highest_link, coalesce(x.lowest_text, '') as lowest_text,
    coalesce(x.lowest_text_en, '') as lowest_text_en, coalesce(x.lowest_province, '') as lowest_province,
    coalesce(x.lowest_province_en, '') as lowest_province_en, coalesce(x.lowest_link, '') as lowest_link,
    c.unit_label, c.unit_label_en, c.note, c.note_en,
    m.previous_year::int as previous_year, coalesce(m.change_is_comparable, false) as is_comparable,
    coalesce(m.comparability_note_vi, '') as comparability_note, coalesce(m.comparability_note_en, '') as comparability_note_en
from bi.bi_choices c
join bi.bi_editions e using (edition_id)
left join ends x using (edition_id, criterion_code)
left join published.rpt_comparability m using (edition_id, criterion_code)
order by c.criterion_slug, c.year desc, c.edition_id
"""

NEWEST = """
select r.* from bi.bi_ranking r join bi.bi_criteria c using (criterion_slug, edition_id) order by r.criterion_slug, r.rank_sort
"""

GAPS = """
select
    false as is_placeholder, criterion_slug(index_code, criterion_code) as criterion_slug, year::int as year, edition_id,
    coverage_reason_vi(coverage_reason) as reason, coverage_reason_en(coverage_reason) as reason_en,
    count(distinct entity_key)::int as n_units
from published.rpt_coverage
where what_is_known = 'nothing' and entity_type in ('province', 'ministry')
    and criterion_slug(index_code, criterion_code) in (select criterion_slug from bi.bi_choices)
group by all
having criterion_slug || edition_id not in (select criterion_slug || edition_id from bi.bi_choices)
order by criterion_slug, year desc, n_units desc
"""

EXPORTS = (
    Export(
        "bi_criterion_methods",
        METHODS,
        {
            "dim_criterion": (
                "index_code", "criterion_code", "methodology_key", "methodology_code", "criterion_name_vi", "criterion_name_en",
                "first_year", "last_year", "unit", "scale_min", "scale_max", "max_points", "source", "parent_code", "level", "facet",
            ),
            "dim_methodology": ("methodology_key", "index_code", "methodology_code", "decision_number", "first_year", "last_year"),
        },
    ),
    Export("bi_criteria", CRITERIA),
    Export("bi_newest_ranking", NEWEST),
    Export(
        "bi_criterion_years",
        YEARS,
        {
            "rpt_comparability": (
                "edition_id", "criterion_code", "previous_year", "change_is_comparable", "comparability_note_vi",
                "comparability_note_en",
            )
        },
    ),
    Export(
        "bi_criterion_gaps",
        GAPS,
        {
            "rpt_coverage": (
                "index_code", "criterion_code", "year", "edition_id", "coverage_reason", "what_is_known", "entity_type", "entity_key",
            )
        },
        may_be_empty=True,
    ),
)  # fmt: skip
