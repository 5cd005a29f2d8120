select * from bi_criterion_methods
