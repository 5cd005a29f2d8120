-- For a province of today: the scores of the provinces on its land before it, side by side, none added, none averaged.
-- Only the index and its first level: the question is where the new unit comes from, not a second copy of every criterion.
with provinces as (
    select * from {{ ref('dim_province') }}
    where
        entity_type = 'province'
        and is_current
),

constituents as (
    select
        provinces.entity_key,
        provinces.name_vi as province,
        provinces.name_ascii as province_ascii,
        provinces.name_sort as province_sort,
        provinces.entity_code as province_code,
        earlier.entity_key as constituent_key,
        earlier.name_vi as constituent,
        earlier.entity_code as constituent_code,
        earlier.valid_to as constituent_valid_to
    from {{ ref('stg_raw__constituent') }} as links
    inner join provinces
        on
            links.entity_code = provinces.entity_code
            and links.valid_from = provinces.valid_from
    inner join {{ ref('dim_province') }} as earlier
        on
            earlier.entity_type = 'province'
            and links.constituent_code = earlier.entity_code
            and links.constituent_valid_from = earlier.valid_from
),

sizes as (
    select
        entity_key,
        count(distinct constituent_code) as constituent_count
    from constituents
    group by entity_key
)

select
    constituents.province,
    constituents.province_ascii,
    constituents.province_sort,
    constituents.province_code,
    constituents.entity_key,
    cast(sizes.constituent_count as {{ dbt.type_int() }}) as constituent_count,
    constituents.constituent,
    constituents.constituent_code,
    constituents.constituent_key,
    constituents.constituent_valid_to,
    scores.index_code,
    scores.year,
    scores.edition_id,
    scores.criterion_code,
    criteria.criterion_name_vi,
    criteria.criterion_name_en,
    scores.methodology_code,
    {{ report_figure('scores.score') }} as score,
    scores.unit,
    scores.rank,
    scores.rank_out_of,
    scores.value_status,
    scores.claim_id,
    'Điểm của từng tỉnh trước khi hợp nhất; điểm khảo sát không cộng được, không được tính trung bình thành điểm của tỉnh mới'
        as reading_note_vi,
    'Scores of each province before the merger; survey scores are not additive and give no average of the new one'
        as reading_note_en
from constituents
inner join sizes on constituents.entity_key = sizes.entity_key
inner join {{ ref('fct_score') }} as scores
    on
        constituents.constituent_key = scores.entity_key
        and scores.stage = 'published'
        and scores.score_source = 'total'
inner join {{ ref('dim_criterion') }} as criteria
    on
        scores.criterion_key = criteria.criterion_key
        and criteria.level <= 1
