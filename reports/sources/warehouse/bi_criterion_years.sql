select * from bi_criterion_years
