select * from bi_targets
