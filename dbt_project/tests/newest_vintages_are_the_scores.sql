-- What stands today by the history of each score is what fct_score says, claim for claim, and each score has a history.
with vintages as (
    select * from {{ ref('fct_score_vintage') }}
    where is_current_vintage
)

select
    coalesce(scores.score_key, vintages.score_key) as score_key,
    scores.score,
    vintages.score as vintage_score,
    scores.rank,
    vintages.rank as vintage_rank
from {{ ref('fct_score') }} as scores
full outer join vintages on scores.score_key = vintages.score_key
where
    scores.score_key is null
    or vintages.score_key is null
    or scores.score is distinct from vintages.score
    or scores.unit is distinct from vintages.unit
    or scores.rank is distinct from vintages.rank
    or scores.rank_out_of is distinct from vintages.rank_out_of
    or scores.score_claim_id is distinct from vintages.score_claim_id
    or scores.rank_claim_id is distinct from vintages.rank_claim_id
    or scores.precedence_rule is distinct from vintages.precedence_rule
