-- What changed from one vintage of a score to the next, and why the later one stands. A figure that was taken back is a revision
-- without a new one.
with printed as (
    select
        *,
        -- A rank of ours is always of today: it is no part of what was published, and no revision.
        case when rank_kind <> 'derived_by_us' then rank end as printed_rank
    from {{ ref('fct_score_vintage') }}
),

vintages as (
    select
        vintages.*,
        lead(vintages.vintage) over by_time as newer_vintage,
        lead(vintages.score) over by_time as new_score,
        lead(vintages.printed_rank) over by_time as new_rank,
        lead(vintages.score_claim_id) over by_time as new_score_claim_id,
        lead(vintages.rank_claim_id) over by_time as new_rank_claim_id,
        lead(vintages.document_id) over by_time as new_document_id,
        lead(vintages.known_from) over by_time as newer_known_from,
        lead(vintages.is_known_from_stated) over by_time as is_newer_known_from_stated
    from printed as vintages
    window by_time as (partition by vintages.score_key order by vintages.vintage)
),

revisions as (
    select
        vintages.*,
        -- What was chosen anew on that day: the score, or the rank alone.
        case
            when vintages.score_claim_id is distinct from vintages.new_score_claim_id then vintages.score_claim_id
            else vintages.rank_claim_id
        end as old_claim_id,
        case
            when vintages.score_claim_id is distinct from vintages.new_score_claim_id then vintages.new_score_claim_id
            else vintages.new_rank_claim_id
        end as new_claim_id
    from vintages
    where vintages.known_to is not null
)

select
    revisions.score_key,
    revisions.vintage as older_vintage,
    revisions.newer_vintage,
    revisions.known_to as revised_on,
    coalesce(revisions.is_newer_known_from_stated, old_dates.is_known_to_stated, false) as is_revised_on_stated,
    revisions.index_code,
    revisions.edition_id,
    revisions.year,
    revisions.entity_key,
    revisions.entity_type,
    revisions.entity_code,
    revisions.criterion_key,
    revisions.criterion_code,
    revisions.stage,
    revisions.score_source,
    revisions.unit,
    revisions.score as old_score,
    case when revisions.newer_known_from = revisions.known_to then revisions.new_score end as new_score,
    cast(
        case when revisions.newer_known_from = revisions.known_to then revisions.new_score - revisions.score end
        as decimal(18, 6)
    ) as delta,
    revisions.printed_rank as old_rank,
    case when revisions.newer_known_from = revisions.known_to then revisions.new_rank end as new_rank,
    -- Places gained count up, as in every change of a rank.
    case when revisions.newer_known_from = revisions.known_to then revisions.printed_rank - revisions.new_rank end as delta_rank,
    revisions.score is distinct from case when revisions.newer_known_from = revisions.known_to then revisions.new_score end
    or revisions.printed_rank is distinct from case when revisions.newer_known_from = revisions.known_to then revisions.new_rank end
        as is_value_changed,
    case
        when revisions.newer_known_from is null or revisions.newer_known_from > revisions.known_to then 'withdrawn'
        when old_dates.known_to <= revisions.known_to then 'superseded_document'
        when revisions.old_claim_id is null or (revisions.score is null and revisions.new_score is not null) then 'first_published'
        else {{ deciding_rule('losers.', 'winners.') }}
    end as reason,
    old_claims.document_id as old_document_id,
    case when revisions.newer_known_from = revisions.known_to then new_claims.document_id end as new_document_id,
    revisions.old_claim_id,
    case when revisions.newer_known_from = revisions.known_to then revisions.new_claim_id end as new_claim_id
from revisions
left join {{ ref('int_claims__dated') }} as old_dates on revisions.old_claim_id = old_dates.claim_id
left join {{ ref('int_claims__ranked') }} as old_claims on revisions.old_claim_id = old_claims.claim_id
left join {{ ref('int_claims__ranked') }} as new_claims on revisions.new_claim_id = new_claims.claim_id
left join {{ ref('int_claims__ranked_at') }} as losers
    on
        revisions.old_claim_id = losers.claim_id
        and revisions.known_to = losers.known_on
left join {{ ref('int_claims__ranked_at') }} as winners
    on
        revisions.new_claim_id = winners.claim_id
        and revisions.known_to = winners.known_on
