select * from bi_choices
