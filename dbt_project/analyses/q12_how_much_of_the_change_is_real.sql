-- 12. Trong mức tăng 3,73 của Thừa Thiên Huế năm 2023, bao nhiêu là thật?
--     How much of the +3.73 of Thừa Thiên Huế in 2023 is real?
select
    component,
    points,
    criteria_count,
    component_note_vi,
    component_note_en
from {{ ref('rpt_change') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and criterion_code = 'S'
order by component_sort
