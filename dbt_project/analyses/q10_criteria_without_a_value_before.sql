-- 10. Tiêu chí năm 2023 nào không có số năm 2022, vì sao, và văn bản nào nói?
--     Which criteria of 2023 have no value in 2022, why, and who says so?
select
    criterion_code,
    criterion_name_vi,
    coverage_reason,
    reason_source,
    document_id,
    raw_text
from {{ ref('rpt_coverage') }}
where
    index_code = 'SIPAS'
    and year = 2022
    and province = 'Thừa Thiên Huế'
    and facet = 'satisfaction'
    and coverage_reason = 'new_criterion'
order by sort_order
