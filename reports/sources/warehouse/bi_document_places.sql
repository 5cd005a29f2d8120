select * from bi_document_places
