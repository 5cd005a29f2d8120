-- 20. Con số này ở tệp nào, trang nào, dòng nào, ai công bố, khi nào, thay cho văn bản nào?
--     For this number: which file, page and row, who published it, when, and what did it replace?
select
    scores.score,
    cells.raw_text,
    documents.document_id,
    cells.sha256,
    cells.page,
    cells.table_number,
    cells.row_number,
    cells.column_number,
    documents.cited_title,
    documents.cited_publisher,
    documents.cited_decision,
    documents.cited_published_on,
    documents.cited_url,
    documents.supersedes,
    documents.retrieved_at
from {{ ref('rpt_scores') }} as scores
inner join {{ ref('fct_cell_provenance') }} as cells on scores.claim_id = cells.claim_id
inner join {{ ref('dim_document') }} as documents on scores.document_id = documents.document_id
where
    scores.index_code = 'SIPAS'
    and scores.year = 2023
    and scores.province = 'Thừa Thiên Huế'
    and scores.criterion_code = 'S'
