select * from bi_checks
