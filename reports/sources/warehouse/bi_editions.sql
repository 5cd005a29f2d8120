select * from bi_editions
