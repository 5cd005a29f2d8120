-- 11. Tiêu chí hài lòng nào của năm 2022 không còn năm 2023? (tên trống: nguồn không nêu tên, suy ra từ số học)
--     Which satisfaction criteria of 2022 are gone in 2023? (without a name: not named by the source, implied by the arithmetic)
select
    previous_year,
    year,
    previous_criterion_code,
    criterion_name_vi,
    change_relation,
    comparability_source
from {{ ref('rpt_comparability') }}
where
    index_code = 'SIPAS'
    and edition_id = 'sipas_2023_moha'
    and change_relation = 'dropped'
order by previous_criterion_code
