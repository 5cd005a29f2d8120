select * from bi_successions
