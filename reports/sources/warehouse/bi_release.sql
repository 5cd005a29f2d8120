select * from bi_release
