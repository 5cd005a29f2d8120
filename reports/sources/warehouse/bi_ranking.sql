select * from bi_ranking
