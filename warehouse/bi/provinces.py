"""The pages of provinces: one for each province of the maps of 63 and 34, also where nothing is known of it yet."""

from __future__ import annotations

from warehouse.bi.export import Export

PROVINCES = """
with place as (
    select
        page_slug(province_slug, geography) as slug, arg_max(geography, valid_from) as geography,
        arg_max(name_vi, valid_from) as province, arg_max(name_en, valid_from) as province_en,
        coalesce(arg_max(region_vi, valid_from), '') as region, region_en(arg_max(region_code, valid_from)) as region_en,
        string_agg(distinct entity_code, ', ') as province_code, bool_or(geography in ('vn63', 'vn34')) as is_on_a_map,
        case when count(*) = count(valid_to) then max(valid_to) end as ended_on
    from published.dim_province
    where entity_type = 'province' and province_slug is not null
    group by page_slug(province_slug, geography)
),
counted as (
    select page_slug(province_slug, geography) as slug, min(year)::int as first_year, max(year)::int as last_year,
        count(distinct edition_id)::int as n_editions, count(score)::int as n_scores
    from published.rpt_scores
    where entity_type = 'province'
    group by page_slug(province_slug, geography)
)
select
    p.slug as province_slug, p.geography, p.province, p.province_en,
    -- The name as a list shows it: two maps may both have a Bắc Ninh.
    p.province || case when p.geography = 'vn34' then ' (từ 7/2025)' else '' end as province_label,
    p.province_en || case when p.geography = 'vn34' then ' (since 7/2025)' else '' end as province_label_en,
    p.region, p.region_en, p.province_code, search_key(p.province) as search_key,
    (row_number() over (order by p.province collate vi, p.geography desc, p.slug))::int as province_sort,
    c.first_year, c.last_year, coalesce(c.n_editions, 0) as n_editions, coalesce(c.n_scores, 0) as n_scores,
    p.ended_on, coalesce(strftime(p.ended_on, '%d/%m/%Y'), '') as ended_text
from place p
left join counted c using (slug)
where p.is_on_a_map or c.slug is not null
order by province_sort
"""

SUCCESSIONS = """
select distinct
    false as is_placeholder, page_slug(old.province_slug, old.geography) as old_slug, b.predecessor_name_vi as old_province,
    page_slug(new.province_slug, new.geography) as new_slug, b.successor_name_vi as new_province, old.name_en as old_province_en,
    new.name_en as new_province_en, strftime(b.effective_date, '%d/%m/%Y') as effective_text, b.effective_date,
    case when b.decree = 'not recorded' then '' else b.decree end as decree,
    count(*) over (partition by b.successor_key) > 1 as is_merger
from published.bridge_province_succession b
join published.dim_province new on new.entity_key = b.successor_key
join published.dim_province old on old.entity_key = b.predecessor_key
where page_slug(new.province_slug, new.geography) <> page_slug(old.province_slug, old.geography)
order by effective_date, new_slug, old_slug
"""

_PLACE = ("entity_key", "entity_type", "province_slug", "geography", "name_vi", "name_en", "region_vi", "region_code", "entity_code",
    "valid_from", "valid_to")  # fmt: skip

EXPORTS = (
    Export(
        "bi_provinces",
        PROVINCES,
        {"dim_province": _PLACE, "rpt_scores": ("province_slug", "geography", "year", "edition_id", "score", "entity_type")},
    ),
    Export(
        "bi_successions",
        SUCCESSIONS,
        {
            "bridge_province_succession": (
                "predecessor_key", "successor_key", "predecessor_name_vi", "successor_name_vi", "effective_date", "decree",
            )
        },
        may_be_empty=True,
    ),
)  # fmt: skip
