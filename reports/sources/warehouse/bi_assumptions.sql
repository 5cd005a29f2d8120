select * from bi_assumptions
