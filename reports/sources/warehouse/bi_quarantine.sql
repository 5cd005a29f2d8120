select * from bi_quarantine
