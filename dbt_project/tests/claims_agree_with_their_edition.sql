-- A claim is filed under the index, instrument, year and method of the edition it names. Only the blank of a criterion that is
-- new or was dropped is filed under the version that has the criterion: the edition's own version has none.
select
    claims.claim_id,
    claims.document_id,
    claims.edition_id,
    claims.index_code,
    claims.instrument_code,
    claims.year,
    claims.methodology_code
from {{ ref('fct_claim') }} as claims
inner join {{ ref('dim_edition') }} as editions on claims.edition_id = editions.edition_id
where
    claims.index_code <> editions.index_code
    or claims.instrument_code <> editions.instrument_code
    or claims.year <> editions.year
    or (
        claims.methodology_code <> editions.methodology_code
        and coalesce(claims.missing_reason, '') not in ('new_criterion', 'dropped_criterion')
    )
