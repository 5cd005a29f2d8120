-- Documents that a re-issue took the place of, and since when. A re-issue that is held back supersedes nothing; one
-- behind it in the chain does. A re-issue that states no date counts from the day it was fetched.
with documents as (
    select
        issues.document_id,
        issues.supersedes,
        issues.status = 'loaded' as is_loaded,
        issues.cited_published_on is not null as is_dated,
        {{ issued_on('issues') }} as issued_on
    from {{ ref('stg_raw__document') }} as issues
),

chains as (
    select
        documents.document_id,
        case
            when first_heir.is_loaded then first_heir.document_id
            when second_heir.is_loaded then second_heir.document_id
            when third_heir.is_loaded then third_heir.document_id
        end as superseded_by
    from documents
    inner join documents as first_heir on documents.document_id = first_heir.supersedes
    left join documents as second_heir on first_heir.document_id = second_heir.supersedes
    left join documents as third_heir on second_heir.document_id = third_heir.supersedes
)

select
    chains.document_id,
    chains.superseded_by,
    documents.issued_on as superseded_on,
    documents.is_dated as is_superseded_on_stated
from chains
inner join documents on chains.superseded_by = documents.document_id
