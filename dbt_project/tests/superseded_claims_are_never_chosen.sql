-- A document that was re-issued keeps its claims, and none of them stands for a score of today.
select
    scores.score_key,
    claims.claim_id
from {{ ref('fct_score') }} as scores
inner join {{ ref('fct_claim') }} as claims
    on scores.claim_id = claims.claim_id
where
    claims.is_superseded
    or not claims.is_chosen
