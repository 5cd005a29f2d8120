-- One row per unit text named for a cell; the most believed statement of each text gives the source.
with statements as (
    select *
    from {{ ref('int_claims__ranked') }}
    where
        measure = 'responsible_unit'
        and value_text is not null
),

texts as (
    select
        statements.*,
        row_number() over (
            partition by
                statements.edition_id, statements.entity_type, statements.entity_code,
                statements.criterion_code, statements.value_text
            order by statements.precedence_position
        ) as text_position
    from statements
)

select
    edition_id,
    index_code,
    reference_year as year,
    entity_key,
    entity_type,
    entity_code,
    criterion_key,
    criterion_code,
    value_text as responsible_unit,
    precedence_position = 1 as is_chosen,
    claim_id,
    document_id
from texts
where text_position = 1
