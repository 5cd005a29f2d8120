select * from bi_pages
