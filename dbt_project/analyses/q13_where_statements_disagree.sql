-- 13. Chỗ nào hai phát biểu về Thừa Thiên Huế năm 2023 mâu thuẫn, kho dùng số nào, theo quy tắc nào?
--     Where do two statements about Thừa Thiên Huế 2023 disagree, which is used, and by which rule?
select
    criterion_code,
    measure,
    kind,
    chosen_raw_text,
    chosen_modality,
    chosen_page,
    other_raw_text,
    other_modality,
    other_page,
    precedence_rule
from {{ ref('rpt_conflicts') }}
where
    index_code = 'SIPAS'
    and year = 2023
    and province = 'Thừa Thiên Huế'
    and kind <> 'rounding'
order by criterion_code, measure, other_raw_text
