select * from bi_changes
