-- 5. Tiêu chí hài lòng nào của Thừa Thiên Huế cao điểm nhất năm 2023?
--    Which satisfaction criteria of Thừa Thiên Huế are highest in 2023?
select
    criterion_code,
    criterion_name_vi,
    score,
    rank,
    rank_out_of
from {{ ref('rpt_scores') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and facet = 'satisfaction'
    and is_scored_leaf
    and score is not null
order by score desc, sort_order
limit 4
