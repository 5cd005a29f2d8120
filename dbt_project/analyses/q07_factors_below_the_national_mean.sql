-- 7. Nhân tố nào của Thừa Thiên Huế thấp hơn trung bình cả nước năm 2023?
--    Which factors of Thừa Thiên Huế are below the national mean in 2023?
--    Năm trên chín nhân tố có trung bình cả nước trong nguồn; bốn nhân tố chính sách thì không.
--    The sources print the national mean of five of the nine factors; for the four of policy they do not.
--    Kế hoạch 216/KH-UBND tự viết "07/09" nhân tố thấp hơn. Plan 216/KH-UBND itself writes that 7 of 9 are lower.
select
    criterion_code,
    criterion_name_vi,
    score,
    national_mean,
    gap_to_mean,
    case
        when gap_to_mean is null then 'not in the sources: national mean of the factor'
        when gap_to_mean < 0 then 'below'
        else 'not below'
    end as answer
from {{ ref('rpt_scores') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and facet = 'satisfaction'
    and level = 2
order by gap_to_mean asc nulls last, sort_order
