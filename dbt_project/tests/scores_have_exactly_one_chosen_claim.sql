-- Every published figure is one claim, word for word; only ranks of our own have none.
select
    scores.score_key,
    scores.score,
    claims.value
from {{ ref('fct_score') }} as scores
left join {{ ref('fct_claim') }} as claims on scores.score_claim_id = claims.claim_id
where
    scores.score is not null
    and (claims.value is null or claims.value <> scores.score or not claims.is_chosen)
