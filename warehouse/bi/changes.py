"""Changes from one edition to the next where the two may be compared, and what a change of a total is made of."""

from __future__ import annotations

from warehouse.bi.export import Export

CHANGES = """
select
    false as is_placeholder, s.edition_id, s.index_code, s.year, s.criterion_code, s.criterion_slug, s.entity_type, s.province,
    s.province_en, coalesce(s.province_slug, '') as province_slug, coalesce(s.province_link, '') as province_link, s.province_code,
    s.geography, s.search_key, s.score, s.score_text, s.score_text_en, s.previous_text, s.previous_text_en, s.change, s.change_text,
    s.change_text_en, s.change_rank, s.change_rank_text, s.rank_text, s.has_conflict, s.is_known_failure, s.document_id,
    s.source_short, s.source_short_en, s.source_place, s.source_place_en, s.source_url, s.page,
    (row_number() over (partition by s.edition_id, s.criterion_code order by s.change desc, s.province_code))::int as change_sort,
    (row_number() over (partition by s.edition_id, s.criterion_code order by s.change, s.province_code))::int as fall_sort,
    case when s.change > 0 then 'rise' when s.change < 0 then 'fall' else 'same' end as direction,
    round(100 * abs(s.change) / nullif(max(abs(s.change)) over (partition by s.edition_id, s.criterion_code), 0), 2)::double as bar_pct,
    -- Our estimate, of surveys only: is the change larger than what the draw of the sample alone would make.
    case when u.is_beyond_noise_clustered is null then '' when u.is_beyond_noise_clustered then 'vượt sai số chọn mẫu (ước lượng)'
         else 'trong sai số chọn mẫu (ước lượng)' end as noise_text,
    case when u.is_beyond_noise_clustered is null then '' when u.is_beyond_noise_clustered then 'beyond sampling error (our estimate)'
         else 'within sampling error (our estimate)' end as noise_text_en
from bi.bi_scores s
left join (
    select edition_id, province_code, entity_type, criterion_code, is_beyond_noise_clustered from published.rpt_uncertainty
) u using (edition_id, province_code, entity_type, criterion_code)
where s.change is not null and s.change_text not in ('–', 'không so sánh được')
order by s.edition_id, s.criterion_code, change_sort
"""

CHOICES = """
with changed as (select edition_id, criterion_code, count(*)::int as n_changed from bi.bi_changes where not is_placeholder group by all)
select
    false as is_placeholder, c.* exclude (is_default, n_scored), n.n_changed as n_scored,
    row_number() over (
        order by c.is_whole_index and n.n_changed >= 20 desc, c.year desc, n.n_changed desc, c.index_sort, c.edition_id,
            c.criterion_sort
    ) = 1 as is_default
from bi.bi_choices c
join changed n using (edition_id, criterion_code)
order by c.index_sort, c.year desc, c.edition_id, c.criterion_sort
"""

DECOMPOSITION = """
with component as (
    select edition_id, index_code, year, province, province_code, province_slug, criterion_code, entity_type, component, points,
        component_sort, 0 as part_sort, '' as part_code, component_note_vi as name_vi, component_note_en as name_en,
        null::double as score, null::double as previous_score, change_is_comparable
    from published.rpt_change where is_decomposed and component <> 'total' and component <> 'comparable_criteria'
    union all
    select p.edition_id, p.index_code, p.year, p.province, p.province_code, p.province_slug, p.criterion_code, p.entity_type,
        p.component, p.points, case p.component when 'comparable_criteria' then 1 else 2 end, 1, p.part_code, p.part_name_vi,
        p.part_name_en, p.score, p.previous_score, null
    from published.rpt_change_part p
),
total as (
    select edition_id, province_code, entity_type, criterion_code, any_value(score) as total_score,
        any_value(previous_score) as total_previous, bool_or(change_is_comparable) as is_comparable
    from published.rpt_change where is_decomposed group by all
)
select
    false as is_placeholder, c.edition_id, c.criterion_code, s.province_slug, s.province, s.province_en, c.part_code,
    c.component, component_label(c.component) as component_label, component_label_en(c.component) as component_label_en,
    coalesce(c.name_vi, c.part_code) as part, coalesce(c.name_en, c.name_vi, c.part_code) as part_en,
    case when c.part_code <> '' then criterion_slug(c.index_code, c.part_code) else '' end as part_slug,
    coalesce(vn_computed(c.previous_score), '') as previous_text, coalesce(en_computed(c.previous_score), '') as previous_text_en,
    coalesce(vn_computed(c.score), '') as score_text, coalesce(en_computed(c.score), '') as score_text_en,
    c.points::double as points, coalesce(vn_change(c.points, needed_decimals(c.points)), '–') as points_text,
    coalesce(en_change(c.points, needed_decimals(c.points)), '–') as points_text_en,
    round(100 * abs(c.points) / nullif(max(abs(c.points)) over (partition by c.edition_id, s.province_slug, c.criterion_code), 0), 2)
        ::double as bar_pct,
    t.is_comparable, vn_computed(t.total_previous) as total_previous_text, vn_computed(t.total_score) as total_text,
    en_computed(t.total_previous) as total_previous_text_en, en_computed(t.total_score) as total_text_en,
    (row_number() over (
        partition by c.edition_id, s.province_slug, c.criterion_code
        order by c.part_sort desc, c.component_sort, abs(c.points) desc, c.part_code
    ))::int as part_sort
from component c
join total t using (edition_id, province_code, entity_type, criterion_code)
join bi.bi_scores s using (edition_id, province_code, entity_type, criterion_code)
where s.province_slug is not null and c.points is not null and (c.part_code <> '' or c.points <> 0)
    -- A component that its parts show one by one is not shown a second time.
    and (c.part_code <> '' or c.component not in (
        select p.component from published.rpt_change_part p
        where p.edition_id = c.edition_id and p.province_code = c.province_code and p.criterion_code = c.criterion_code
    ))
order by c.edition_id, s.province_slug, c.criterion_code, part_sort
"""

EXPORTS = (
    Export(
        "bi_changes",
        CHANGES,
        {"rpt_uncertainty": ("edition_id", "province_code", "entity_type", "criterion_code", "is_beyond_noise_clustered")},
        may_be_empty=True,
    ),
    Export("bi_change_choices", CHOICES, may_be_empty=True),
    Export(
        "bi_decomposition",
        DECOMPOSITION,
        {
            "rpt_change": (
                "edition_id", "index_code", "year", "province", "province_code", "province_slug", "criterion_code", "entity_type",
                "component", "component_sort", "points", "is_decomposed", "component_note_vi", "component_note_en", "score",
                "previous_score", "change_is_comparable",
            ),
            "rpt_change_part": (
                "edition_id", "index_code", "year", "province", "province_code", "province_slug", "criterion_code", "entity_type",
                "component", "points", "part_code", "part_name_vi", "part_name_en", "score", "previous_score",
            ),
        },
        may_be_empty=True,
    ),
)  # fmt: skip
