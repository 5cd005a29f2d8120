select * from bi_cross
