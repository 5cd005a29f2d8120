select * from bi_cross_years
