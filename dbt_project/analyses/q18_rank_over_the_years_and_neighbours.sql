-- 18. Hạng PAR INDEX của Thừa Thiên Huế qua các năm, và các tỉnh đứng cạnh năm 2023?
--     PAR INDEX rank of Thừa Thiên Huế over the years, and its neighbours in 2023
--     Năm không có hạng: không tài liệu nào ở đây nêu (rpt_coverage nói lý do).
--     A year without a rank: no document here states it.
select
    year,
    province,
    rank,
    rank_out_of,
    score,
    rank_kind,
    trend,
    case
        when rank is null then 'not in the sources'
        when value_status = 'implied' then 'implied by the figures of the year after'
    end as answer
from {{ ref('rpt_province_profile') }}
where
    index_code = 'PAR_PROVINCE'
    and (province = 'Thừa Thiên Huế' or (year = 2023 and rank between 15 and 19))
order by year, rank nulls last, province_sort
