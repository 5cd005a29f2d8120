-- 1. Tiêu chí hài lòng nào của Thừa Thiên Huế giảm ĐIỂM năm 2023 so với 2022?
--    Which satisfaction criteria of Thừa Thiên Huế fell in SCORE in 2023? (only where the two years may be compared)
select
    criterion_code,
    criterion_name_vi,
    previous_score,
    score,
    change,
    change_rank
from {{ ref('rpt_scores') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and facet = 'satisfaction'
    and is_scored_leaf
    and change < 0
order by change, sort_order
