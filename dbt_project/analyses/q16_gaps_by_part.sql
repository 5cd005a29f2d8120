-- 16. Quảng Nam 2022 cách trung bình và cách đơn vị đầu bao nhiêu, theo từng phần?
--     Quảng Nam 2022: gap to the national mean and to the first, by part
select
    criterion_code,
    criterion_name_vi,
    score,
    national_mean,
    gap_to_mean,
    printed_gap_to_mean,
    best,
    gap_to_best,
    printed_gap_to_best
from {{ ref('rpt_scores') }}
where
    index_code = 'SIPAS'
    and instrument_code = 'moha'
    and year = 2022
    and province = 'Quảng Nam'
    and criterion_code in ('S', 'S.1', 'S.2')
order by criterion_code
