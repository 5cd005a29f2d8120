-- Since when each claim was known, and until when it stood. Where no source states the day, the day after the reference
-- period is a lower bound. An article is of one day: it is no older than the latest year it tells of, nor than the
-- edition it tells of where that has a date. A publisher's data file gathers what was published year by year, so each of
-- its figures has the bound of its own year.
with claims as (
    select
        claims.claim_id,
        claims.document_id,
        claims.original_id,
        claims.reference_year,
        claims.edition_id,
        claims.published_on,
        classes.is_yearly_series
    from {{ ref('stg_raw__claim') }} as claims
    inner join {{ ref('claim_precedence') }} as classes on claims.source_class = classes.source_class
),

latest_years as (
    select
        original_id,
        max(reference_year) as latest_year
    from claims
    where not is_yearly_series
    group by original_id
),

bounded as (
    select
        claims.claim_id,
        coalesce(
            cast(claims.published_on as date),
            -- What a re-issue says is known from the day it took the place of the earlier one, whomever it quotes.
            case
                when claims.original_id = claims.document_id or documents.supersedes is not null
                    then documents.cited_published_on
            end
        ) as stated_on,
        case when documents.supersedes is not null then {{ issued_on('documents') }} end as reissued_on,
        greatest(
            make_date(coalesce(latest_years.latest_year, claims.reference_year) + 1, 1, 1),
            coalesce(editions.published_on, make_date(claims.reference_year + 1, 1, 1))
        ) as bound_on,
        superseded.superseded_by,
        superseded.superseded_on,
        superseded.is_superseded_on_stated
    from claims
    left join latest_years
        on
            claims.original_id = latest_years.original_id
            and not claims.is_yearly_series
    left join {{ ref('stg_raw__edition') }} as editions on claims.edition_id = editions.edition_id
    left join {{ ref('stg_raw__document') }} as documents on claims.document_id = documents.document_id
    left join {{ ref('int_documents__superseded') }} as superseded on claims.document_id = superseded.document_id
)

select
    claim_id,
    coalesce(stated_on, reissued_on, bound_on) as known_from,
    stated_on is not null as is_known_from_stated,
    superseded_on as known_to,
    superseded_by,
    coalesce(is_superseded_on_stated, false) as is_known_to_stated
from bounded
