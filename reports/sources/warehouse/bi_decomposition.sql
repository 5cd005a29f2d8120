select * from bi_decomposition
