select * from bi_newest_ranking
