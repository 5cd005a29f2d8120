-- The scores others are measured by, for each criterion of an edition and each set of ranked units.
with scores as (
    select
        *,
        case when rank = 10 and rank_kind in ('official', 'derived_by_us') then score end as tenth_score
    from {{ ref('fct_score') }}
    where
        stage = 'published'
        and score_source = 'total'
        and entity_type in ('province', 'ministry')
        and score is not null
)

select
    scores.edition_id,
    scores.criterion_code,
    scores.entity_type,
    scores.unit,
    -- The first of the ranking; without a printed first, the highest figure, but only where every unit has one.
    coalesce(
        max(case when scores.rank = 1 and scores.rank_kind <> 'derived_by_third_party' then scores.score end),
        max(case when scores.rank = 1 then scores.score end),
        case when count(scores.score) = max(editions.n_units) then max(scores.score) end
    ) as best,
    -- Rank 10 only where somebody answers for the order; two units printed there with two scores give none.
    case when min(scores.tenth_score) = max(scores.tenth_score) then max(scores.tenth_score) end as rank_10_score
from scores
inner join {{ ref('dim_edition') }} as editions on scores.edition_id = editions.edition_id
group by scores.edition_id, scores.criterion_code, scores.entity_type, scores.unit
