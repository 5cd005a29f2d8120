-- 22. PAR INDEX: tiêu chí nào mất điểm so với điểm tối đa, nhiều nhất trước, ai chủ trì, tài liệu kiểm chứng nào?
--     PAR INDEX: which sub-criteria lost points against the maximum, most first, with the unit in charge and the evidence?
--     Trống: chưa có bảng tự chấm điểm của tỉnh nào trong các tài liệu; điểm tối đa từng tiêu chí cũng chưa có.
--     Empty: no provincial scoring sheet is among the documents, nor the maximum of any sub-criterion.
select
    year,
    province,
    criterion_code,
    criterion_name_vi,
    max_points,
    score,
    cast(max_points - score as decimal(18, 4)) as lost_points,
    responsible_unit,
    document_id
from {{ ref('rpt_scores') }}
where
    index_code = 'PAR_PROVINCE'
    and year >= 2022
    and level > 0
    and max_points - score > 0
order by max_points - score desc, year, province_sort, sort_order
