-- 14. Người dân Thừa Thiên Huế có thấy bớt phiền hà, bớt phải đưa tiền không? (khoảng do dự án ước lượng)
--     Did perceived harassment and bribery in Thừa Thiên Huế get better? (intervals are our estimate)
select
    criterion_code,
    criterion_name_vi,
    previous_score,
    score,
    year_difference,
    previous_sample_size,
    sample_size,
    difference_z,
    difference_z_clustered,
    case
        when is_beyond_noise_clustered then 'proven at 95 %, clusters counted'
        when year_difference > 0 then 'better, not proven'
        else 'not better'
    end as answer
from {{ ref('rpt_uncertainty') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and criterion_code in ('N.5.1', 'N.6.1')
order by criterion_code
