select * from bi_document_figures
