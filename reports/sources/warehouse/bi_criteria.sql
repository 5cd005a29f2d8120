select * from bi_criteria
