select * from bi_totals
