"""What only some provinces have: parts of PAR scores, points that were lost, targets."""

from __future__ import annotations

from warehouse.bi.export import Export

COMPONENTS = """
select
    false as is_placeholder, c.edition_id, e.index_label, e.index_label_en, e.year, s.province_slug, c.criterion_code,
    coalesce(c.criterion_name_vi, c.criterion_code) as criterion, coalesce(c.criterion_name_en, c.criterion_code) as criterion_en,
    case c.score_source when 'appraised' then 'Bộ thẩm định' when 'leaders_survey' then 'điều tra lãnh đạo'
        when 'sipas' then 'điều tra người dân (SIPAS)' when 'socio_economic' then 'kết quả kinh tế - xã hội'
        when 'self_assessed' then 'tự chấm' else c.score_source end as part,
    case c.score_source when 'appraised' then 'appraised by the Ministry' when 'leaders_survey' then 'survey of leaders'
        when 'sipas' then 'survey of citizens (SIPAS)' when 'socio_economic' then 'socio-economic results'
        when 'self_assessed' then 'self-assessed' else c.score_source end as part_en,
    coalesce(vn_number(c.score, printed_decimals(c.raw_text, c.score)), '–') as score_text,
    coalesce(en_number(c.score, printed_decimals(c.raw_text, c.score)), '–') as score_text_en,
    coalesce('/' || rtrim(rtrim(vn_number(c.max_points, 2), '0'), ','), '') as of_max_text,
    coalesce('/' || rtrim(rtrim(en_number(c.max_points, 2), '0'), '.'), '') as of_max_text_en,
    coalesce(c.has_conflict, false) as has_conflict, coalesce(c.is_known_failure, false) as is_known_failure, c.document_id,
    source_label(d.cited_decision, d.title_vi, c.source_url, d.cited_url) as source_short,
    source_label(d.cited_decision, d.title_en, c.source_url, d.cited_url) as source_short_en,
    coalesce(place_in_document(c.page, c.sheet, c.a1, c.table_number, c.row_number, c.column_number, null), '') as source_place,
    coalesce(place_in_document_en(c.page, c.sheet, c.a1, c.table_number, c.row_number, c.column_number, null), '') as source_place_en,
    coalesce(c.source_url, '') as source_url, c.page::int as page,
    (row_number() over (order by s.province_slug, e.year desc, code_key(c.criterion_code), c.score_source))::int as component_sort
from published.rpt_score_components c
join bi.bi_editions e using (edition_id)
join (select distinct edition_id, province_code, entity_type, province_slug from bi.bi_scores) s
    using (edition_id, province_code, entity_type)
left join published.dim_document d using (document_id)
where s.province_slug is not null and c.stage = 'published'
order by component_sort
"""

LOST = """
select
    false as is_placeholder, l.edition_id, e.index_label, e.index_label_en, e.year, l.province_slug, l.criterion_code,
    coalesce(l.criterion_name_vi, l.criterion_code) as criterion, coalesce(l.criterion_name_en, l.criterion_code) as criterion_en,
    vn_computed(l.applicable_max_points) as max_text, en_computed(l.applicable_max_points) as max_text_en,
    coalesce(vn_computed(l.self_points), '–') as self_text, coalesce(en_computed(l.self_points), '–') as self_text_en,
    coalesce(vn_computed(l.appraised_points), '–') as appraised_text,
    coalesce(en_computed(l.appraised_points), '–') as appraised_text_en,
    l.lost_points::double as lost_points, coalesce(vn_computed(l.lost_points), '–') as lost_text,
    coalesce(en_computed(l.lost_points), '–') as lost_text_en, coalesce(l.responsible_unit, '') as responsible_unit, l.document_id,
    source_label(d.cited_decision, d.title_vi, null, d.cited_url) as source_short,
    source_label(d.cited_decision, d.title_en, null, d.cited_url) as source_short_en,
    coalesce(place_in_document(l.page, l.sheet, l.a1, l.table_number, l.row_number, l.column_number, null), '') as source_place,
    coalesce(place_in_document_en(l.page, l.sheet, l.a1, l.table_number, l.row_number, l.column_number, null), '') as source_place_en,
    '' as source_url, l.page::int as page,
    (row_number() over (order by e.year desc, l.lost_points desc nulls last, code_key(l.criterion_code), l.province_code))::int
        as lost_sort
from (
    select lost.*, page_slug(p.province_slug, p.geography) as province_slug
    from published.rpt_lost_points lost
    join (
        select distinct entity_code, province_slug, geography, valid_from, valid_to from published.dim_province
        where entity_type = 'province'
    ) p on p.entity_code = lost.province_code and make_date(lost.year, 12, 31) >= p.valid_from
        and make_date(lost.year, 12, 31) <= coalesce(p.valid_to, date '9999-12-31')
    where lost.entity_type = 'province' and lost.is_scored_leaf and lost.lost_points > 0
) l
join bi.bi_editions e using (edition_id)
left join published.dim_document d using (document_id)
order by lost_sort
"""

TARGETS = """
select
    false as is_placeholder, e.index_label, e.index_label_en, t.year::int as year, page_slug(t.province_slug, v.geography)
        as province_slug, t.target_rank::int as target_rank, t.raw_text,
    t.result_year::int as result_year,
    coalesce(t.result_rank || coalesce('/' || t.result_rank_out_of, ''), '–') as result_rank_text,
    t.target_outcome,
    case t.target_outcome when 'met' then 'đạt' when 'not_met' then 'chưa đạt'
        when 'result_of_an_earlier_year' then 'chưa có kết quả của năm đặt mục tiêu; hạng ghi ở đây là của năm trước đó'
        else 'chưa có kết quả' end as outcome,
    case t.target_outcome when 'met' then 'reached' when 'not_met' then 'missed'
        when 'result_of_an_earlier_year' then 'no result yet of the year of the target; the rank given is of an earlier year'
        else 'no result yet' end as outcome_en,
    t.document_id, source_label(d.cited_decision, d.title_vi, t.source_url, d.cited_url) as source_short,
    source_label(d.cited_decision, d.title_en, t.source_url, d.cited_url) as source_short_en,
    coalesce(place_in_document(t.page, null, null, t.table_number, t.row_number, t.column_number, t.paragraph), '') as source_place,
    coalesce(place_in_document_en(t.page, null, null, t.table_number, t.row_number, t.column_number, t.paragraph), '')
        as source_place_en,
    coalesce(t.source_url, '') as source_url, t.page::int as page
from published.rpt_targets t
join published.rpt_edition_coverage v using (edition_id)
left join (select distinct index_code, index_label, index_label_en from bi.bi_editions) e on e.index_code = t.index_code
left join published.dim_document d using (document_id)
where t.entity_type = 'province'
order by province_slug, t.year desc, t.index_code
"""

CONSTITUENTS = """
with recursive origin as (
    select new_slug, old_slug from bi.bi_successions where not is_placeholder
    union
    -- A province that was renamed without a figure under its last name is followed to the one before.
    select o.new_slug, s.old_slug from origin o join bi.bi_successions s on s.new_slug = o.old_slug
    where not s.is_placeholder and o.old_slug not in (select province_slug from bi.bi_scores where province_slug is not null)
)
select
    false as is_placeholder, o.new_slug, s.province, s.province_en, s.province_slug, s.province_link, s.index_label,
    s.index_label_en, s.year, s.year_label, s.year_label_en, s.edition_id, s.score_text, s.score_text_en, s.rank_text,
    s.has_conflict, s.is_known_failure, s.document_id, s.source_short, s.source_short_en, s.source_place, s.source_place_en,
    s.source_url, s.page,
    (row_number() over (order by o.new_slug, s.index_sort, s.year desc, s.edition_id, s.province collate vi))::int as constituent_sort
from origin o
join bi.bi_scores s on s.province_slug = o.old_slug
where s.is_whole_index and s.is_latest and o.new_slug not in (select province_slug from bi.bi_scores where province_slug is not null)
order by constituent_sort
"""

_PLACE = ("document_id", "page", "table_number", "row_number", "column_number")

EXPORTS = (
    Export("bi_constituent_scores", CONSTITUENTS, may_be_empty=True),
    Export(
        "bi_components",
        COMPONENTS,
        {
            "rpt_score_components": (
                "edition_id", "province_code", "entity_type", "criterion_code", "criterion_name_vi", "criterion_name_en", "stage",
                "score_source", "score", "raw_text", "max_points", "has_conflict", "is_known_failure", "source_url", "sheet", "a1",
                *_PLACE,
            )
        },
        may_be_empty=True,
    ),
    Export(
        "bi_lost_points",
        LOST,
        {
            "rpt_lost_points": (
                "edition_id", "year", "province_code", "entity_type", "criterion_code", "criterion_name_vi", "criterion_name_en",
                "is_scored_leaf", "applicable_max_points", "self_points", "appraised_points", "lost_points", "responsible_unit",
                "sheet", "a1", *_PLACE,
            )
        },
        may_be_empty=True,
    ),
    Export(
        "bi_targets",
        TARGETS,
        {
            "rpt_targets": (
                "index_code", "year", "edition_id", "province_slug", "entity_type", "target_rank", "raw_text", "result_year",
                "result_rank", "result_rank_out_of", "target_outcome", "paragraph", "source_url", *_PLACE,
            )
        },
        may_be_empty=True,
    ),
)  # fmt: skip
