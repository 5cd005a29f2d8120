-- 6. Tiêu chí nào của Thừa Thiên Huế vào nhóm 10 cả nước năm 2023? (is_in_top_10 đều sai: không có; hạng tốt nhất ở dòng đầu)
--    Which criteria of Thừa Thiên Huế are in the national top 10 in 2023? (none where is_in_top_10 is nowhere true; best rank first)
select
    criterion_code,
    criterion_name_vi,
    rank,
    rank_out_of,
    rank <= 10 as is_in_top_10
from {{ ref('rpt_scores') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and facet = 'satisfaction'
    and rank is not null
order by rank, sort_order
