-- 21. Chênh lệch SIPAS 2023 giữa Thừa Thiên Huế và tỉnh khác có vượt nhiễu chọn mẫu không? (khoảng do dự án ước lượng)
--     Is the difference between Thừa Thiên Huế and another province in SIPAS 2023 beyond sampling noise? (our estimate)
--     Số phiếu của tỉnh kia không có trong nguồn, nên chỉ kết luận được khi chênh lệch nằm trong sai số của riêng Huế.
--     The ballots of the other province are not in the sources: only a difference within Huế's own error can be judged.
select
    others.province,
    others.score as other_score,
    own.score,
    cast(others.score - own.score as decimal(18, 4)) as score_gap,
    own.margin,
    own.margin_clustered,
    case
        when abs(others.score - own.score) <= own.margin then 'noise'
        when abs(others.score - own.score) <= own.margin_clustered then 'noise once clusters are counted'
        else 'beyond the error of one side: ballots of the other are not in the sources'
    end as answer
from {{ ref('rpt_uncertainty') }} as own
inner join {{ ref('rpt_ranking') }} as others
    on
        own.edition_id = others.edition_id
        and own.criterion_key = others.criterion_key
        and own.entity_type = others.entity_type
        and own.entity_key <> others.entity_key
where
    own.index_code = 'SIPAS'
    and own.year = 2023
    and own.province = 'Thừa Thiên Huế'
    and own.criterion_code = 'S'
    and others.score is not null
order by others.ranking_sort
