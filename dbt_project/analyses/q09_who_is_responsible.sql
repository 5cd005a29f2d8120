-- 9. Ai chủ trì nhân tố thấp điểm nhất của Thừa Thiên Huế năm 2023?
--    Who is responsible for the lowest factor of Thừa Thiên Huế in 2023?
select
    criterion_code,
    criterion_name_vi,
    score,
    rank,
    rank_out_of,
    responsible_unit,
    responsible_unit_from
from {{ ref('rpt_scores') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and facet = 'satisfaction'
    and level = 2
order by score, sort_order
limit 1
