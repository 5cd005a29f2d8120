select * from bi_criterion_gaps
