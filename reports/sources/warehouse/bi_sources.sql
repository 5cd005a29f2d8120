select * from bi_sources
