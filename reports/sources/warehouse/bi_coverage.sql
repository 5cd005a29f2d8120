select * from bi_coverage
