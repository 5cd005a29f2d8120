-- 22. PAR INDEX: tiêu chí nào mất điểm so với điểm tối đa, nhiều nhất trước, ai chủ trì, tài liệu kiểm chứng nào?
--     PAR INDEX: which sub-criteria lost points against the maximum, most first, with the unit in charge and the evidence?
--     Trống cho tới khi có bảng tự chấm điểm của một tỉnh trong các tài liệu.
--     Empty until a provincial scoring sheet is among the documents.
select
    index_code,
    year,
    province,
    criterion_code,
    criterion_name_vi,
    applicable_max_points,
    self_points,
    appraised_points,
    lost_points,
    responsible_unit,
    evidence,
    document_id,
    row_number
from {{ ref('rpt_lost_points') }}
where
    is_scored_leaf
    and lost_points > 0
order by lost_points desc, year, province_sort, criterion_code
