select * from bi_components
