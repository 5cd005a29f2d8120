-- 8. Thừa Thiên Huế còn cách trung bình, đơn vị đầu và mục tiêu năm 2024 bao xa?
--    How far is Thừa Thiên Huế from the national mean, from the first, and from its target of 2024?
select
    scores.year,
    scores.score,
    scores.rank,
    scores.rank_out_of,
    scores.gap_to_mean,
    scores.gap_to_best,
    scores.best,
    targets.year as target_year,
    targets.target_rank,
    targets.ranks_to_climb,
    targets.target_outcome,
    scores.rank_10_score,
    scores.gap_to_rank_10,
    case when scores.rank_10_score is null then 'not in the sources: score at rank 10' end as answer
from {{ ref('rpt_scores') }} as scores
left join {{ ref('rpt_targets') }} as targets
    on
        scores.index_code = targets.index_code
        and scores.entity_key = targets.entity_key
        and scores.criterion_code = targets.criterion_code
        and scores.year = targets.result_year
where
    scores.index_code = 'SIPAS'
    and scores.year = 2023
    and scores.province = 'Thừa Thiên Huế'
    and scores.criterion_code = 'S'
