select * from bi_provinces
