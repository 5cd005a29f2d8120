-- 19. Tỉnh nào tốt ở SIPAS mà yếu ở PAR hoặc PAPI, và ngược lại? (so bằng vị trí trong n đơn vị, không so điểm)
--     Which provinces are good in SIPAS but weak in PAR or PAPI, and the reverse? (by place among n, never by score)
--     Chỉ gồm tỉnh mà nguồn nêu hạng: chưa có bảng đầy đủ 63 tỉnh của PAR và SIPAS.
--     Only provinces whose ranks the sources print: the full tables of PAR and SIPAS are not among them.
select
    year,
    province,
    par_rank,
    par_rank_out_of,
    sipas_rank,
    sipas_rank_out_of,
    papi_rank,
    papi_rank_out_of,
    papi_rank_kind,
    sipas_minus_par_percentile,
    sipas_minus_papi_percentile
from {{ ref('rpt_cross_index') }}
where
    abs(sipas_minus_par_percentile) >= 0.5
    or abs(sipas_minus_papi_percentile) >= 0.5
order by year, province_sort
