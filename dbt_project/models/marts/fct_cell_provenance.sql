select
    claims.claim_id,
    claims.document_id,
    claims.original_id,
    documents.sha256,
    claims.page,
    claims.table_number,
    claims.row_number,
    claims.column_number,
    claims.x0,
    claims.top,
    claims.x1,
    claims.bottom,
    claims.sheet,
    claims.a1,
    claims.paragraph,
    claims.raw_text,
    claims.source_url,
    documents.producer,
    documents.extractor_version,
    claims.correction_id
from {{ ref('stg_raw__claim') }} as claims
left join {{ ref('stg_raw__document') }} as documents on claims.document_id = documents.document_id
