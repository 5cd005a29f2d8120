select * from bi_methods
