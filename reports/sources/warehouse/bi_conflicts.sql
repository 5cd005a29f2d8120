select * from bi_conflicts
