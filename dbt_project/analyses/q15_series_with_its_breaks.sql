-- 15. SIPAS của Quảng Nam 2020-2023: xu hướng, và chỗ nào đứt gãy phương pháp?
--     SIPAS of Quảng Nam 2020-2023: the series, and where the method breaks
select
    scores.year,
    scores.score,
    scores.rank,
    scores.rank_out_of,
    scores.change,
    scores.methodology_code,
    comparability.comparability_reason,
    comparability.comparability_note_vi,
    comparability.comparability_note_en
from {{ ref('rpt_scores') }} as scores
left join {{ ref('rpt_comparability') }} as comparability
    on
        scores.edition_id = comparability.edition_id
        and scores.criterion_code = comparability.criterion_code
where
    scores.index_code = 'SIPAS'
    and scores.instrument_code = 'moha'
    and scores.province = 'Quảng Nam'
    and scores.criterion_code = 'S'
    and scores.year between 2020 and 2023
order by scores.year
