-- Of one score only one vintage stands on a day: the next begins when the one before has ended, or later.
with ordered as (
    select
        score_key,
        vintage,
        known_from,
        lag(known_to) over (partition by score_key order by vintage) as earlier_known_to,
        row_number() over (partition by score_key order by vintage) as position_in_history
    from {{ ref('fct_score_vintage') }}
)

select *
from ordered
where
    vintage <> position_in_history
    or (vintage > 1 and (earlier_known_to is null or earlier_known_to > known_from))
