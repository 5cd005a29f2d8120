-- Each claim with its place in the star and with all that its precedence is judged by.
-- A listed known failure names cells by the fields it fills in; a blank field is not a condition.
with claims as (
    select * from {{ ref('stg_raw__claim') }}
),

known_failures as (
    select *
    from {{ ref('stg_raw__known_failure') }}
    where coalesce(expires_on, date '9999-12-31') >= current_date
),

-- Tables of Vietnamese reports strip zeros ("3,1", "6"): a table is as precise as its most precise figure of the kind.
tables as (
    select
        document_id,
        original_id,
        coalesce(sheet, '') as sheet,
        coalesce(table_number, 0) as table_number,
        measure,
        unit,
        max(printed_decimals) as table_decimals
    from claims
    where modality = 'table'
    group by document_id, original_id, coalesce(sheet, ''), coalesce(table_number, 0), measure, unit
),

listed as (
    select
        claims.claim_id,
        {{ joined_text('known_failures.evidence', none, ' ', distinct=true) }} as evidence
    from claims
    inner join known_failures
        on
            claims.edition_id = known_failures.edition_id
            and claims.entity_code = coalesce(nullif(known_failures.entity_code, ''), claims.entity_code)
            and claims.criterion_code = coalesce(nullif(known_failures.criterion_code, ''), claims.criterion_code)
            and claims.measure = coalesce(nullif(known_failures.measure, ''), claims.measure)
            and claims.document_id = coalesce(nullif(known_failures.document_id, ''), claims.document_id)
            and claims.original_id = coalesce(nullif(known_failures.original_id, ''), claims.original_id)
            and claims.raw_text = coalesce(nullif(known_failures.raw_text, ''), claims.raw_text)
    group by claims.claim_id
)

select
    claims.*,
    entities.entity_key,
    criteria.criterion_key,
    coalesce(criteria.is_root, false) as is_root,
    -- A blank for a criterion of another year's tree names that tree; it is a statement, but no cell of this edition.
    expected.criterion_code is not null as is_in_edition_tree,
    -- A whole index counts to 100 whether a source calls the figure points, percent or index points.
    case when criteria.is_root then 'whole_index' else units.unit_family end as unit_family,
    coalesce(criteria.is_root or units.unit_family = criteria.unit_family, false) as is_unit_of_criterion,
    coalesce(tables.table_decimals, claims.printed_decimals) as precision_decimals,
    classes.strength as source_strength,
    modalities.strength as modality_strength,
    superseded.document_id is not null as is_superseded,
    listed.claim_id is not null as is_known_failure,
    listed.evidence as known_failure_evidence
from claims
left join {{ ref('int_entities__by_edition') }} as entities
    on
        claims.edition_id = entities.edition_id
        and claims.entity_type = entities.entity_type
        and claims.entity_code = entities.entity_code
left join {{ ref('int_criteria__keyed') }} as criteria
    on
        claims.index_code = criteria.index_code
        and claims.methodology_code = criteria.methodology_code
        and claims.criterion_code = criteria.criterion_code
left join {{ ref('int_criteria__by_edition') }} as expected
    on
        claims.edition_id = expected.edition_id
        and claims.methodology_code = expected.methodology_code
        and claims.criterion_code = expected.criterion_code
left join {{ ref('unit_family') }} as units on claims.unit = units.unit
left join {{ ref('claim_precedence') }} as classes on claims.source_class = classes.source_class
left join {{ ref('modality_precedence') }} as modalities on claims.modality = modalities.modality
left join tables
    on
        claims.modality = 'table'
        and claims.document_id = tables.document_id
        and claims.original_id = tables.original_id
        and coalesce(claims.sheet, '') = tables.sheet
        and coalesce(claims.table_number, 0) = tables.table_number
        and claims.measure = tables.measure
        and claims.unit = tables.unit
left join listed on claims.claim_id = listed.claim_id
left join {{ ref('int_documents__superseded') }} as superseded on claims.document_id = superseded.document_id
