select * from bi_tables
