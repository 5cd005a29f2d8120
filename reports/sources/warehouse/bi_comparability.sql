select * from bi_comparability
