-- 17. Lĩnh vực PAR INDEX nào của Quảng Nam giảm nhiều nhất năm 2022? (điểm phần trăm như in; nguồn nói 06 lĩnh vực, chỉ nêu 05)
--     In which PAR INDEX fields did Quảng Nam lose most in 2022? (percentage points as printed; the source says six and names five)
--     change trống: phương pháp đổi năm 2022, không tự tính. change is empty: the method changed in 2022.
select
    criterion_code,
    criterion_name_vi,
    printed_change,
    change,
    score,
    rank,
    rank_out_of
from {{ ref('rpt_scores') }}
where
    index_code = 'PAR_PROVINCE'
    and year = 2022
    and province = 'Quảng Nam'
    and level = 1
    and printed_change < 0
order by printed_change, sort_order
