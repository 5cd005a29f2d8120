"""Scores of provinces and ministries with all that a page says beside the figure, the rankings, and the choices of rankings."""

from __future__ import annotations

from warehouse.bi.export import Export

SCORES = """
with placed as (
    select s.*, i.root_criterion_code, e.year_label, e.year_label_en, e.index_label, e.index_label_en,
        printed_decimals(s.raw_text, s.score) as decimals,
        greatest(printed_decimals(s.raw_text, s.score), needed_decimals(s.previous_score)) as previous_decimals,
        coalesce(s.criterion_name_vi, 'Tiêu chí ' || s.criterion_code || ' (nguồn không nêu tên)') as criterion,
        coalesce(s.criterion_name_en, 'Criterion ' || s.criterion_code || ' (not named by the source)') as criterion_en,
        place_in_document(s.page, s.sheet, s.a1, s.table_number, s.row_number, s.column_number, s.paragraph) as place,
        place_in_document_en(s.page, s.sheet, s.a1, s.table_number, s.row_number, s.column_number, s.paragraph) as place_en,
        source_label(d.cited_decision, d.title_vi, s.source_url, d.cited_url) as source_short,
        source_label(d.cited_decision, d.title_en, s.source_url, d.cited_url) as source_short_en,
        coalesce(v.unit_type, s.entity_type) as unit_kind,
        u.interval_low_clustered as interval_low, u.interval_high_clustered as interval_high,
        s.score is not null and s.previous_score is not null and not coalesce(s.change_is_comparable, false) as is_broken,
        coalesce(s.change_is_comparable and s.change is not null, false) as has_change
    from published.rpt_scores s
    join published.dim_index i using (index_code)
    join bi.bi_editions e using (edition_id)
    left join published.dim_document d using (document_id)
    left join published.dim_province v using (entity_key)
    left join published.rpt_uncertainty u
        on u.edition_id = s.edition_id and u.entity_key = s.entity_key and u.criterion_key = s.criterion_key
    where s.entity_type in ('province', 'ministry')
)
select
    s.index_code, s.index_label, s.index_label_en, s.index_sort::int as index_sort,
    s.year::int as year, s.year_label, s.year_label_en, s.edition_id, s.methodology_code, s.entity_type, s.province,
    coalesce(s.province_en, s.province) as province_en,
    case when s.entity_type = 'province' then page_slug(s.province_slug, s.geography) end as province_slug,
    case when s.entity_type = 'province' then '/tinh/' || page_slug(s.province_slug, s.geography) end as province_link,
    search_key(s.province) as search_key, s.province_code, s.geography, coalesce(s.region_vi, '') as region,
    region_en(s.region_code) as region_en, s.unit_kind, unit_kind_label(s.unit_kind) as unit_kind_label,
    unit_kind_label_en(s.unit_kind) as unit_kind_label_en,
    s.criterion_code, criterion_slug(s.index_code, s.criterion_code) as criterion_slug, s.criterion, s.criterion_en,
    shorten(s.criterion, 60) as criterion_short, shorten(s.criterion_en, 60) as criterion_short_en,
    (dense_rank() over (
        order by s.index_sort, s.criterion_code <> s.root_criterion_code, facet_sort(s.facet), code_key(s.criterion_code)
    ))::int as criterion_sort,
    s.level::int as level, s.facet, facet_label(s.facet) as facet_label, facet_label_en(s.facet) as facet_label_en,
    s.criterion_code = s.root_criterion_code as is_whole_index,
    -- Latest year of this index in which this place has a score or rank of the whole index (or, for criteria, of any criterion).
    coalesce(s.year = max(s.year) filter (where coalesce(s.score, s.rank) is not null) over (
        partition by s.index_code, s.entity_type, page_slug(s.province_slug, s.geography), s.criterion_code = s.root_criterion_code
    ), false) as is_latest,
    s.score::double as score,
    coalesce(vn_number(s.score, s.decimals), score_note(s.value_status, s.score), 'chưa có điểm') as score_text,
    coalesce(en_number(s.score, s.decimals), score_note_en(s.value_status, s.score), 'no score') as score_text_en,
    unit_label(s.unit) as unit_label, unit_label_en(s.unit) as unit_label_en, s.max_points::double as max_points,
    coalesce('/' || rtrim(rtrim(vn_number(s.max_points, 2), '0'), ','), '') as of_max_text,
    coalesce('/' || rtrim(rtrim(en_number(s.max_points, 2), '0'), '.'), '') as of_max_text_en,
    s.rank::int as rank, s.rank_out_of::int as rank_out_of,
    case when s.rank is null then '–' when s.rank_out_of is null then s.rank::varchar
         else s.rank || '/' || s.rank_out_of end as rank_text,
    case when s.rank is not null then coalesce(rank_note(s.rank_kind), '') else '' end as rank_note,
    case when s.rank is not null then coalesce(rank_note_en(s.rank_kind), '') else '' end as rank_note_en,
    s.previous_score::double as previous_score,
    coalesce(vn_number(s.previous_score, s.previous_decimals), '–') as previous_text,
    coalesce(en_number(s.previous_score, s.previous_decimals), '–') as previous_text_en,
    s.change::double as change, s.change_rank::int as change_rank, is_broken,
    case when has_change then vn_change(s.change, greatest(2, s.decimals))
         when is_broken then 'không so sánh được' else '–' end as change_text,
    case when has_change then en_change(s.change, greatest(2, s.decimals))
         when is_broken then 'not comparable' else '–' end as change_text_en,
    case when s.change_is_comparable and s.change_rank is not null then vn_change(s.change_rank, 0) else '' end as change_rank_text,
    s.national_mean::double as national_mean, coalesce(vn_computed(s.national_mean), '–') as national_mean_text,
    coalesce(en_computed(s.national_mean), '–') as national_mean_text_en,
    s.gap_to_mean::double as gap_to_mean, coalesce(vn_change(s.gap_to_mean, greatest(2, s.decimals)), '–') as gap_to_mean_text,
    coalesce(en_change(s.gap_to_mean, greatest(2, s.decimals)), '–') as gap_to_mean_text_en,
    s.best::double as best, coalesce(vn_computed(s.best), '–') as best_text, coalesce(en_computed(s.best), '–') as best_text_en,
    s.gap_to_best::double as gap_to_best,
    coalesce(vn_change(s.gap_to_best, greatest(2, s.decimals)), '–') as gap_to_best_text,
    coalesce(en_change(s.gap_to_best, greatest(2, s.decimals)), '–') as gap_to_best_text_en,
    s.rank_10_score::double as rank_10_score, coalesce(vn_computed(s.rank_10_score), '–') as rank_10_text,
    coalesce(en_computed(s.rank_10_score), '–') as rank_10_text_en,
    -- Our estimate of the sampling error of a survey score (95 %, ballots in clusters); empty where there is none.
    s.interval_low::double as interval_low, s.interval_high::double as interval_high,
    coalesce(vn_number(s.interval_low, 2) || '–' || vn_number(s.interval_high, 2), '') as interval_text,
    coalesce(en_number(s.interval_low, 2) || '–' || en_number(s.interval_high, 2), '') as interval_text_en,
    coalesce(s.responsible_unit, '') as responsible_unit, s.n_claims::int as n_claims,
    coalesce(s.has_conflict, false) as has_conflict, coalesce(s.is_known_failure, false) as is_known_failure,
    case when s.score is null then '' else coalesce(status_note(s.value_status), '') end as status_note,
    case when s.score is null then '' else coalesce(status_note_en(s.value_status), '') end as status_note_en,
    coalesce(s.document_id, '') as document_id, coalesce(s.raw_text, '') as raw_text, coalesce(s.source_short, '') as source_short,
    coalesce(s.source_short_en, '') as source_short_en,
    coalesce(s.place, '') as source_place, coalesce(s.place_en, '') as source_place_en, coalesce(s.source_url, '') as source_url,
    s.page::int as page,
    -- Length of the bar beside the figure, in percent of the scale or of the points to be had; bars start at zero.
    case when s.score is null then null
         when s.max_points is not null then least(100, round(100 * s.score / s.max_points, 2))
         when s.unit in ('index_points', 'percent', 'percent_of_maximum') then s.score
         else round(100 * s.score / nullif(max(s.score) over (partition by s.edition_id, s.criterion_code), 0), 2)
    end::double as bar_pct
from placed s
order by index_sort, year, criterion_sort, s.rank nulls last, s.score desc nulls last
"""

RANKING = """
select
    edition_id, index_code, index_label, index_label_en, year, criterion_code, criterion_slug, entity_type, province, province_en,
    coalesce(province_link, '') as province_link, coalesce(province_slug, '') as province_slug, province_code, geography, search_key,
    region, region_en, unit_kind, unit_kind_label, unit_kind_label_en,
    (row_number() over (
        partition by edition_id, criterion_code
        order by rank nulls last, score desc nulls last, province collate vi, province_code
    ))::int as rank_sort,
    rank, rank_out_of, rank_text, rank_note, rank_note_en, score, score_text, score_text_en, of_max_text, of_max_text_en, unit_label,
    unit_label_en, change, change_text, change_text_en, change_rank_text, is_broken, previous_text, previous_text_en,
    national_mean_text, national_mean_text_en, interval_text, interval_text_en, has_conflict, is_known_failure, document_id,
    source_short, source_short_en, source_place, source_place_en, source_url, page, bar_pct,
    -- Fifth of the scores of this table that this one is in, 1 the lowest; equal scores are in the same one.
    case when score is not null then 1 + least(4, floor(5 * percent_rank() over (
        partition by edition_id, criterion_code, score is not null order by score
    )))::int end as score_class,
    -- What all rows of the table share is said once above it (bi_choices.note), the rest in the row.
    concat_ws(' · ',
        case when not all_alike(status_note, score) then nullif(status_note, '') end,
        case when not all_alike(rank_note, rank) then nullif(rank_note, '') end) as row_note,
    concat_ws(' · ',
        case when not all_alike(status_note, score) then nullif(status_note_en, '') end,
        case when not all_alike(rank_note, rank) then nullif(rank_note_en, '') end) as row_note_en
from bi.bi_scores
order by edition_id, criterion_code, rank_sort
"""

CHOICES = """
select
    edition_id, s.index_code, s.index_label, s.index_label_en, s.index_sort, s.year, s.year_label, s.year_label_en, criterion_code,
    any_value(criterion_slug) as criterion_slug,
    repeat(chr(160) || chr(160), (level - min(level) over (partition by edition_id))::int) || any_value(criterion_short)
        as criterion_label,
    repeat(chr(160) || chr(160), (level - min(level) over (partition by edition_id))::int) || any_value(criterion_short_en)
        as criterion_label_en,
    any_value(criterion) as criterion, any_value(criterion_en) as criterion_en, criterion_sort, is_whole_index,
    count(score)::int as n_scored, count(rank)::int as n_ranked,
    any_value(n_units)::int as n_units, any_value(unit_label) as unit_label, any_value(unit_label_en) as unit_label_en,
    any_value(geography) as geography,
    concat_ws('; ',
        case when shared(status_note, score) then max(status_note) end,
        case when shared(rank_note, rank) then max(rank_note) end) as note,
    concat_ws('; ',
        case when shared(status_note, score) then max(status_note_en) end,
        case when shared(rank_note, rank) then max(rank_note_en) end) as note_en,
    count(nullif(interval_text, '')) > 0 as has_interval,
    bool_or(entity_type = 'province') as has_provinces,
    -- What the ranking page opens with: the newest whole index that nearly every unit has.
    row_number() over (
        order by is_whole_index and count(score) >= 0.9 * any_value(n_units) desc, s.year desc, count(score) desc, s.index_sort,
            edition_id, criterion_sort
    ) = 1 as is_default
from bi.bi_scores s join (select edition_id, n_units from bi.bi_editions) using (edition_id)
group by edition_id, s.index_code, s.index_label, s.index_label_en, s.index_sort, s.year, s.year_label, s.year_label_en,
    criterion_code, level, criterion_sort, is_whole_index
having count(coalesce(score, rank)) > 0
order by s.index_sort, s.year desc, edition_id, criterion_sort
"""

_SCORE = (
    "index_code", "index_sort", "year", "edition_id", "province", "province_en", "province_code", "province_slug", "entity_key",
    "criterion_key", "geography", "entity_type", "region_vi", "region_code", "criterion_code", "criterion_name_vi",
    "criterion_name_en", "level", "facet", "methodology_code", "score", "unit", "max_points", "rank", "rank_out_of", "rank_kind",
    "change", "change_rank", "change_is_comparable", "previous_score", "national_mean", "gap_to_mean", "best", "gap_to_best",
    "rank_10_score", "responsible_unit", "n_claims", "has_conflict", "is_known_failure", "value_status", "document_id", "page",
    "sheet", "a1", "table_number", "row_number", "column_number", "paragraph", "raw_text", "source_url",
)  # fmt: skip

EXPORTS = (
    Export(
        "bi_scores",
        SCORES,
        {
            "rpt_scores": _SCORE,
            "rpt_uncertainty": (
                "edition_id",
                "entity_key",
                "criterion_key",
                "interval_low_clustered",
                "interval_high_clustered",
            ),
            "dim_index": ("index_code", "root_criterion_code"),
            "dim_province": ("entity_key", "unit_type"),
            "dim_document": ("document_id", "title_vi", "title_en", "cited_decision", "cited_url"),
        },
    ),
    Export("bi_ranking", RANKING),
    Export("bi_choices", CHOICES),
)
