select * from bi_scores
