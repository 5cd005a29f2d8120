select * from bi_constituent_scores
