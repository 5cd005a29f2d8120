-- 2. Tiêu chí, nhân tố nào của Thừa Thiên Huế tụt HẠNG năm 2023, kể cả khi điểm tăng?
--    Which criteria and factors of Thừa Thiên Huế fell in RANK in 2023, even where the score rose?
select
    criterion_code,
    criterion_name_vi,
    is_scored_leaf,
    rank,
    rank_out_of,
    change_rank,
    change
from {{ ref('rpt_scores') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and facet = 'satisfaction'
    and change_rank < 0
order by sort_order
