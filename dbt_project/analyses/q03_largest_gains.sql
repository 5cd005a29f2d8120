-- 3. Tiêu chí hài lòng nào của Thừa Thiên Huế tăng điểm nhiều nhất năm 2023?
--    Which satisfaction criteria of Thừa Thiên Huế gained most in 2023?
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
    and change > 0
order by change desc, sort_order
limit 6
