-- What changed from one vintage of a score to the next, and why the later one stands.
-- A figure that was taken back is a revision without a new one.
with printed as (
    select
        *,
        -- A rank of ours is always of today: it is no part of what was published, and no revision.
        case when rank_kind <> 'derived_by_us' then rank end as printed_rank
    from {{ ref('fct_score_vintage') }}
),

followed as (
    select
        printed.*,
        lead(printed.vintage) over (partition by printed.score_key order by printed.vintage) as next_vintage,
        lead(printed.known_from) over (partition by printed.score_key order by printed.vintage) as next_known_from
    from printed
),

paired as (
    select
        older.*,
        newer.vintage as newer_vintage,
        newer.is_known_from_stated as is_newer_stated,
        newer.score as new_score,
        newer.printed_rank as new_rank,
        newer.score_claim_id as new_score_claim_id,
        newer.rank_claim_id as new_rank_claim_id,
        {{ same_or_both_null('older.score_claim_id', 'newer.score_claim_id') }} as is_same_score_claim,
        {{ same_or_both_null('older.score', 'newer.score') }} as is_same_score,
        {{ same_or_both_null('older.printed_rank', 'newer.printed_rank') }} as is_same_rank
    from followed as older
    -- A vintage that begins later than the older one ends is no revision of it: in between nothing stood.
    left join printed as newer
        on
            older.score_key = newer.score_key
            and older.next_vintage = newer.vintage
            and older.known_to = newer.known_from
    where older.known_to is not null
),

revisions as (
    select
        paired.*,
        -- What was chosen anew on that day: the score, or the rank alone.
        case when paired.is_same_score_claim then paired.rank_claim_id else paired.score_claim_id end as old_claim_id,
        case when paired.is_same_score_claim then paired.new_rank_claim_id else paired.new_score_claim_id end as new_claim_id
    from paired
)

select
    revisions.score_key,
    revisions.vintage as older_vintage,
    revisions.newer_vintage,
    revisions.known_to as revised_on,
    coalesce(revisions.is_newer_stated, old_dates.is_known_to_stated, false) as is_revised_on_stated,
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
    revisions.new_score,
    cast(revisions.new_score - revisions.score as decimal(18, 6)) as delta,
    revisions.printed_rank as old_rank,
    revisions.new_rank,
    -- Places gained count up, as in every change of a rank.
    revisions.printed_rank - revisions.new_rank as delta_rank,
    not revisions.is_same_score or not revisions.is_same_rank as is_value_changed,
    case
        when revisions.newer_vintage is null then 'withdrawn'
        when old_dates.known_to <= revisions.known_to then 'superseded_document'
        when revisions.score is null and revisions.new_score is not null then 'first_published'
        when revisions.old_claim_id is null then 'first_published'
        else {{ deciding_rule('losers.', 'winners.') }}
    end as reason,
    old_claims.document_id as old_document_id,
    new_claims.document_id as new_document_id,
    revisions.old_claim_id,
    revisions.new_claim_id
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
